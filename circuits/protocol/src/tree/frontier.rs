//! An append-only tree of which only the right edge is kept.

use ark_ff::AdditiveGroup;
use borsh::{BorshDeserialize, BorshSerialize};

use crate::{
    field::{Fr, fr_from_bytes, fr_to_bytes, invalid_data},
    poseidon2::compress4,
    tree::{MAX_DEPTH, MerklePath, TreeError, empty_roots, path::siblings_of},
};

/// What is needed to append leaves and to know the root: the number of leaves and, on each level,
/// the complete nodes (at most three) whose parent is not complete yet.
///
/// Encoded as the number of leaves (u64) and those nodes, lowest level first; how many there are
/// follows from the number of leaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frontier<const DEPTH: usize> {
    len: u64,
    /// On level l the first `place(len, l)` entries are in use, the others are zero.
    edge: [[Fr; 3]; DEPTH],
    /// The root of a full tree, which no level of `edge` can hold.
    full: Option<Fr>,
}

impl<const DEPTH: usize> Frontier<DEPTH> {
    /// Number of leaves that fit.
    pub const CAPACITY: u64 = 1 << (2 * DEPTH);

    /// The empty tree.
    pub const fn new() -> Self {
        const { assert!(DEPTH > 0 && DEPTH <= MAX_DEPTH) };
        Self {
            len: 0,
            edge: [[Fr::ZERO; 3]; DEPTH],
            full: None,
        }
    }

    /// Number of leaves.
    pub const fn len(&self) -> u64 {
        self.len
    }

    /// Whether there is no leaf.
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Appends a leaf and returns its index.
    ///
    /// # Errors
    /// [`TreeError::Full`] when there is no room.
    pub fn append(&mut self, leaf: Fr) -> Result<u64, TreeError> {
        self.append_batch(&[leaf])
    }

    /// Appends leaves in order and returns the index of the first. Each inner node is hashed once,
    /// when its last leaf arrives: a third of a hash per leaf. All or nothing.
    ///
    /// # Errors
    /// [`TreeError::Full`] when there is no room for all of them.
    pub fn append_batch(&mut self, leaves: &[Fr]) -> Result<u64, TreeError> {
        self.append_visiting(leaves, |_, _, _| {})
    }

    /// [`Self::append_batch`] that shows `visit` every node completed, as (level, index, node), in the order of
    /// levels and then of indices.
    ///
    /// # Errors
    /// [`TreeError::Full`] when there is no room for all of them.
    pub fn append_visiting(
        &mut self,
        leaves: &[Fr],
        mut visit: impl FnMut(usize, u64, Fr),
    ) -> Result<u64, TreeError> {
        let first = self.len;
        let end = u64::try_from(leaves.len())
            .ok()
            .and_then(|count| first.checked_add(count))
            .filter(|end| *end <= Self::CAPACITY)
            .ok_or(TreeError::Full)?;
        let mut completed = leaves.to_vec();
        for (level, edge) in self.edge.iter_mut().enumerate() {
            if completed.is_empty() {
                break;
            }
            for (index, node) in (first >> (2 * level)..).zip(&completed) {
                visit(level, index, *node);
            }
            let mut nodes = edge[..place(first, level)].to_vec();
            nodes.append(&mut completed);
            let (groups, rest) = nodes.as_chunks::<4>();
            completed = groups.iter().map(compress4).collect();
            *edge = [Fr::ZERO; 3];
            edge[..rest.len()].copy_from_slice(rest);
        }
        if let Some(root) = completed.pop() {
            visit(DEPTH, 0, root);
            self.full = Some(root);
        }
        self.len = end;
        Ok(first)
    }

    /// The root, empty leaves to the right of the last.
    pub fn root(&self) -> Fr {
        match self.full {
            Some(root) => root,
            None => self.unfinished()[DEPTH - 1],
        }
    }

    /// The path of a leaf to [`Self::root`], from whoever keeps the complete nodes: `node` is asked for them by
    /// (level, index).
    ///
    /// # Errors
    /// [`TreeError::OutOfRange`] when there is no such leaf, [`TreeError::NotMarked`] when a node is not kept.
    pub fn path(
        &self,
        index: u64,
        mut node: impl FnMut(u8, u64) -> Option<Fr>,
    ) -> Result<MerklePath<DEPTH>, TreeError> {
        if index >= self.len {
            return Err(TreeError::OutOfRange(index));
        }
        let unfinished = self.unfinished();
        let mut siblings = [[Fr::ZERO; 3]; DEPTH];
        for (level, row) in siblings.iter_mut().enumerate() {
            let others = siblings_of(index >> (2 * level));
            for (sibling, other) in row.iter_mut().zip(others) {
                // Leaves under the sibling: [start, end).
                let (start, end) = (other << (2 * level), (other + 1) << (2 * level));
                *sibling = if end <= self.len {
                    node(level as u8, other).ok_or(TreeError::NotMarked(index))?
                } else if start >= self.len {
                    empty_roots()[level]
                } else {
                    // Only above the leaves can a node be half full, so the level is at least 1.
                    unfinished[level - 1]
                };
            }
        }
        MerklePath::new(index, siblings)
    }

    /// The node above each level that holds the next free leaf: entry `l` is the node of level
    /// `l + 1`, its missing leaves empty. Meaningless for a full tree, which has no such node.
    fn unfinished(&self) -> [Fr; DEPTH] {
        let empty = empty_roots();
        let mut node = empty[0];
        let mut untouched = true;
        core::array::from_fn(|level| {
            let used = place(self.len, level);
            untouched &= used == 0;
            node = if untouched {
                empty[level + 1]
            } else {
                let mut children = [empty[level]; 4];
                children[..used].copy_from_slice(&self.edge[level][..used]);
                children[used] = node;
                compress4(&children)
            };
            node
        })
    }

    /// The complete nodes whose parent is not complete, as (level, index, node).
    pub(super) fn nodes(&self) -> impl Iterator<Item = (usize, u64, Fr)> {
        let edge = self.edge.iter().enumerate().flat_map(|(level, edge)| {
            let used = place(self.len, level);
            let first = (self.len >> (2 * level)) - used as u64;
            (first..)
                .zip(&edge[..used])
                .map(move |(index, node)| (level, index, *node))
        });
        edge.chain(self.full.map(|root| (DEPTH, 0, root)))
    }
}

impl<const DEPTH: usize> Default for Frontier<DEPTH> {
    fn default() -> Self {
        Self::new()
    }
}

/// Base-4 digit of `index` at `level`.
const fn place(index: u64, level: usize) -> usize {
    (index >> (2 * level)) as usize & 3
}

impl<const DEPTH: usize> BorshSerialize for Frontier<DEPTH> {
    fn serialize<W: borsh::io::Write>(&self, writer: &mut W) -> borsh::io::Result<()> {
        self.len.serialize(writer)?;
        for (_, _, node) in self.nodes() {
            fr_to_bytes(&node).serialize(writer)?;
        }
        Ok(())
    }
}

impl<const DEPTH: usize> BorshDeserialize for Frontier<DEPTH> {
    fn deserialize_reader<R: borsh::io::Read>(reader: &mut R) -> borsh::io::Result<Self> {
        let mut tree = Self::new();
        tree.len = u64::deserialize_reader(reader)?;
        if tree.len > Self::CAPACITY {
            return Err(invalid_data(TreeError::Full));
        }
        let mut node = || {
            let bytes = BorshDeserialize::deserialize_reader(reader)?;
            fr_from_bytes(&bytes).map_err(invalid_data)
        };
        for (level, edge) in tree.edge.iter_mut().enumerate() {
            for slot in &mut edge[..place(tree.len, level)] {
                *slot = node()?;
            }
        }
        if tree.len == Self::CAPACITY {
            tree.full = Some(node()?);
        }
        Ok(tree)
    }
}

#[cfg(test)]
mod tests;
