//! What the auditor writes down.

use obolus_protocol::{
    Amount, Note,
    audit::AuditError,
    note::{Position, Slot},
};

use crate::notes::Place;

/// A note that the auditor rebuilt, and where it is. Equal to the ledger's commitment there.
pub type OpenedNote = (Position, Note);

/// One movement in clear. Slots name participants in the directory.
#[derive(Clone, PartialEq, Eq)]
pub enum Record {
    /// The issuer made a note, or it moved in from the token's predecessor.
    Issued {
        /// Block and transaction.
        place: Place,
        /// For whom.
        recipient: Slot,
        /// How much.
        amount: Amount,
        /// The note.
        note: OpenedNote,
        /// It moved in.
        migrated: bool,
    },
    /// One participant paid another, or the issuer seized a frozen participant's notes for another.
    Transferred {
        /// Block and transaction.
        place: Place,
        /// Who paid.
        sender: Slot,
        /// Who was paid.
        recipient: Slot,
        /// How much.
        amount: Amount,
        /// The recipient's note.
        paid: OpenedNote,
        /// The sender's change.
        change: OpenedNote,
        /// Hash of the order, if it was seized.
        case: Option<[u8; 32]>,
    },
    /// A participant redeemed, or moved to the token's successor.
    Redeemed {
        /// Block and transaction.
        place: Place,
        /// Who.
        holder: Slot,
        /// How much.
        amount: Amount,
        /// Its number: cleared once an attestation counted more.
        number: u64,
        /// Hash of the payout instruction.
        payout_reference: [u8; 32],
        /// The holder's change.
        change: OpenedNote,
        /// It moved to the successor.
        migrated: bool,
    },
}

impl Record {
    /// Block and transaction.
    pub const fn place(&self) -> &Place {
        match self {
            Self::Issued { place, .. }
            | Self::Transferred { place, .. }
            | Self::Redeemed { place, .. } => place,
        }
    }

    /// How much moved.
    pub const fn amount(&self) -> Amount {
        match self {
            Self::Issued { amount, .. }
            | Self::Transferred { amount, .. }
            | Self::Redeemed { amount, .. } => *amount,
        }
    }

    /// The notes that came into being, with their owners' slots.
    pub fn notes(&self) -> Vec<(Slot, &OpenedNote)> {
        match self {
            Self::Issued {
                recipient, note, ..
            } => vec![(*recipient, note)],
            Self::Transferred {
                sender,
                recipient,
                paid,
                change,
                ..
            } => vec![(*recipient, paid), (*sender, change)],
            Self::Redeemed { holder, change, .. } => vec![(*holder, change)],
        }
    }
}

/// Something that the auditor could not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Block and transaction.
    pub place: Place,
    /// Why.
    pub reason: AuditError,
}
