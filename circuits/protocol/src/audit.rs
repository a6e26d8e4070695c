//! What the auditor can read: verifiable encryption to the auditor's key.
//!
//! Each statement proves a ciphertext: with a fresh `r`, `R = r·G` and `K = r·P`, three key-stream
//! elements `k1, k2, k3` come from one permutation over (K, u), where `u` is public and never
//! repeats. The plaintext is added to them. The auditor finds K as `p·R`; where several hold shares of p, K comes from
//! their partial decryptions. Both open with the same functions, whose names end in `_with` where they take K.
//!
//! `k3` of a spend is the change note's randomness: it costs no ciphertext, and the auditor can
//! still rebuild the note.
//!
//! - [`transfer`]: `c1 = w1 + 2^64·w2 + 2^128·i + 2^148·j + k1`, `c2 = rcm1 + k2`, `rcm2 = k3`
//! - [`issue`]: `c1 = w + 2^148·j + k1`, `c2 = rcm1 + k2`, `c3 = s + k3`
//! - [`redeem`]: `c1 = w1 + 2^64·w2 + 2^128·i + k1`, `c2 = s + k2`, `rcm2 = k3`
//! - [`register`]: `c1 = nk + k1`
//!
//! Opening never trusts a ciphertext: every bit outside the packed fields must be zero, which a
//! wrong key fails except with probability below 2^-89, and callers compare the rebuilt notes with
//! the commitments on the ledger.

pub mod issue;
mod keys;
pub mod migrated;
mod packing;
pub mod redeem;
pub mod register;
pub mod transfer;
mod wire;

pub use keys::{AuditKeys, AuditScalar, AuditorKey, AuditorSecret, SharedSecret};

use thiserror::Error;

/// Why the auditor's keys or a ciphertext were refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum AuditError {
    /// Zero (for an ephemeral scalar also ±1), or not below the group order.
    #[error("the scalar is zero, one, minus one or not canonical: draw another one")]
    BadScalar,
    /// The auditor's key is no canonical point of the subgroup, or the identity.
    #[error("the auditor's key is not a proper point of the prime-order subgroup: ask the auditor")]
    BadKey,
    /// The shared point is the identity.
    #[error("the shared point is the identity: combine partial decryptions of this ciphertext's R")]
    BadShared,
    /// A field element or point of the ciphertext is not canonical.
    #[error("the ciphertext is malformed: read it from the ledger again")]
    Malformed,
    /// The plaintext has bits where none can be.
    #[error("the ciphertext does not open under this key: use the key of its auditor epoch")]
    Garbage,
    /// The rebuilt note or value commitment is not the one on the ledger.
    #[error("the opened values do not match the commitment: check the slot's owner at that height")]
    Commitment,
}

#[cfg(test)]
mod tests;
