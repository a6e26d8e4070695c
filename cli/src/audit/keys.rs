//! The auditor's key file, and the proofs that its holder has a key.

use std::path::PathBuf;

use clap::Args;
use obolus_abi::registry::{RegistryInit, SetAuditorMsg};
use obolus_abi::system::{InstantiateMsg, SYSTEM};
use obolus_protocol::tx::{SpendSignature, Transaction};
use obolus_runtime_api::hex;
use obolus_wallet::auditor::Keyring;
use obolus_wallet::config::Token;
use obolus_wallet::{ChainSource, WorkFactor};
use rand::rngs::OsRng;
use serde::Serialize;

use super::AuditError;
use super::context::KeyArgs;
use crate::endpoint::NodeArgs;
use crate::output::OutputArgs;
use crate::roles::{NewKeyArgs, TransactionFile, call, write_draft};
use crate::secret::Choosing;
use crate::wallet::WalletError;

/// Arguments of `add-epoch`.
#[derive(Args)]
pub struct AddEpochArgs {
    #[command(flatten)]
    key: KeyArgs,
    /// Cost of guessing the passphrase: 2^N scrypt rounds.
    #[arg(long, value_name = "N", default_value_t = 18)]
    scrypt: u8,
    #[command(flatten)]
    output: OutputArgs,
}

/// Arguments of `keys`.
#[derive(Args)]
pub struct KeysArgs {
    #[command(flatten)]
    key: KeyArgs,
    #[command(flatten)]
    output: OutputArgs,
}

/// Arguments of `set-key-draft`.
#[derive(Args)]
pub struct SetKeyArgs {
    #[command(flatten)]
    key: KeyArgs,
    /// The token file.
    #[arg(long, value_name = "FILE")]
    token: PathBuf,
    #[command(flatten)]
    node: NodeArgs,
    /// For how many more blocks proofs made for the key before are accepted; 0 if that key is compromised.
    #[arg(long, value_name = "BLOCKS", default_value_t = 1_000)]
    window: u64,
    /// Write the transaction here; the registrar runs `obolus roles approve` and `obolus roles submit`.
    #[arg(long, value_name = "FILE")]
    draft: PathBuf,
    #[command(flatten)]
    output: OutputArgs,
}

/// Arguments of `sign-draft`.
#[derive(Args)]
pub struct SignDraftArgs {
    /// The drafted transaction; it is rewritten with the proof.
    file: PathBuf,
    #[command(flatten)]
    key: KeyArgs,
    #[command(flatten)]
    output: OutputArgs,
}

#[derive(Serialize)]
struct KeysOut {
    public_keys: Vec<String>,
}

#[derive(Serialize)]
struct DraftOut {
    file: PathBuf,
    transaction: String,
    auditor: String,
    expiry: u64,
}

/// Makes a key file.
pub fn keygen(args: &NewKeyArgs) -> Result<(), AuditError> {
    let ring = Keyring::generate();
    let (passphrase, work) = args.passphrase()?;
    ring.create(&args.out, &passphrase, work)?;
    print("obolus.audit.keygen/1", &ring, args.output);
    Ok(())
}

/// Adds an epoch.
pub fn add_epoch(args: &AddEpochArgs) -> Result<(), AuditError> {
    let work = WorkFactor::new(args.scrypt)?;
    let passphrase = args.key.passphrase.get(Choosing::No)?;
    let mut ring = Keyring::open_archive(&args.key.key, &passphrase)?;
    ring.add_epoch()?;
    ring.replace(&args.key.key, &passphrase, work)?;
    print("obolus.audit.add-epoch/1", &ring, args.output);
    Ok(())
}

/// Shows public keys.
pub fn keys(args: &KeysArgs) -> Result<(), AuditError> {
    print("obolus.audit.keys/1", &args.key.open()?, args.output);
    Ok(())
}

fn print(schema: &'static str, ring: &Keyring, output: OutputArgs) {
    let keys = ring
        .secrets()
        .iter()
        .map(|s| hex::encode(&s.public().encode().0));
    let out = KeysOut {
        public_keys: keys.collect(),
    };
    let lines: Vec<_> = (0..)
        .zip(&out.public_keys)
        .map(|(number, key): (u32, _)| format!("key {number:<3} {key}"))
        .collect();
    output.print(schema, &out, lines.join("\n"));
}

/// Writes the transaction that starts an epoch.
pub fn set_key_draft(args: &SetKeyArgs) -> Result<(), AuditError> {
    let ring = args.key.open()?;
    let token = Token::read(&args.token).map_err(WalletError::from)?.config;
    let client = crate::wallet::client(&args.node.settings())?.following(token);
    let tip = ChainSource::tip(&client).map_err(obolus_audit::IndexError::from)?;
    let newest = ring.newest().ok_or(AuditError::NoKey)?;
    let message = SetAuditorMsg {
        auditor: newest.public().encode(),
        window: args.window,
    };
    let mut transaction = call(token.chain, tip, token.registry, "set_auditor", &message)?;
    prove_possession(&mut transaction, &ring)?;
    finish(
        "obolus.audit.set-key-draft/1",
        &args.draft,
        &transaction,
        &ring,
        args.output,
    )
}

/// Adds the proof to a draft of somebody else, after a look at what it is.
pub fn sign_draft(args: &SignDraftArgs) -> Result<(), AuditError> {
    let ring = args.key.open()?;
    let mut transaction = TransactionFile::read(&args.file)?;
    let own = ring.newest().ok_or(AuditError::NoKey)?.public().encode();
    let body = &transaction.body;
    let named = match body.entry.as_str() {
        "set_auditor" => borsh::from_slice::<SetAuditorMsg>(&body.args)
            .ok()
            .map(|message| message.auditor),
        "instantiate" if body.contract == SYSTEM => borsh::from_slice::<InstantiateMsg>(&body.args)
            .ok()
            .and_then(|message| borsh::from_slice::<RegistryInit>(&message.init).ok())
            .map(|init| init.auditor),
        _ => None,
    };
    if named != Some(own) {
        return Err(AuditError::NotForAuditor);
    }
    eprintln!(
        "chain {}\ncontract {}\nentry {}, until block {}",
        body.chain, body.contract, body.entry, body.expiry
    );
    prove_possession(&mut transaction, &ring)?;
    finish(
        "obolus.audit.sign-draft/1",
        &args.file,
        &transaction,
        &ring,
        args.output,
    )
}

fn prove_possession(transaction: &mut Transaction, ring: &Keyring) -> Result<(), AuditError> {
    let secret = ring.newest().ok_or(AuditError::NoKey)?;
    let proof = SpendSignature::possession(secret, &transaction.id(), &mut OsRng);
    let signatures = &mut transaction.spend_signatures;
    signatures.retain(|other| other.key != proof.key);
    signatures.push(proof);
    signatures.sort_by_key(|signature| signature.key);
    Ok(())
}

fn finish(
    schema: &'static str,
    path: &std::path::Path,
    transaction: &Transaction,
    ring: &Keyring,
    output: OutputArgs,
) -> Result<(), AuditError> {
    write_draft(path, transaction)?;
    let newest = ring.newest().ok_or(AuditError::NoKey)?.public();
    let out = DraftOut {
        file: path.to_owned(),
        transaction: transaction.id().to_string(),
        auditor: hex::encode(&newest.encode().0),
        expiry: transaction.body.expiry.0,
    };
    let text = format!(
        "transaction {} for key {}\nwritten to  {}, valid until block {}",
        out.transaction,
        out.auditor,
        out.file.display(),
        out.expiry
    );
    output.print(schema, &out, text);
    Ok(())
}
