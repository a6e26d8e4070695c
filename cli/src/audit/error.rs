//! Why an audit command failed, and with which exit status.

use std::path::PathBuf;

use obolus_audit::annotate::{AnnotateError, CheckError};
use obolus_audit::committee::AccessError;
use obolus_audit::ledger::LedgerError;
use obolus_audit::names::NameError;
use obolus_audit::page::PageError;
use obolus_audit::rules::RulesError;
use obolus_audit::store::StoreError;
use obolus_audit::{FilterError, IndexError, RecoverError};
use obolus_wallet::auditor::RecoveryError;
use obolus_wallet::committee::CommitteeError;
use obolus_wallet::disclose::DiscloseError;
use obolus_wallet::roles::RoleKeyError;
use obolus_wallet::{KeystoreError, ScanError, SourceError};

use crate::secret::SecretError;
use crate::wallet::WalletError;

/// Why an audit command failed. Carries no secret.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    /// Files.
    #[error("{path}: {1}", path = .0.display())]
    Io(PathBuf, std::io::Error),
    /// The index was made for another token.
    #[error("{path} is of another token than the index: give the index's own, or another --index; if the index's token.toml was changed, delete that file first", path = .0.display())]
    OtherToken(PathBuf),
    /// Never synced.
    #[error("{path} holds no index: make one with `obolus audit sync`", path = .0.display())]
    NoIndex(PathBuf),
    /// The key file is empty.
    #[error("the key file holds no key: make one with `obolus audit keygen`")]
    NoKey,
    /// Not a transaction that an auditor signs.
    #[error(
        "the draft is no set_auditor for this key and no instantiation: an auditor signs nothing else"
    )]
    NotForAuditor,
    /// A file with names.
    #[error("names, line {line}: {reason}")]
    NamesFile {
        /// Its line.
        line: u64,
        /// What is wrong.
        reason: String,
    },
    /// No such movement.
    #[error("no movement in the index is {0}: check it, or sync")]
    NoMovement(String),
    /// A malformed argument.
    #[error("{0}: {1}")]
    Argument(&'static str, String),
    /// Alerts were found.
    #[error("{0} alerts")]
    Alerts(usize),
    /// Lines of a file were left out.
    #[error("{0} lines were left out; what is said about them is above")]
    LeftOut(usize),
    /// Writing a table.
    #[error("the table could not be written: {0}")]
    Csv(#[from] csv::Error),
    /// The report's template.
    #[error("the report could not be made: {0}")]
    Report(String),
    /// Serving.
    #[error("the pages cannot be served: {0}")]
    Runtime(std::io::Error),
    /// Shared with the commands of wallets and roles.
    #[error(transparent)]
    Wallet(#[from] WalletError),
    /// Secrets.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// Key files.
    #[error(transparent)]
    Key(#[from] RoleKeyError),
    /// Key files, written.
    #[error(transparent)]
    Keystore(#[from] KeystoreError),
    /// The index.
    #[error(transparent)]
    Index(#[from] IndexError),
    /// The index's files.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A query.
    #[error(transparent)]
    Filter(#[from] FilterError),
    /// Who.
    #[error(transparent)]
    Name(#[from] NameError),
    /// Annotations.
    #[error(transparent)]
    Annotate(#[from] AnnotateError),
    /// A text.
    #[error(transparent)]
    Check(#[from] CheckError),
    /// A disclosure.
    #[error(transparent)]
    Disclose(#[from] DiscloseError),
    /// Rules.
    #[error(transparent)]
    Rules(#[from] RulesError),
    /// Recovery.
    #[error(transparent)]
    Recover(#[from] RecoverError),
    /// A recovery file.
    #[error(transparent)]
    Recovery(#[from] RecoveryError),
    /// Pages.
    #[error(transparent)]
    Page(#[from] PageError),
    /// A committee's requests and answers.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// A committee's files.
    #[error(transparent)]
    Committee(#[from] CommitteeError),
}

impl AuditError {
    /// The process's exit status.
    pub fn status(&self) -> u8 {
        match self {
            Self::Wallet(error) => error.status(),
            Self::Argument(..)
            | Self::Filter(_)
            | Self::Name(_)
            | Self::Page(PageError::NotLoopback(_))
            | Self::Secret(SecretError::NotATerminal(..)) => 2,
            Self::Index(IndexError::Ledger(LedgerError::Scan(ScanError::Source(
                SourceError::Unavailable,
            )))) => 3,
            Self::Access(AccessError::Source(SourceError::Unavailable)) => 3,
            Self::Alerts(_) => 4,
            _ => 1,
        }
    }
}
