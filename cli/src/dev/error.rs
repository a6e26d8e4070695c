//! Why a development chain could not be set up or driven.

use std::path::PathBuf;

/// Why a development chain could not be set up or driven. Carries no secret.
#[derive(Debug, thiserror::Error)]
pub enum DevError {
    /// Files.
    #[error("{0}: {1}")]
    Io(PathBuf, std::io::Error),
    /// Files of a role or of the token.
    #[error("{0} is damaged: begin a new development chain in another directory")]
    Damaged(PathBuf),
    /// Role key files.
    #[error(transparent)]
    Roles(#[from] obolus_wallet::roles::RoleKeyError),
    /// Token files.
    #[error(transparent)]
    Token(#[from] obolus_wallet::config::TokenFileError),
    /// Proving keys.
    #[error(transparent)]
    Keys(#[from] obolus_prover::PrepareError),
    /// Genesis.
    #[error(transparent)]
    Genesis(#[from] obolus_runtime::ledger::GenesisError),
    /// Ledger.
    #[error(transparent)]
    Ledger(#[from] obolus_runtime::ledger::LedgerError),
    /// Block building.
    #[error(transparent)]
    Build(#[from] obolus_runtime::ledger::BuildError),
    /// Block commit.
    #[error(transparent)]
    Commit(#[from] obolus_runtime::ledger::CommitError),
    /// Reading the chain.
    #[error(transparent)]
    Source(#[from] obolus_wallet::SourceError),
    /// Transactions.
    #[error(transparent)]
    Tx(#[from] obolus_protocol::tx::TxError),
    /// Verifying keys.
    #[error(transparent)]
    VerifyingKey(#[from] obolus_verifier::KeyError),
    /// A transaction that must be taken was not.
    #[error("the ledger refused its own set-up transaction `{what}`: {message}")]
    Refused {
        /// Which step.
        what: &'static str,
        /// The ledger's reason.
        message: String,
    },
    /// No auditor key.
    #[error("there is no auditor key")]
    NoAuditor,
    /// An encoding that cannot fail did.
    #[error("a message could not be encoded: report this as a bug")]
    Encoding,
}
