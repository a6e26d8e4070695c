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
    /// A chain without settlement contracts.
    #[error(
        "the development chain in {0} was begun without --settlement: begin another one in an empty directory"
    )]
    NoSettlement(PathBuf),
    /// No key for rates.
    #[error("the proving keys have none for rates: report this as a bug")]
    NoRatioKey,
    /// Role key files.
    #[error(transparent)]
    Roles(#[from] obolus_wallet::roles::RoleKeyError),
    /// Token files.
    #[error(transparent)]
    Token(#[from] obolus_wallet::config::TokenFileError),
    /// Proving keys.
    #[error(transparent)]
    Keys(#[from] obolus_prover::PrepareError),
    /// Verifying keys of development.
    #[error(transparent)]
    Simulator(#[from] obolus_prover::SimulatorError),
    /// Assembly.
    #[error(transparent)]
    Assemble(#[from] obolus_wallet::AssembleError),
    /// Memos.
    #[error(transparent)]
    Memo(#[from] obolus_protocol::memo::MemoError),
    /// A node.
    #[error(transparent)]
    Node(#[from] obolus_wallet::client::ClientError),
    /// A transaction that is neither committed nor refused for long.
    #[error(
        "a transaction got no block within a minute: see whether the node is healthy, then try again"
    )]
    Slow,
    /// Keys.
    #[error(transparent)]
    Key(#[from] obolus_protocol::keys::KeyError),
    /// Reading blocks.
    #[error(transparent)]
    Scan(#[from] obolus_wallet::ScanError),
    /// A proving thread ended early.
    #[error("a proving thread ended early: run again with --log debug")]
    Worker,
    /// Genesis.
    #[error(transparent)]
    Genesis(#[from] obolus_chain::GenesisError),
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
    /// A key's holders could not sign together.
    #[error("the holders of a key could not sign: {0}")]
    KeyHolder(Box<dyn std::error::Error + Send + Sync>),
    /// No auditor key.
    #[error("there is no auditor key")]
    NoAuditor,
    /// An encoding that cannot fail did.
    #[error("a message could not be encoded: report this as a bug")]
    Encoding,
}

impl DevError {
    /// The holders of a key could not sign together.
    pub fn key_holder(error: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::KeyHolder(Box::new(error))
    }
}
