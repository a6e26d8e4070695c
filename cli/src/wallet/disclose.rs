//! Disclosing one payment to one verifier.

use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use clap::Args;
use obolus_abi::TxDigest;
use obolus_protocol::audience::{Audience, Challenge, VerifierName};
use obolus_protocol::disclosure::Disclosure;
use obolus_wallet::disclose::opening;
use obolus_wallet::payer::{PayError, Session};
use obolus_wallet::{ChainSource, ScanError, SourceError};
use rand::rngs::OsRng;
use serde::Serialize;

use super::WalletError;
use super::context::WalletArgs;
use super::export::write_private;

/// Whom something is shown to.
#[derive(Args, Clone, Debug)]
pub struct AudienceArgs {
    /// Who is to be convinced, as it writes its name itself.
    #[arg(long = "for", value_name = "NAME")]
    verifier: String,
    /// What it drew for this occasion: 64 hexadecimal digits.
    #[arg(long, value_name = "HEX")]
    challenge: String,
}

impl AudienceArgs {
    /// The verifier and its challenge.
    ///
    /// # Errors
    /// [`WalletError::Argument`].
    pub fn get(&self) -> Result<Audience, WalletError> {
        audience(&self.verifier, &self.challenge)
    }
}

/// A verifier and its challenge, as they are given on the command line.
///
/// # Errors
/// [`WalletError::Argument`].
pub fn audience(verifier: &str, challenge: &str) -> Result<Audience, WalletError> {
    let verifier = VerifierName::new(verifier)
        .map_err(|error| WalletError::Argument("for", error.to_string()))?;
    let challenge = Challenge::parse(challenge)
        .map_err(|error| WalletError::Argument("challenge", error.to_string()))?;
    Ok(Audience {
        verifier,
        challenge,
    })
}

/// Arguments of `disclose`.
#[derive(Args)]
pub struct DiscloseArgs {
    #[command(flatten)]
    common: WalletArgs,
    /// The payment's transaction, as the history shows it.
    #[arg(long, value_name = "DIGEST")]
    transaction: String,
    #[command(flatten)]
    audience: AudienceArgs,
    /// Write the disclosure to this new file, readable by its owner only: whoever has it learns what it shows.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

#[derive(Serialize)]
struct Disclosing {
    file: PathBuf,
    transaction: String,
    height: u64,
    verifier: String,
    payer_shown: bool,
}

/// Writes a disclosure.
pub fn disclose(args: &DiscloseArgs) -> Result<(), WalletError> {
    let audience = args.audience.get()?;
    let context = args.common.open()?;
    let client = context.client()?;
    let unknown = || {
        WalletError::Argument(
            "transaction",
            "the wallet's history has no such transaction: see `obolus wallet history`".into(),
        )
    };
    let opening = {
        let (directory, token) = (&context.directory, context.token.config);
        let session = Session::begin(directory, token, &context.keys, &client)?;
        let history = session.wallet.history();
        let entry = history
            .iter()
            .find(|entry| entry.place.tx.to_string() == args.transaction);
        let place = entry.ok_or_else(unknown)?.place;
        let failed = |error| WalletError::Pay(PayError::Scan(ScanError::Source(error)));
        let updates = client.updates(place.height).map_err(failed)?;
        let block = updates.iter().find(|block| block.height == place.height.0);
        let block = block.ok_or_else(|| failed(SourceError::Malformed))?;
        opening(&session.wallet, block, &TxDigest(place.tx.0))
            .map_err(|error| WalletError::Argument("transaction", error.to_string()))?
    };
    let out = Disclosing {
        file: args.out.clone(),
        transaction: args.transaction.clone(),
        height: opening.height.0,
        verifier: audience.verifier.as_str().to_owned(),
        payer_shown: opening.payer.is_some(),
    };
    let disclosure = Disclosure::sign(opening, audience, &context.spending, &mut OsRng);
    let text = STANDARD.encode(disclosure.encode());
    write_private(&args.out, format!("{text}\n").as_bytes())?;
    let shown = format!(
        "payment of block {}, for {} and this challenge only\nwritten to {}",
        out.height,
        out.verifier,
        out.file.display()
    );
    args.common
        .output
        .print("obolus.wallet.disclose/1", &out, shown);
    Ok(())
}
