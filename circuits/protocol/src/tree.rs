//! 4-ary Merkle trees over the circuit hash.
//!
//! A leaf is any field element, an empty leaf is zero, and a node is
//! [`compress4`] of its four children in order. The base-4 digits of a
//! leaf's index, least significant first, choose the way from the leaf to the root.

mod frontier;
mod path;
mod sparse;
mod witness;

use std::sync::LazyLock;

use ark_ff::AdditiveGroup;

pub use frontier::Frontier;
pub use path::MerklePath;
pub use sparse::{MemoryNodes, NodeStore, SparseError, SparseTree};
pub use witness::WitnessTree;

use crate::{field::Fr, poseidon2::compress4};

/// Depth of a token's note tree.
pub const NOTE_DEPTH: usize = obolus_abi::token::NOTE_TREE_DEPTH as usize;
/// Depth of the registry trees.
pub const REGISTRY_DEPTH: usize = obolus_abi::registry::REGISTRY_DEPTH as usize;
/// Deepest tree supported: the leaves under a parent of its root still count in 64 bits.
pub const MAX_DEPTH: usize = 30;

/// Root of an empty subtree of each height: `empty_roots()[0]` is the empty leaf.
pub fn empty_roots() -> &'static [Fr; MAX_DEPTH + 1] {
    static ROOTS: LazyLock<[Fr; MAX_DEPTH + 1]> = LazyLock::new(|| {
        let mut roots = [Fr::ZERO; MAX_DEPTH + 1];
        for height in 1..roots.len() {
            roots[height] = compress4(&[roots[height - 1]; 4]);
        }
        roots
    });
    &ROOTS
}

/// Why a tree refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TreeError {
    /// No room for the leaves.
    #[error("the tree is full: migrate to a new one")]
    Full,
    /// Index outside the tree.
    #[error("leaf {0} is outside the tree: use an index below its number of leaves")]
    OutOfRange(u64),
    /// The leaf's path is not kept.
    #[error("leaf {0} is not marked: mark it in the block that appends it")]
    NotMarked(u64),
    /// Too late to mark.
    #[error("leaf {0} was passed by unmarked: scan the chain again and mark it in its block")]
    Forgotten(u64),
    /// A frontier of some other tree, or of the future.
    #[error("the frontier is not an earlier state of this tree: use one taken from it")]
    ForeignFrontier,
    /// An encoding whose parts do not belong together.
    #[error("the encoded tree is inconsistent: restore a backup or scan the chain again")]
    Malformed,
}

#[cfg(test)]
mod naive;
#[cfg(test)]
mod tests;
