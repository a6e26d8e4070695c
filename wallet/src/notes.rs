//! The notes of one owner: what was received, what was spent, what may be spent now.

use std::collections::{BTreeMap, HashMap};

use obolus_abi::{FieldBytes, TxDigest};
use obolus_protocol::{
    Amount, Note, Nullifier,
    keys::NullifierKey,
    note::{Dummy, Position},
    tx::Height,
};

use crate::{
    reserve::{Reservation, Reservations, ReserveError},
    select::Candidate,
};

/// Where and when something happened on the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The block.
    pub height: Height,
    /// The transaction.
    pub tx: TxDigest,
}

/// A note of ours, checked against its commitment on the ledger.
#[derive(Clone, PartialEq, Eq)]
pub struct OwnedNote {
    /// Where it is in the note tree.
    pub position: Position,
    /// Its opening.
    pub note: Note,
    /// What its spend reveals.
    pub nullifier: Nullifier,
    /// Where it came from.
    pub received: Place,
    /// Where it was spent.
    pub spent: Option<Place>,
}

/// Neither the opening nor the nullifier, which would tell when the note is spent.
impl core::fmt::Debug for OwnedNote {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("OwnedNote")
            .field("position", &self.position)
            .field("received", &self.received)
            .field("spent", &self.spent)
            .finish_non_exhaustive()
    }
}

/// What a wallet holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Balance {
    /// May be spent now.
    pub available: u128,
    /// Held by transactions in flight: comes free if they fail, else goes out or returns.
    pub locked: u128,
    /// Part of `locked` that the transactions in flight return as change.
    pub returning: u128,
}

impl Balance {
    /// All unspent notes on the ledger.
    pub const fn total(&self) -> u128 {
        self.available + self.locked
    }
}

/// All notes of one owner.
#[derive(Clone, Default)]
pub struct NoteBook {
    notes: BTreeMap<Position, OwnedNote>,
    by_nullifier: HashMap<FieldBytes, Position>,
    reservations: Reservations,
}

impl NoteBook {
    /// Enters a note that was received; its commitment was found at `position`.
    pub fn receive(&mut self, position: Position, note: Note, nk: &NullifierKey, received: Place) {
        let nullifier = note.nullifier(nk, position, Dummy::No);
        self.by_nullifier.insert(nullifier.to_bytes(), position);
        self.notes.insert(
            position,
            OwnedNote {
                position,
                note,
                nullifier,
                received,
                spent: None,
            },
        );
    }

    /// Marks a note as spent, as an earlier run of the wallet saw it.
    pub(crate) fn mark_spent(&mut self, position: &Position, spent: Place) {
        if let Some(owned) = self.notes.get_mut(position) {
            owned.spent = Some(spent);
        }
    }

    /// Enters a nullifier seen on the ledger. If it is ours, marks the note as spent, frees what
    /// the spending transaction held, and returns the note.
    pub fn nullifier_seen(&mut self, nullifier: &FieldBytes, spent: Place) -> Option<&OwnedNote> {
        let position = *self.by_nullifier.get(nullifier)?;
        self.reservations.note_spent(&position);
        let owned = self.notes.get_mut(&position)?;
        owned.spent = Some(spent);
        Some(owned)
    }

    /// The note at a position.
    pub fn get(&self, position: &Position) -> Option<&OwnedNote> {
        self.notes.get(position)
    }

    /// All notes, spent ones included, in the order of their positions.
    pub fn iter(&self) -> impl Iterator<Item = &OwnedNote> {
        self.notes.values()
    }

    /// Notes that may be spent now.
    pub fn candidates(&self) -> Vec<Candidate> {
        self.unspent()
            .filter(|owned| !self.reservations.holds(&owned.position))
            .map(|owned| Candidate {
                position: owned.position,
                value: owned.note.value,
            })
            .collect()
    }

    /// What the wallet holds.
    pub fn balance(&self) -> Balance {
        let mut balance = Balance::default();
        for owned in self.unspent() {
            let value = u128::from(owned.note.value.get());
            if self.reservations.holds(&owned.position) {
                balance.locked += value;
            } else {
                balance.available += value;
            }
        }
        balance.returning = self
            .reservations
            .iter()
            .map(|(_, reservation)| u128::from(reservation.returning.get()))
            .sum();
        balance
    }

    /// Reserves notes for a transaction.
    ///
    /// # Errors
    /// [`ReserveError`]; then nothing is reserved.
    pub fn reserve(
        &mut self,
        tx: TxDigest,
        positions: Vec<Position>,
        expiry: Height,
        returning: Amount,
    ) -> Result<(), ReserveError> {
        let reservation = Reservation {
            positions,
            expiry,
            returning,
        };
        self.reservations.reserve(tx, reservation)
    }

    /// Transactions in flight.
    pub fn reservations(&self) -> &Reservations {
        &self.reservations
    }

    /// Transactions in flight, to release or expire.
    pub fn reservations_mut(&mut self) -> &mut Reservations {
        &mut self.reservations
    }

    fn unspent(&self) -> impl Iterator<Item = &OwnedNote> {
        self.notes.values().filter(|owned| owned.spent.is_none())
    }
}
