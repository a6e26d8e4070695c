//! A leaf's way to the root.

use ark_ff::AdditiveGroup;
use borsh::{BorshDeserialize, BorshSerialize};
use zeroize::Zeroize;

use crate::{
    field::{Fr, fr_from_bytes, fr_to_bytes, invalid_data},
    poseidon2::compress4,
    tree::{MAX_DEPTH, TreeError},
};

/// The siblings of a leaf and of its ancestors, lowest level first.
#[derive(Clone, PartialEq, Eq, Zeroize)]
pub struct MerklePath<const DEPTH: usize> {
    index: u64,
    siblings: [[Fr; 3]; DEPTH],
}

impl<const DEPTH: usize> MerklePath<DEPTH> {
    /// Joins a leaf's index and siblings; the three siblings of a level are in the order of their
    /// places, the node's own place left out.
    ///
    /// # Errors
    /// [`TreeError::OutOfRange`] when the index is not below 4^DEPTH.
    pub const fn new(index: u64, siblings: [[Fr; 3]; DEPTH]) -> Result<Self, TreeError> {
        const { assert!(DEPTH > 0 && DEPTH <= MAX_DEPTH) };
        if index >> (2 * DEPTH) != 0 {
            return Err(TreeError::OutOfRange(index));
        }
        Ok(Self { index, siblings })
    }

    /// The leaf's index.
    pub const fn index(&self) -> u64 {
        self.index
    }

    /// The siblings, lowest level first.
    pub const fn siblings(&self) -> &[[Fr; 3]; DEPTH] {
        &self.siblings
    }

    /// The node's place (0 to 3) among its siblings, lowest level first.
    pub fn places(&self) -> [usize; DEPTH] {
        core::array::from_fn(|level| (self.index >> (2 * level)) as usize & 3)
    }

    /// The root that the path leads to from `leaf`.
    pub fn root(&self, leaf: Fr) -> Fr {
        self.siblings
            .iter()
            .zip(self.places())
            .fold(leaf, |node, (siblings, place)| {
                compress4(&with_node(siblings, place, node))
            })
    }
}

/// The four children of a parent: `node` at `place`, the siblings around it.
pub(super) fn with_node(siblings: &[Fr; 3], place: usize, node: Fr) -> [Fr; 4] {
    let [a, b, c] = *siblings;
    match place {
        0 => [node, a, b, c],
        1 => [a, node, b, c],
        2 => [a, b, node, c],
        _ => [a, b, c, node],
    }
}

/// Indices, on the same level, of the three siblings of a node, ascending.
pub(super) fn siblings_of(index: u64) -> impl Iterator<Item = u64> {
    let first = index >> 2 << 2;
    (first..first + 4).filter(move |other| *other != index)
}

/// Says nothing: a path tells which leaf is proved.
impl<const DEPTH: usize> core::fmt::Debug for MerklePath<DEPTH> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("MerklePath(redacted)")
    }
}

/// Encoded as the index (u64) and the siblings, lowest level first.
impl<const DEPTH: usize> BorshSerialize for MerklePath<DEPTH> {
    fn serialize<W: borsh::io::Write>(&self, writer: &mut W) -> borsh::io::Result<()> {
        self.index.serialize(writer)?;
        for sibling in self.siblings.iter().flatten() {
            fr_to_bytes(sibling).serialize(writer)?;
        }
        Ok(())
    }
}

impl<const DEPTH: usize> BorshDeserialize for MerklePath<DEPTH> {
    fn deserialize_reader<R: borsh::io::Read>(reader: &mut R) -> borsh::io::Result<Self> {
        let index = u64::deserialize_reader(reader)?;
        let mut siblings = [[Fr::ZERO; 3]; DEPTH];
        for sibling in siblings.iter_mut().flatten() {
            let bytes = BorshDeserialize::deserialize_reader(reader)?;
            *sibling = fr_from_bytes(&bytes).map_err(invalid_data)?;
        }
        Self::new(index, siblings).map_err(invalid_data)
    }
}

#[cfg(test)]
mod tests;
