//! Signing what others drafted: what it does is shown first. An issue and a seizure hide payee and amount, and an attestation
//! says by a sum how much it counts: they are shown from what opens them. Other entries say in clear what they do. What cannot
//! be shown, or compared with the token's file, is signed only on request.

use std::path::PathBuf;

use clap::Args;
use obolus_abi::ContractId;
use obolus_abi::token::{AttestMsg, IssueMsg};
use obolus_protocol::Amount;
use obolus_protocol::address::Network;
use obolus_protocol::tx::{Transaction, TxBody};
use obolus_wallet::client::NodeClient;
use obolus_wallet::config::Token;
use obolus_wallet::{
    AttestedSums, Opened, Opening, OpeningError, Source, SumsError, TokenView, check_order,
};
use zeroize::Zeroizing;

use super::attest::hash;
use super::context::{RoleOut, SignArgs, view};
use super::files::{TransactionFile, write_draft};
use crate::committee::read_file;
use crate::endpoint::NodeArgs;
use crate::output::OutputArgs;
use crate::wallet::{WalletError, clean};

mod entries;
mod holder;
mod system;
mod words;

use entries::{Home, shown};
use holder::NoHolder;
use words::units;

/// Arguments of `approve`.
#[derive(Args)]
pub struct ApproveArgs {
    /// The drafted transaction; it is rewritten with the signature. Without --key it is only shown.
    file: PathBuf,
    /// What the draft of an issue or a seizure hides, as `obolus issuer issue` or `obolus audit seize` wrote it beside it.
    #[arg(long, value_name = "FILE")]
    opening: Option<PathBuf>,
    /// The order of a seizure, or an attestation's document: its hash must be the draft's.
    #[arg(long, value_name = "FILE", visible_alias = "document")]
    order: Option<PathBuf>,
    /// The token file: the draft must be for this token or its registry, and amounts are shown in its unit. To sign what is
    /// for either it is needed.
    #[arg(long, value_name = "FILE")]
    token: Option<PathBuf>,
    /// Sign although what the draft does was not shown, or not compared with the token's file.
    #[arg(long, conflicts_with = "opening")]
    unseen: bool,
    /// Ask no node: whose slot a registrar's draft is about, and how many redemptions an attestation counts, is not shown.
    #[arg(long)]
    offline: bool,
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
    /// An issue or a seizure without its opening.
    #[error(
        "it hides whom it pays and how much: give --opening, the file that `obolus issuer issue` or `obolus audit seize` wrote beside the draft, or --unseen to sign what you cannot see"
    )]
    Unopened,
    /// An entry that this command does not know, or arguments that are none of it.
    #[error(
        "what entry {entry} of contract {contract} does cannot be shown: have the arguments explained, compare their hash {args}, then give --unseen to sign what you cannot see"
    )]
    Unknown {
        /// The entry.
        entry: String,
        /// Whose it is.
        contract: ContractId,
        /// Hash of its arguments.
        args: blake3::Hash,
    },
    /// A signature for a contract that was compared with nothing.
    #[error(
        "whether the contract is your token's was not compared: give --token, or --unseen to sign for whatever contract it is"
    )]
    NoToken,
    /// An opening for what hides nothing.
    #[error("only an issue or a seizure has an opening: leave --opening out")]
    NothingHidden,
    /// An attestation that nothing was compared with.
    #[error(
        "how many redemptions an attestation counts is on the ledger: give --token and --node, or --token and --offline to sign without it"
    )]
    Uncounted,
    /// Of another token.
    #[error("the draft is for another chain, token or registry than {path} names: take that token's file, or do not sign it", path = .0.display())]
    OtherToken(PathBuf),
    /// An address of another network.
    #[error("the opening's addresses are not of the token's network: do not sign it")]
    OtherNetwork,
    /// Arguments that are none of an attestation.
    #[error("the draft's arguments are none of an attestation: ask whoever drafted it")]
    NotAnAttestation,
    /// Arguments that are none of a registrar's entry.
    #[error("the arguments are none of entry {0}: ask whoever wrote it, and do not sign it")]
    Malformed(String),
    /// Another document.
    #[error("the draft states a document with hash {0}, and this file is another: do not sign it")]
    Document(blake3::Hash),
    /// A slot.
    #[error(transparent)]
    Holder(#[from] NoHolder),
    /// An opening, or an order.
    #[error(transparent)]
    Opening(#[from] OpeningError),
    /// An attestation's sums.
    #[error(transparent)]
    Sums(#[from] SumsError),
}

/// What all who sign for a registrar see of its calls before they do, here and in `obolus registrar`.
///
/// # Errors
/// [`ApproveError::Malformed`] if it is no such call, [`ApproveError::Holder`].
pub fn registrars(
    transaction: &Transaction,
    view: &TokenView,
    token: &Token,
) -> Result<Vec<String>, ApproveError> {
    let body = &transaction.body;
    let lines = shown(body, Home::Registry, Some(token));
    let mut lines = lines.ok_or_else(|| ApproveError::Malformed(body.entry.to_string()))?;
    lines.extend(holder::shown(view, transaction, token.network)?);
    Ok(lines)
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
    // After the words, which are there without a node.
    for line in args.asked(&transaction, token.as_ref())? {
        eprintln!("{line}");
    }
    if !args.sign.keys.is_empty() {
        args.compared(Home::of(body), token.as_ref())?;
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
        let home = Home::of(body);
        if token.is_some_and(|token| !home.is_of(body, token)) {
            let path = self.token.clone().unwrap_or_default();
            return Err(ApproveError::OtherToken(path).into());
        }
        match (home, body.entry.as_str()) {
            (Home::Token, "seize") => self.seizure(transaction, token),
            (Home::Token, "issue" | "issue_backed") => self.issue(transaction, token),
            _ if self.opening.is_some() => Err(ApproveError::NothingHidden.into()),
            (Home::Token, "attest") => self.attestation(body, token),
            _ if self.order.is_some() => Err(WalletError::Argument(
                "order",
                "only a seizure or an attestation has the hash of a file".into(),
            )),
            _ => self.public(body, home, token),
        }
    }

    /// Nobody signs for a token or registry that was not compared.
    fn compared(&self, home: Home, token: Option<&Token>) -> Result<(), ApproveError> {
        match (home, token) {
            (Home::Token | Home::Registry, None) if !self.unseen => Err(ApproveError::NoToken),
            _ => Ok(()),
        }
    }

    /// What says in clear what it does.
    fn public(
        &self,
        body: &TxBody,
        home: Home,
        token: Option<&Token>,
    ) -> Result<Vec<String>, WalletError> {
        let args = blake3::hash(&body.args);
        match shown(body, home, token) {
            Some(lines) => Ok(lines),
            None if self.unseen => Ok(vec![format!(
                "not shown: arguments with hash {args}, compare it"
            )]),
            None => Err(ApproveError::Unknown {
                entry: body.entry.to_string(),
                contract: body.contract,
                args,
            }
            .into()),
        }
    }

    /// What only a node can say: whose slot it is about, or how much an attestation counts.
    fn asked(
        &self,
        transaction: &Transaction,
        token: Option<&Token>,
    ) -> Result<Vec<String>, WalletError> {
        let (body, home) = (&transaction.body, Home::of(&transaction.body));
        let attests = home == Home::Token && body.entry.as_str() == "attest";
        let what = match holder::slot(body, home) {
            _ if attests => "how many redemptions it counts",
            Some(_) => "whose slot it is",
            None => return Ok(Vec::new()),
        };
        let token = match token {
            Some(token) if !self.unseen && !self.offline => token,
            None if attests && !self.unseen => return Err(ApproveError::Uncounted.into()),
            _ => return Ok(vec![format!("not shown, for no node was asked: {what}")]),
        };
        let client = crate::wallet::client(&self.node.settings())?.following_file(token);
        if attests {
            return counted(body, token, &client);
        }
        let lines = holder::shown(&view(&client, token)?, transaction, token.network);
        Ok(lines.map_err(ApproveError::from)?)
    }

    /// What the opening says of a draft, which was compared with it, and the network of its addresses; nothing if it is to be
    /// signed unseen.
    fn opened(
        &self,
        transaction: &Transaction,
        token: Option<&Token>,
    ) -> Result<Option<(Opened, Network)>, WalletError> {
        let Some(path) = &self.opening else {
            return match self.unseen {
                true => Ok(None),
                false => Err(ApproveError::Unopened.into()),
            };
        };
        let json = Zeroizing::new(read_file(path)?);
        let (opening, network) =
            Opening::from_json(&json, &transaction.id()).map_err(ApproveError::from)?;
        if token.is_some_and(|token| token.network != network) {
            return Err(ApproveError::OtherNetwork.into());
        }
        let opened = opening
            .check(&transaction.body)
            .map_err(ApproveError::from)?;
        Ok(Some((opened, network)))
    }

    fn issue(
        &self,
        transaction: &Transaction,
        token: Option<&Token>,
    ) -> Result<Vec<String>, WalletError> {
        let message: Result<IssueMsg, _> = borsh::from_slice(&transaction.body.args);
        let number = message.map_err(|_| ApproveError::from(OpeningError::NotAnIssue))?;
        let mut lines = match self.opened(transaction, token)? {
            Some((opened, network)) => payment("issues", &opened, network, token),
            None => vec!["not shown: payee, amount and text".to_owned()],
        };
        lines.push(format!("as issue number {} of the token", number.nonce));
        Ok(lines)
    }

    fn seizure(
        &self,
        transaction: &Transaction,
        token: Option<&Token>,
    ) -> Result<Vec<String>, WalletError> {
        let order = self.order.as_deref().map(hash).transpose()?;
        let case = check_order(&transaction.body, order.as_ref()).map_err(ApproveError::from)?;
        let case = match order {
            Some(_) => format!("carries out the order given here, whose hash is {case}"),
            None => {
                format!("carries out the order whose hash is {case}: compare it, or give --order")
            }
        };
        let mut lines = match self.opened(transaction, token)? {
            Some((opened, network)) => payment("seizes", &opened, network, token),
            None => vec!["not shown: payee, amount, text and whose notes are taken".to_owned()],
        };
        lines.push(case);
        Ok(lines)
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
        Ok(vec![
            format!(
                "states reserves of {}, counted at block {}",
                units(message.reserves, token),
                message.as_of_height
            ),
            document,
        ])
    }
}

/// How much an attestation counts, which the ledger says.
fn counted(body: &TxBody, token: &Token, client: &NodeClient) -> Result<Vec<String>, WalletError> {
    let message: AttestMsg =
        borsh::from_slice(&body.args).map_err(|_| ApproveError::NotAnAttestation)?;
    let sums = AttestedSums::find(token.config, client, &message).map_err(ApproveError::from)?;
    Ok(vec![
        format!(
            "counts {} of {} redemptions as gone, those up to block {}; the other {} are paid out of these reserves",
            sums.counted,
            sums.redemptions,
            sums.since,
            sums.redemptions.saturating_sub(sums.counted)
        ),
        format!("counts all issues up to block {}", sums.tip),
    ])
}

/// What an opening says, in words.
fn payment(does: &str, opened: &Opened, network: Network, token: Option<&Token>) -> Vec<String> {
    let amount = |amount: Amount| units(u128::from(amount.get()), token);
    let mut lines = vec![
        format!("{does} {}", amount(opened.amount)),
        format!("for    {}", opened.to.encode(network)),
    ];
    if let Source::Seizure { from, change } = &opened.source {
        lines.push(format!("from   {}", from.encode(network)));
        lines.push(format!(
            "       {} of the notes that are taken return to it",
            amount(*change)
        ));
    }
    lines.push(format!("text   {}", clean(opened.text.as_str())));
    lines
}
