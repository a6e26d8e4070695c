//! The contract virtual machine, its host, the state and the ledger.
//!
//! From the outside in:
//!
//! - [`ledger`]: a deterministic state machine over blocks. It admits transactions (form, signatures,
//!   proofs), executes them in order, commits each block atomically and recovers after a crash. It knows
//!   nothing of ordering: a sequencer or a consensus engine drives it through [`Execution`];
//! - [`exec`]: one call of a contract's entry, nested calls included, all or nothing;
//! - [`vm`], [`host`]: WASM under fuel and limits, and the calls that contracts make to the host;
//! - [`overlay`]: uncommitted writes in frames over the committed state;
//! - [`state`]: the key-value state and its store on disk;
//! - [`log`]: the fsynced block log, from which everything else on disk can be rebuilt.
//!
//! What is absent on purpose: this crate verifies proofs and never makes them, holds no secret, opens no
//! socket and reads no clock.

pub mod exec;
pub mod host;
pub mod ledger;
pub mod log;
pub mod overlay;
pub mod state;
pub mod vm;

pub use ledger::{AdmitError, Admitted, Execution, Proposal, Refusal};
pub use state::{MemoryState, StateError, StateRead, WriteSet};
