//! The audit ciphertext of `issue`: the note, and the blinding of the value commitment.

use obolus_abi::FieldBytes;
use obolus_abi::token::IssueMsg;

use super::{
    AuditError, AuditKeys, AuditScalar, AuditorKey, AuditorSecret, SharedSecret,
    packing::{NO_SLOT, Packed},
    wire,
};
use crate::{
    amount::Amount,
    curve::Point,
    field::{Fr, fr_to_bytes},
    keys::Owner,
    note::{Commitment, Note, Nullifier, Rcm, Slot},
    pedersen::{Blinding, ValueCommitment},
    tags,
};

/// What selects the key stream of one issue; public, and never used twice under one ephemeral point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IssueNonce(Fr);

impl IssueNonce {
    /// Any field element: what a proof shows.
    pub const fn new(nonce: Fr) -> Self {
        Self(nonce)
    }

    /// Of a note that moves in from the token's predecessor: the first nullifier of what is spent there.
    pub fn of_move(spent: &Nullifier) -> Self {
        Self(spent.get())
    }

    /// As a public input.
    pub const fn get(&self) -> Fr {
        self.0
    }

    /// The counter that it is; none for a nullifier.
    pub fn counter(&self) -> Option<u64> {
        let FieldBytes(bytes) = fr_to_bytes(&self.0);
        let (low, high) = bytes.split_first_chunk::<8>()?;
        let counter = u64::from_le_bytes(*low);
        high.iter().all(|byte| *byte == 0).then_some(counter)
    }
}

/// The token's counter of issues.
impl From<u64> for IssueNonce {
    fn from(counter: u64) -> Self {
        Self(Fr::from(counter))
    }
}

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
pub fn keys(r: &AuditScalar, auditor: &AuditorKey, nonce: IssueNonce) -> AuditKeys {
    r.keys(tags::AUDIT_ISSUE, auditor, nonce.get())
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
    nonce: IssueNonce,
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
    nonce: IssueNonce,
    (c1, c2, c3): (Fr, Fr, Fr),
) -> Result<IssueOpening, AuditError> {
    let keys = shared.keys(tags::AUDIT_ISSUE, nonce.get());
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
    open_with(shared, message.nonce.into(), ciphertext)
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
