//! Why a transaction was not admitted.

use obolus_abi::TxDigest;
use obolus_chain::TxFault;

use crate::state::StateError;

/// Why a transaction was not admitted. [`Self::code`] is stable.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AdmitError {
    /// Wrong by itself, whatever the state.
    #[error(transparent)]
    Transaction(#[from] TxFault),
    /// In a block already.
    #[error(
        "the transaction {0} is committed already: nothing needs to be done; a repeated payment is a new transaction"
    )]
    AlreadyCommitted(TxDigest),
    /// The state could not be read.
    #[error("the state could not be read: {0}")]
    State(#[from] StateError),
}

impl AdmitError {
    /// Stable snake-case code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Transaction(fault) => fault.code(),
            Self::AlreadyCommitted(_) => "already_committed",
            Self::State(_) => "state_unavailable",
        }
    }
}
