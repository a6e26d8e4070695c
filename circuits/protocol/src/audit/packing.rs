//! Amounts and slots in one field element: `w1 + 2^64·w2 + 2^128·i + 2^148·j`, 166 bits.

use ark_ff::{BigInt, PrimeField};

use super::AuditError;
use crate::{amount::Amount, field::Fr, note::Slot};

/// What a statement without a sender or recipient packs in its place.
pub(super) const NO_SLOT: Slot = match Slot::new(0) {
    Ok(slot) => slot,
    Err(_) => unreachable!(),
};

/// Bit position of the recipient's slot, 20 above the sender's.
const RECIPIENT_SHIFT: u32 = 148 - 128;

/// The four packed fields; those that a statement lacks are zero.
#[derive(Clone, Copy)]
pub(super) struct Packed {
    pub(super) first: Amount,
    pub(super) second: Amount,
    pub(super) sender: Slot,
    pub(super) recipient: Slot,
}

impl Packed {
    pub(super) fn pack(&self) -> Fr {
        let slots =
            u64::from(self.sender.get()) | u64::from(self.recipient.get()) << RECIPIENT_SHIFT;
        Fr::new(BigInt::new([self.first.get(), self.second.get(), slots, 0]))
    }

    /// Unpacks, refusing any bit between or above the fields.
    pub(super) fn unpack(value: &Fr) -> Result<Self, AuditError> {
        let [first, second, slots, top] = value.into_bigint().0;
        let mask = u64::from(Slot::COUNT - 1);
        let sender = slots & mask;
        let recipient = (slots >> RECIPIENT_SHIFT) & mask;
        if top != 0 || slots != sender | recipient << RECIPIENT_SHIFT {
            return Err(AuditError::Garbage);
        }
        Ok(Self {
            first: Amount::new(first),
            second: Amount::new(second),
            sender: slot(sender)?,
            recipient: slot(recipient)?,
        })
    }
}

fn slot(bits: u64) -> Result<Slot, AuditError> {
    let number = u32::try_from(bits).map_err(|_| AuditError::Garbage)?;
    Slot::new(number).map_err(|_| AuditError::Garbage)
}
