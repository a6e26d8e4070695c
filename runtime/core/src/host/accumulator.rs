//! Accumulators kept by the host for contracts, under state keys that no guest can name.
//!
//! Below `21 ‖ contract id` (see [`keys`]):
//!
//! | rest of the key | value |
//! |---|---|
//! | `00 ‖ tree` | the append tree's `Frontier` after the last block that changed it |
//! | `01 ‖ tree ‖ root` | height (u64) of the block that made the root an anchor |
//! | `02 ‖ tree` | number (u64) of leaves appended in this block; never outlives it |
//! | `03 ‖ tree ‖ number` | one of them, numbered from 0 (u64, big-endian); never outlives it |
//! | `10 ‖ tree ‖ level ‖ index` | node of a slot tree; index as u64, big-endian |
//!
//! Leaves appended in a block get their indices at once, but are hashed in one batch per tree at the block's end.

mod append;
mod slots;

pub use append::{AppendTree, Appended, end_block};
pub use slots::{SlotChange, SlotTree};

use obolus_abi::ContractId;
use obolus_protocol::field::{Fr, fr_from_bytes};

use crate::exec::Fault;
use crate::state::keys;

const FRONTIER: u8 = 0x00;
const ANCHOR: u8 = 0x01;
const PENDING: u8 = 0x02;
const LEAF: u8 = 0x03;
const NODE: u8 = 0x10;

/// What came of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change<T> {
    /// Done; the tree's answer.
    Done(T),
    /// No place left, or no such slot; nothing changed.
    Full,
}

fn key(contract: &ContractId, kind: u8, tree: u8, rest: &[&[u8]]) -> Vec<u8> {
    let mut tail = vec![kind, tree];
    for part in rest {
        tail.extend_from_slice(part);
    }
    keys::accumulator(contract, &tail)
}

fn damaged(what: &str, contract: &ContractId) -> Fault {
    Fault::Damaged(format!("{what} of contract {contract}"))
}

fn field(bytes: &[u8], contract: &ContractId) -> Result<Fr, Fault> {
    let bytes: [u8; 32] = bytes
        .try_into()
        .map_err(|_| damaged("a tree node", contract))?;
    fr_from_bytes(&obolus_abi::FieldBytes(bytes)).map_err(|_| damaged("a tree node", contract))
}

#[cfg(test)]
mod tests;
