//! `obolus prover`: running a proving service, a worker of a pool, and what clients of one need.

mod seal;
mod serve;

use std::path::PathBuf;

use clap::{Args, Subcommand};
use obolus_prover_api::{SealError, ServiceKeys};
use obolus_prover_service::secrets::{self, SecretError};
use obolus_prover_service::{ConfigError, ServiceError};

/// A proving service and its tools.
#[derive(Args)]
pub struct ProverCommandArgs {
    #[command(subcommand)]
    command: ProverCommand,
}

#[derive(Subcommand)]
#[expect(clippy::large_enum_variant, reason = "there is one, for the whole run")]
enum ProverCommand {
    /// Run a proving service until SIGTERM or SIGINT; SIGHUP reads the TLS files again.
    Serve(serve::ServeArgs),
    /// Prove for a pool of workers that share a PostgreSQL queue, until SIGTERM or SIGINT.
    Worker(serve::WorkerArgs),
    /// Make a service's secret and print the keys that clients pin.
    Keygen(KeygenArgs),
    /// Seal a witness into a request body, for clients that post it themselves.
    Seal(seal::SealArgs),
}

#[derive(Args)]
struct KeygenArgs {
    /// Where to write the secret; a file that is there is left alone.
    #[arg(long, value_name = "FILE", default_value = "service.secret")]
    secret: PathBuf,
}

/// Why a prover command failed.
#[derive(Debug, thiserror::Error)]
pub enum ProverError {
    /// Neither a configuration nor a development service was named.
    #[error("give --config FILE, or --dev")]
    NothingToRun,
    /// Configuration.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// Secret file.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// A file.
    #[error("{0}: {1}")]
    Io(PathBuf, std::io::Error),
    /// Running.
    #[error(transparent)]
    Service(#[from] ServiceError),
    /// Sealing.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// A request that does not encode.
    #[error("the request cannot be written: {0}")]
    Encode(#[from] serde_json::Error),
    /// The asynchronous runtime or its signals.
    #[error("the service cannot start: {0}; check limits on processes and open files")]
    Runtime(std::io::Error),
}

impl ProverError {
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
/// [`ProverError`].
pub fn run(args: &ProverCommandArgs) -> Result<(), ProverError> {
    match &args.command {
        ProverCommand::Serve(args) => serve::serve(args),
        ProverCommand::Worker(args) => serve::worker(args),
        ProverCommand::Keygen(args) => {
            let secret = secrets::create(&args.secret)?;
            print_keys(&secret.public());
            Ok(())
        }
        ProverCommand::Seal(args) => seal::seal(args),
    }
}

#[expect(clippy::print_stdout, reason = "the result of the command")]
fn print_keys(keys: &ServiceKeys) {
    println!("{keys}");
}
