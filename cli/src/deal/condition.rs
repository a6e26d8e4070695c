//! What decides conditions: arguments that name one, attestations, approvals. Neither oracles nor approvers need a wallet.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Subcommand};
use ed25519_dalek::{Signer, VerifyingKey};
use obolus_abi::deal::DealMsg;
use obolus_abi::deal::conditional::{AttestMsg, Condition, Conditional, attestation};
use obolus_abi::{ContractId, DealId, RoleKey, RoleSet};
use obolus_protocol::tx::{Height, Transaction};
use obolus_runtime_api::hex;
use obolus_wallet::client::{ClientError, NodeClient};
use serde::Serialize;

use super::DealError;
use super::context::{contract_id, deal_id};
use super::submit::{already, conclude, submit};
use super::time::parse;
use crate::endpoint::NodeArgs;
use crate::output::OutputArgs;
use crate::roles::{self, add_signature, open_key};
use crate::secret::PassphraseArgs;

/// Arguments that name a condition.
#[derive(Args)]
pub struct ConditionArgs {
    /// Paid when this oracle attests the statement; its Ed25519 key in hexadecimal.
    #[arg(long, value_name = "KEY", value_parser = key, requires = "statement", conflicts_with_all = ["approvers", "at"])]
    oracle: Option<RoleKey>,
    /// The statement's text; the ledger gets its BLAKE3 hash only.
    #[arg(long, value_name = "TEXT", requires = "oracle")]
    statement: Option<String>,
    /// Paid when enough of these approvers approve; their Ed25519 keys, separated by commas.
    #[arg(long, value_name = "KEY,KEY", value_delimiter = ',', value_parser = key, requires = "threshold", conflicts_with = "at")]
    approvers: Vec<RoleKey>,
    /// How many of them.
    #[arg(long, value_name = "N", requires = "approvers")]
    threshold: Option<u8>,
    /// Paid from this time on.
    #[arg(long, value_name = "TIME")]
    pub at: Option<String>,
}

impl ConditionArgs {
    /// The condition.
    pub fn condition(&self, now: u64) -> Result<Condition, DealError> {
        match (self.oracle, &self.statement, self.threshold, &self.at) {
            (Some(key), Some(text), ..) => Ok(Condition::Oracle {
                key,
                statement: hash(text),
            }),
            (_, _, Some(threshold), _) => {
                let mut keys = self.approvers.clone();
                keys.sort_unstable();
                Ok(Condition::Approvals(RoleSet { keys, threshold }))
            }
            (.., Some(at)) => Ok(Condition::Time(parse("at", at, now)?)),
            _ => Err(DealError::Argument(
                "oracle",
                "give a condition: --oracle with --statement, --approvers with --threshold, or --at".into(),
            )),
        }
    }
}

/// Arguments of `attest`.
#[derive(Args)]
pub struct AttestArgs {
    #[command(flatten)]
    call: CallArgs,
    /// The oracle's signature in hexadecimal, as `statement sign` writes it.
    #[arg(long, value_name = "HEX", value_parser = hex::decode_array::<64>)]
    signature: [u8; 64],
    /// What the oracle says of the statement.
    #[arg(long, value_name = "true|false", action = clap::ArgAction::Set)]
    outcome: bool,
}

/// Arguments of `approve`.
#[derive(Args)]
pub struct ApproveArgs {
    #[command(flatten)]
    call: CallArgs,
    /// The approver's key file; repeat it for several approvers.
    #[arg(long = "role-key", value_name = "FILE", required = true)]
    keys: Vec<PathBuf>,
    #[command(flatten)]
    passphrase: PassphraseArgs,
}

/// Which deal, and where.
#[derive(Args)]
struct CallArgs {
    /// The deal.
    #[arg(value_name = "ID", value_parser = deal_id)]
    deal: DealId,
    /// The settlement contract.
    #[arg(long, value_name = "ID", value_parser = contract_id)]
    contract: ContractId,
    #[command(flatten)]
    node: NodeArgs,
    /// Wait so many seconds for the block.
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u64).range(0..=60))]
    wait: u64,
    #[command(flatten)]
    output: OutputArgs,
}

/// What oracles do.
#[derive(Subcommand)]
pub enum StatementCommand {
    /// Attest that a statement is true or false. Whoever reuses a statement's text reuses the attestation.
    Sign(SignArgs),
}

/// Arguments of `statement sign`.
#[derive(Args)]
pub struct SignArgs {
    /// The oracle's key file.
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// The statement's text.
    #[arg(long, value_name = "TEXT")]
    statement: String,
    /// Whether it is true.
    #[arg(long, value_name = "true|false", action = clap::ArgAction::Set)]
    outcome: bool,
    #[command(flatten)]
    passphrase: PassphraseArgs,
    #[command(flatten)]
    output: OutputArgs,
}

#[derive(Serialize)]
struct Signed {
    oracle: String,
    statement: String,
    outcome: bool,
    signature: String,
}

fn hash(statement: &str) -> [u8; 32] {
    *blake3::hash(statement.as_bytes()).as_bytes()
}

/// Reads a public key; one that no signature can hold under would lock the money until the expiry.
fn key(text: &str) -> Result<RoleKey, String> {
    let bytes = hex::decode_array(text.trim()).map_err(|error| error.to_string())?;
    VerifyingKey::from_bytes(&bytes).map_err(|_| "not an Ed25519 key".to_owned())?;
    Ok(RoleKey(bytes))
}

/// Signs a statement.
pub fn statement(command: &StatementCommand) -> Result<(), DealError> {
    let StatementCommand::Sign(args) = command;
    let signer = open_key(&args.key, &args.passphrase)?;
    let statement = hash(&args.statement);
    let signature = signer.key().sign(&attestation(&statement, args.outcome));
    let out = Signed {
        oracle: signer.public().to_string(),
        statement: hex::encode(&statement),
        outcome: args.outcome,
        signature: hex::encode(&signature.to_bytes()),
    };
    let text = out.signature.clone();
    args.output
        .print("obolus.deal.statement-sign/1", &out, text);
    Ok(())
}

/// Brings an attestation.
pub fn attest(args: &AttestArgs) -> Result<(), DealError> {
    const SCHEMA: &str = "obolus.deal.attest/1";
    let call = &args.call;
    let client = crate::wallet::client(&call.node.settings())?;
    let deal = read(&client, call)?;
    if !matches!(deal.condition, Condition::Oracle { .. }) {
        return Err(DealError::OtherCondition("an attestation"));
    }
    if deal.attested == Some(args.outcome) {
        already(call.output, SCHEMA, (&call.deal, None));
        return Ok(());
    }
    let message = AttestMsg {
        deal: call.deal,
        outcome: args.outcome,
        signature: args.signature,
    };
    let transaction = transaction(&client, call, "attest", &message)?;
    finish(&client, call, SCHEMA, &transaction)
}

/// Approves.
pub fn approve(args: &ApproveArgs) -> Result<(), DealError> {
    const SCHEMA: &str = "obolus.deal.approve/1";
    let call = &args.call;
    let client = crate::wallet::client(&call.node.settings())?;
    let deal = read(&client, call)?;
    let Condition::Approvals(approvers) = &deal.condition else {
        return Err(DealError::OtherCondition("approvals"));
    };
    let mut signers = Vec::new();
    for path in &args.keys {
        let signer = open_key(path, &args.passphrase)?;
        if !approvers.keys.contains(&signer.public()) {
            return Err(DealError::NoApprover(signer.public().to_string()));
        }
        signers.push(signer);
    }
    let approved = |key: &RoleKey| deal.approved.contains(key);
    if signers.iter().all(|signer| approved(&signer.public())) {
        already(call.output, SCHEMA, (&call.deal, None));
        return Ok(());
    }
    let message = DealMsg { deal: call.deal };
    let mut transaction = transaction(&client, call, "approve", &message)?;
    for signer in &signers {
        add_signature(&mut transaction, signer);
    }
    finish(&client, call, SCHEMA, &transaction)
}

/// The deal as its contract keeps it.
fn read(client: &NodeClient, call: &CallArgs) -> Result<Conditional, DealError> {
    let message = DealMsg { deal: call.deal };
    let message = borsh::to_vec(&message).map_err(|_| ClientError::Malformed)?;
    let reply = client.query(&call.contract, "deal", &message)?;
    let deal = borsh::from_slice(&reply).map_err(|_| ClientError::Malformed)?;
    Ok(deal)
}

/// A call without proofs. The chain is what the node says: the contract's id follows from its chain, so on another one the
/// signatures are worth nothing.
fn transaction(
    client: &NodeClient,
    call: &CallArgs,
    entry: &str,
    message: &impl borsh::BorshSerialize,
) -> Result<Transaction, DealError> {
    let tip = client.tip()?;
    let height = Height(tip.height);
    Ok(roles::call(
        tip.chain,
        height,
        call.contract,
        entry,
        message,
    )?)
}

fn finish(
    client: &NodeClient,
    call: &CallArgs,
    schema: &'static str,
    transaction: &Transaction,
) -> Result<(), DealError> {
    let end = submit(client, transaction, Duration::from_secs(call.wait))?;
    conclude(call.output, schema, (&call.deal, None), &end)
}
