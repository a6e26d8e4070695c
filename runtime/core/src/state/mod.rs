//! The key-value state under the ledger: what may be read, what a block writes, and the store.
//!
//! Only this directory knows sled. Nothing here knows blocks, contracts or proofs: a block's effect
//! arrives as one [`WriteSet`] and is applied in one atomic batch.

pub mod keys;
mod memory;
mod records;
mod store;

pub use memory::MemoryState;
pub use obolus_chain::WriteSet;
pub use records::{Change, CodeRecord, ContractRecord, DeployerUse, PendingChange};
pub use store::{Applied, Store};

/// Ascending key-value pairs, as [`StateRead::scan`] returns them.
pub type Entries = Vec<(Vec<u8>, Vec<u8>)>;

/// A consistent, read-only view of the state as of the last committed block.
pub trait StateRead: Send + Sync {
    /// The value under `key`.
    ///
    /// # Errors
    /// When the store cannot be read or its content is damaged.
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StateError>;

    /// Ascending entries whose keys start with `prefix` and are greater than `after` (from the
    /// first one when `after` is `None`), at most `limit`.
    ///
    /// # Errors
    /// When the store cannot be read or its content is damaged.
    fn scan(
        &self,
        prefix: &[u8],
        after: Option<&[u8]>,
        limit: usize,
    ) -> Result<Entries, StateError>;
}

/// Why the state could not be read or written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StateError {
    /// The embedded store failed.
    #[error(
        "the state store failed: {0}; check the disk, then reopen the ledger (the store is rebuilt from the block log if needed)"
    )]
    Store(String),
    /// What the store holds contradicts itself.
    #[error(
        "the state store is damaged: {0}; delete the store directory and reopen, it is rebuilt from the block log"
    )]
    Damaged(String),
    /// A key exceeds what the store takes.
    #[error("a state key of {len} bytes exceeds the limit of {max}")]
    KeyTooLong {
        /// Length of the key in bytes.
        len: usize,
        /// Largest length in bytes.
        max: usize,
    },
}
