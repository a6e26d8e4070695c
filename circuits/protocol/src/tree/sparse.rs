//! A tree whose leaves are set in any order, over a store of nodes.

use std::{collections::BTreeMap, convert::Infallible};

use ark_ff::AdditiveGroup;

use crate::{
    field::Fr,
    poseidon2::compress4,
    tree::{MAX_DEPTH, MerklePath, TreeError, empty_roots},
};

/// Where a sparse tree keeps its nodes: contract state on a node, memory in a wallet.
pub trait NodeStore {
    /// Why the store failed.
    type Error;

    /// The node at `index` of `level` (0 = leaves), if it was ever put.
    ///
    /// # Errors
    /// The store's own.
    fn get(&self, level: u8, index: u64) -> Result<Option<Fr>, Self::Error>;

    /// Keeps a node.
    ///
    /// # Errors
    /// The store's own.
    fn put(&mut self, level: u8, index: u64, node: Fr) -> Result<(), Self::Error>;
}

/// Nodes in memory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MemoryNodes(BTreeMap<(u8, u64), Fr>);

impl NodeStore for MemoryNodes {
    type Error = Infallible;

    fn get(&self, level: u8, index: u64) -> Result<Option<Fr>, Infallible> {
        Ok(self.0.get(&(level, index)).copied())
    }

    fn put(&mut self, level: u8, index: u64, node: Fr) -> Result<(), Infallible> {
        self.0.insert((level, index), node);
        Ok(())
    }
}

/// Why a sparse tree failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SparseError<E> {
    /// The index is outside the tree.
    #[error(transparent)]
    Tree(#[from] TreeError),
    /// The store failed.
    #[error("the store of tree nodes failed: {0}")]
    Store(E),
}

/// A tree of 4^DEPTH leaves, all empty at first, over a [`NodeStore`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SparseTree<S, const DEPTH: usize> {
    store: S,
}

impl<S: NodeStore, const DEPTH: usize> SparseTree<S, DEPTH> {
    /// Number of leaves.
    pub const CAPACITY: u64 = 1 << (2 * DEPTH);

    /// The tree in `store`; an empty store is an empty tree.
    pub const fn new(store: S) -> Self {
        const { assert!(DEPTH > 0 && DEPTH <= MAX_DEPTH) };
        Self { store }
    }

    /// The store.
    pub const fn store(&self) -> &S {
        &self.store
    }

    /// Gives the store back.
    pub fn into_store(self) -> S {
        self.store
    }

    /// Sets a leaf (zero empties it) and returns the new root. Reads and writes one way to the root.
    ///
    /// # Errors
    /// [`SparseError`]: index outside the tree, or the store's error, after which the store must be
    /// rolled back.
    pub fn set(&mut self, index: u64, leaf: Fr) -> Result<Fr, SparseError<S::Error>> {
        let path = self.path(index)?;
        self.put(0, index, leaf)?;
        let mut index = index;
        let mut node = leaf;
        for (level, (siblings, place)) in (1_u8..).zip(path.siblings().iter().zip(path.places())) {
            node = compress4(&super::path::with_node(siblings, place, node));
            index >>= 2;
            self.put(level, index, node)?;
        }
        Ok(node)
    }

    /// The leaf at `index`; zero when empty.
    ///
    /// # Errors
    /// [`SparseError`]: index outside the tree, or the store's error.
    pub fn leaf(&self, index: u64) -> Result<Fr, SparseError<S::Error>> {
        if index >= Self::CAPACITY {
            return Err(TreeError::OutOfRange(index).into());
        }
        self.node(0, index)
    }

    /// The root.
    ///
    /// # Errors
    /// The store's error.
    pub fn root(&self) -> Result<Fr, SparseError<S::Error>> {
        self.node(DEPTH, 0)
    }

    /// The path of a leaf, empty or not.
    ///
    /// # Errors
    /// [`SparseError`]: index outside the tree, or the store's error.
    pub fn path(&self, index: u64) -> Result<MerklePath<DEPTH>, SparseError<S::Error>> {
        if index >= Self::CAPACITY {
            return Err(TreeError::OutOfRange(index).into());
        }
        let mut siblings = [[Fr::ZERO; 3]; DEPTH];
        for (level, row) in siblings.iter_mut().enumerate() {
            let others = super::path::siblings_of(index >> (2 * level));
            for (sibling, other) in row.iter_mut().zip(others) {
                *sibling = self.node(level, other)?;
            }
        }
        Ok(MerklePath::new(index, siblings)?)
    }

    fn node(&self, level: usize, index: u64) -> Result<Fr, SparseError<S::Error>> {
        let stored = self
            .store
            .get(level as u8, index)
            .map_err(SparseError::Store)?;
        Ok(stored.unwrap_or(empty_roots()[level]))
    }

    fn put(&mut self, level: u8, index: u64, node: Fr) -> Result<(), SparseError<S::Error>> {
        self.store
            .put(level, index, node)
            .map_err(SparseError::Store)
    }
}

#[cfg(test)]
mod tests;
