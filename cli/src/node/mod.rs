//! `obolus node`: running the ledger as a service.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use obolus_chain::{Genesis, GenesisError};
use obolus_node::config::ConfigError;
use obolus_node::{NodeConfig, Service, ServiceError};
use obolus_runtime::ledger::{Execution, LedgerError};
use rand::RngCore;
use rand::rngs::OsRng;
use sha2::{Digest, Sha256};
use tokio::signal::unix::{SignalKind, signal};

use crate::dev::{self, DevError};

mod bundles;
mod export;

pub use export::fetch;

/// Run a node, or prepare one.
#[derive(Args)]
pub struct NodeArgs {
    #[command(subcommand)]
    command: NodeCommand,
}

#[derive(Subcommand)]
enum NodeCommand {
    /// Run a node until SIGTERM or SIGINT; SIGHUP reads the TLS files again.
    Run(RunArgs),
    /// Write the whole ledger into one file, for `obolus verify ledger`.
    Export(export::ExportArgs),
    /// Write proofs of an exported ledger as bundles, for `obolus verify proof`.
    Bundles(bundles::BundlesArgs),
    /// Print a fresh access token and the hash that goes into the configuration.
    Token,
}

#[derive(Args)]
struct RunArgs {
    /// The configuration file; docs/node.example.toml shows every field.
    #[arg(
        long,
        value_name = "FILE",
        required_unless_present = "dev",
        conflicts_with = "dev"
    )]
    config: Option<PathBuf>,
    /// Run a development chain: INSECURE proving keys, role keys in plain text, open on loopback. It is begun if the
    /// data directory has none.
    #[arg(long, requires = "data_dir")]
    dev: bool,
    /// Where the development chain is kept.
    #[arg(long, value_name = "DIR", requires = "dev")]
    data_dir: Option<PathBuf>,
    /// With a second token (EUR) and the settlement contracts, for `obolus deal`.
    #[arg(long, requires = "dev")]
    settlement: bool,
    /// Where to listen; a loopback address.
    #[arg(
        long,
        value_name = "ADDRESS",
        requires = "dev",
        default_value = "127.0.0.1:8080"
    )]
    listen: SocketAddr,
}

/// Why a node did not run to its end.
#[derive(Debug, thiserror::Error)]
pub enum NodeError {
    /// Neither a configuration nor a development chain was named.
    #[error("give --config FILE, or --dev --data-dir DIR")]
    NothingToRun,
    /// Configuration.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// Development chain.
    #[error(transparent)]
    Dev(#[from] DevError),
    /// Ledger.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// Genesis file.
    #[error(transparent)]
    Genesis(#[from] GenesisError),
    /// Exporting.
    #[error(transparent)]
    Export(#[from] export::ExportCommandError),
    /// Bundles.
    #[error(transparent)]
    Bundles(#[from] bundles::BundlesError),
    /// A file.
    #[error("{0}: {1}")]
    Io(PathBuf, std::io::Error),
    /// Running.
    #[error(transparent)]
    Service(#[from] ServiceError),
    /// The asynchronous runtime or its signals.
    #[error("the node cannot start: {0}; check limits on processes and open files")]
    Runtime(std::io::Error),
}

impl NodeError {
    /// Whether the arguments or the configuration are to blame.
    pub const fn is_usage(&self) -> bool {
        matches!(
            self,
            Self::NothingToRun | Self::Config(_) | Self::Service(ServiceError::Config(_))
        )
    }
}

/// Runs the command.
///
/// # Errors
/// [`NodeError`].
pub fn run(args: &NodeArgs) -> Result<(), NodeError> {
    match &args.command {
        NodeCommand::Run(args) => run_node(args),
        NodeCommand::Export(args) => Ok(export::run(args)?),
        NodeCommand::Bundles(args) => Ok(bundles::run(args)?),
        NodeCommand::Token => {
            print_token();
            Ok(())
        }
    }
}

#[expect(clippy::print_stdout, reason = "the result of the command")]
fn print_token() {
    let mut bytes = [0; 32];
    OsRng.fill_bytes(&mut bytes);
    let token = obolus_runtime_api::hex::encode(&bytes);
    let hash = obolus_runtime_api::hex::encode(&Sha256::digest(token.as_bytes()));
    println!("token         {token}\ntoken_sha256  {hash}");
}

fn run_node(args: &RunArgs) -> Result<(), NodeError> {
    let (config, ledger) = match (&args.config, &args.data_dir) {
        (Some(path), _) => {
            let config = NodeConfig::read(path)?;
            // Faults of the configuration come before anything is opened.
            config.check()?;
            let ledger = open(&config)?;
            (config, ledger)
        }
        (None, Some(data)) => {
            let config = NodeConfig::development(data.clone(), args.listen);
            config.check()?;
            let chain = dev::bootstrap(data, args.settlement)?;
            eprintln!(
                "development chain {} ({}): INSECURE keys, for tests and demos only\ntoken file   {}\nrole keys    {}",
                chain.token.config.chain,
                if chain.fresh { "begun" } else { "reopened" },
                chain.dev.join("token.toml").display(),
                chain.dev.display(),
            );
            (config, chain.ledger)
        }
        (None, None) => return Err(NodeError::NothingToRun),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(NodeError::Runtime)?;
    runtime.block_on(serve(ledger, &config))
}

fn open(config: &NodeConfig) -> Result<Execution, NodeError> {
    let directory = config.data_dir.join("ledger");
    match &config.genesis {
        None => Ok(Execution::recover(&directory)?),
        Some(path) => {
            let bytes = std::fs::read(path).map_err(|error| NodeError::Io(path.clone(), error))?;
            Ok(Execution::open(&directory, &Genesis::decode(&bytes)?)?)
        }
    }
}

async fn serve(ledger: Execution, config: &NodeConfig) -> Result<(), NodeError> {
    let service = Service::start(ledger, config).await?;
    let scheme = if config.tls.is_some() {
        "https"
    } else {
        "http"
    };
    eprintln!("listening on {scheme}://{}", service.address());
    let reload = service.reloader();
    let mut hangup = signal(SignalKind::hangup()).map_err(NodeError::Runtime)?;
    tokio::spawn(async move {
        while hangup.recv().await.is_some() {
            match reload() {
                Ok(()) => tracing::info!("the TLS files were read again"),
                Err(error) => {
                    tracing::error!(%error, "the TLS files could not be read again; the old ones stay in force")
                }
            }
        }
    });
    let mut terminate = signal(SignalKind::terminate()).map_err(NodeError::Runtime)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(NodeError::Runtime)?;
    let shutdown = async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    };
    Ok(service.run(shutdown).await?)
}
