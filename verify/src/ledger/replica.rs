//! What blocks are replayed on.

use std::path::{Path, PathBuf};

use obolus_chain::{CheckedBlock, Genesis};
use obolus_protocol::tx::Height;
use obolus_runtime_api::{AppHash, BlockHash};

use super::facts::Facts;

/// Where a replica stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// Height of the last block replayed; 0 before the first one.
    pub height: u64,
    /// Its hash; the chain id before the first one.
    pub block: BlockHash,
    /// Hash of the state after it, when the replica computes states.
    pub app_hash: Option<AppHash>,
}

/// Why a block could not be replayed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReplicaError {
    /// A transaction of it is not allowed.
    #[error("transaction {index} is refused ({code}): {message}")]
    Transaction {
        /// Its place in the block.
        index: usize,
        /// Stable snake-case code: the contract's own, or the ledger's.
        code: String,
        /// Why.
        message: String,
    },
    /// The block does not follow from the state.
    #[error("{message}")]
    Block {
        /// Stable snake-case code.
        code: String,
        /// Why.
        message: String,
    },
    /// A transaction calls a contract that only a virtual machine can follow.
    #[error(
        "transaction {index} calls a contract that this program does not know: replay with `obolus verify ledger`, which executes contracts"
    )]
    NeedsExecution {
        /// Its place in the block.
        index: usize,
    },
    /// The replica itself failed: no verdict.
    #[error("the replay itself failed: {0}")]
    Failed(String),
}

/// A ledger that blocks are replayed on. Signatures and proofs of what it is given hold.
pub trait Replica: Send {
    /// Where it stands.
    fn position(&self) -> Position;

    /// Replays the next block.
    ///
    /// # Errors
    /// [`ReplicaError`]; the replica stays where it was.
    fn apply(&mut self, block: CheckedBlock) -> Result<(), ReplicaError>;

    /// Makes what was replayed durable, so that a later run goes on from here.
    ///
    /// # Errors
    /// [`ReplicaError::Failed`].
    fn finish(&mut self) -> Result<(), ReplicaError>;

    /// What is known of tokens after the last block.
    fn facts(&self) -> &dyn Facts;
}

/// Why a node's ledger could not be had.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// Not with this program.
    #[error(
        "this program has no network: use `obolus verify`, or give what `obolus node export` wrote with --ledger"
    )]
    NoNetwork,
    /// The node, or the file.
    #[error("{0}")]
    Failed(String),
}

/// A running node whose blocks are replayed.
#[derive(clap::Args, Clone, Debug, Default, PartialEq, Eq)]
pub struct NodeSource {
    /// A running node whose blocks are fetched and replayed; `obolus verify` only.
    #[arg(long, value_name = "URL", conflicts_with = "ledger")]
    pub node: Option<String>,
    /// File with the node's bearer token; without it the environment variable OBOLUS_TOKEN, if set.
    #[arg(long, value_name = "FILE", requires = "node")]
    pub token_file: Option<PathBuf>,
    /// PEM file with the authority that signed the node's certificate.
    #[arg(long, value_name = "FILE", requires = "node")]
    pub ca: Option<PathBuf>,
    /// PEM file with a client certificate.
    #[arg(long, value_name = "FILE", requires = "client_key")]
    pub client_cert: Option<PathBuf>,
    /// PEM file with its key.
    #[arg(long, value_name = "FILE", requires = "client_cert")]
    pub client_key: Option<PathBuf>,
}

/// How blocks are replayed: by statements, or by executing contracts.
pub trait Engine {
    /// What it checks, for reports: `statements` or `execution`.
    fn name(&self) -> &'static str;

    /// Opens the replica in `directory`, or begins it from the genesis.
    ///
    /// # Errors
    /// [`ReplicaError::Failed`].
    fn open(&self, directory: &Path, genesis: &Genesis) -> Result<Box<dyn Replica>, ReplicaError>;

    /// Writes an export of a running node's ledger, up to the block `until` or its last one, to a new file.
    ///
    /// # Errors
    /// [`FetchError`]; a program without a network refuses.
    fn fetch(
        &self,
        node: &NodeSource,
        until: Option<Height>,
        out: &Path,
    ) -> Result<(), FetchError> {
        let _ = (node, until, out);
        Err(FetchError::NoNetwork)
    }
}
