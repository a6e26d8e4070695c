//! The layout of the state's keys, stated once.
//!
//! | first byte | rest | value |
//! |---|---|---|
//! | `01` | transaction digest | [`SeenRecord`](crate::ledger::SeenRecord) of a committed, unexpired transaction |
//! | `02` | expiry height (8, big-endian) ‖ transaction digest | empty; finds what expires at a height |
//! | `10` | code id | the WASM module |
//! | `11` | contract id | [`ContractRecord`] |
//! | `20` | contract id ‖ the contract's own key | the contract's own value |
//! | `21` | contract id ‖ accumulator number and node | accumulators kept by the host for the contract |
//!
//! A contract reaches `20` and `21` under its own id only; the ledger alone writes the others.

use borsh::{BorshDeserialize, BorshSerialize};
use obolus_abi::{CodeId, ContractId, TxDigest};

/// Committed, unexpired transactions.
pub const SEEN: u8 = 0x01;
/// Committed transactions by expiry.
pub const EXPIRY: u8 = 0x02;
/// WASM modules.
pub const CODE: u8 = 0x10;
/// Contract records.
pub const CONTRACT: u8 = 0x11;
/// Contract storage.
pub const STORAGE: u8 = 0x20;
/// Accumulators of contracts.
pub const ACCUMULATOR: u8 = 0x21;

/// What the ledger knows of an instantiated contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct ContractRecord {
    /// The module it runs.
    pub code: CodeId,
    /// Whether the module can never be replaced.
    pub code_frozen: bool,
}

/// Key of a committed transaction.
pub fn seen(digest: &TxDigest) -> Vec<u8> {
    join(SEEN, &[&digest.0])
}

/// Key that finds `digest` when `expiry` passes.
pub fn expiry(height: u64, digest: &TxDigest) -> Vec<u8> {
    join(EXPIRY, &[&height.to_be_bytes(), &digest.0])
}

/// Prefix of all transactions that expire at `height`.
pub fn expiry_prefix(height: u64) -> Vec<u8> {
    join(EXPIRY, &[&height.to_be_bytes()])
}

/// Key of a WASM module.
pub fn code(id: &CodeId) -> Vec<u8> {
    join(CODE, &[&id.0])
}

/// Key of a contract's record.
pub fn contract(id: &ContractId) -> Vec<u8> {
    join(CONTRACT, &[&id.0])
}

/// Key of a contract's own entry.
pub fn storage(id: &ContractId, key: &[u8]) -> Vec<u8> {
    join(STORAGE, &[&id.0, key])
}

/// Key of an accumulator entry of a contract.
pub fn accumulator(id: &ContractId, key: &[u8]) -> Vec<u8> {
    join(ACCUMULATOR, &[&id.0, key])
}

fn join(first: u8, parts: &[&[u8]]) -> Vec<u8> {
    let mut key = Vec::with_capacity(1 + parts.iter().map(|part| part.len()).sum::<usize>());
    key.push(first);
    for part in parts {
        key.extend_from_slice(part);
    }
    key
}
