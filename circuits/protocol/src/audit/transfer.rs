//! The audit ciphertext of `transfer`: everything needed to rebuild both notes.

use obolus_abi::token::TransferMsg;

use super::{
    AuditError, AuditKeys, AuditScalar, AuditorKey, AuditorSecret, SharedSecret, packing::Packed,
    wire,
};
use crate::{
    amount::Amount,
    curve::Point,
    field::Fr,
    keys::Owner,
    note::{Commitment, Note, Nullifier, Rcm, Slot},
    tags,
};

/// What the auditor learns of a transfer.
#[derive(Clone, PartialEq, Eq)]
pub struct TransferOpening {
    /// Paid to the recipient.
    pub pay: Amount,
    /// Returned to the sender.
    pub change: Amount,
    /// The sender's slot.
    pub sender: Slot,
    /// The recipient's slot.
    pub recipient: Slot,
    /// Randomness of the recipient's note.
    pub rcm1: Rcm,
    /// Randomness of the change note.
    pub change_rcm: Rcm,
}

/// The key stream, as the sender computes it. Its `k3` is the change note's randomness.
pub fn keys(r: &AuditScalar, auditor: &AuditorKey, nf1: Nullifier) -> AuditKeys {
    r.keys(tags::AUDIT_TRANSFER, auditor, nf1.get())
}

/// `(c1, c2)`.
pub fn seal(
    keys: &AuditKeys,
    pay: Amount,
    change: Amount,
    sender: Slot,
    recipient: Slot,
    rcm1: &Rcm,
) -> (Fr, Fr) {
    let packed = Packed {
        first: pay,
        second: change,
        sender,
        recipient,
    };
    (packed.pack() + keys.k1, rcm1.get() + keys.k2)
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
) -> Result<TransferOpening, AuditError> {
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
) -> Result<TransferOpening, AuditError> {
    let keys = shared.keys(tags::AUDIT_TRANSFER, nf1.get());
    let packed = Packed::unpack(&(c1 - keys.k1))?;
    Ok(TransferOpening {
        pay: packed.first,
        change: packed.second,
        sender: packed.sender,
        recipient: packed.recipient,
        rcm1: Rcm::new(c2 - keys.k2),
        change_rcm: Rcm::new(keys.k3),
    })
}

/// Opens the ciphertext of a transfer on the ledger.
///
/// # Errors
/// [`AuditError::Malformed`] or [`AuditError::Garbage`].
pub fn open_message(
    auditor: &AuditorSecret,
    message: &TransferMsg,
) -> Result<TransferOpening, AuditError> {
    open_message_with(&auditor.shared(&wire::point(&message.r)?), message)
}

/// Opens the ciphertext of a transfer on the ledger, whose shared point is known.
///
/// # Errors
/// [`AuditError::Malformed`] or [`AuditError::Garbage`].
pub fn open_message_with(
    shared: &SharedSecret,
    message: &TransferMsg,
) -> Result<TransferOpening, AuditError> {
    let nf1 = Nullifier::new(wire::field(&message.nf1)?);
    let (c1, c2) = (wire::field(&message.c1)?, wire::field(&message.c2)?);
    open_with(shared, nf1, c1, c2)
}

impl TransferOpening {
    /// The recipient's note; `recipient` is the owner in the directory at that height and slot.
    pub fn recipient_note(&self, recipient: Owner) -> Note {
        Note {
            value: self.pay,
            owner: recipient,
            rcm: self.rcm1.clone(),
        }
    }

    /// The change note; `sender` is the owner in the directory at that height and slot.
    pub fn change_note(&self, sender: Owner) -> Note {
        Note {
            value: self.change,
            owner: sender,
            rcm: self.change_rcm.clone(),
        }
    }

    /// Compares the rebuilt notes with the ledger's commitments.
    ///
    /// # Errors
    /// [`AuditError::Commitment`].
    pub fn check(
        &self,
        sender: Owner,
        recipient: Owner,
        cm1: Commitment,
        cm2: Commitment,
    ) -> Result<(), AuditError> {
        let paid = self.recipient_note(recipient).commitment() == cm1;
        let change = self.change_note(sender).commitment() == cm2;
        if paid && change {
            Ok(())
        } else {
            Err(AuditError::Commitment)
        }
    }
}
