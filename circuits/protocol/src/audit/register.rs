//! The audit ciphertext of `register`: the participant's nullifier key in escrow, so that the
//! auditor can follow spends and a seizure needs no cooperation of the holder.

use obolus_abi::{FieldBytes, PointBytes};

use super::{AuditError, AuditKeys, AuditScalar, AuditorKey, AuditorSecret, wire};
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
    let keys = auditor.keys(tags::AUDIT_REGISTER, ephemeral, owner.get());
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
    let owner = Owner::new(wire::field(owner)?);
    open(
        auditor,
        &wire::point(ephemeral)?,
        owner,
        &wire::point(ak)?,
        wire::field(c1)?,
    )
}
