//! The contract virtual machine, its host, the state and the ledger.

pub mod exec;
pub mod host;
pub mod ledger;
pub mod log;
pub mod overlay;
pub mod state;
pub mod vm;

pub use state::{MemoryState, StateError, StateRead, WriteSet};
