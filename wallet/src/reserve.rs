//! Reservations: notes promised to transactions in flight.
//!
//! A note is reserved when its transaction is assembled, under the transaction's digest, and comes
//! free again when the transaction is known to have failed, or can no longer be included because
//! its expiry has passed. Many payments can be in flight at once; no two share a note.

use std::collections::{BTreeMap, btree_map::Entry};

use obolus_abi::TxDigest;
use obolus_protocol::{Amount, note::Position, tx::Height};

/// What a transaction in flight holds.
#[derive(Clone, PartialEq, Eq)]
pub struct Reservation {
    /// The notes that it spends.
    pub positions: Vec<Position>,
    /// The last block that it may be in.
    pub expiry: Height,
    /// What comes back to this wallet when it is included.
    pub returning: Amount,
}

/// All transactions in flight.
#[derive(Clone, Default)]
pub struct Reservations {
    by_tx: BTreeMap<TxDigest, Reservation>,
    by_note: BTreeMap<Position, TxDigest>,
}

impl Reservations {
    /// Reserves notes for a transaction.
    ///
    /// # Errors
    /// [`ReserveError`] when the transaction holds notes already, or a note is taken; then nothing
    /// is reserved.
    pub fn reserve(&mut self, tx: TxDigest, reservation: Reservation) -> Result<(), ReserveError> {
        let taken = |position| self.by_note.contains_key(position);
        if reservation.positions.iter().any(taken) {
            return Err(ReserveError::NoteTaken);
        }
        match self.by_tx.entry(tx) {
            Entry::Occupied(_) => Err(ReserveError::Duplicate),
            Entry::Vacant(vacant) => {
                for position in &reservation.positions {
                    self.by_note.insert(*position, tx);
                }
                vacant.insert(reservation);
                Ok(())
            }
        }
    }

    /// Frees a transaction's notes: it was included, refused, or given up.
    ///
    /// Give up a transaction only if it was never handed to anybody: one that was may still be
    /// included until it expires, and its payment would then be made twice.
    pub fn release(&mut self, tx: &TxDigest) -> Option<Reservation> {
        let reservation = self.by_tx.remove(tx)?;
        for position in &reservation.positions {
            self.by_note.remove(position);
        }
        Some(reservation)
    }

    /// Frees what can no longer be included in a block above `tip`; returns the transactions.
    pub fn expire(&mut self, tip: Height) -> Vec<TxDigest> {
        let expired: Vec<_> = self
            .by_tx
            .iter()
            .filter(|(_, reservation)| reservation.expiry <= tip)
            .map(|(tx, _)| *tx)
            .collect();
        for tx in &expired {
            self.release(tx);
        }
        expired
    }

    /// A note was spent on the ledger. Whatever transaction held it is settled or can never be
    /// included, so all its notes come free; returns that transaction.
    pub fn note_spent(&mut self, position: &Position) -> Option<TxDigest> {
        let tx = *self.by_note.get(position)?;
        self.release(&tx);
        Some(tx)
    }

    /// Whether a transaction in flight holds the note.
    pub fn holds(&self, position: &Position) -> bool {
        self.by_note.contains_key(position)
    }

    /// The reservation of a transaction.
    pub fn get(&self, tx: &TxDigest) -> Option<&Reservation> {
        self.by_tx.get(tx)
    }

    /// The transactions in flight with what they hold.
    pub fn iter(&self) -> impl Iterator<Item = (&TxDigest, &Reservation)> {
        self.by_tx.iter()
    }
}

/// Why notes could not be reserved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReserveError {
    /// Another transaction holds one of the notes.
    #[error("a note is already promised to another payment in flight: select notes again")]
    NoteTaken,
    /// The transaction holds notes already.
    #[error("this transaction holds notes already: it is in flight")]
    Duplicate,
}

#[cfg(test)]
mod tests;
