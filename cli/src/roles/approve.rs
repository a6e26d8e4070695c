//! Signing what others drafted: what it does is shown first. A seizure hides payee and amount, and an attestation says by a
//! sum how much it counts; both are shown from what opens them, or signed only on request.

use std::path::PathBuf;

use clap::Args;
use obolus_abi::token::AttestMsg;
use obolus_protocol::amount::Exponent;
use obolus_protocol::tx::{Transaction, TxBody};
use obolus_wallet::config::Token;
use obolus_wallet::{AttestedSums, OpeningError, SeizureOpening, SumsError, check_order};
use zeroize::Zeroizing;

use super::attest::hash;
use super::context::{RoleOut, SignArgs, write_draft};
use super::files::TransactionFile;
use crate::decimal::decimal;
use crate::endpoint::NodeArgs;
use crate::output::OutputArgs;
use crate::wallet::{WalletError, clean};

/// Arguments of `approve`.
#[derive(Args)]
pub struct ApproveArgs {
    /// The drafted transaction; it is rewritten with the signature. Without --key it is only shown.
    file: PathBuf,
    /// What a seizure's draft hides, as `obolus audit seize` wrote it beside the draft.
    #[arg(long, value_name = "FILE")]
    opening: Option<PathBuf>,
    /// The order of a seizure, or an attestation's document: its hash must be the draft's.
    #[arg(long, value_name = "FILE", visible_alias = "document")]
    order: Option<PathBuf>,
    /// The token file: the draft must be this token's, and amounts are shown in its unit. An attestation needs it, and a node.
    #[arg(long, value_name = "FILE")]
    token: Option<PathBuf>,
    /// Sign although what a seizure or an attestation does was not shown.
    #[arg(long, conflicts_with = "opening")]
    unseen: bool,
    #[command(flatten)]
    node: NodeArgs,
    #[command(flatten)]
    sign: SignArgs,
    #[command(flatten)]
    output: OutputArgs,
}

/// Why a draft is not signed.
#[derive(Debug, thiserror::Error)]
pub enum ApproveError {
    /// A seizure without its opening.
    #[error(
        "a seizure hides whom it pays and how much: give --opening, the file that `obolus audit seize` wrote beside the draft, or --unseen to sign what you cannot see"
    )]
    Unopened,
    /// An attestation that nothing was compared with.
    #[error(
        "how many redemptions an attestation counts is on the ledger: give --token and --node, or --unseen to sign what you cannot see"
    )]
    Uncounted,
    /// Of another token.
    #[error("the draft is of another chain or token than {path}: take that token's file", path = .0.display())]
    OtherToken(PathBuf),
    /// An address of another network.
    #[error("the opening's addresses are not of the token's network: do not sign it")]
    OtherNetwork,
    /// Arguments that are none of an attestation.
    #[error("the draft's arguments are none of an attestation: ask whoever drafted it")]
    NotAnAttestation,
    /// Another document.
    #[error("the draft states a document with hash {0}, and this file is another: do not sign it")]
    Document(blake3::Hash),
    /// A seizure's opening.
    #[error(transparent)]
    Opening(#[from] OpeningError),
    /// An attestation's sums.
    #[error(transparent)]
    Sums(#[from] SumsError),
}

/// Shows a draft and signs it.
pub fn approve(args: &ApproveArgs) -> Result<(), WalletError> {
    let mut transaction = TransactionFile::read(&args.file)?;
    let token = args.token.as_deref().map(Token::read).transpose()?;
    let body = &transaction.body;
    eprintln!(
        "chain {}\ncontract {}\nentry {}, {} bytes of arguments, until block {}",
        body.chain,
        body.contract,
        body.entry,
        body.args.len(),
        body.expiry
    );
    for line in args.shown(&transaction, token.as_ref())? {
        eprintln!("{line}");
    }
    args.sign.sign(&mut transaction)?;
    let out = RoleOut {
        transaction: transaction.id().to_string(),
        stage: "drafted",
        height: None,
        signatures: transaction.role_signatures.len(),
    };
    if !args.sign.keys.is_empty() || args.sign.draft.is_some() {
        write_draft(args.sign.draft.as_ref().unwrap_or(&args.file), &transaction)?;
    }
    let text = format!(
        "transaction {} has {} signatures",
        out.transaction, out.signatures
    );
    args.output.print("obolus.roles.approve/1", &out, text);
    Ok(())
}

impl ApproveArgs {
    /// What the transaction does, in words, or why it is not signed.
    fn shown(
        &self,
        transaction: &Transaction,
        token: Option<&Token>,
    ) -> Result<Vec<String>, WalletError> {
        let body = &transaction.body;
        let own = match (body.entry.as_str(), token) {
            (_, None) => true,
            ("seize" | "attest", Some(Token { config, .. })) => {
                (body.chain, body.contract) == (config.chain, config.token)
            }
            (_, Some(Token { config, .. })) => body.chain == config.chain,
        };
        if !own {
            let path = self.token.clone().unwrap_or_default();
            return Err(ApproveError::OtherToken(path).into());
        }
        match body.entry.as_str() {
            "seize" => self.seizure(transaction, token),
            _ if self.opening.is_some() => {
                Err(ApproveError::from(OpeningError::NotASeizure).into())
            }
            "attest" => self.attestation(body, token),
            _ if self.order.is_some() => Err(WalletError::Argument(
                "order",
                "only a seizure or an attestation has the hash of a file".into(),
            )),
            _ => Ok(Vec::new()),
        }
    }

    fn seizure(
        &self,
        transaction: &Transaction,
        token: Option<&Token>,
    ) -> Result<Vec<String>, WalletError> {
        let body = &transaction.body;
        let order = self.order.as_deref().map(hash).transpose()?;
        let case = check_order(body, order.as_ref()).map_err(ApproveError::from)?;
        let case = match order {
            Some(_) => format!("carries out the order given here, whose hash is {case}"),
            None => {
                format!("carries out the order whose hash is {case}: compare it, or give --order")
            }
        };
        let Some(path) = &self.opening else {
            return match self.unseen {
                true => Ok(vec![case]),
                false => Err(ApproveError::Unopened.into()),
            };
        };
        let json = std::fs::read(path).map(Zeroizing::new);
        let json = json.map_err(|error| WalletError::Io(path.clone(), error))?;
        let opening = SeizureOpening::from_json(&json, &transaction.id());
        let seizure = opening
            .and_then(|(opening, network)| match token {
                Some(token) if token.network != network => Ok(None),
                _ => opening.check(body).map(|seizure| Some((seizure, network))),
            })
            .map_err(ApproveError::from)?;
        let (seizure, network) = seizure.ok_or(ApproveError::OtherNetwork)?;
        let amount = |amount: obolus_protocol::Amount| words(u128::from(amount.get()), token);
        Ok(vec![
            format!("seizes {}", amount(seizure.amount)),
            format!("for    {}", seizure.to.encode(network)),
            format!("from   {}", seizure.from.encode(network)),
            format!(
                "       {} of the notes that are taken return to it",
                amount(seizure.change)
            ),
            format!("text   {}", clean(seizure.text.as_str())),
            case,
        ])
    }

    fn attestation(
        &self,
        body: &TxBody,
        token: Option<&Token>,
    ) -> Result<Vec<String>, WalletError> {
        let message: AttestMsg =
            borsh::from_slice(&body.args).map_err(|_| ApproveError::NotAnAttestation)?;
        let stated = blake3::Hash::from_bytes(message.document);
        let document = match self.order.as_deref().map(hash).transpose()? {
            Some(given) if given != stated => return Err(ApproveError::Document(stated).into()),
            Some(_) => format!("document {stated}, which is the file given here"),
            None => format!("document {stated}: compare it, or give --document"),
        };
        let mut lines = vec![
            format!(
                "states reserves of {}, counted at block {}",
                words(message.reserves, token),
                message.as_of_height
            ),
            document,
        ];
        match token {
            Some(token) if !self.unseen => {
                let client = crate::wallet::client(&self.node.settings())?.following(token.config);
                let sums = AttestedSums::find(token.config, &client, &message);
                let sums = sums.map_err(ApproveError::from)?;
                lines.push(format!(
                    "counts {} of {} redemptions as gone, those up to block {}; the other {} are paid out of these reserves",
                    sums.counted,
                    sums.redemptions,
                    sums.since,
                    sums.redemptions.saturating_sub(sums.counted)
                ));
                lines.push(format!("counts all issues up to block {}", sums.tip));
            }
            _ if self.unseen => {}
            _ => return Err(ApproveError::Uncounted.into()),
        }
        Ok(lines)
    }
}

/// An amount as the token writes it; without the token's file nobody but the drafter says where the point is.
fn words(units: u128, token: Option<&Token>) -> String {
    let exponent = token.and_then(|token| Exponent::new(token.exponent).ok());
    match (token, exponent) {
        (Some(token), Some(exponent)) => format!("{} {}", decimal(units, exponent), token.unit),
        _ => format!("{units} minor units"),
    }
}
