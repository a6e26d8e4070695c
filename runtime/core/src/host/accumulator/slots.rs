//! Slot trees: 4-ary, 9 levels, leaves set in any order, the root at once.

use std::cell::Cell;

use obolus_abi::ContractId;
use obolus_protocol::field::{Fr, fr_to_bytes};
use obolus_protocol::tree::{MerklePath, NodeStore, REGISTRY_DEPTH, SparseError, SparseTree};

use super::{Change, NODE, field, key};
use crate::exec::Fault;
use crate::overlay::Overlay;

/// One slot tree of a contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SlotTree {
    contract: ContractId,
    number: u8,
}

/// What setting a leaf did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SlotChange {
    /// The new root.
    pub root: Fr,
    /// How many nodes the tree has that it did not have before.
    pub nodes: u64,
}

impl SlotTree {
    /// The contract's slot tree of this number.
    pub const fn new(contract: ContractId, number: u8) -> Self {
        Self { contract, number }
    }

    /// Sets a leaf; zero empties the slot.
    ///
    /// # Errors
    /// [`Fault`] when the state fails.
    pub fn set(
        &self,
        overlay: &mut Overlay,
        slot: u64,
        leaf: Fr,
    ) -> Result<Change<SlotChange>, Fault> {
        let made = Cell::new(0);
        let mut tree = SparseTree::<_, REGISTRY_DEPTH>::new(Nodes {
            tree: *self,
            overlay,
            made: &made,
        });
        match tree.set(slot, leaf) {
            Ok(root) => Ok(Change::Done(SlotChange {
                root,
                nodes: made.get(),
            })),
            Err(SparseError::Tree(_)) => Ok(Change::Full),
            Err(SparseError::Store(fault)) => Err(fault),
        }
    }

    /// The root.
    ///
    /// # Errors
    /// [`Fault`] when the state fails.
    pub fn root(&self, overlay: &Overlay) -> Result<Fr, Fault> {
        match SparseTree::<_, REGISTRY_DEPTH>::new(Nodes {
            tree: *self,
            overlay,
            made: &Cell::new(0),
        })
        .root()
        {
            Ok(root) => Ok(root),
            Err(SparseError::Store(fault)) => Err(fault),
            Err(SparseError::Tree(error)) => Err(Fault::Vm(error.to_string())),
        }
    }

    /// The path of a slot, as a node hands it to a wallet; none when there is no such slot.
    ///
    /// # Errors
    /// [`Fault`] when the state fails.
    pub fn path(
        &self,
        overlay: &Overlay,
        slot: u64,
    ) -> Result<Option<MerklePath<REGISTRY_DEPTH>>, Fault> {
        match SparseTree::<_, REGISTRY_DEPTH>::new(Nodes {
            tree: *self,
            overlay,
            made: &Cell::new(0),
        })
        .path(slot)
        {
            Ok(path) => Ok(Some(path)),
            Err(SparseError::Tree(_)) => Ok(None),
            Err(SparseError::Store(fault)) => Err(fault),
        }
    }
}

/// The tree's nodes in the overlay; `O` is a shared or a mutable reference.
struct Nodes<'a, O> {
    tree: SlotTree,
    overlay: O,
    /// Counts nodes that were not there.
    made: &'a Cell<u64>,
}

impl<O> Nodes<'_, O> {
    fn key(&self, level: u8, index: u64) -> Vec<u8> {
        let place = [&[level][..], &index.to_be_bytes()];
        key(&self.tree.contract, NODE, self.tree.number, &place)
    }

    fn load(&self, overlay: &Overlay, level: u8, index: u64) -> Result<Option<Fr>, Fault> {
        overlay
            .get(&self.key(level, index))?
            .map(|bytes| field(&bytes, &self.tree.contract))
            .transpose()
    }
}

impl NodeStore for Nodes<'_, &Overlay> {
    type Error = Fault;

    fn get(&self, level: u8, index: u64) -> Result<Option<Fr>, Fault> {
        self.load(self.overlay, level, index)
    }

    fn put(&mut self, _level: u8, _index: u64, _node: Fr) -> Result<(), Fault> {
        Err(Fault::Vm("a tree that is only read was written".into()))
    }
}

impl NodeStore for Nodes<'_, &mut Overlay> {
    type Error = Fault;

    fn get(&self, level: u8, index: u64) -> Result<Option<Fr>, Fault> {
        self.load(self.overlay, level, index)
    }

    fn put(&mut self, level: u8, index: u64, node: Fr) -> Result<(), Fault> {
        let key = self.key(level, index);
        if self.overlay.get(&key)?.is_none() {
            self.made.set(self.made.get() + 1);
        }
        self.overlay.put(key, fr_to_bytes(&node).0.to_vec());
        Ok(())
    }
}
