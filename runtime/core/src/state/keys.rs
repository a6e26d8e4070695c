//! The layout of the state's keys, stated once.
//!
//! | first byte | rest | value |
//! |---|---|---|
//! | `01` | transaction digest | [`SeenRecord`](crate::ledger::SeenRecord) of a committed, unexpired transaction |
//! | `02` | expiry height (8, big-endian) ‖ transaction digest | empty; finds what expires at a height |
//! | `10` | code id | the WASM module |
//! | `11` | contract id | [`ContractRecord`](super::ContractRecord) |
//! | `12` | code id | [`CodeRecord`](super::CodeRecord) |
//! | `13` | contract id | bytes that count towards the contract's storage quota (u64) |
//! | `14` | contract id | [`PendingChange`](super::PendingChange) that waits for its delay |
//! | `15` | | [`DeployPolicy`](obolus_abi::system::DeployPolicy), once it was set |
//! | `16` | role key | [`DeployerUse`](super::DeployerUse) |
//! | `17` to `1b` | | scheduled calls: see `host/schedule.rs` |
//! | `20` | contract id ‖ the contract's own key | the contract's own value |
//! | `21` | contract id ‖ accumulator number and node | accumulators kept by the host for the contract |
//!
//! A contract reaches `20` and `21` under its own id only; the ledger alone writes the others.

use obolus_abi::{CodeId, ContractId, RoleKey, TxDigest};

/// Committed, unexpired transactions.
pub const SEEN: u8 = 0x01;
/// Committed transactions by expiry.
pub const EXPIRY: u8 = 0x02;
/// WASM modules.
pub const CODE: u8 = 0x10;
/// Contract records.
pub const CONTRACT: u8 = 0x11;
/// Records of WASM modules.
pub const CODE_RECORD: u8 = 0x12;
/// How much contracts store.
pub const STORAGE_USE: u8 = 0x13;
/// Changes of contracts that wait.
pub const PENDING_CHANGE: u8 = 0x14;
/// Who may deploy.
pub const DEPLOY_POLICY: u8 = 0x15;
/// What deployers have deployed.
pub const DEPLOYER_USE: u8 = 0x16;
/// Scheduled calls by height and number.
pub const SCHEDULED: u8 = 0x17;
/// Heights of scheduled calls by contract and number.
pub const SCHEDULED_OF: u8 = 0x18;
/// How many scheduled calls of a contract wait.
pub const SCHEDULED_COUNT: u8 = 0x19;
/// Number of the next scheduled call.
pub const SCHEDULE_NEXT: u8 = 0x1a;
/// The last block that ran scheduled calls.
pub const SCHEDULE_RUN: u8 = 0x1b;
/// Contract storage.
pub const STORAGE: u8 = 0x20;
/// Accumulators of contracts.
pub const ACCUMULATOR: u8 = 0x21;

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

/// Key of a WASM module's record.
pub fn code_record(id: &CodeId) -> Vec<u8> {
    join(CODE_RECORD, &[&id.0])
}

/// Key of how much a contract stores.
pub fn storage_use(id: &ContractId) -> Vec<u8> {
    join(STORAGE_USE, &[&id.0])
}

/// Key of a contract's change that waits.
pub fn pending_change(id: &ContractId) -> Vec<u8> {
    join(PENDING_CHANGE, &[&id.0])
}

/// Key of the deploy policy.
pub fn deploy_policy() -> Vec<u8> {
    vec![DEPLOY_POLICY]
}

/// Key of what a deployer has deployed.
pub fn deployer_use(key: &RoleKey) -> Vec<u8> {
    join(DEPLOYER_USE, &[&key.0])
}

/// Key of a scheduled call.
pub fn scheduled(height: u64, number: u64) -> Vec<u8> {
    join(SCHEDULED, &[&height.to_be_bytes(), &number.to_be_bytes()])
}

/// Key of the height of a contract's scheduled call.
pub fn scheduled_of(id: &ContractId, number: u64) -> Vec<u8> {
    join(SCHEDULED_OF, &[&id.0, &number.to_be_bytes()])
}

/// Prefix of all heights of a contract's scheduled calls.
pub fn scheduled_by(id: &ContractId) -> Vec<u8> {
    join(SCHEDULED_OF, &[&id.0])
}

/// Key of how many scheduled calls of a contract wait.
pub fn scheduled_count(id: &ContractId) -> Vec<u8> {
    join(SCHEDULED_COUNT, &[&id.0])
}

/// Key of the number of the next scheduled call.
pub fn schedule_next() -> Vec<u8> {
    vec![SCHEDULE_NEXT]
}

/// Key of what the last block with scheduled calls did.
pub fn schedule_run() -> Vec<u8> {
    vec![SCHEDULE_RUN]
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
