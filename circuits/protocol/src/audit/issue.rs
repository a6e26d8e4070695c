//! The audit ciphertext of `issue`: the note, and the blinding of the value commitment.

use obolus_abi::token::IssueMsg;

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
    note::{Commitment, Note, Rcm, Slot},
    pedersen::{Blinding, ValueCommitment},
    tags,
};

/// What the auditor learns of an issue.
#[derive(Clone)]
pub struct IssueOpening {
    /// Issued to the recipient.
    pub value: Amount,
    /// The recipient's slot.
    pub recipient: Slot,
    /// Randomness of the note.
    pub rcm1: Rcm,
    /// Blinding of the value commitment.
    pub blinding: Blinding,
}

/// The key stream, as the issuer computes it.
pub fn keys(r: &AuditScalar, auditor: &AuditorKey, nonce: u64) -> AuditKeys {
    r.keys(tags::AUDIT_ISSUE, auditor, Fr::from(nonce))
}

/// `(c1, c2, c3)`; the change and the sender's slot in `c1` are zero.
pub fn seal(
    keys: &AuditKeys,
    value: Amount,
    recipient: Slot,
    rcm1: &Rcm,
    blinding: &Blinding,
) -> (Fr, Fr, Fr) {
    let packed = Packed {
        first: value,
        second: Amount::ZERO,
        sender: NO_SLOT,
        recipient,
    };
    (
        packed.pack() + keys.k1,
        rcm1.get() + keys.k2,
        blinding.odd_representative() + keys.k3,
    )
}

/// Opens a ciphertext `(c1, c2, c3)` with ephemeral point `ephemeral`.
///
/// # Errors
/// [`AuditError::Garbage`] under another auditor's key.
pub fn open(
    auditor: &AuditorSecret,
    ephemeral: &Point,
    nonce: u64,
    ciphertext: (Fr, Fr, Fr),
) -> Result<IssueOpening, AuditError> {
    open_with(&auditor.shared(ephemeral), nonce, ciphertext)
}

/// Opens a ciphertext `(c1, c2, c3)` whose shared point is known.
///
/// # Errors
/// [`AuditError::Garbage`] with another ciphertext's point.
pub fn open_with(
    shared: &SharedSecret,
    nonce: u64,
    ciphertext: (Fr, Fr, Fr),
) -> Result<IssueOpening, AuditError> {
    opened(shared, Fr::from(nonce), ciphertext)
}

/// The same for any `u`: a note that moves in has a nullifier there.
pub(super) fn opened(
    shared: &SharedSecret,
    u: Fr,
    (c1, c2, c3): (Fr, Fr, Fr),
) -> Result<IssueOpening, AuditError> {
    let keys = shared.keys(tags::AUDIT_ISSUE, u);
    let packed = Packed::unpack(&(c1 - keys.k1))?;
    if packed.second != Amount::ZERO || packed.sender != NO_SLOT {
        return Err(AuditError::Garbage);
    }
    Ok(IssueOpening {
        value: packed.first,
        recipient: packed.recipient,
        rcm1: Rcm::new(c2 - keys.k2),
        blinding: wire::blinding(&(c3 - keys.k3))?,
    })
}

/// Opens the ciphertext of an issue on the ledger.
///
/// # Errors
/// [`AuditError::Malformed`] or [`AuditError::Garbage`].
pub fn open_message(
    auditor: &AuditorSecret,
    message: &IssueMsg,
) -> Result<IssueOpening, AuditError> {
    open_message_with(&auditor.shared(&wire::point(&message.r)?), message)
}

/// Opens the ciphertext of an issue on the ledger, whose shared point is known.
///
/// # Errors
/// [`AuditError::Malformed`] or [`AuditError::Garbage`].
pub fn open_message_with(
    shared: &SharedSecret,
    message: &IssueMsg,
) -> Result<IssueOpening, AuditError> {
    let ciphertext = (
        wire::field(&message.c1)?,
        wire::field(&message.c2)?,
        wire::field(&message.c3)?,
    );
    open_with(shared, message.nonce, ciphertext)
}

impl IssueOpening {
    /// The note; `recipient` is the owner in the directory at that height and slot.
    pub fn recipient_note(&self, recipient: Owner) -> Note {
        Note {
            value: self.value,
            owner: recipient,
            rcm: self.rcm1.clone(),
        }
    }

    /// Compares the opened values with the ledger's commitments.
    ///
    /// # Errors
    /// [`AuditError::Commitment`].
    pub fn check(
        &self,
        recipient: Owner,
        cm1: Commitment,
        cv: &ValueCommitment,
    ) -> Result<(), AuditError> {
        let note = self.recipient_note(recipient).commitment() == cm1;
        let value = ValueCommitment::commit(self.value, &self.blinding) == *cv;
        if note && value {
            Ok(())
        } else {
            Err(AuditError::Commitment)
        }
    }
}
