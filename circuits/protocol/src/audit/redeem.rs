//! The audit ciphertext of `redeem`: the redeemed amount, the change note, and the blinding of the
//! value commitment.

use obolus_abi::token::RedeemMsg;

use super::{
    AuditError, AuditKeys, AuditScalar, AuditorKey, AuditorSecret, SharedSecret,
    packing::{NO_SLOT, Packed},
    wire,
};
use crate::{
    amount::Amount,
    curve::Point,
    field::Fr,
    keys::Owner,
    note::{Commitment, Note, Nullifier, Rcm, Slot},
    pedersen::{Blinding, ValueCommitment},
    tags,
};

/// What the auditor learns of a redemption.
#[derive(Clone)]
pub struct RedeemOpening {
    /// Leaves the pool.
    pub redeemed: Amount,
    /// Returned to the holder.
    pub change: Amount,
    /// The holder's slot.
    pub sender: Slot,
    /// Blinding of the value commitment.
    pub blinding: Blinding,
    /// Randomness of the change note.
    pub change_rcm: Rcm,
}

/// The key stream, as the holder computes it. Its `k3` is the change note's randomness.
pub fn keys(r: &AuditScalar, auditor: &AuditorKey, nf1: Nullifier) -> AuditKeys {
    r.keys(tags::AUDIT_REDEEM, auditor, nf1.get())
}

/// `(c1, c2)`; the recipient's slot in `c1` is zero.
pub fn seal(
    keys: &AuditKeys,
    redeemed: Amount,
    change: Amount,
    sender: Slot,
    blinding: &Blinding,
) -> (Fr, Fr) {
    let packed = Packed {
        first: redeemed,
        second: change,
        sender,
        recipient: NO_SLOT,
    };
    (
        packed.pack() + keys.k1,
        blinding.odd_representative() + keys.k2,
    )
}

/// Opens a ciphertext with ephemeral point `ephemeral`.
///
/// # Errors
/// [`AuditError::Garbage`] under another auditor's key.
pub fn open(
    auditor: &AuditorSecret,
    ephemeral: &Point,
    nf1: Nullifier,
    c1: Fr,
    c2: Fr,
) -> Result<RedeemOpening, AuditError> {
    open_with(&auditor.shared(ephemeral), nf1, c1, c2)
}

/// Opens a ciphertext whose shared point is known.
///
/// # Errors
/// [`AuditError::Garbage`] with another ciphertext's point.
pub fn open_with(
    shared: &SharedSecret,
    nf1: Nullifier,
    c1: Fr,
    c2: Fr,
) -> Result<RedeemOpening, AuditError> {
    let keys = shared.keys(tags::AUDIT_REDEEM, nf1.get());
    let packed = Packed::unpack(&(c1 - keys.k1))?;
    if packed.recipient != NO_SLOT {
        return Err(AuditError::Garbage);
    }
    Ok(RedeemOpening {
        redeemed: packed.first,
        change: packed.second,
        sender: packed.sender,
        blinding: wire::blinding(&(c2 - keys.k2))?,
        change_rcm: Rcm::new(keys.k3),
    })
}

/// Opens the ciphertext of a redemption on the ledger.
///
/// # Errors
/// [`AuditError::Malformed`] or [`AuditError::Garbage`].
pub fn open_message(
    auditor: &AuditorSecret,
    message: &RedeemMsg,
) -> Result<RedeemOpening, AuditError> {
    open_message_with(&auditor.shared(&wire::point(&message.r)?), message)
}

/// Opens the ciphertext of a redemption on the ledger, whose shared point is known.
///
/// # Errors
/// [`AuditError::Malformed`] or [`AuditError::Garbage`].
pub fn open_message_with(
    shared: &SharedSecret,
    message: &RedeemMsg,
) -> Result<RedeemOpening, AuditError> {
    let nf1 = Nullifier::new(wire::field(&message.nf1)?);
    let (c1, c2) = (wire::field(&message.c1)?, wire::field(&message.c2)?);
    open_with(shared, nf1, c1, c2)
}

impl RedeemOpening {
    /// The change note; `sender` is the owner in the directory at that height and slot.
    pub fn change_note(&self, sender: Owner) -> Note {
        Note {
            value: self.change,
            owner: sender,
            rcm: self.change_rcm.clone(),
        }
    }

    /// Compares the opened values with the ledger's commitments.
    ///
    /// # Errors
    /// [`AuditError::Commitment`].
    pub fn check(
        &self,
        sender: Owner,
        cm2: Commitment,
        cv: &ValueCommitment,
    ) -> Result<(), AuditError> {
        let change = self.change_note(sender).commitment() == cm2;
        let value = ValueCommitment::commit(self.redeemed, &self.blinding) == *cv;
        if change && value {
            Ok(())
        } else {
            Err(AuditError::Commitment)
        }
    }
}
