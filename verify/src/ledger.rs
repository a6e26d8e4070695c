//! Replay of exported ledgers from their genesis.
//!
//! - [`replay`] reads an export, checks every signature and proof in batches and applies the blocks in order;
//! - a [`Replica`] is what they are applied to. [`Statements`] keeps the rules of ledger, registry and token
//!   as native code. The command `obolus` has another one, which executes the contracts and computes app hashes;
//! - [`Facts`] are what a replica can be asked about a token, and [`Watch`] asks after one block;
//! - [`bundles_of`] makes proof bundles of the proofs of a block;
//! - replicas keep their state on disk, so memory does not grow with the ledger, and a replay that was stopped
//!   goes on.

mod bundles;
mod facts;
mod model;
mod replay;
mod replica;
mod state;
mod watch;

pub use bundles::{FromLedgerError, bundles_of};
pub use facts::{Facts, Payment, Reserves, Settings};
pub use model::Statements;
pub use replay::{Counts, ReplayError, Replayed, replay};
pub use replica::{Engine, FetchError, NodeSource, Position, Replica, ReplicaError};
pub use watch::{Interest, Question, Seen, Watch};
