//! Notes, commitments, nullifiers, and leaves of the registry trees.

use borsh::{BorshDeserialize, BorshSerialize};
use rand::{CryptoRng, RngCore};
use zeroize::Zeroizing;

use crate::{
    amount::Amount,
    field::{Fr, fr_from_wide, invalid_data, public_field, secret_field},
    keys::{NullifierKey, Owner},
    poseidon2::hash3,
    tags,
    tree::{NOTE_DEPTH, REGISTRY_DEPTH},
};

/// Why a number names no leaf.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// Position outside the note tree.
    #[error("position {0} is outside the note tree: sync again and use the position of the event")]
    Position(u64),
    /// Slot outside the registry.
    #[error("slot {0} is outside the registry: look the participant up in the directory")]
    Slot(u32),
}

/// A payment held by an owner. Its fields are what only the parties and the auditor know.
#[derive(Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Note {
    /// Amount in minor units.
    pub value: Amount,
    /// Whom it belongs to.
    pub owner: Owner,
    /// Randomness of the commitment.
    pub rcm: Rcm,
}

impl Note {
    /// `cm = H_note(value, owner, rcm)`.
    pub fn commitment(&self) -> Commitment {
        Commitment::new(hash3(
            tags::NOTE,
            Fr::from(self.value.get()),
            self.owner.get(),
            self.rcm.get(),
        ))
    }

    /// The nullifier that spending this note at `position` reveals.
    pub fn nullifier(&self, nk: &NullifierKey, position: Position, dummy: Dummy) -> Nullifier {
        Nullifier::derive(nk, &self.rcm, position, dummy)
    }
}

impl core::fmt::Debug for Note {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Note(redacted)")
    }
}

secret_field! {
    /// `rcm`: hides a note's content in its commitment and keys its nullifier.
    Rcm
}

impl Rcm {
    /// Draws one.
    pub fn random(rng: &mut (impl RngCore + CryptoRng)) -> Self {
        let mut wide = Zeroizing::new([0; 64]);
        rng.fill_bytes(wide.as_mut());
        Self::new(fr_from_wide(&wide))
    }
}

public_field! {
    /// `cm`: a note on the ledger, its content hidden. Never zero but with negligible probability;
    /// zero is the empty leaf.
    Commitment
}

public_field! {
    /// `nf`: marks a note as spent without saying which.
    Nullifier
}

impl Nullifier {
    /// `nf = H_nf(nk, rcm, position + 2^34·dummy)`.
    ///
    /// `rcm` and not the commitment: who once saw `nk` still cannot compute the nullifiers of notes
    /// it was never shown. The position tells duplicates of one commitment apart. The dummy bit
    /// keeps a dummy input from burning a real note's nullifier.
    pub fn derive(nk: &NullifierKey, rcm: &Rcm, position: Position, dummy: Dummy) -> Self {
        let place = match dummy {
            Dummy::No => position.0,
            Dummy::Yes => position.0 | Position::COUNT,
        };
        Self::new(hash3(tags::NULLIFIER, nk.get(), rcm.get(), Fr::from(place)))
    }
}

/// Whether an input is a placeholder of value zero that is in no tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Dummy {
    /// A real note.
    No,
    /// A placeholder.
    Yes,
}

impl From<bool> for Dummy {
    fn from(dummy: bool) -> Self {
        if dummy { Self::Yes } else { Self::No }
    }
}

/// Index of a leaf in the note tree, below [`Position::COUNT`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, BorshSerialize)]
pub struct Position(u64);

impl Position {
    /// Number of positions, 2^34.
    pub const COUNT: u64 = 1 << (2 * NOTE_DEPTH);

    /// Checks the range.
    ///
    /// # Errors
    /// [`NoteError::Position`] at or above [`Self::COUNT`].
    pub const fn new(position: u64) -> Result<Self, NoteError> {
        if position >= Self::COUNT {
            return Err(NoteError::Position(position));
        }
        Ok(Self(position))
    }

    /// The index.
    pub const fn get(self) -> u64 {
        self.0
    }
}

impl BorshDeserialize for Position {
    fn deserialize_reader<R: borsh::io::Read>(reader: &mut R) -> borsh::io::Result<Self> {
        Self::new(u64::deserialize_reader(reader)?).map_err(invalid_data)
    }
}

/// Index of a participant's leaf in the registry trees, below [`Slot::COUNT`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, BorshSerialize)]
pub struct Slot(u32);

impl Slot {
    /// Number of slots, 2^18.
    pub const COUNT: u32 = 1 << (2 * REGISTRY_DEPTH);

    /// Checks the range.
    ///
    /// # Errors
    /// [`NoteError::Slot`] at or above [`Self::COUNT`].
    pub const fn new(slot: u32) -> Result<Self, NoteError> {
        if slot >= Self::COUNT {
            return Err(NoteError::Slot(slot));
        }
        Ok(Self(slot))
    }

    /// The index.
    pub const fn get(self) -> u32 {
        self.0
    }
}

impl BorshDeserialize for Slot {
    fn deserialize_reader<R: borsh::io::Read>(reader: &mut R) -> borsh::io::Result<Self> {
        Self::new(u32::deserialize_reader(reader)?).map_err(invalid_data)
    }
}

/// Leaf of a registry tree: `H_reg(owner, limit, 0)`.
pub fn registry_leaf(owner: Owner, limit: Amount) -> Fr {
    hash3(
        tags::REGISTRY,
        owner.get(),
        Fr::from(limit.get()),
        Fr::from(0_u64),
    )
}

#[cfg(test)]
mod tests;
