//! Role holders' keys, and handing in what they signed.

use std::path::PathBuf;

use clap::Args;
use obolus_runtime_api::hex;
use obolus_wallet::roles::{Protection, RoleSigner};
use obolus_wallet::{Passphrase, WorkFactor};
use serde::Serialize;

use super::context::submit as hand_in;
use super::files::TransactionFile;
use crate::endpoint::NodeArgs;
use crate::output::OutputArgs;
use crate::secret::{Choosing, PassphraseArgs};
use crate::wallet::WalletError;

/// Where a new key goes, and what protects it: arguments of `roles new` and of `audit keygen`.
#[derive(Args)]
pub struct NewKeyArgs {
    /// Write the encrypted key here.
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// Cost of guessing the passphrase: 2^N scrypt rounds.
    #[arg(long, value_name = "N", default_value_t = 18)]
    scrypt: u8,
    #[command(flatten)]
    passphrase: PassphraseArgs,
    #[command(flatten)]
    pub output: OutputArgs,
}

impl NewKeyArgs {
    /// A passphrase that is chosen now, and its cost.
    ///
    /// # Errors
    /// [`WalletError::Secret`], [`WalletError::Keystore`].
    pub fn passphrase(&self) -> Result<(Passphrase, WorkFactor), WalletError> {
        let work = WorkFactor::new(self.scrypt)?;
        Ok((self.passphrase.get(Choosing::Yes)?, work))
    }
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
pub fn new(args: &NewKeyArgs) -> Result<(), WalletError> {
    let signer = RoleSigner::generate();
    let (passphrase, work) = args.passphrase()?;
    let protection = Protection::Passphrase(passphrase, work);
    signer.create(&args.out, &protection)?;
    let out = NewKey {
        file: args.out.clone(),
        public_key: hex::encode(signer.public().as_bytes()),
    };
    let text = format!("public key  {}", out.public_key);
    args.output.print("obolus.roles.new/1", &out, text);
    Ok(())
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
