//! Applying for registration: a proof and a signature under the spending key, which the registrar completes.

use std::path::PathBuf;

use clap::Args;
use obolus_protocol::Amount;
use obolus_protocol::statement::RegisterWitness;
use obolus_wallet::payer::Session;
use obolus_wallet::{Registration, Unproven};
use rand::rngs::OsRng;
use serde::Serialize;

use super::WalletError;
use super::context::WalletArgs;
use super::export::write_private;
use super::send::minor_units;
use crate::endpoint::ProvingKeyArgs;
use crate::roles::TransactionFile;

/// Arguments of `apply`.
#[derive(Args)]
pub struct ApplyArgs {
    #[command(flatten)]
    common: WalletArgs,
    /// The per-transfer limit agreed on with the registrar; without it the largest amount.
    #[arg(long, value_name = "AMOUNT")]
    limit: Option<String>,
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
    let unproven = {
        let session = Session::begin(
            &context.directory,
            context.token.config,
            &context.keys,
            &client,
        )?;
        let registration = Registration {
            limit,
            expiry: session.wallet.default_expiry(),
        };
        let view = session.wallet.view();
        Unproven::<RegisterWitness>::register(view, &context.keys, &registration, &mut OsRng)?
    };
    let signed =
        unproven
            .prove(&prover, &circuits)?
            .sign(&context.spending, Vec::new(), &mut OsRng)?;
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
