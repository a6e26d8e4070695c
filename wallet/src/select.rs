//! Note selection: which one or two notes pay an amount.
//!
//! A transfer spends at most two notes. One note that covers the amount is preferred, the smallest
//! such, so that large notes and other small ones stay free for payments in flight; otherwise the
//! largest note with the smallest partner that reaches the amount. If no two notes suffice, notes
//! must be merged first, and the error says how often.

use obolus_protocol::{Amount, note::Position};

/// A note that may be spent now.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Candidate {
    /// Where the note is in the note tree.
    pub position: Position,
    /// What it is worth.
    pub value: Amount,
}

/// Where the note is; what it is worth is the owner's business.
impl core::fmt::Debug for Candidate {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Candidate")
            .field("position", &self.position)
            .finish_non_exhaustive()
    }
}

/// The notes chosen for a payment.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Selection {
    /// The first note.
    pub first: Candidate,
    /// The second note; a dummy takes its place when absent.
    pub second: Option<Candidate>,
    /// Sum of their values.
    pub total: Amount,
}

impl core::fmt::Debug for Selection {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_list().entries(self.positions()).finish()
    }
}

impl Selection {
    /// Positions of the chosen notes.
    pub fn positions(&self) -> Vec<Position> {
        let mut positions = vec![self.first.position];
        positions.extend(self.second.map(|note| note.position));
        positions
    }
}

/// Merges that must be made before an amount can be paid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consolidation {
    /// Pairs that can be merged at the same time, now.
    pub now: Vec<Selection>,
    /// All merges that are needed, later ones included.
    pub total: usize,
}

/// Why no notes were chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SelectError {
    /// Not enough money. No amount is given, since errors are logged.
    #[error("the available balance is too small: wait for incoming payments or for change")]
    Insufficient,
    /// More than two notes would be needed.
    #[error(
        "the amount is spread over {notes} notes and a payment takes two: merge notes with {merges} self-transfers first"
    )]
    Fragmented {
        /// How many notes reach the amount, at least three.
        notes: usize,
        /// How many self-transfers bring that down to two.
        merges: usize,
    },
}

/// Chooses notes for `amount`.
///
/// # Errors
/// [`SelectError::Insufficient`] or [`SelectError::Fragmented`].
pub fn select(candidates: &[Candidate], amount: Amount) -> Result<Selection, SelectError> {
    let descending = descending(candidates);
    if let Some(single) = descending.iter().rev().find(|note| note.value >= amount) {
        return Ok(Selection {
            first: *single,
            second: None,
            total: single.value,
        });
    }
    if let Some((largest, rest)) = descending.split_first() {
        let partner = rest.iter().rev().find_map(|second| {
            // A sum above 64 bits cannot be proved; a smaller partner may do.
            let total = largest.value.checked_add(second.value)?;
            (total >= amount).then_some((*second, total))
        });
        if let Some((second, total)) = partner {
            return Ok(Selection {
                first: *largest,
                second: Some(second),
                total,
            });
        }
    }
    let notes = reaching(&descending, amount)?;
    Err(SelectError::Fragmented {
        notes,
        merges: notes.saturating_sub(2),
    })
}

/// Plans the merges that bring `amount` within reach of two notes.
///
/// # Errors
/// [`SelectError::Insufficient`] when no merging helps. An amount that is within reach already
/// needs no merges.
pub fn consolidate(candidates: &[Candidate], amount: Amount) -> Result<Consolidation, SelectError> {
    let (notes, total) = match select(candidates, amount) {
        Ok(_) => (0, 0),
        Err(SelectError::Fragmented { notes, merges }) => (notes, merges),
        Err(error) => return Err(error),
    };
    // Only notes that the payment needs: merging others would cost proofs for nothing.
    let needed = descending(candidates)
        .into_iter()
        .take(notes)
        .collect::<Vec<_>>();
    let now = needed
        .chunks_exact(2)
        .take(total)
        .filter_map(|pair| match pair {
            [first, second] => Some(Selection {
                first: *first,
                second: Some(*second),
                total: first.value.checked_add(second.value)?,
            }),
            _ => None,
        })
        .collect();
    Ok(Consolidation { now, total })
}

/// How many of the largest notes reach the amount.
fn reaching(descending: &[Candidate], amount: Amount) -> Result<usize, SelectError> {
    let mut sum = 0_u128;
    for (index, note) in descending.iter().enumerate() {
        sum += u128::from(note.value.get());
        if sum >= u128::from(amount.get()) {
            return Ok(index + 1);
        }
    }
    Err(SelectError::Insufficient)
}

/// Notes of value, largest first; equal ones oldest first, so that the choice is deterministic.
fn descending(candidates: &[Candidate]) -> Vec<Candidate> {
    let mut notes: Vec<_> = candidates
        .iter()
        .filter(|note| note.value > Amount::ZERO)
        .copied()
        .collect();
    notes.sort_by_key(|note| (core::cmp::Reverse(note.value), note.position));
    notes
}

#[cfg(test)]
mod tests;
