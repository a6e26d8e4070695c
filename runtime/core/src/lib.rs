//! The contract virtual machine, its host, the state and the ledger.

pub mod log;
pub mod state;

pub use state::{MemoryState, StateError, StateRead, WriteSet};
