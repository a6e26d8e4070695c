//! The wallet's side of the note tree: every leaf passes by, the paths of a few are kept.

use std::collections::{BTreeMap, BTreeSet};

use borsh::{BorshDeserialize, BorshSerialize};
use obolus_abi::FieldBytes;

use crate::{
    field::{Fr, fr_from_bytes, fr_to_bytes, invalid_data},
    tree::{Frontier, MerklePath, TreeError, path::siblings_of},
};

/// An append-only tree that keeps the paths of marked leaves current.
///
/// Append the leaves of a block, [`mark`](Self::mark) one's own, then call
/// [`checkpoint`](Self::checkpoint): it forgets every node that neither the frontier nor a marked
/// leaf needs. A leaf can be marked until the checkpoint after it. Memory is proportional to the
/// marked leaves (at most 3·DEPTH + 1 nodes each, shared ones once) and the leaves since the last
/// checkpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WitnessTree<const DEPTH: usize> {
    frontier: Frontier<DEPTH>,
    /// Number of leaves at the last checkpoint.
    checkpoint: u64,
    marked: BTreeSet<u64>,
    /// Complete nodes by (level, index).
    nodes: BTreeMap<(u8, u64), Fr>,
}

impl<const DEPTH: usize> WitnessTree<DEPTH> {
    /// The empty tree.
    pub const fn new() -> Self {
        Self {
            frontier: Frontier::new(),
            checkpoint: 0,
            marked: BTreeSet::new(),
            nodes: BTreeMap::new(),
        }
    }

    /// Number of leaves.
    pub const fn len(&self) -> u64 {
        self.frontier.len()
    }

    /// Whether there is no leaf.
    pub const fn is_empty(&self) -> bool {
        self.frontier.is_empty()
    }

    /// The root over all leaves appended so far.
    pub fn root(&self) -> Fr {
        self.frontier.root()
    }

    /// The right edge over all leaves appended so far; a clone of it, taken at a block's end, is
    /// what [`Self::path_at`] takes to prove under that block's root later.
    pub const fn frontier(&self) -> &Frontier<DEPTH> {
        &self.frontier
    }

    /// The marked leaves' indices, ascending.
    pub fn marked(&self) -> impl Iterator<Item = u64> {
        self.marked.iter().copied()
    }

    /// Appends a leaf and returns its index.
    ///
    /// # Errors
    /// [`TreeError::Full`] when there is no room.
    pub fn append(&mut self, leaf: Fr) -> Result<u64, TreeError> {
        self.append_batch(&[leaf])
    }

    /// Appends leaves in order and returns the index of the first. All or nothing.
    ///
    /// # Errors
    /// [`TreeError::Full`] when there is no room for all of them.
    pub fn append_batch(&mut self, leaves: &[Fr]) -> Result<u64, TreeError> {
        let nodes = &mut self.nodes;
        self.frontier.append_visiting(leaves, |level, index, node| {
            nodes.insert((level as u8, index), node);
        })
    }

    /// Keeps the path of a leaf from now on. Marking twice changes nothing.
    ///
    /// # Errors
    /// [`TreeError::OutOfRange`] before the leaf is appended, [`TreeError::Forgotten`] after the
    /// checkpoint that followed it.
    pub fn mark(&mut self, index: u64) -> Result<(), TreeError> {
        if index >= self.len() {
            return Err(TreeError::OutOfRange(index));
        }
        if index < self.checkpoint && !self.marked.contains(&index) {
            return Err(TreeError::Forgotten(index));
        }
        self.marked.insert(index);
        Ok(())
    }

    /// Stops keeping a path (the note is spent for good) and frees what no other path needs.
    pub fn unmark(&mut self, index: u64) {
        if !self.marked.remove(&index) {
            return;
        }
        // Nodes after the checkpoint stay: their leaves can still be marked.
        for level in 0..DEPTH {
            for sibling in siblings_of(index >> (2 * level)) {
                self.forget_unless_needed(self.checkpoint, level as u8, sibling);
            }
        }
        self.forget_unless_needed(self.checkpoint, 0, index);
    }

    /// Ends a block: forgets what neither the frontier nor a marked leaf needs. The work is
    /// proportional to the block, not to what is kept.
    pub fn checkpoint(&mut self) {
        for level in 0..=DEPTH as u8 {
            // Older nodes had a complete parent at the last checkpoint; nothing changed for them.
            let first = self.checkpoint >> (2 * u32::from(level)) >> 2 << 2;
            let recent: Vec<u64> = self
                .nodes
                .range((level, first)..=(level, u64::MAX))
                .map(|((_, index), _)| *index)
                .collect();
            for index in recent {
                self.forget_unless_needed(self.len(), level, index);
            }
        }
        self.checkpoint = self.len();
    }

    fn forget_unless_needed(&mut self, len: u64, level: u8, index: u64) {
        if !is_needed(len, &self.marked, level, index) {
            self.nodes.remove(&(level, index));
        }
    }

    /// The path of a marked leaf to [`Self::root`].
    ///
    /// # Errors
    /// [`TreeError::NotMarked`] when the leaf is not marked.
    pub fn path(&self, index: u64) -> Result<MerklePath<DEPTH>, TreeError> {
        self.build_path(&self.frontier, index)
    }

    /// The path of a marked leaf to the root of an earlier state of this same tree.
    ///
    /// # Errors
    /// [`TreeError::NotMarked`] when the leaf is not marked, [`TreeError::OutOfRange`] when it came
    /// after that state, [`TreeError::ForeignFrontier`] when `past` is not an earlier state.
    pub fn path_at(
        &self,
        past: &Frontier<DEPTH>,
        index: u64,
    ) -> Result<MerklePath<DEPTH>, TreeError> {
        if past.len() > self.len() {
            return Err(TreeError::ForeignFrontier);
        }
        if index >= past.len() {
            return Err(TreeError::OutOfRange(index));
        }
        let path = self.build_path(past, index)?;
        if path.root(self.leaf(index)?) != past.root() {
            return Err(TreeError::ForeignFrontier);
        }
        Ok(path)
    }

    /// A marked leaf.
    ///
    /// # Errors
    /// [`TreeError::NotMarked`] when the leaf is not marked.
    pub fn leaf(&self, index: u64) -> Result<Fr, TreeError> {
        self.nodes
            .get(&(0, index))
            .filter(|_| self.marked.contains(&index))
            .copied()
            .ok_or(TreeError::NotMarked(index))
    }

    fn build_path(
        &self,
        frontier: &Frontier<DEPTH>,
        index: u64,
    ) -> Result<MerklePath<DEPTH>, TreeError> {
        if !self.marked.contains(&index) {
            return Err(TreeError::NotMarked(index));
        }
        frontier.path(index, |level, index| {
            self.nodes.get(&(level, index)).copied()
        })
    }
}

/// Whether a complete node is still of use: its parent is not complete (the frontier has it), it is
/// a marked leaf, or a marked leaf lies under one of its siblings.
fn is_needed(len: u64, marked: &BTreeSet<u64>, level: u8, index: u64) -> bool {
    let shift = 2 * u32::from(level);
    let (start, end) = (index << shift, (index + 1) << shift);
    let parent = index >> 2 << 2;
    let (parent_start, parent_end) = (parent << shift, (parent + 4) << shift);
    let any = |from: u64, to: u64| marked.range(from..to).next().is_some();
    parent_end > len
        || (level == 0 && any(start, end))
        || any(parent_start, start)
        || any(end, parent_end)
}

impl<const DEPTH: usize> Default for WitnessTree<DEPTH> {
    fn default() -> Self {
        Self::new()
    }
}

/// Encoded as frontier, checkpoint, marked indices, nodes; the last two counted and ascending.
impl<const DEPTH: usize> BorshSerialize for WitnessTree<DEPTH> {
    fn serialize<W: borsh::io::Write>(&self, writer: &mut W) -> borsh::io::Result<()> {
        self.frontier.serialize(writer)?;
        self.checkpoint.serialize(writer)?;
        self.marked.serialize(writer)?;
        let nodes: Vec<(u8, u64, FieldBytes)> = self
            .nodes
            .iter()
            .map(|((level, index), node)| (*level, *index, fr_to_bytes(node)))
            .collect();
        nodes.serialize(writer)
    }
}

/// Checks that every marked leaf's path leads to the frontier's root and that nodes are in order,
/// canonical and within the tree.
impl<const DEPTH: usize> BorshDeserialize for WitnessTree<DEPTH> {
    fn deserialize_reader<R: borsh::io::Read>(reader: &mut R) -> borsh::io::Result<Self> {
        let frontier = Frontier::deserialize_reader(reader)?;
        let checkpoint = u64::deserialize_reader(reader)?;
        let marks = Vec::<u64>::deserialize_reader(reader)?;
        let list = Vec::<(u8, u64, FieldBytes)>::deserialize_reader(reader)?;
        let marks_ascend = marks.is_sorted_by(|a, b| a < b);
        let nodes_ascend = list.is_sorted_by(|a, b| (a.0, a.1) < (b.0, b.1));
        if !marks_ascend || !nodes_ascend || checkpoint > frontier.len() {
            return Err(invalid_data(TreeError::Malformed));
        }
        let mut nodes = BTreeMap::new();
        for (level, index, bytes) in &list {
            let complete =
                usize::from(*level) <= DEPTH && *index < frontier.len() >> (2 * u32::from(*level));
            if !complete {
                return Err(invalid_data(TreeError::Malformed));
            }
            nodes.insert(
                (*level, *index),
                fr_from_bytes(bytes).map_err(invalid_data)?,
            );
        }
        let tree = Self {
            frontier,
            checkpoint,
            marked: marks.into_iter().collect(),
            nodes,
        };
        tree.check().map_err(invalid_data)?;
        Ok(tree)
    }
}

impl<const DEPTH: usize> WitnessTree<DEPTH> {
    /// That the nodes agree with the frontier and carry every marked leaf to its root.
    fn check(&self) -> Result<(), TreeError> {
        let edge_agrees = self
            .frontier
            .nodes()
            .all(|(level, index, node)| self.nodes.get(&(level as u8, index)) == Some(&node));
        if !edge_agrees {
            return Err(TreeError::Malformed);
        }
        let root = self.root();
        for index in self.marked() {
            if index >= self.len() || self.path(index)?.root(self.leaf(index)?) != root {
                return Err(TreeError::Malformed);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
