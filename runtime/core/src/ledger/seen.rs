//! Committed transactions are remembered in the state until they expire, so that none runs twice.

use borsh::{BorshDeserialize, BorshSerialize};
use obolus_abi::TxDigest;
use obolus_protocol::tx::Height;

use crate::overlay::Overlay;
use crate::state::{StateError, StateRead, keys};

/// Entries read at once while forgetting.
const PAGE: usize = 256;

/// What the state holds of a committed transaction until it expires.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct SeenRecord {
    /// Height of its block.
    pub height: Height,
    /// Its place in the block.
    pub index: u32,
    /// BLAKE3 of what became of it (borsh): binds events and fuel to the app hash.
    pub outcome: [u8; 32],
}

/// Remembers a transaction of the block that is being executed.
pub(super) fn remember(
    overlay: &mut Overlay,
    digest: &TxDigest,
    expiry: Height,
    record: &SeenRecord,
) {
    overlay.put(keys::seen(digest), super::encode(record));
    overlay.put(keys::expiry(expiry.0, digest), Vec::new());
}

/// Forgets the transactions that can no longer be in the block of `height` or a later one. Every
/// block does this for the height before it, so none is missed; none of them can be among the
/// block's own writes.
pub(super) fn forget(
    committed: &dyn StateRead,
    height: Height,
    overlay: &mut Overlay,
) -> Result<(), StateError> {
    let Some(expired) = height.0.checked_sub(1) else {
        return Ok(());
    };
    let prefix = keys::expiry_prefix(expired);
    let mut after: Option<Vec<u8>> = None;
    loop {
        let page = committed.scan(&prefix, after.as_deref(), PAGE)?;
        for (key, _) in &page {
            let digest = key
                .get(prefix.len()..)
                .and_then(|bytes| bytes.try_into().ok())
                .map(TxDigest)
                .ok_or_else(|| {
                    StateError::Damaged("an expiry entry has the wrong length".into())
                })?;
            overlay.delete(keys::seen(&digest));
            overlay.delete(key.clone());
        }
        match page.last() {
            Some((key, _)) if page.len() == PAGE => after = Some(key.clone()),
            _ => return Ok(()),
        }
    }
}

#[cfg(test)]
mod tests;
