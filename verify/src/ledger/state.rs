//! What the replay of statements remembers, on disk: memory does not grow with the ledger.
//!
//! Writes of a few blocks are gathered and committed together, always at the end of a block, so that what
//! is on disk is the state after some block and a replay that was stopped goes on from there.

use std::collections::BTreeMap;
use std::path::Path;

use borsh::{BorshDeserialize, BorshSerialize};
use redb::{Database, ReadableDatabase, TableDefinition, TableError};

const TABLE: TableDefinition<'_, &[u8], &[u8]> = TableDefinition::new("state");
/// Memory for pages of the file, in bytes.
const CACHE: usize = 32 << 20;
/// Writes that are gathered before they are committed.
const GATHER: usize = 20_000;

/// Why the state could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// The store.
    #[error("the working file failed: {0}; check the disk, or delete it and begin again")]
    Store(Box<redb::Error>),
    /// A value that was not written here.
    #[error("the working file holds a value that does not decode; delete it and begin again")]
    Damaged,
    /// A value that cannot be encoded.
    #[error("a value cannot be written to the working file: {0}")]
    Encode(String),
}

/// New values by key. Nothing is ever deleted.
type Writes = BTreeMap<Vec<u8>, Vec<u8>>;

/// Key-value state: what is on disk, above it the writes of finished blocks, above them those of the block at hand.
pub struct State {
    db: Database,
    gathered: Writes,
    block: Writes,
}

fn store<E: Into<redb::Error>>(error: E) -> StateError {
    StateError::Store(Box::new(error.into()))
}

impl State {
    /// Opens the file, or begins it.
    ///
    /// # Errors
    /// [`StateError::Store`].
    pub fn open(path: &Path) -> Result<Self, StateError> {
        let db = Database::builder()
            .set_cache_size(CACHE)
            .create(path)
            .map_err(store)?;
        Ok(Self {
            db,
            gathered: Writes::new(),
            block: Writes::new(),
        })
    }

    /// The value under `key`.
    ///
    /// # Errors
    /// [`StateError`].
    pub fn get<T: BorshDeserialize>(&self, key: &[u8]) -> Result<Option<T>, StateError> {
        let decode = |bytes: &[u8]| borsh::from_slice(bytes).map_err(|_| StateError::Damaged);
        if let Some(value) = self.written(key) {
            return decode(value).map(Some);
        }
        let read = self.db.begin_read().map_err(store)?;
        let table = match read.open_table(TABLE) {
            Err(TableError::TableDoesNotExist(_)) => return Ok(None),
            table => table.map_err(store)?,
        };
        let value = table.get(key).map_err(store)?;
        match value {
            Some(value) => decode(value.value()).map(Some),
            None => Ok(None),
        }
    }

    /// Whether there is a value under `key`.
    ///
    /// # Errors
    /// [`StateError`].
    pub fn contains(&self, key: &[u8]) -> Result<bool, StateError> {
        if self.written(key).is_some() {
            return Ok(true);
        }
        let read = self.db.begin_read().map_err(store)?;
        let table = match read.open_table(TABLE) {
            Err(TableError::TableDoesNotExist(_)) => return Ok(false),
            table => table.map_err(store)?,
        };
        Ok(table.get(key).map_err(store)?.is_some())
    }

    /// Sets a value.
    ///
    /// # Errors
    /// [`StateError::Encode`].
    pub fn put<T: BorshSerialize>(&mut self, key: Vec<u8>, value: &T) -> Result<(), StateError> {
        let value = borsh::to_vec(value).map_err(|error| StateError::Encode(error.to_string()))?;
        self.block.insert(key, value);
        Ok(())
    }

    /// What is above the disk under `key`.
    fn written(&self, key: &[u8]) -> Option<&[u8]> {
        let written = self.block.get(key).or_else(|| self.gathered.get(key));
        written.map(|value| value.as_slice())
    }

    /// Forgets the writes of the block at hand.
    pub fn abandon_block(&mut self) {
        self.block.clear();
    }

    /// Ends a block: commits what was gathered if it is much.
    ///
    /// # Errors
    /// [`StateError::Store`].
    pub fn end_block(&mut self) -> Result<(), StateError> {
        self.gathered.append(&mut self.block);
        if self.gathered.len() < GATHER {
            return Ok(());
        }
        self.commit()
    }

    /// Commits what was gathered; it is on disk then.
    ///
    /// # Errors
    /// [`StateError::Store`].
    pub fn commit(&mut self) -> Result<(), StateError> {
        let write = self.db.begin_write().map_err(store)?;
        {
            let mut table = write.open_table(TABLE).map_err(store)?;
            for (key, value) in &self.gathered {
                table
                    .insert(key.as_slice(), value.as_slice())
                    .map_err(store)?;
            }
        }
        write.commit().map_err(store)?;
        self.gathered.clear();
        Ok(())
    }
}
