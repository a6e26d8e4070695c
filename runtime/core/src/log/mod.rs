//! The block log: the ledger's durability.
//!
//! One append-only file of our own. A block is acknowledged only after its record was written and
//! fsynced here; everything else on disk is derived from this file and can be rebuilt from it.
//!
//! ```text
//! file   = header record*
//! header = "OBOLUSLG" ‖ version u32 ‖ chain id 32 ‖ crc32 of the preceding bytes
//! record = "OBRC" ‖ payload length u32 ‖ height u64 ‖ crc32 of the preceding 16 bytes
//!          ‖ payload ‖ BLAKE3 (derive mode) of everything before it in the record
//! ```
//!
//! Integers are little-endian; the first record has height 1. The header's own checksum lets a
//! damaged length be told from a record that a crash cut short: only the last record can be
//! incomplete, since each is fsynced before the next one begins. Such a torn tail is cut off with a
//! warning; damage before the last record is an error, never repaired by guessing.
//!
//! Nothing here knows what a block is: a payload is bytes.

mod block_log;
mod disk;
mod lock;
mod read;
mod record;
mod scan;

pub use block_log::BlockLog;
pub use disk::{Disk, RealDisk};
pub use lock::DirLock;
pub use read::LogReader;
pub use record::MAX_PAYLOAD;
pub use scan::TornTail;

use std::path::{Path, PathBuf};

pub(crate) use disk::{create_directory_durably, create_durably};

/// Why the block log could not be opened, read or extended.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// The operating system refused a file operation.
    #[error("{action} {path} failed: {source}; check the disk and its permissions, then reopen the ledger", path = path.display())]
    Io {
        /// What was attempted.
        action: &'static str,
        /// On which file.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// Another process has this ledger open.
    #[error("{path} is locked: another process has this ledger open; stop it, or use another data directory", path = .0.display())]
    Locked(PathBuf),
    /// The file does not begin with an intact header.
    #[error("{path} has no valid block-log header: it is damaged or not a block log; restore it from a backup", path = .0.display())]
    BadHeader(PathBuf),
    /// The file is of another format version.
    #[error("{path} has log format version {found}, this program reads {expected}; use the matching release", path = path.display())]
    Version {
        /// The file.
        path: PathBuf,
        /// The file's version.
        found: u32,
        /// The version this program reads.
        expected: u32,
    },
    /// The file belongs to another chain.
    #[error("{path} belongs to chain {found}, not {expected}; check the genesis and the data directory", path = path.display())]
    WrongChain {
        /// The file.
        path: PathBuf,
        /// The file's chain.
        found: obolus_abi::ChainId,
        /// The chain being opened.
        expected: obolus_abi::ChainId,
    },
    /// A record is damaged and more records follow it, or it changed while the log was open.
    #[error("{path} is damaged at byte {offset} (block {height}): {what}; nothing was changed: restore the file from a backup or from another node", path = path.display())]
    Corrupt {
        /// The file.
        path: PathBuf,
        /// Where the damaged record begins.
        offset: u64,
        /// Height of the damaged record.
        height: u64,
        /// What is wrong with it.
        what: &'static str,
    },
    /// A torn tail has not been cut off yet.
    #[error("the block log ends in an incomplete record; reopen the ledger so that it is cut off")]
    TornTail,
    /// An earlier write or fsync failed, so what is on disk is unknown.
    #[error(
        "an earlier write to the block log failed; nothing more is accepted: check the disk and reopen the ledger"
    )]
    Poisoned,
    /// A payload exceeds [`MAX_PAYLOAD`].
    #[error("a block of {0} bytes exceeds the log's limit of {MAX_PAYLOAD}; build smaller blocks")]
    PayloadTooLarge(usize),
    /// No record of this height.
    #[error("the block log has no block {height}; its last one is {last}")]
    NoSuchRecord {
        /// The height asked for.
        height: u64,
        /// Height of the last record.
        last: u64,
    },
}

/// Wraps an operating-system error with what was attempted.
pub(crate) fn io_error(
    action: &'static str,
    path: &Path,
) -> impl FnOnce(std::io::Error) -> LogError + use<> {
    let path = path.to_path_buf();
    move |source| LogError::Io {
        action,
        path,
        source,
    }
}
