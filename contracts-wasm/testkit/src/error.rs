//! What goes wrong in a scenario.

use obolus_runtime::Refusal;
use obolus_runtime::ledger::{AdmitError, BuildError, CommitError, LedgerError, QueryError};

/// What goes wrong in a scenario.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The ledger executed the call and refused it.
    #[error("refused ({code}): {0}", code = .0.code())]
    Refused(Refusal),
    /// The ledger did not take the transaction: a signature or proof does not hold.
    #[error("not admitted: {0}")]
    NotAdmitted(#[from] AdmitError),
    /// A query failed.
    #[error(transparent)]
    Query(#[from] QueryError),
    /// A reply or event is not of the type asked for.
    #[error("{0} does not decode as the type asked for: name the contract's own type")]
    Decode(&'static str),
    /// A name or value that cannot be part of a transaction.
    #[error(transparent)]
    Transaction(#[from] obolus_protocol::tx::TxError),
    /// A circuit or key.
    #[error("the circuit cannot be simulated: {0}")]
    Circuit(String),
    /// The chain's own trouble.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The chain's own trouble.
    #[error(transparent)]
    Build(#[from] BuildError),
    /// The chain's own trouble.
    #[error(transparent)]
    Commit(#[from] CommitError),
    /// The temporary directory.
    #[error("no temporary directory: {0}")]
    Io(#[from] std::io::Error),
}

impl Error {
    /// Stable code of a refusal: a contract's own name for it, or the ledger's.
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Refused(refusal) => Some(refusal.code()),
            Self::NotAdmitted(error) => Some(error.code()),
            Self::Query(QueryError::Call(obolus_runtime::exec::CallError::Revert(error))) => {
                Some(&error.name)
            }
            _ => None,
        }
    }
}
