//! The audit ciphertext of `register`: the participant's nullifier key in escrow, so that the
//! auditor can follow spends and a seizure needs no cooperation of the holder.

use obolus_abi::{FieldBytes, PointBytes};

use super::{AuditError, AuditKeys, AuditScalar, AuditorKey, AuditorSecret, SharedSecret, wire};
use crate::{
    curve::Point,
    field::Fr,
    keys::{NullifierKey, Owner},
    tags,
};

/// The key stream, as the participant computes it.
pub fn keys(r: &AuditScalar, auditor: &AuditorKey, owner: Owner) -> AuditKeys {
    r.keys(tags::AUDIT_REGISTER, auditor, owner.get())
}

/// `c1`.
pub fn seal(keys: &AuditKeys, nk: &NullifierKey) -> Fr {
    nk.get() + keys.k1
}

/// Opens a ciphertext with ephemeral point `ephemeral`. Any field element could be a nullifier key,
/// so the owner hash decides.
///
/// # Errors
/// [`AuditError::Commitment`] if the key does not belong to `owner` and `ak`.
pub fn open(
    auditor: &AuditorSecret,
    ephemeral: &Point,
    owner: Owner,
    ak: &Point,
    c1: Fr,
) -> Result<NullifierKey, AuditError> {
    open_with(&auditor.shared(ephemeral), owner, ak, c1)
}

/// Opens a ciphertext whose shared point is known.
///
/// # Errors
/// [`AuditError::Commitment`] if the key does not belong to `owner` and `ak`.
pub fn open_with(
    shared: &SharedSecret,
    owner: Owner,
    ak: &Point,
    c1: Fr,
) -> Result<NullifierKey, AuditError> {
    let keys = shared.keys(tags::AUDIT_REGISTER, owner.get());
    let nk = NullifierKey::new(c1 - keys.k1);
    if Owner::derive(ak, &nk) == owner {
        Ok(nk)
    } else {
        Err(AuditError::Commitment)
    }
}

/// Opens the escrow of a registration on the ledger.
///
/// # Errors
/// [`AuditError::Malformed`] or [`AuditError::Commitment`].
pub fn open_message(
    auditor: &AuditorSecret,
    owner: &FieldBytes,
    ak: &PointBytes,
    ephemeral: &PointBytes,
    c1: &FieldBytes,
) -> Result<NullifierKey, AuditError> {
    open_message_with(&auditor.shared(&wire::point(ephemeral)?), owner, ak, c1)
}

/// Opens the escrow of a registration on the ledger, whose shared point is known.
///
/// # Errors
/// [`AuditError::Malformed`] or [`AuditError::Commitment`].
pub fn open_message_with(
    shared: &SharedSecret,
    owner: &FieldBytes,
    ak: &PointBytes,
    c1: &FieldBytes,
) -> Result<NullifierKey, AuditError> {
    let owner = Owner::new(wire::field(owner)?);
    open_with(shared, owner, &wire::point(ak)?, wire::field(c1)?)
}
