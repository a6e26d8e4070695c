//! What can go wrong around whole blocks and ledgers.

use obolus_abi::TxDigest;
use obolus_chain::{BlockError, BlockFault, GenesisError};
use obolus_protocol::tx::Height;
use obolus_runtime_api::AppHash;

use super::refusal::Refusal;
use crate::exec::{CallError, Fault};
use crate::log::LogError;
use crate::state::StateError;
use crate::vm::VmError;

/// Why a ledger could not be opened or read.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// The block log.
    #[error(transparent)]
    Log(#[from] LogError),
    /// The state store.
    #[error(transparent)]
    State(#[from] StateError),
    /// The genesis.
    #[error(transparent)]
    Genesis(#[from] GenesisError),
    /// The virtual machine does not start.
    #[error(transparent)]
    Vm(#[from] VmError),
    /// The virtual machine or the disk failed while executing.
    #[error(transparent)]
    Fault(#[from] Fault),
    /// The directory holds another chain.
    #[error(
        "the data directory belongs to chain {found}, not {expected}: use another directory, or the genesis it was made with"
    )]
    OtherChain {
        /// Chain of the directory.
        found: obolus_abi::ChainId,
        /// Chain being opened.
        expected: obolus_abi::ChainId,
    },
    /// Blocks without the genesis they began from, or the other way round.
    #[error(
        "the data directory has no genesis file: it is not a ledger, or was copied incompletely"
    )]
    NoGenesis,
    /// Acknowledged blocks are missing from the log.
    #[error("the state store holds block {store} but the block log ends at {log}{}: acknowledged blocks are missing; restore the log from a backup or from another node, do not delete the store", if *.torn { " in a damaged record" } else { "" })]
    StoreAhead {
        /// Height of the store.
        store: u64,
        /// Height of the log.
        log: u64,
        /// Whether the log ends in a damaged record.
        torn: bool,
    },
    /// A record of the log is no block of this chain.
    #[error(
        "block {height} of the log is not a block of this chain: {reason}; restore the log from a backup or from another node"
    )]
    BadBlock {
        /// Its height.
        height: u64,
        /// What is wrong with it.
        reason: BlockError,
    },
    /// Replaying a block gave another state than when it was committed.
    #[error(
        "replaying block {height} gives app hash {found}, but {expected} was committed: this release executes differently; use the release that wrote the log"
    )]
    Diverged {
        /// The block.
        height: u64,
        /// As committed.
        expected: AppHash,
        /// As replayed.
        found: AppHash,
    },
    /// Replaying a block refused one of its transactions.
    #[error(
        "replaying block {height} refuses its transaction {index}: {reason}; this release executes differently, use the release that wrote the log"
    )]
    ReplayRefused {
        /// The block.
        height: u64,
        /// The transaction's place in it.
        index: usize,
        /// Why.
        reason: Refusal,
    },
}

/// Why a block could not be built. It is no verdict on any transaction.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BuildError {
    /// This node cannot execute anything: it cannot read its state.
    #[error(transparent)]
    Fault(#[from] Fault),
    /// This node cannot execute one of the transactions.
    #[error("this node cannot execute transaction {digest}: {fault}")]
    Transaction {
        /// The transaction.
        digest: TxDigest,
        /// This copy of it.
        bytes_hash: [u8; 32],
        /// Why.
        fault: Fault,
    },
    /// The proposer's clock is behind.
    #[error("the block's time is before its predecessor's: set the proposer's clock")]
    Time,
}

/// Why somebody else's block is not valid here.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ValidateError {
    /// Wrong by itself, whatever the state.
    #[error(transparent)]
    Block(#[from] BlockFault),
    /// A transaction that fails; a block holds only transactions that succeed.
    #[error("transaction {index} of the block fails: {reason}")]
    Refused {
        /// Its place in the block.
        index: usize,
        /// Why.
        reason: Refusal,
    },
    /// Its transactions use more than [`BLOCK_FUEL`](super::BLOCK_FUEL).
    #[error("the block exceeds {} units of fuel", super::BLOCK_FUEL.0)]
    TooMuchFuel,
    /// This node cannot execute: no verdict on the block.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<BlockError> for ValidateError {
    fn from(error: BlockError) -> Self {
        Self::Block(error.into())
    }
}

/// Why a read-only call gave nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    /// The entry's name.
    #[error(transparent)]
    Entry(#[from] obolus_protocol::tx::TxError),
    /// The contract refused or failed.
    #[error(transparent)]
    Call(#[from] CallError),
    /// This node cannot execute.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<StateError> for QueryError {
    fn from(error: StateError) -> Self {
        Self::Fault(error.into())
    }
}

impl LedgerError {
    pub(super) fn bad_block(height: Height, reason: BlockError) -> Self {
        Self::BadBlock {
            height: height.0,
            reason,
        }
    }
}
