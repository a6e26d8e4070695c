//! After a participant has lost its key: its unspent notes with their openings, for the issuer who seizes them to the
//! participant's new slot.

use obolus_protocol::Note;
use obolus_protocol::note::Slot;
use obolus_wallet::auditor::{RecoveredNote, Recovery};

use crate::index::Index;
use crate::store::StoreError;

/// Why nothing can be recovered.
#[derive(Debug, thiserror::Error)]
pub enum RecoverError {
    /// The disk.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Nobody has the slot.
    #[error("slot {0} holds no participant: look the participant up with `obolus audit people`")]
    Nobody(u32),
    /// The escrow did not open.
    #[error(
        "the nullifier key of slot {0} could not be read from its escrow: sync with the secrets of all epochs"
    )]
    NoKey(u32),
    /// The openings are not all there.
    #[error("{missing} unspent notes of slot {slot} are not in the index: sync again with --again")]
    Missing {
        /// Whose.
        slot: u32,
        /// How many.
        missing: usize,
    },
}

/// What a participant holds, opened.
///
/// # Errors
/// [`RecoverError`].
pub fn recover(index: &Index, slot: Slot) -> Result<Recovery, RecoverError> {
    let ledger = index.ledger();
    let entry = ledger.view().directory().by_slot(slot);
    let entry = entry.ok_or(RecoverError::Nobody(slot.get()))?;
    let nk = ledger.escrowed_key(slot);
    let nk = nk.ok_or(RecoverError::NoKey(slot.get()))?.clone();
    let unspent = ledger.unspent_of(slot);
    let mut notes = Vec::with_capacity(unspent.len());
    for movement in index.entries() {
        for made in movement?.created {
            let at = unspent.binary_search_by_key(&made.position, |(position, _)| *position);
            if made.owner == slot && at.is_ok() {
                notes.push(RecoveredNote {
                    position: made.position,
                    note: Note {
                        value: made.value,
                        owner: entry.owner,
                        rcm: made.rcm,
                    },
                });
            }
        }
    }
    if notes.len() != unspent.len() {
        return Err(RecoverError::Missing {
            slot: slot.get(),
            missing: unspent.len().abs_diff(notes.len()),
        });
    }
    Ok(Recovery {
        chain: index.token().config.chain,
        token: index.token().config.token,
        height: index.height().0,
        slot,
        owner: entry.owner,
        ak: entry.ak,
        nk,
        notes,
    })
}

#[cfg(test)]
mod tests;
