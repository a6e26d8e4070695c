//! `obolus prove-balance`: a holder shows one verifier that it has at least so much.

use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use clap::Args;
use obolus_protocol::amount::{Amount, Exponent};
use obolus_wallet::balance::UnprovenBalance;
use obolus_wallet::payer::Session;
use rand::rngs::OsRng;
use serde::Serialize;

use crate::decimal::decimal;
use crate::endpoint::ProverArgs;
use crate::wallet::{AudienceArgs, WalletArgs, WalletError, write_private};

/// Arguments of `prove-balance`.
#[derive(Args)]
pub struct BalanceArgs {
    #[command(flatten)]
    common: WalletArgs,
    /// How much to show, for example 1000000.00. The verifier learns that it is at least this, and no more.
    #[arg(long, value_name = "AMOUNT")]
    at_least: String,
    #[command(flatten)]
    audience: AudienceArgs,
    #[command(flatten)]
    prover: ProverArgs,
    /// Write the claim to this new file, readable by its owner only.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

#[derive(Serialize)]
struct Claimed {
    file: PathBuf,
    at_least: String,
    unit: String,
    height: u64,
    holder: String,
    verifier: String,
    notes: usize,
    proofs: usize,
}

/// Writes a claim about the wallet's notes after the last block that its node has.
///
/// # Errors
/// [`WalletError`].
pub fn run(args: &BalanceArgs) -> Result<(), WalletError> {
    let audience = args.audience.get()?;
    let context = args.common.open()?;
    let token = &context.token;
    let exponent = Exponent::new(token.exponent)
        .map_err(|error| WalletError::Argument("token", error.to_string()))?;
    let at_least = Amount::parse(&args.at_least, exponent)
        .map_err(|error| WalletError::Argument("at-least", error.to_string()))?;
    let client = context.client()?;
    let verifier = audience.verifier.as_str().to_owned();
    let unproven = {
        // The directory's lock is held while notes are chosen, not while they are proved.
        let session = Session::begin(&context.directory, token.config, &context.keys, &client)?;
        UnprovenBalance::new(&session.wallet, audience, at_least, &mut OsRng)?
    };
    let (prover, circuits) = context.prover(&client, &args.prover)?;
    let claim = unproven.prove(&*prover, &circuits)?;
    let signed = claim.sign(&context.spending, &mut OsRng);
    let text = STANDARD.encode(signed.encode());
    write_private(&args.out, format!("{text}\n").as_bytes())?;
    let out = Claimed {
        file: args.out.clone(),
        at_least: decimal(u128::from(at_least.get()), exponent),
        unit: token.unit.clone(),
        height: unproven.request().height.0,
        holder: context.address(),
        verifier,
        notes: unproven.positions().len(),
        proofs: unproven.witnesses().len(),
    };
    let text = format!(
        "at least {} {} at block {}, for {} and this challenge only\nwritten to {}\n\
         {} will recognise the {} notes when they are spent. To end that, move them: `obolus wallet sweep` to another \
         wallet of yours, or pay with them, at a time of your choosing.",
        out.at_least,
        out.unit,
        out.height,
        out.verifier,
        out.file.display(),
        out.verifier,
        out.notes,
    );
    args.common
        .output
        .print("obolus.prove-balance/1", &out, text);
    Ok(())
}
