//! What can be wrong with a transaction by itself, whatever the state.

use obolus_abi::{KeyId, TxDigest};
use obolus_protocol::tx::{Height, TxError};
use obolus_verifier::ProofError;

/// Why a transaction can be in no block here, whatever the state. [`Self::code`] is stable.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TxFault {
    /// Larger than the limit.
    #[error("the transaction is larger than the limit: split it, or shorten its arguments")]
    TooLarge,
    /// Bytes that are no transaction.
    #[error("the transaction is malformed: {0}")]
    Malformed(TxError),
    /// A field element or coordinate above the modulus.
    #[error(
        "a field element of the transaction is not in canonical form: reduce it below the modulus"
    )]
    NonCanonical,
    /// Made for another chain.
    #[error("the transaction is for another chain: build it for this one")]
    WrongChain,
    /// Too late.
    #[error(
        "the transaction expired at height {expiry}, the next block is {next}: build it again with a later expiry"
    )]
    Expired {
        /// The transaction.
        id: TxDigest,
        /// Its expiry.
        expiry: Height,
        /// Height of the next block.
        next: Height,
    },
    /// Remembering it until its expiry would take too long.
    #[error("the transaction expires at height {expiry}: choose an expiry of at most {latest}")]
    ExpiryTooFar {
        /// Its expiry.
        expiry: Height,
        /// The latest acceptable one.
        latest: Height,
    },
    /// A spend signature that does not hold.
    #[error(
        "a spend signature does not hold over this transaction's digest: sign this transaction"
    )]
    SpendSignature,
    /// A role signature that does not hold.
    #[error("a role signature does not hold over this transaction's digest: sign this transaction")]
    RoleSignature,
    /// A verifying key that the genesis does not list.
    #[error(
        "proof {index} names the verifying key {key}, which this chain does not know: prove with one of its keys"
    )]
    UnknownKey {
        /// The proof's place, from 0.
        index: usize,
        /// The key.
        key: KeyId,
    },
    /// Proof bytes that are no proof.
    #[error("proof {index} is malformed: {reason}")]
    ProofMalformed {
        /// The proof's place, from 0.
        index: usize,
        /// What is wrong with it.
        reason: ProofError,
    },
    /// Wrong number of public inputs.
    #[error(
        "proof {index} comes with the wrong number of public inputs: take them from the statement"
    )]
    InputCount {
        /// The proof's place, from 0.
        index: usize,
    },
    /// A proof that does not hold.
    #[error("proof {index} does not hold for its public inputs: prove this transaction again")]
    ProofInvalid {
        /// The proof's place, from 0.
        index: usize,
    },
}

impl TxFault {
    /// Stable snake-case code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooLarge => "transaction_too_large",
            Self::Malformed(_) => "malformed_transaction",
            Self::NonCanonical => "non_canonical",
            Self::WrongChain => "wrong_chain",
            Self::Expired { .. } => "expired",
            Self::ExpiryTooFar { .. } => "expiry_too_far",
            Self::SpendSignature => "bad_spend_signature",
            Self::RoleSignature => "bad_role_signature",
            Self::UnknownKey { .. } => "unknown_key",
            Self::ProofMalformed { .. } => "proof_malformed",
            Self::InputCount { .. } => "input_count",
            Self::ProofInvalid { .. } => "proof_invalid",
        }
    }
}

impl From<TxError> for TxFault {
    fn from(error: TxError) -> Self {
        match error {
            TxError::TooLarge => Self::TooLarge,
            TxError::NonCanonical => Self::NonCanonical,
            TxError::SpendSignature => Self::SpendSignature,
            TxError::RoleSignature => Self::RoleSignature,
            other => Self::Malformed(other),
        }
    }
}
