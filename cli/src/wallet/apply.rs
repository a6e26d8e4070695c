//! Applying for registration: a proof and a signature under the spending key, which the registrar completes.

use std::path::PathBuf;

use clap::Args;
use obolus_protocol::Amount;
use obolus_protocol::note::Slot;
use obolus_protocol::statement::RegisterWitness;
use obolus_wallet::payer::Session;
use obolus_wallet::{Entering, Registration, TokenView, Unproven};
use rand::rngs::OsRng;
use serde::Serialize;

use super::WalletError;
use super::context::{Context, WalletArgs};
use super::export::write_private;
use super::send::minor_units;
use crate::endpoint::ProvingKeyArgs;
use crate::roles::TransactionFile;
use crate::secret::Choosing;

/// Arguments of `apply`.
#[derive(Args)]
pub struct ApplyArgs {
    #[command(flatten)]
    common: WalletArgs,
    /// The per-transfer limit agreed on with the registrar; without it the largest amount.
    #[arg(long, value_name = "AMOUNT")]
    limit: Option<String>,
    /// The key replaces the one of this wallet, which signs too; both wallets have the same passphrase.
    #[arg(long, value_name = "DIR", conflicts_with = "recovers")]
    rotates: Option<PathBuf>,
    /// The key replaces the one of this slot, which is lost: the registrar froze it.
    #[arg(long, value_name = "SLOT")]
    recovers: Option<u32>,
    #[command(flatten)]
    keys: ProvingKeyArgs,
    /// Write the application here.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

#[derive(Serialize)]
struct Applied {
    file: PathBuf,
    address: String,
    transaction: String,
    expiry: u64,
}

/// Writes an application.
pub fn apply(args: &ApplyArgs) -> Result<(), WalletError> {
    let context = args.common.open()?;
    let client = context.client()?;
    let (prover, circuits) = context.provers(&client, &args.keys)?;
    let limit = match &args.limit {
        Some(text) => Amount::new(minor_units(&context, text)?),
        None => Amount::MAX,
    };
    let old = match &args.rotates {
        Some(root) => {
            let passphrase = args.common.passphrase.get(Choosing::No)?;
            Some(Context::open(root, &args.common.node, &passphrase)?)
        }
        None => None,
    };
    let unproven = {
        let session = Session::begin(
            &context.directory,
            context.token.config,
            &context.keys,
            &client,
        )?;
        let entering = entering(args, session.wallet.view(), old.as_ref())?;
        let registration = Registration {
            limit,
            entering,
            expiry: session.wallet.default_expiry(),
        };
        let view = session.wallet.view();
        Unproven::<RegisterWitness>::register(view, &context.keys, &registration, &mut OsRng)?
    };
    let proven = unproven.prove(&prover, &circuits)?;
    let signed = match &old {
        Some(old) => {
            let keys = (&old.spending, &context.spending);
            proven.sign_rotation(keys, Vec::new(), &mut OsRng)?
        }
        None => proven.sign(&context.spending, Vec::new(), &mut OsRng)?,
    };
    let transaction = signed.into_transaction();
    let out = Applied {
        file: args.out.clone(),
        address: context.address(),
        transaction: transaction.id().to_string(),
        expiry: transaction.body.expiry.0,
    };
    let file = TransactionFile::new(&transaction);
    write_private(&args.out, file.to_json().as_bytes())?;
    let text = format!(
        "application for {}\nwritten to  {}\nvalid until block {}; the registrar runs: obolus registrar add {}",
        out.address,
        out.file.display(),
        out.expiry,
        out.file.display()
    );
    args.common
        .output
        .print("obolus.wallet.apply/1", &out, text);
    Ok(())
}

/// Whose key it replaces, if any.
fn entering(
    args: &ApplyArgs,
    view: &TokenView,
    old: Option<&Context>,
) -> Result<Entering, WalletError> {
    let nobody = |reason: &str| WalletError::Argument("rotates", reason.to_owned());
    if let Some(old) = old {
        if old.token.config != *view.config() {
            return Err(nobody("the two wallets are of different tokens"));
        }
        let entry = view.directory().by_owner(&old.keys.owner());
        let entry = entry.ok_or_else(|| nobody("that wallet's owner is not registered"))?;
        return Ok(Entering::Rotating(entry.slot));
    }
    match args.recovers {
        Some(slot) => Slot::new(slot)
            .map(Entering::Recovering)
            .map_err(|error| WalletError::Argument("recovers", error.to_string())),
        None => Ok(Entering::Anew),
    }
}
