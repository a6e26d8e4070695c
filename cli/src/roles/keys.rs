//! Role holders' keys, and signing what others drafted.

use std::path::PathBuf;

use clap::Args;
use obolus_abi::token::AttestMsg;
use obolus_protocol::tx::TxBody;
use obolus_runtime_api::hex;
use obolus_wallet::WorkFactor;
use obolus_wallet::roles::{Protection, RoleSigner};
use serde::Serialize;

use super::context::{RoleOut, SignArgs, submit as hand_in, write_draft};
use super::files::TransactionFile;
use crate::endpoint::NodeArgs;
use crate::output::OutputArgs;
use crate::secret::{Choosing, PassphraseArgs};
use crate::wallet::WalletError;

/// Arguments of `new`.
#[derive(Args)]
pub struct NewArgs {
    /// Write the encrypted key here.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Cost of guessing the passphrase: 2^N scrypt rounds.
    #[arg(long, value_name = "N", default_value_t = 18)]
    scrypt: u8,
    #[command(flatten)]
    passphrase: PassphraseArgs,
    #[command(flatten)]
    output: OutputArgs,
}

/// Arguments of `approve`.
#[derive(Args)]
pub struct ApproveArgs {
    /// The drafted transaction; it is rewritten with the signature.
    file: PathBuf,
    #[command(flatten)]
    sign: SignArgs,
    #[command(flatten)]
    output: OutputArgs,
}

/// Arguments of `submit`.
#[derive(Args)]
pub struct SubmitArgs {
    /// The signed transaction.
    file: PathBuf,
    #[command(flatten)]
    node: NodeArgs,
    #[command(flatten)]
    output: OutputArgs,
}

#[derive(Serialize)]
struct NewKey {
    file: PathBuf,
    public_key: String,
}

/// Makes a key.
pub fn new(args: &NewArgs) -> Result<(), WalletError> {
    let signer = RoleSigner::generate();
    let protection = Protection::Passphrase(
        args.passphrase.get(Choosing::Yes)?,
        WorkFactor::new(args.scrypt)?,
    );
    signer.create(&args.out, &protection)?;
    let out = NewKey {
        file: args.out.clone(),
        public_key: hex::encode(signer.public().as_bytes()),
    };
    let text = format!("public key  {}", out.public_key);
    args.output.print("obolus.roles.new/1", &out, text);
    Ok(())
}

/// Signs a draft.
pub fn approve(args: &ApproveArgs) -> Result<(), WalletError> {
    let mut transaction = TransactionFile::read(&args.file)?;
    let body = &transaction.body;
    eprintln!(
        "chain {}\ncontract {}\nentry {}, {} bytes of arguments, until block {}",
        body.chain,
        body.contract,
        body.entry,
        body.args.len(),
        body.expiry
    );
    if let Some(told) = attested(body) {
        eprintln!("{told}");
    }
    args.sign.sign(&mut transaction)?;
    write_draft(args.sign.draft.as_ref().unwrap_or(&args.file), &transaction)?;
    let out = RoleOut {
        transaction: transaction.id().to_string(),
        stage: "drafted",
        height: None,
        signatures: transaction.role_signatures.len(),
    };
    let text = format!(
        "transaction {} has {} signatures",
        out.transaction, out.signatures
    );
    args.output.print("obolus.roles.approve/1", &out, text);
    Ok(())
}

/// What an attestor states with its signature.
fn attested(body: &TxBody) -> Option<String> {
    if body.entry.as_str() != "attest" {
        return None;
    }
    let msg: AttestMsg = borsh::from_slice(&body.args).ok()?;
    Some(format!(
        "states reserves of {} minor units, counted at block {}, document {}",
        msg.reserves,
        msg.as_of_height,
        hex::encode(&msg.document)
    ))
}

/// Hands a signed transaction in.
pub fn submit(args: &SubmitArgs) -> Result<(), WalletError> {
    let transaction = TransactionFile::read(&args.file)?;
    let client = crate::wallet::client(&args.node.settings())?;
    let out = hand_in(&client, &transaction)?;
    let text = format!("transaction {} {}", out.transaction, out.stage);
    args.output.print("obolus.roles.submit/1", &out, text);
    out.committed()
}
