//! The file that a ledger is exported to: genesis, every block, and the tip that they lead to.
//!
//! ```text
//! file  = "OBOLUSEX" ‖ version u32 ‖ genesis length u32 ‖ genesis ‖ block* ‖ end
//! block = 0x01 ‖ length u32 ‖ block
//! end   = 0x02 ‖ height u64 ‖ block hash 32 ‖ app hash 32 ‖ BLAKE3 (derive mode) of all before it
//! ```
//!
//! Integers are little-endian. Reader and writer hold one block at a time. The hash at the end finds damage;
//! it proves nothing, since anybody can write it: the chain id, which is the hash of the genesis, does.

use std::io;

mod read;
#[cfg(test)]
mod tests;
mod write;

pub use read::{ExportEnd, ExportReader, Step};
pub use write::ExportWriter;

use crate::{BlockError, GenesisError};

const MAGIC: &[u8; 8] = b"OBOLUSEX";
const VERSION: u32 = 1;
const HASH: &str = "obolus 2026 ledger export v1";
const BLOCK: u8 = 1;
const END: u8 = 2;
/// Longest genesis that is read, in bytes.
pub const MAX_GENESIS: usize = 1 << 20;
/// Longest encoded block that is read, in bytes: [`MAX_BLOCK_BYTES`](crate::MAX_BLOCK_BYTES) and lengths.
pub const MAX_BLOCK: usize = crate::MAX_BLOCK_BYTES + (64 << 10);

/// Why an export could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The operating system.
    #[error("reading or writing the export failed: {0}; check the file and the disk")]
    Io(io::Error),
    /// Not such a file.
    #[error("this is no exported ledger; make one with `obolus node export`")]
    Magic,
    /// Another version.
    #[error(
        "the export has format version {0}, this program reads {VERSION}; use the matching release"
    )]
    Version(u32),
    /// It ends too early.
    #[error("the export ends after block {0} without its end mark; export it again")]
    Truncated(u64),
    /// A length that no such file has.
    #[error(
        "the export declares {0} bytes for one part after block {1}, more than any has; export it again"
    )]
    TooLong(u64, u64),
    /// An unknown kind of part.
    #[error("the export has an unknown part after block {0}; export it again")]
    Part(u64),
    /// The genesis.
    #[error(transparent)]
    Genesis(#[from] GenesisError),
    /// A block that does not decode.
    #[error("block {height} of the export: {reason}")]
    Block {
        /// Its height.
        height: u64,
        /// What is wrong with it.
        reason: BlockError,
    },
    /// The end does not name the last block.
    #[error("the end of the export does not name its last block {0}; export it again")]
    End(u64),
    /// The hash over the file.
    #[error("the export is damaged: its hash is not that of its content; export it again")]
    Hash,
    /// More bytes after the end.
    #[error("the export goes on after its end; export it again")]
    Trailing,
}

impl ExportError {
    /// Stable snake-case code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Io(_) => "io",
            Self::Magic => "not_an_export",
            Self::Version(_) => "export_version",
            Self::Truncated(_) => "export_truncated",
            Self::TooLong(..) => "export_length",
            Self::Part(_) => "export_part",
            Self::Genesis(_) => "bad_genesis",
            Self::Block { reason, .. } => reason.code(),
            Self::End(_) => "export_end",
            Self::Hash => "export_hash",
            Self::Trailing => "export_trailing",
        }
    }
}
