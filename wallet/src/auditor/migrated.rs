//! The audit ciphertext of a note that moved in from the token's predecessor: an issue's, with the spent note's nullifier in
//! the place of the nonce.

use obolus_abi::{FieldBytes, token::MigrateMsg};
use obolus_protocol::{
    Amount, Fr,
    audit::{AuditError, SharedSecret, issue::IssueOpening},
    field::{fr_from_bytes, fr_to_bytes},
    note::{Rcm, Slot},
    pedersen::Blinding,
    tags,
};

/// Opens the ciphertext whose shared point is known.
///
/// # Errors
/// [`AuditError::Malformed`] or [`AuditError::Garbage`].
pub(super) fn open_with(
    shared: &SharedSecret,
    msg: &MigrateMsg,
) -> Result<IssueOpening, AuditError> {
    let keys = shared.keys(tags::AUDIT_ISSUE, field(&msg.out.nf1)?);
    let (value, recipient) = unpack(&(field(&msg.c1)? - keys.k1))?;
    let blinding = field(&msg.c3)? - keys.k3;
    Ok(IssueOpening {
        value,
        recipient,
        rcm1: Rcm::new(field(&msg.c2)? - keys.k2),
        blinding: Blinding::from_representative(&blinding).map_err(|_| AuditError::Garbage)?,
    })
}

/// `w + 2^148·j`; every other bit is zero.
fn unpack(packed: &Fr) -> Result<(Amount, Slot), AuditError> {
    let bytes = fr_to_bytes(packed).0;
    let (value, rest) = bytes.split_first_chunk::<8>().ok_or(AuditError::Garbage)?;
    let (change, rest) = rest.split_first_chunk::<8>().ok_or(AuditError::Garbage)?;
    let (slots, rest) = rest.split_first_chunk::<8>().ok_or(AuditError::Garbage)?;
    let slots = u64::from_le_bytes(*slots);
    if *change != [0; 8] || rest.iter().any(|byte| *byte != 0) || slots & 0xf_ffff != 0 {
        return Err(AuditError::Garbage);
    }
    let slot = u32::try_from(slots >> 20).map_err(|_| AuditError::Garbage)?;
    let slot = Slot::new(slot).map_err(|_| AuditError::Garbage)?;
    Ok((Amount::new(u64::from_le_bytes(*value)), slot))
}

fn field(bytes: &FieldBytes) -> Result<Fr, AuditError> {
    fr_from_bytes(bytes).map_err(|_| AuditError::Malformed)
}

#[cfg(test)]
mod tests;
