//! `obolus prover serve` and `obolus prover worker`.

use std::future::Future;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use obolus_prover::Progress;
use obolus_prover_service::{ProverConfig, Service, secrets, worker as pool};
use obolus_verifier::CircuitName;
use tokio::runtime::Runtime;
use tokio::signal::unix::{SignalKind, signal};

use super::ProverError;
use crate::dev;

/// Threads that prove cannot be interrupted; the process does not wait for them longer than this.
const LAST_WAIT: Duration = Duration::from_millis(100);

/// Arguments of `serve`.
#[derive(Args)]
pub struct ServeArgs {
    /// The configuration file; docs/prover.example.toml shows every field.
    #[arg(
        long,
        value_name = "FILE",
        required_unless_present = "dev",
        conflicts_with = "dev"
    )]
    config: Option<PathBuf>,
    /// Run a development service: our own circuits under INSECURE keys, open on loopback.
    #[arg(long)]
    dev: bool,
    /// Where the development service keeps its secret and its queue.
    #[arg(long, value_name = "DIR", requires = "dev", default_value = "prover")]
    data_dir: PathBuf,
    /// Folder of `NAME.zkey` files that the development service proves too.
    #[arg(long, value_name = "DIR", requires = "dev")]
    zkey_dir: Option<PathBuf>,
    /// Where to listen; a loopback address.
    #[arg(
        long,
        value_name = "ADDRESS",
        requires = "dev",
        default_value = "127.0.0.1:8090"
    )]
    listen: SocketAddr,
}

/// Arguments of `worker`.
#[derive(Args)]
pub struct WorkerArgs {
    /// The configuration file, as for `serve`; queue.kind must be "postgres".
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
}

/// Says on standard error what is loaded.
struct Loading;

impl Progress for Loading {
    fn start(&self, circuit: &CircuitName, _: u64) {
        eprintln!("preparing the key of {circuit}; this is done once");
    }
}

/// Runs a service.
pub fn serve(args: &ServeArgs) -> Result<(), ProverError> {
    let config = match &args.config {
        Some(path) => ProverConfig::read(path)?,
        None if args.dev => development(args)?,
        None => return Err(ProverError::NothingToRun),
    };
    let runtime = runtime()?;
    let ended = runtime.block_on(async {
        let service = Service::start(&config).await?;
        let scheme = if config.tls.is_some() {
            "https"
        } else {
            "http"
        };
        eprintln!(
            "listening on {scheme}://{}\nservice keys {}",
            service.address(),
            service.keys()
        );
        let reload = service.reloader();
        let mut hangup = signal(SignalKind::hangup()).map_err(ProverError::Runtime)?;
        tokio::spawn(async move {
            while hangup.recv().await.is_some() {
                match reload() {
                    Ok(()) => tracing::info!("the TLS files were read again"),
                    Err(error) => {
                        tracing::error!(%error, "the TLS files could not be read again; the old ones stay in force");
                    }
                }
            }
        });
        Ok(service.run(Arc::new(Loading), shutdown()?).await?)
    });
    runtime.shutdown_timeout(LAST_WAIT);
    ended
}

/// Runs a worker.
pub fn worker(args: &WorkerArgs) -> Result<(), ProverError> {
    let config = ProverConfig::read(&args.config)?;
    let runtime = runtime()?;
    let ended = runtime.block_on(async {
        let shutdown = shutdown()?;
        let ready = || eprintln!("working");
        Ok(pool::run(&config, Arc::new(Loading), ready, shutdown).await?)
    });
    runtime.shutdown_timeout(LAST_WAIT);
    ended
}

/// A development service's configuration; makes its directory and secret if they are missing.
fn development(args: &ServeArgs) -> Result<ProverConfig, ProverError> {
    let root = std::path::absolute(&args.data_dir)
        .map_err(|error| ProverError::Io(args.data_dir.clone(), error))?;
    std::fs::create_dir_all(&root).map_err(|error| ProverError::Io(root.clone(), error))?;
    let keys = dev::default_directory(&root);
    let mut config = ProverConfig::development(&root, keys, args.listen);
    config.circuits.zkey_dir.clone_from(&args.zkey_dir);
    if !config.secret.exists() {
        secrets::create(&config.secret)?;
    }
    eprintln!(
        "development service in {}: INSECURE keys, for tests and demos only",
        root.display()
    );
    Ok(config)
}

fn runtime() -> Result<Runtime, ProverError> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(ProverError::Runtime)
}

/// Resolves on SIGTERM and SIGINT.
fn shutdown() -> Result<impl Future<Output = ()>, ProverError> {
    let mut terminate = signal(SignalKind::terminate()).map_err(ProverError::Runtime)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(ProverError::Runtime)?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}
