//! Why a transaction is not in a block.

use obolus_abi::TxDigest;

use super::AdmitError;
use crate::exec::{CallError, TrapKind};

/// The verdict on one transaction, the same on every node.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It may not be in this block, whatever it does.
    #[error(transparent)]
    Admission(#[from] AdmitError),
    /// Its call failed and changed nothing.
    #[error(transparent)]
    Call(#[from] CallError),
}

impl Refusal {
    pub(super) const fn already_committed(digest: TxDigest) -> Self {
        Self::Admission(AdmitError::AlreadyCommitted(digest))
    }

    /// Stable snake-case code; a contract's own name for its refusals.
    pub fn code(&self) -> &str {
        match self {
            Self::Admission(error) => error.code(),
            Self::Call(CallError::Revert(error)) => &error.name,
            Self::Call(CallError::Trap(TrapKind::StorageQuota)) => "storage_quota",
            Self::Call(CallError::Trap(_)) => "contract_trapped",
            Self::Call(CallError::OutOfFuel) => "out_of_fuel",
            Self::Call(CallError::NoSuchContract) => "no_such_contract",
            Self::Call(CallError::NoSuchEntry) => "no_such_entry",
            Self::Call(CallError::Reentered) => "reentered",
            Self::Call(CallError::TooDeep) => "call_too_deep",
            Self::Call(CallError::InputTooLong) => "input_too_long",
        }
    }
}

/// A transaction that a proposer left out, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The transaction.
    pub digest: TxDigest,
    /// This copy of it: another copy may be fine.
    pub bytes_hash: [u8; 32],
    /// Why.
    pub reason: Refusal,
}
