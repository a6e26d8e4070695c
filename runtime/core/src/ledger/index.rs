//! The index: what can be derived from the blocks and is kept for reading. It is no part of the state and
//! not under the app hash.
//!
//! | first byte | rest | value |
//! |---|---|---|
//! | `b` | height | [`BlockSummary`] |
//! | `d` | transaction digest | [`Location`] |
//! | `l` | height | what the block added to append trees, [`Appended`] |
//! | `r` | height | the scheduled calls that the block ran, [`ScheduledRun`] |
//! | `u` | height ‖ place in the block (4) | [`TxUpdate`] |
//!
//! Integers are big-endian, heights 8 bytes.

use borsh::{BorshDeserialize, BorshSerialize};
use obolus_abi::TxDigest;
use obolus_runtime_api::{BlockSummary, BlockUpdate, ScheduledRun, TxUpdate};

use crate::exec::Appended;
use crate::state::{StateError, Store, WriteSet};

/// Prefix of block summaries.
pub(super) const BLOCKS: &[u8] = b"b";

/// Where a transaction is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub(super) struct Location {
    pub(super) height: u64,
    pub(super) index: u32,
}

/// The entries of one block.
pub(super) fn entries(update: &BlockUpdate, appended: &Vec<Appended>) -> WriteSet {
    let mut index = WriteSet::new();
    let height = update.height;
    for (place, tx) in (0_u32..).zip(&update.txs) {
        let location = Location {
            height,
            index: place,
        };
        index.insert(location_key(&tx.digest), Some(super::encode(&location)));
        index.insert(update_key(height, place), Some(super::encode(tx)));
    }
    if !appended.is_empty() {
        index.insert(leaves_key(height), Some(super::encode(appended)));
    }
    if !update.scheduled.is_empty() {
        index.insert(runs_key(height), Some(super::encode(&update.scheduled)));
    }
    index.insert(block_key(height), Some(super::encode(&summary(update))));
    index
}

fn summary(update: &BlockUpdate) -> BlockSummary {
    BlockSummary {
        height: update.height,
        block: update.block,
        app_hash: update.app_hash,
        time_ms: update.time_ms,
        transactions: update.txs.len() as u32,
    }
}

/// Where a transaction is, however long ago.
pub(super) fn locate(store: &Store, digest: &TxDigest) -> Result<Option<Location>, StateError> {
    read(store, &location_key(digest))
}

/// A block in one line.
pub(super) fn block(store: &Store, height: u64) -> Result<Option<BlockSummary>, StateError> {
    read(store, &block_key(height))
}

/// One transaction of a block.
pub(super) fn update(store: &Store, at: Location) -> Result<Option<TxUpdate>, StateError> {
    read(store, &update_key(at.height, at.index))
}

/// All transactions of a block, in order.
pub(super) fn updates(store: &Store, height: u64) -> Result<Vec<TxUpdate>, StateError> {
    let prefix = updates_prefix(height);
    store
        .index_scan(&prefix, None, usize::MAX)?
        .iter()
        .map(|(_, bytes)| decode(bytes))
        .collect()
}

/// What a block added to append trees.
pub(super) fn leaves(store: &Store, height: u64) -> Result<Vec<Appended>, StateError> {
    Ok(read(store, &leaves_key(height))?.unwrap_or_default())
}

/// The scheduled calls that a block ran.
pub(super) fn runs(store: &Store, height: u64) -> Result<Vec<ScheduledRun>, StateError> {
    Ok(read(store, &runs_key(height))?.unwrap_or_default())
}

pub(super) fn decode<T: BorshDeserialize>(bytes: &[u8]) -> Result<T, StateError> {
    borsh::from_slice(bytes).map_err(|_| damaged())
}

pub(super) fn damaged() -> StateError {
    StateError::Damaged("an index entry of a block is missing or does not decode".into())
}

/// Key of a block's summary.
pub(super) fn block_key(height: u64) -> Vec<u8> {
    [BLOCKS, &height.to_be_bytes()].concat()
}

fn read<T: BorshDeserialize>(store: &Store, key: &[u8]) -> Result<Option<T>, StateError> {
    store.index_get(key)?.as_deref().map(decode).transpose()
}

fn location_key(digest: &TxDigest) -> Vec<u8> {
    [b"d".as_slice(), &digest.0].concat()
}

fn leaves_key(height: u64) -> Vec<u8> {
    [b"l".as_slice(), &height.to_be_bytes()].concat()
}

fn runs_key(height: u64) -> Vec<u8> {
    [b"r".as_slice(), &height.to_be_bytes()].concat()
}

fn updates_prefix(height: u64) -> Vec<u8> {
    [b"u".as_slice(), &height.to_be_bytes()].concat()
}

fn update_key(height: u64, index: u32) -> Vec<u8> {
    [b"u".as_slice(), &height.to_be_bytes(), &index.to_be_bytes()].concat()
}
