//! Why a payment was not made.

use obolus_protocol::address::AddressError;
use obolus_protocol::memo::MemoError;

use crate::assemble::AssembleError;
use crate::events::ScanError;
use crate::outbox::PaymentId;
use crate::store::StoreError;

/// Why a payment was not made. Carries no amounts, parties or texts.
#[derive(Debug, thiserror::Error)]
pub enum PayError {
    /// The directory.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Reading the chain.
    #[error(transparent)]
    Scan(#[from] ScanError),
    /// Assembling or proving.
    #[error(transparent)]
    Assemble(#[from] AssembleError),
    /// The address.
    #[error(transparent)]
    Address(#[from] AddressError),
    /// The text.
    #[error(transparent)]
    Memo(#[from] MemoError),
    /// The name belongs to another payment.
    #[error(
        "payment {0} was ordered with another recipient, amount or text: a new payment needs a new id"
    )]
    OtherOrder(PaymentId),
    /// Another process works on it.
    #[error("another process is working on payment {0}: wait for it")]
    Busy(PaymentId),
    /// Notes that the second try must spend are in another payment.
    #[error(
        "payment {0} was refused, and another payment holds its notes now: try again when that one has ended, so that it cannot be paid twice"
    )]
    Bound(PaymentId),
    /// After it was signed, something failed: the node gave no answer, or its answer could not be followed up.
    #[error(
        "payment {id} is signed and may have reached the node: {reason}; resume it, it will not be paid twice"
    )]
    Node {
        /// Its name.
        id: PaymentId,
        /// What happened.
        reason: String,
    },
    /// A merge that a payment needs is not through yet.
    #[error(
        "the notes must be merged first, and merge {0} is not committed yet: try again shortly"
    )]
    Merging(PaymentId),
    /// A transaction of several wallets that has come to its end.
    #[error("payment {0} has come to its end ({1}): it is not signed again")]
    Ended(PaymentId, &'static str),
    /// An offered payment whose notes are gone.
    #[error(
        "the notes of an offered payment were spent or promised to another payment since: offer it anew"
    )]
    Withdrawn,
    /// Merging does not help.
    #[error("no two notes can be merged towards the amount: pay it in parts")]
    CannotMerge,
}

impl PayError {
    pub(super) fn in_flight(id: PaymentId, reason: &dyn std::fmt::Display) -> Self {
        Self::Node {
            id,
            reason: reason.to_string(),
        }
    }
}
