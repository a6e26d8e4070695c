//! Attesting reserves, and opening a token's sums for it.

use std::path::{Path, PathBuf};

use clap::Args;
use obolus_protocol::amount::Exponent;
use obolus_protocol::audit::AuditorSecret;
use obolus_protocol::statement::SupplyWitness;
use obolus_protocol::tx::Height;
use obolus_wallet::auditor::Keyring;
use obolus_wallet::client::NodeClient;
use obolus_wallet::committee::Group;
use obolus_wallet::config::Token;
use obolus_wallet::{Attestation, CircuitKeys, Counted, OpenedSupply, Unproven};
use serde::Serialize;

use super::context::{RoleArgs, RoleOut, expiry, view};
use super::issuer::IssuerKeys;
use crate::decimal::{decimal, total};
use crate::secret::{Choosing, PassphraseArgs};
use crate::wallet::WalletError;

/// Arguments of `attest`.
#[derive(Args)]
pub struct AttestArgs {
    #[command(flatten)]
    common: RoleArgs,
    /// What is held for the tokens in circulation, for example 1000000.00.
    #[arg(long, value_name = "AMOUNT")]
    reserves: String,
    /// The block for which it was counted: what was redeemed later is still among it.
    #[arg(long, value_name = "HEIGHT")]
    as_of: u64,
    /// The attestation's document; its BLAKE3 hash goes on the ledger.
    #[arg(long, value_name = "FILE")]
    document: PathBuf,
    #[command(flatten)]
    auditor: AuditorArgs,
    #[command(flatten)]
    keys: IssuerKeys,
}

/// Who can open what a token hides.
#[derive(Args, Clone, Debug)]
pub struct AuditorArgs {
    /// The auditor's key file: amounts, holders and what is in circulation are known to the auditor only. Repeat it for the
    /// keys of all epochs.
    #[arg(long = "auditor-key", value_name = "FILE")]
    pub files: Vec<PathBuf>,
}

#[derive(Serialize)]
struct Attested {
    #[serde(flatten)]
    transaction: RoleOut,
    reserves: String,
    unit: String,
    as_of: u64,
    document: String,
}

impl AuditorArgs {
    /// The token's sums with their openings.
    ///
    /// # Errors
    /// [`WalletError`].
    pub fn open(
        &self,
        token: &Token,
        client: &NodeClient,
        passphrase: &PassphraseArgs,
        counted: Counted,
    ) -> Result<OpenedSupply, WalletError> {
        if self.files.is_empty() {
            return Err(WalletError::Argument(
                "auditor-key",
                "what is in circulation is known to the auditor only: name its key file".into(),
            ));
        }
        let secrets = self.secrets(passphrase)?;
        Ok(OpenedSupply::open(token.config, secrets, client, counted)?)
    }

    /// The secrets of all files.
    ///
    /// # Errors
    /// [`WalletError::CommitteeKey`], [`WalletError::Role`].
    pub fn secrets(&self, passphrase: &PassphraseArgs) -> Result<Vec<AuditorSecret>, WalletError> {
        let mut secrets = Vec::new();
        for path in &self.files {
            if is_committees(path) {
                return Err(WalletError::CommitteeKey(path.clone()));
            }
            let ring = Keyring::open(path, || Ok::<_, WalletError>(passphrase.get(Choosing::No)?))?;
            secrets.extend(ring.into_secrets());
        }
        Ok(secrets)
    }
}

/// A member's directory, or the group's file: no key is in either that opens anything alone.
fn is_committees(path: &Path) -> bool {
    let group = || std::fs::read_to_string(path).ok();
    path.join("group.toml").exists() || group().is_some_and(|text| Group::from_toml(&text).is_ok())
}

/// Proves that the reserves cover what is in circulation, and states them on the ledger.
pub fn attest(args: &AttestArgs) -> Result<(), WalletError> {
    let token = args.common.token()?;
    let exponent = Exponent::new(token.exponent)
        .map_err(|error| WalletError::Argument("token", error.to_string()))?;
    let reserves = total(&args.reserves, exponent)
        .map_err(|reason| WalletError::Argument("reserves", reason.into()))?;
    let document = hash(&args.document)?;
    let client = args.common.client(&token)?;
    let as_of = Height(args.as_of);
    let passphrase = &args.common.sign.passphrase;
    let counted = Counted::UpTo(as_of);
    let supply = args.auditor.open(&token, &client, passphrase, counted)?;
    let view = view(&client, &token)?;
    if as_of > view.tip() {
        return Err(WalletError::Argument(
            "as-of",
            format!("there is no such block yet, the last one is {}", view.tip()),
        ));
    }
    let attestation = Attestation {
        reserves,
        as_of,
        document: *document.as_bytes(),
        expiry: expiry(view.tip()),
    };
    let unproven = Unproven::<SupplyWitness>::attest(&view, &supply, &attestation)?;
    let provers = args.keys.provers()?;
    let proven = unproven.prove(&provers, &CircuitKeys::from(&provers))?;
    let transaction = proven.authorise(Vec::new())?.into_transaction();
    let out = Attested {
        transaction: args.common.settle(&client, transaction)?,
        reserves: decimal(reserves.get(), exponent),
        unit: token.unit.clone(),
        as_of: as_of.0,
        document: document.to_string(),
    };
    let text = format!(
        "transaction {} {}\nreserves {} {} as of block {}, document {}",
        out.transaction.transaction,
        out.transaction.stage,
        out.reserves,
        out.unit,
        out.as_of,
        out.document
    );
    args.common
        .output
        .print("obolus.issuer.attest/1", &out, text);
    out.transaction.committed()
}

/// The hash of an order or a document, as the ledger has it.
pub fn hash(path: &Path) -> Result<blake3::Hash, WalletError> {
    let io = |error| WalletError::Io(path.to_owned(), error);
    let mut hasher = blake3::Hasher::new();
    let mut file = std::fs::File::open(path).map_err(io)?;
    std::io::copy(&mut file, &mut hasher).map_err(io)?;
    Ok(hasher.finalize())
}
