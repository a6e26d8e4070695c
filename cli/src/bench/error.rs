//! Why a benchmark did not run to its end.

use std::path::PathBuf;

/// Why a benchmark did not run to its end.
#[derive(Debug, thiserror::Error)]
pub enum BenchError {
    /// Files.
    #[error("{0}: {1}")]
    Io(PathBuf, std::io::Error),
    /// The development chain.
    #[error(transparent)]
    Dev(#[from] crate::dev::DevError),
    /// Token file.
    #[error(transparent)]
    Token(#[from] obolus_wallet::config::TokenFileError),
    /// Proving keys.
    #[error(transparent)]
    Keys(#[from] obolus_prover::PrepareError),
    /// Simulated proofs.
    #[error(transparent)]
    Simulator(#[from] obolus_prover::SimulatorError),
    /// Assembly.
    #[error(transparent)]
    Assemble(#[from] obolus_wallet::AssembleError),
    /// Reading the chain.
    #[error(transparent)]
    Scan(#[from] obolus_wallet::ScanError),
    /// Memos.
    #[error(transparent)]
    Memo(#[from] obolus_protocol::memo::MemoError),
    /// Seeds.
    #[error(transparent)]
    Key(#[from] obolus_protocol::keys::KeyError),
    /// The node's API.
    #[error(transparent)]
    Node(#[from] obolus_wallet::client::ClientError),
    /// Ledger.
    #[error(transparent)]
    Ledger(#[from] obolus_runtime::ledger::LedgerError),
    /// Block building.
    #[error(transparent)]
    Build(#[from] obolus_runtime::ledger::BuildError),
    /// Block commit.
    #[error(transparent)]
    Commit(#[from] obolus_runtime::ledger::CommitError),
    /// The proving service.
    #[error(transparent)]
    Prover(#[from] obolus_prover_api::client::ProverClientError),
    /// The service's secret.
    #[error(transparent)]
    Secret(#[from] obolus_prover_service::secrets::SecretError),
    /// A report that does not encode.
    #[error("the report cannot be written: {0}")]
    Report(#[from] serde_json::Error),
    /// The preparation made no payment, or the service does not prove payments.
    #[error("there is nothing to prove: report this")]
    NothingToProve,
    /// A proof or the key for it.
    #[error("nothing was measured: {0}")]
    Prove(String),
    /// Jobs that ended without a proof.
    #[error("{0} jobs ended without a proof; see the service's log with --log debug")]
    NotProved(u32),
    /// Bundles.
    #[error(transparent)]
    Bundle(#[from] obolus_verify::bundle::BundleError),
    /// A proof that must hold.
    #[error("a proof of the benchmark was not accepted: report this")]
    NotAccepted,
    /// A build that cannot compare.
    #[error(
        "this build has no keys in the files of snarkjs: build with `cargo build --release --features rivals`"
    )]
    Rivals,
    /// Threads.
    #[error("threads for the measurement cannot be had: {0}")]
    Threads(String),
    /// The other verifier.
    #[error("snarkjs did nothing; run `npm install snarkjs` in the folder that is given: {0}")]
    Snarkjs(String),
    /// The URL of a load.
    #[error("the load needs an http:// URL with host and port, such as http://127.0.0.1:8080")]
    Url,
    /// A connection under load.
    #[error("a connection of the load broke: {0}; see whether the node runs, and its log")]
    Connection(std::io::Error),
    /// The child.
    #[error("the node that the benchmark started ended early or did not start: {0}")]
    Child(String),
    /// A transfer that is not on the chain once.
    #[error("{missing} of {transfers} transfers are not on the chain exactly once, first: {first}")]
    NotCommitted {
        /// How many.
        missing: usize,
        /// Of how many.
        transfers: usize,
        /// What the node said of the first.
        first: String,
    },
    /// A worker thread.
    #[error("a worker thread of the load ended early: report this")]
    Worker,
    /// An encoding that cannot fail did.
    #[error("a value could not be encoded: report this as a bug")]
    Encoding,
}

impl BenchError {
    /// For `map_err` on a path.
    pub fn io(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |error| Self::Io(path, error)
    }
}
