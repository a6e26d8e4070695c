//! Issuing.

use std::path::PathBuf;

use clap::Args;
use obolus_abi::token::Backing;
use obolus_protocol::Address;
use obolus_protocol::amount::{Amount, Exponent};
use obolus_protocol::memo::MemoText;
use obolus_protocol::statement::IssueWitness;
use obolus_prover::Provers;
use obolus_wallet::client::{ClientError, NodeClient};
use obolus_wallet::config::Token;
use obolus_wallet::{
    BackedIssue, ChainSource, CircuitKeys, Counted, IssueRequest, ScanError, SourceError, Unproven,
};
use rand::rngs::OsRng;
use serde::Serialize;

use super::attest::AuditorArgs;
use super::context::{RoleArgs, RoleOut, expiry, scan, view};
use super::files::opening_file;
use crate::dev;
use crate::endpoint::ProvingKeyArgs;
use crate::wallet::{WalletError, write_private};

/// Arguments of `issue`.
#[derive(Args)]
pub struct IssueArgs {
    #[command(flatten)]
    common: RoleArgs,
    /// Who receives the tokens.
    #[arg(long, value_name = "ADDRESS")]
    to: String,
    /// How much, for example 1000000.00.
    #[arg(long, value_name = "AMOUNT")]
    amount: String,
    /// What the recipient keeps with it.
    #[arg(long, value_name = "TEXT", default_value = "issued against deposit")]
    text: String,
    /// With --draft: write what the transaction hides to this new file, which goes with it to those who sign, and to nobody
    /// else; without it beside the draft, named after it.
    #[arg(long, value_name = "FILE", requires = "draft")]
    opening: Option<PathBuf>,
    /// For a token with strict backing, whose issues must fit into the reserves attested last.
    #[command(flatten)]
    auditor: AuditorArgs,
    #[command(flatten)]
    keys: IssuerKeys,
}

/// Which keys the issuer proves with.
#[derive(Args, Clone, Debug)]
pub struct IssuerKeys {
    /// Where development keys are kept; without it as for `obolus demo`.
    #[arg(long, value_name = "DIR", conflicts_with = "ceremony_dir")]
    keys_dir: Option<PathBuf>,
    #[command(flatten)]
    keys: ProvingKeyArgs,
}

impl IssuerKeys {
    /// The provers of this machine.
    ///
    /// # Errors
    /// [`WalletError::Keys`].
    pub fn provers(&self) -> Result<Provers, WalletError> {
        let directory = self
            .keys_dir
            .clone()
            .unwrap_or_else(|| dev::default_directory(&std::env::temp_dir()));
        Ok(self.keys.provers(directory)?)
    }
}

#[derive(Serialize)]
struct Issued {
    #[serde(flatten)]
    transaction: RoleOut,
    #[serde(skip_serializing_if = "Option::is_none")]
    opening: Option<PathBuf>,
}

/// Issues. The nonce is the chain's: if another issue took it meanwhile, it is tried once more.
pub fn issue(args: &IssueArgs) -> Result<(), WalletError> {
    let token = args.common.token()?;
    let client = args.common.client(&token)?;
    let provers = args.keys.provers()?;
    match attempt(args, &token, &client, &provers) {
        Err(WalletError::Client(ClientError::Refused { code, .. })) if code == "issue_nonce" => {
            attempt(args, &token, &client, &provers)
        }
        outcome => outcome,
    }
}

fn attempt(
    args: &IssueArgs,
    token: &Token,
    client: &NodeClient,
    provers: &Provers,
) -> Result<(), WalletError> {
    let argument = |name, error: String| WalletError::Argument(name, error);
    let view = view(client, token)?;
    let exponent =
        Exponent::new(token.exponent).map_err(|error| argument("token", error.to_string()))?;
    let request = IssueRequest {
        to: Address::decode(&args.to, token.network)
            .map_err(|error| argument("to", error.to_string()))?,
        amount: Amount::parse(&args.amount, exponent)
            .map_err(|error| argument("amount", error.to_string()))?,
        text: MemoText::new(args.text.clone())
            .map_err(|error| argument("text", error.to_string()))?,
        nonce: view.issue_nonce(),
        expiry: expiry(view.tip()),
    };
    let draft = args.common.sign.draft.as_deref();
    let file = draft.map(|draft| opening_file(args.opening.as_deref(), draft));
    let file = file.transpose()?;
    let (unproven, opening) = Unproven::<IssueWitness>::issue_opened(&view, &request, &mut OsRng)?;
    let keys = CircuitKeys::from(provers);
    let proven = match strict(client)? {
        None => unproven.prove(provers, &keys)?,
        Some(backing) => {
            let passphrase = &args.common.sign.passphrase;
            let counted = Counted::Sum(backing.redeemed);
            let supply = args.auditor.open(token, client, passphrase, counted)?;
            BackedIssue::new(&view, &unproven, &supply, &backing)?.prove(provers, &keys)?
        }
    };
    let transaction = proven.authorise(Vec::new())?.into_transaction();
    // A draft without its opening is one that nobody signs.
    if let Some(file) = &file {
        write_private(file, &opening.to_json(&transaction.id(), token.network))?;
    }
    let settled = args.common.settle(client, transaction);
    if let (Err(_), Some(file)) = (&settled, &file) {
        // The draft's failure is the one to report; what is left would be the opening of nothing.
        let _ = std::fs::remove_file(file);
    }
    let out = Issued {
        transaction: settled?,
        opening: file,
    };
    let mut text = format!(
        "transaction {} {}",
        out.transaction.transaction, out.transaction.stage
    );
    if let (Some(draft), Some(opening)) = (draft, &out.opening) {
        let (draft, opening) = (draft.display(), opening.display());
        text.push_str(&format!(
            "\nwritten to {draft} and {opening}; the issuer's other holders run: obolus roles approve {draft} --opening {opening} --token TOKEN"
        ));
    }
    args.common
        .output
        .print("obolus.issuer.issue/1", &out, text);
    out.transaction.committed()
}

/// What an issue must fit into, for a token with strict backing.
fn strict(client: &NodeClient) -> Result<Option<Backing>, WalletError> {
    let failed = |error: SourceError| scan(ScanError::Source(error));
    let state = client.token_state().map_err(failed)?;
    let strict = state.settings.reserves.is_some_and(|rule| rule.strict);
    match (strict, state.backing) {
        (false, _) => Ok(None),
        (true, Some(backing)) => Ok(Some(backing)),
        (true, None) => Err(WalletError::Argument(
            "token",
            "nothing can be issued before its reserves are attested: `obolus issuer attest`".into(),
        )),
    }
}
