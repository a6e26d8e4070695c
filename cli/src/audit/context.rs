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
        let token = self.token()?;
        let index = Index::open(&self.index, token, self.key.open()?.index_key())?;
        index.check_synced()?;
        Ok(Context {
            names: index.names()?,
            annotations: index.annotations()?,
            index,
        })
    }

    /// The token that the index's own file states. It is authenticated by the index, once that is opened.
    pub fn token(&self) -> Result<Token, AuditError> {
        let own = self.index.join(TOKEN);
        if !own.exists() {
            return Err(AuditError::NoIndex(self.index.clone()));
        }
        read(&own)
    }

    /// The token of a sync: the one that is given, or the index's.
    pub fn token_for_sync(&self, given: Option<&Path>) -> Result<Token, AuditError> {
        let Some(path) = given else {
            return match self.token() {
                Err(AuditError::NoIndex(_)) => Err(first_sync()),
                token => token,
            };
        };
        let token = read(path)?;
        if self.token().is_ok_and(|own| own.config != token.config) {
            return Err(AuditError::OtherToken(path.to_owned()));
        }
        Ok(token)
    }

    /// Opens the index for a sync with this token, and writes the token down if it was `given`.
    pub fn open_for_sync(
        &self,
        token: Token,
        given: Option<&Path>,
        again: bool,
        key: &[u8; 32],
    ) -> Result<Index, AuditError> {
        let root = &self.index;
        let index = match (given, again) {
            // Nothing that is there need be readable.
            (Some(_), true) => Index::anew(root, token, key)?,
            (Some(_), false) => Index::open(root, token, key)?,
            (None, _) => {
                let index = Index::open(root, token.clone(), key)?;
                // Without anything that was read nothing vouches for the index's own file.
                index.check_synced().map_err(|_| first_sync())?;
                if again {
                    Index::anew(root, token, key)?
                } else {
                    index
                }
            }
        };
        if let Some(path) = given {
            self.write_down(index.token(), path)?;
        }
        Ok(index)
    }

    fn write_down(&self, token: &Token, given: &Path) -> Result<(), AuditError> {
        let own = self.index.join(TOKEN);
        if own.exists() {
            if Token::read(&own).is_ok_and(|own| own == *token) {
                return Ok(());
            }
            eprintln!(
                "warning: {} said something else than {}: it is replaced",
                own.display(),
                given.display()
            );
        }
        std::fs::write(&own, token.to_toml()).map_err(|error| AuditError::Io(own, error))
    }
}

fn read(path: &Path) -> Result<Token, AuditError> {
    Ok(Token::read(path).map_err(WalletError::from)?)
}

fn first_sync() -> AuditError {
    let reason = "an index that holds nothing yet needs --token, as the issuer publishes it";
    AuditError::Argument("token", reason.into())
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
