//! What the ledger and its node tell their clients: borsh for programs, serde (hexadecimal strings)
//! for people.
//!
//! These are plain records without behaviour. A wallet scans [`BlockUpdate`]s from a height on; a
//! submitter waits for the [`Receipt`] of its transaction. Nothing here can be trusted more than
//! the node that sent it: what must be verified is in the block itself.
//!
//! - [`receipt`], [`update`], [`hashes`]: what the ledger itself records;
//! - [`transaction`]: submitting and following one transaction;
//! - [`chain`]: blocks, headers, inclusion proofs, versions and circuits;
//! - [`token`]: tokens, registries, directories, tree paths.

pub mod chain;
pub mod contract;
pub mod hashes;
pub mod hex;
pub mod receipt;
pub mod token;
pub mod transaction;
pub mod update;

pub use chain::{
    BlockSummary, BlockView, CircuitInfo, HeaderView, InclusionProof, MerkleStep, TxSummary,
    Version,
};
pub use contract::{AdminView, CodeView, ContractView, PendingView, ScheduledView};
pub use hashes::{AppHash, BlockHash};
pub use hex::HexError;
pub use receipt::{Receipt, Tip};
pub use token::{
    AnchorView, BackingView, DirectoryPage, ParticipantView, PathView, PreviousAuditorView,
    RegistryView, ReservesView, RoleView, TokenView,
};
pub use transaction::{Accepted, TxState, TxStatus};
pub use update::{BlockUpdate, CallFailure, EventRecord, ScheduledRun, TxUpdate};
