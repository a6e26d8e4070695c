//! The index that a command asks: its directory, its token, the auditor's key file.

use std::path::{Path, PathBuf};

use clap::Args;
use obolus_audit::annotate::Annotations;
use obolus_audit::{Decimals, Filter, Index, Names, People, Shower};
use obolus_wallet::auditor::Keyring;
use obolus_wallet::config::Token;

use super::AuditError;
use crate::output::OutputArgs;
use crate::secret::{Choosing, PassphraseArgs};
use crate::wallet::WalletError;

/// The token of an index, as its issuer publishes it; no secret.
const TOKEN: &str = "token.toml";

/// The auditor's key.
#[derive(Args, Clone, Debug)]
pub struct KeyArgs {
    /// The auditor's key file.
    #[arg(long, value_name = "FILE", env = "OBOLUS_AUDIT_KEY")]
    pub key: PathBuf,
    #[command(flatten)]
    pub passphrase: PassphraseArgs,
}

impl KeyArgs {
    /// Opens the key file; the passphrase is asked for only if it is encrypted.
    pub fn open(&self) -> Result<Keyring, AuditError> {
        Keyring::open(&self.key, || {
            Ok::<_, AuditError>(self.passphrase.get(Choosing::No)?)
        })
    }
}

/// Which index.
#[derive(Args, Clone, Debug)]
pub struct IndexArgs {
    /// The index's directory.
    #[arg(
        long,
        value_name = "DIR",
        env = "OBOLUS_AUDIT_INDEX",
        default_value = "audit"
    )]
    pub index: PathBuf,
    #[command(flatten)]
    pub key: KeyArgs,
    #[command(flatten)]
    pub output: OutputArgs,
}

/// An open index with what puts it into words.
pub struct Context {
    pub index: Index,
    pub names: Names,
    pub annotations: Annotations,
}

impl IndexArgs {
    /// Opens an index that was synced before.
    pub fn open(&self) -> Result<Context, AuditError> {
        let file = self.index.join(TOKEN);
        if !file.exists() {
            return Err(AuditError::NoIndex(self.index.clone()));
        }
        let token = Token::read(&file).map_err(WalletError::from)?;
        let index = Index::open(&self.index, token, self.key.open()?.index_key())?;
        index.check_synced()?;
        Ok(Context {
            names: index.names()?,
            annotations: index.annotations()?,
            index,
        })
    }

    /// The token, which a first sync writes down.
    pub fn token(&self, given: Option<&Path>) -> Result<Token, AuditError> {
        let own = self.index.join(TOKEN);
        let read = |path: &Path| Token::read(path).map_err(WalletError::from);
        match (given, own.exists()) {
            (None, true) => Ok(read(&own)?),
            (None, false) => Err(AuditError::Argument(
                "token",
                "a first sync needs --token, as the issuer publishes it".into(),
            )),
            (Some(path), there) => {
                let token = read(path)?;
                if there && read(&own)?.config != token.config {
                    return Err(AuditError::OtherToken(path.to_owned()));
                }
                if !there {
                    std::fs::create_dir_all(&self.index)
                        .and_then(|()| std::fs::write(&own, token.to_toml()))
                        .map_err(|error| AuditError::Io(own, error))?;
                }
                Ok(token)
            }
        }
    }
}

impl Context {
    /// Who is who.
    pub fn people(&self) -> People<'_> {
        let ledger = self.index.ledger();
        let network = self.index.token().network;
        People::new(ledger.view(), &self.names, ledger.rotations(), network)
    }

    /// How amounts are written.
    pub fn decimals(&self) -> Decimals {
        Decimals::of(self.index.token())
    }

    /// What puts movements into words.
    pub fn shower(&self) -> Shower<'_> {
        Shower::new(self.people(), self.decimals(), &self.annotations)
    }

    /// The token's unit.
    pub fn unit(&self) -> &str {
        &self.index.token().unit
    }
}

/// A period.
#[derive(Args, Clone, Debug, Default)]
pub struct PeriodArgs {
    /// From this block, day (2026-11-29) or time (2026-11-29T08:00:00Z) on.
    #[arg(long, value_name = "WHEN", default_value = "")]
    pub from: String,
    /// Up to and with this block, or up to this moment.
    #[arg(long, value_name = "WHEN", default_value = "")]
    pub to: String,
}

impl PeriodArgs {
    /// As a filter.
    pub fn filter(&self) -> Filter {
        Filter {
            from: self.from.clone(),
            to: self.to.clone(),
            ..Filter::default()
        }
    }
}
