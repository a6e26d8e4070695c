//! How much a contract stores, counted as it writes, and the quota that bounds it.
//!
//! What counts: for each entry of its own storage, its key and value and [`STORAGE_ENTRY`] bytes; for each leaf of an
//! append tree, [`STORAGE_LEAF`] bytes; for each node of a slot tree, [`STORAGE_NODE`] bytes. Entries stop counting
//! when they are deleted; trees only grow. The count is part of the state, so that every node agrees on it.

use obolus_abi::ContractId;
use obolus_abi::limits::{STORAGE_ENTRY, STORAGE_LEAF, STORAGE_NODE};

use super::{Frame, Stop};
use crate::exec::{Fault, TrapKind};
use crate::overlay::Overlay;
use crate::state::{StateError, StateRead, keys};

/// What an entry of a contract's own storage counts.
fn entry(key: usize, value: usize) -> u64 {
    key as u64 + value as u64 + STORAGE_ENTRY
}

/// Bytes that a contract stores, uncommitted writes included.
pub(crate) fn stored(overlay: &Overlay, contract: &ContractId) -> Result<u64, Fault> {
    Ok(decode(
        overlay.get(&keys::storage_use(contract))?,
        contract,
    )?)
}

/// Bytes that a contract stores, as the quota counts them.
///
/// # Errors
/// [`StateError`] when the state cannot be read.
pub fn storage_use(state: &dyn StateRead, contract: &ContractId) -> Result<u64, StateError> {
    decode(state.get(&keys::storage_use(contract))?, contract)
}

fn decode(bytes: Option<Vec<u8>>, contract: &ContractId) -> Result<u64, StateError> {
    let damaged = || StateError::Damaged(format!("the storage count of contract {contract}"));
    match bytes {
        None => Ok(0),
        Some(bytes) => borsh::from_slice(&bytes).map_err(|_| damaged()),
    }
}

/// Puts an entry of the frame's own storage.
pub(crate) fn put(frame: &mut Frame, own: &[u8], value: &[u8]) -> Result<(), Stop> {
    let contract = frame.call.contract;
    let key = keys::storage(&contract, own);
    let overlay = &mut frame.session()?.overlay;
    let before = overlay
        .get(&key)?
        .map_or(0, |old| entry(own.len(), old.len()));
    overlay.put(key, value.to_vec());
    recount(frame, before, entry(own.len(), value.len()))
}

/// Deletes an entry of the frame's own storage.
pub(crate) fn delete(frame: &mut Frame, own: &[u8]) -> Result<(), Stop> {
    let contract = frame.call.contract;
    let key = keys::storage(&contract, own);
    let overlay = &mut frame.session()?.overlay;
    let Some(old) = overlay.get(&key)? else {
        return Ok(());
    };
    overlay.delete(key);
    recount(frame, entry(own.len(), old.len()), 0)
}

/// Counts leaves appended to a tree.
pub(crate) fn leaf_appended(frame: &mut Frame) -> Result<(), Stop> {
    recount(frame, 0, STORAGE_LEAF)
}

/// Counts nodes that a slot tree did not have before.
pub(crate) fn nodes_made(frame: &mut Frame, nodes: u64) -> Result<(), Stop> {
    recount(frame, 0, nodes.saturating_mul(STORAGE_NODE))
}

/// Replaces `before` bytes of the count by `after`. Growing past the quota stops the frame, whose writes are dropped
/// with it; shrinking is always possible, also when the quota was lowered meanwhile.
pub(crate) fn recount(frame: &mut Frame, before: u64, after: u64) -> Result<(), Stop> {
    if before == after {
        return Ok(());
    }
    let (contract, quota) = (frame.call.contract, frame.quota);
    let overlay = &mut frame.session()?.overlay;
    let count = change(overlay, &contract, before, after)?;
    if after > before && quota.is_some_and(|quota| count > quota) {
        return Err(TrapKind::StorageQuota.into());
    }
    Ok(())
}

/// The same without a frame and its quota; the new count.
pub(crate) fn change(
    overlay: &mut Overlay,
    contract: &ContractId,
    before: u64,
    after: u64,
) -> Result<u64, Fault> {
    let count = stored(overlay, contract)?
        .checked_sub(before)
        .and_then(|rest| rest.checked_add(after))
        .ok_or_else(|| Fault::Damaged(format!("the storage count of contract {contract}")))?;
    overlay.put(keys::storage_use(contract), count.to_le_bytes().to_vec());
    Ok(count)
}
