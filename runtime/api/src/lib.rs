//! What the ledger tells its clients: borsh for programs, serde (hexadecimal strings) for people.
//!
//! These are plain records without behaviour. A wallet scans [`BlockUpdate`]s from a height on; a
//! submitter waits for the [`Receipt`] of its transaction. Nothing here can be trusted more than
//! the node that sent it: what must be verified is in the block itself.

mod hashes;
mod hex;
mod receipt;
mod update;

pub use hashes::{AppHash, BlockHash};
pub use hex::HexError;
pub use receipt::{Receipt, Tip};
pub use update::{BlockUpdate, EventRecord, TxUpdate};
