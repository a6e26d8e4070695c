//! A leaf's way to the root.

use crate::{
    field::Fr,
    poseidon2::compress4,
    tree::{MAX_DEPTH, TreeError},
};

/// The siblings of a leaf and of its ancestors, lowest level first.
#[derive(Clone, Debug, PartialEq, Eq)]
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
fn with_node(siblings: &[Fr; 3], place: usize, node: Fr) -> [Fr; 4] {
    let [a, b, c] = *siblings;
    match place {
        0 => [node, a, b, c],
        1 => [a, node, b, c],
        2 => [a, b, node, c],
        _ => [a, b, c, node],
    }
}
