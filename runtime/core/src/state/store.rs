//! The store on disk: sled with one tree, one writer, one batch per block. The only use of sled.
//!
//! sled is not the ledger's durability: its flush does not fsync and its blob files are never
//! synced. The block log in front of it is. The store may therefore be behind the log after a
//! power cut (the ledger replays the gap) or gone altogether (it is rebuilt); within a batch it is
//! all or nothing. Every value stays below [`CHUNK`] bytes so that sled never makes a blob file.
//!
//! Physical keys: `m` the tip, `s` state, `i` index, `c` the chunks of large values.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};

use borsh::{BorshDeserialize, BorshSerialize};
use sled::{Batch, Db};

use super::{Entries, StateError, StateRead, WriteSet};

/// Largest key in bytes.
pub const MAX_KEY: usize = 1024;
/// Largest value kept in one piece, in bytes; larger ones are cut into pieces of this size.
pub const CHUNK: usize = 4096;
/// Memory that sled may use for its page cache, in bytes.
const CACHE: u64 = 64 << 20;

/// How long to wait for a store that is being closed.
const LOCK_PATIENCE: Duration = Duration::from_secs(10);

const TIP_KEY: &[u8] = b"m";
const STATE: u8 = b's';
const INDEX: u8 = b'i';
const CHUNKS: u8 = b'c';

const INLINE: u8 = 0;
const CHUNKED: u8 = 1;

/// Which block the store's content belongs to; written in the same batch as the content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Applied {
    /// Height of the last applied block; 0 is the genesis.
    pub height: u64,
    /// App hash after that block.
    pub app_hash: [u8; 32],
    /// Hash of that block.
    pub block_hash: [u8; 32],
}

/// The state on disk.
pub struct Store {
    db: Db,
}

impl Store {
    /// Opens or creates the store in directory `path`. The caller sees to it that no other process
    /// does the same.
    ///
    /// # Errors
    /// When the directory cannot be used or sled finds it damaged.
    pub fn open(path: &Path) -> Result<Self, StateError> {
        let config = sled::Config::new().path(path).cache_capacity(CACHE);
        let started = Instant::now();
        loop {
            // sled panics on some damaged files instead of returning an error.
            match catch_unwind(AssertUnwindSafe(|| config.open())) {
                Ok(Ok(db)) => return Ok(Self { db }),
                // The lock can only be that of a store closed a moment ago in this process, whose
                // background threads are still finishing.
                Ok(Err(error)) if is_locked(&error) && started.elapsed() < LOCK_PATIENCE => {
                    sleep(Duration::from_millis(5));
                }
                Ok(Err(error)) => return Err(store_error(error)),
                Err(_) => return Err(StateError::Damaged("sled gave up while opening it".into())),
            }
        }
    }

    /// The block whose effects the store holds; `None` when it is new.
    ///
    /// # Errors
    /// When the store cannot be read or the entry is damaged.
    pub fn applied(&self) -> Result<Option<Applied>, StateError> {
        match self.db.get(TIP_KEY).map_err(store_error)? {
            None => Ok(None),
            Some(bytes) => borsh::from_slice(&bytes)
                .map(Some)
                .map_err(|_| StateError::Damaged("the tip entry does not decode".into())),
        }
    }

    /// Applies one block: state, index and tip in one atomic batch. There is one writer: the
    /// ledger, which does not read while it writes.
    ///
    /// # Errors
    /// When a key is too long or sled fails; nothing is applied then.
    pub fn apply(
        &self,
        state: &WriteSet,
        index: &WriteSet,
        applied: &Applied,
    ) -> Result<(), StateError> {
        let mut batch = Batch::default();
        for (space, writes) in [(STATE, state), (INDEX, index)] {
            for (key, value) in writes {
                self.stage(&mut batch, space, key, value.as_deref())?;
            }
        }
        let tip = borsh::to_vec(applied)
            .map_err(|error| StateError::Store(format!("encoding the tip: {error}")))?;
        batch.insert(TIP_KEY, tip);
        self.db.apply_batch(batch).map_err(store_error)
    }

    /// An entry of the index, which holds what can be derived from the blocks.
    ///
    /// # Errors
    /// When the store cannot be read or its content is damaged.
    pub fn index_get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StateError> {
        self.read(INDEX, key)
    }

    /// Like [`StateRead::scan`], over the index.
    ///
    /// # Errors
    /// When the store cannot be read or its content is damaged.
    pub fn index_scan(
        &self,
        prefix: &[u8],
        after: Option<&[u8]>,
        limit: usize,
    ) -> Result<Entries, StateError> {
        self.range(INDEX, prefix, after, limit)
    }

    fn stage(
        &self,
        batch: &mut Batch,
        space: u8,
        key: &[u8],
        value: Option<&[u8]>,
    ) -> Result<(), StateError> {
        if key.len() > MAX_KEY {
            return Err(StateError::KeyTooLong {
                len: key.len(),
                max: MAX_KEY,
            });
        }
        let head = head_key(space, key);
        let old = match self.db.get(&head).map_err(store_error)? {
            Some(old) => chunk_count(&old)?,
            None => 0,
        };
        let new = match value {
            None => {
                batch.remove(head);
                0
            }
            Some(value) if value.len() <= CHUNK => {
                let mut bytes = Vec::with_capacity(1 + value.len());
                bytes.push(INLINE);
                bytes.extend_from_slice(value);
                batch.insert(head, bytes);
                0
            }
            Some(value) => {
                let len = u32::try_from(value.len())
                    .map_err(|_| StateError::Store("a value above 4 GiB".into()))?;
                let mut bytes = vec![CHUNKED];
                bytes.extend_from_slice(&len.to_le_bytes());
                batch.insert(head, bytes);
                let mut count = 0;
                for chunk in value.chunks(CHUNK) {
                    batch.insert(chunk_key(space, key, count), chunk);
                    count += 1;
                }
                count
            }
        };
        for number in new..old {
            batch.remove(chunk_key(space, key, number));
        }
        Ok(())
    }

    fn read(&self, space: u8, key: &[u8]) -> Result<Option<Vec<u8>>, StateError> {
        match self.db.get(head_key(space, key)).map_err(store_error)? {
            None => Ok(None),
            Some(head) => self.value(space, key, &head).map(Some),
        }
    }

    fn value(&self, space: u8, key: &[u8], head: &[u8]) -> Result<Vec<u8>, StateError> {
        match head.split_first() {
            Some((&INLINE, value)) => Ok(value.to_vec()),
            Some((&CHUNKED, _)) => {
                let len = chunked_len(head)?;
                let mut value = Vec::with_capacity(len);
                for number in 0..chunk_count(head)? {
                    match self
                        .db
                        .get(chunk_key(space, key, number))
                        .map_err(store_error)?
                    {
                        Some(chunk) => value.extend_from_slice(&chunk),
                        None => {
                            return Err(StateError::Damaged(
                                "a piece of a value is missing".into(),
                            ));
                        }
                    }
                }
                if value.len() == len {
                    Ok(value)
                } else {
                    Err(StateError::Damaged("a value has the wrong length".into()))
                }
            }
            _ => Err(StateError::Damaged("a value has no valid head".into())),
        }
    }

    fn range(
        &self,
        space: u8,
        prefix: &[u8],
        after: Option<&[u8]>,
        limit: usize,
    ) -> Result<Entries, StateError> {
        let physical = head_key(space, prefix);
        let skip = after.filter(|after| *after >= prefix);
        let start = head_key(space, skip.unwrap_or(prefix));
        let mut entries = Vec::new();
        for item in self.db.range(start..) {
            let (key, head) = item.map_err(store_error)?;
            if entries.len() >= limit || !key.starts_with(&physical) {
                break;
            }
            let Some((_, key)) = key.split_first() else {
                continue;
            };
            if skip.is_some_and(|after| key == after) {
                continue;
            }
            entries.push((key.to_vec(), self.value(space, key, &head)?));
        }
        Ok(entries)
    }
}

impl StateRead for Store {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StateError> {
        self.read(STATE, key)
    }

    fn scan(
        &self,
        prefix: &[u8],
        after: Option<&[u8]>,
        limit: usize,
    ) -> Result<Entries, StateError> {
        self.range(STATE, prefix, after, limit)
    }
}

fn head_key(space: u8, key: &[u8]) -> Vec<u8> {
    let mut physical = Vec::with_capacity(1 + key.len());
    physical.push(space);
    physical.extend_from_slice(key);
    physical
}

/// The fixed-length number at the end keeps the chunks of different keys apart.
fn chunk_key(space: u8, key: &[u8], number: u32) -> Vec<u8> {
    let mut physical = Vec::with_capacity(6 + key.len());
    physical.push(CHUNKS);
    physical.push(space);
    physical.extend_from_slice(key);
    physical.extend_from_slice(&number.to_be_bytes());
    physical
}

fn chunked_len(head: &[u8]) -> Result<usize, StateError> {
    let damaged = || StateError::Damaged("a value has no valid head".into());
    let len: [u8; 4] = head
        .get(1..)
        .and_then(|bytes| bytes.try_into().ok())
        .ok_or_else(damaged)?;
    usize::try_from(u32::from_le_bytes(len)).map_err(|_| damaged())
}

fn chunk_count(head: &[u8]) -> Result<u32, StateError> {
    if head.first() != Some(&CHUNKED) {
        return Ok(0);
    }
    u32::try_from(chunked_len(head)?.div_ceil(CHUNK))
        .map_err(|_| StateError::Damaged("a value has no valid head".into()))
}

/// sled has no error of its own for a locked file.
fn is_locked(error: &sled::Error) -> bool {
    matches!(error, sled::Error::Io(io) if io.to_string().contains("could not acquire lock"))
}

fn store_error(error: sled::Error) -> StateError {
    match error {
        sled::Error::Corruption { .. } => StateError::Damaged(error.to_string()),
        other => StateError::Store(other.to_string()),
    }
}

#[cfg(test)]
mod tests;
