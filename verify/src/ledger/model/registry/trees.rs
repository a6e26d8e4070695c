//! The trees of a registry.

use obolus_abi::registry::RegistryError;
use obolus_abi::{ContractId, FieldBytes};
use obolus_protocol::field::{Fr, fr_from_bytes, fr_to_bytes};
use obolus_protocol::tree::{NodeStore, REGISTRY_DEPTH, SparseError, SparseTree};

use super::{CallFault, keys};
use crate::ledger::state::{State, StateError};

/// Number of the tree of leaves that may send and receive.
pub(super) const ACTIVE: u8 = 0;
/// Number of the tree of leaves whose notes may be seized.
pub(super) const FROZEN: u8 = 1;

/// Nodes of one of a registry's trees.
pub(super) struct Nodes<'a> {
    state: &'a mut State,
    contract: ContractId,
    tree: u8,
}

impl Nodes<'_> {
    fn key(&self, level: u8, index: u64) -> Vec<u8> {
        let rest: [&[u8]; 2] = [&[self.tree, level], &index.to_be_bytes()];
        keys::item(&self.contract, keys::NODE, &rest)
    }
}

impl NodeStore for Nodes<'_> {
    type Error = StateError;

    fn get(&self, level: u8, index: u64) -> Result<Option<Fr>, StateError> {
        let node: Option<FieldBytes> = self.state.get(&self.key(level, index))?;
        node.map(|node| fr_from_bytes(&node).map_err(|_| StateError::Damaged))
            .transpose()
    }

    fn put(&mut self, level: u8, index: u64, node: Fr) -> Result<(), StateError> {
        let key = self.key(level, index);
        self.state.put(key, &fr_to_bytes(&node))
    }
}

/// One of a registry's trees.
pub(super) fn tree<'a>(
    state: &'a mut State,
    contract: &ContractId,
    tree: u8,
) -> SparseTree<Nodes<'a>, REGISTRY_DEPTH> {
    SparseTree::new(Nodes {
        state,
        contract: *contract,
        tree,
    })
}

/// Sets a leaf; returns the new root.
pub(super) fn place(
    state: &mut State,
    contract: &ContractId,
    number: u8,
    slot: u32,
    leaf: Fr,
) -> Result<FieldBytes, CallFault> {
    let root = tree(state, contract, number).set(u64::from(slot), leaf)?;
    Ok(fr_to_bytes(&root))
}

impl From<SparseError<StateError>> for CallFault {
    fn from(error: SparseError<StateError>) -> Self {
        match error {
            SparseError::Tree(_) => Self::contract(RegistryError::NoSuchSlot),
            SparseError::Store(error) => Self::State(error),
        }
    }
}
