//! Why a transaction was refused before anything was executed.

use thiserror::Error;

/// Why a transaction could not be decoded or assembled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum TxError {
    /// Above [`MAX_TX_BYTES`](super::MAX_TX_BYTES), or for uploads
    /// [`MAX_UPLOAD_TX_BYTES`](super::MAX_UPLOAD_TX_BYTES).
    #[error("the transaction is larger than the limit: split it, or shorten its arguments")]
    TooLarge,
    /// The bytes end early.
    #[error("the transaction's bytes end early: send the whole encoding")]
    Truncated,
    /// Bytes after the end.
    #[error("bytes follow the transaction's end: send the encoding and nothing else")]
    TrailingBytes,
    /// A list has more items than its limit.
    #[error("too many {0}: keep to the documented limit")]
    TooMany(&'static str),
    /// A byte string is longer than its limit.
    #[error("{0} too long: keep to the documented limit")]
    TooLong(&'static str),
    /// Not 1–32 characters of `a-z`, `0-9`, `_`.
    #[error("the entry name must be 1 to 32 characters of a-z, 0-9 and _")]
    EntryName,
    /// A field element or coordinate is not below the modulus.
    #[error("a field element is not in canonical form: reduce it below the modulus")]
    NonCanonical,
    /// Signatures not strictly ascending by key.
    #[error("signatures must be strictly ascending by key, one for each key")]
    SignatureOrder,
    /// A spend-authorising signature does not hold for this transaction.
    #[error("a spend signature does not hold over this transaction's digest: sign it again")]
    SpendSignature,
    /// A role signature does not hold for this transaction.
    #[error("a role signature does not hold over this transaction's digest: sign it again")]
    RoleSignature,
    /// The expiry height has passed.
    #[error("the transaction has expired: build it again with a later expiry")]
    Expired,
    /// Expires further ahead than [`MAX_EXPIRY_HORIZON`](super::MAX_EXPIRY_HORIZON).
    #[error("the expiry is too far ahead: choose one within the horizon")]
    ExpiryTooFar,
}
