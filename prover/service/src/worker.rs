//! A worker of a pool: a queue that others fill, and an engine.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use obolus_prover::Progress;
use obolus_prover_queue::{Ended, PostgresQueue, Queue, QueueError, SqliteQueue};
use tokio::sync::watch;

use crate::catalogue::Catalogue;
use crate::config::{ProverConfig, QueueConfig, cores};
use crate::engine::{Engine, now};
use crate::metrics::Metrics;
use crate::secrets::{self, SecretError};
use crate::service::ServiceError;

/// Between two sweeps of the queue.
const SWEEP: Duration = Duration::from_secs(1);

/// Why a queue could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The file with the database's URL.
    #[error(transparent)]
    Url(#[from] SecretError),
    /// The queue.
    #[error(transparent)]
    Queue(#[from] QueueError),
}

/// Opens the queue that a configuration names.
///
/// # Errors
/// [`OpenError`].
pub async fn open_queue(config: &QueueConfig) -> Result<Arc<dyn Queue>, OpenError> {
    Ok(match config {
        QueueConfig::Embedded { path } => Arc::new(SqliteQueue::open(path).await?),
        QueueConfig::Postgres { url_file } => {
            let url = secrets::read_private(url_file)?;
            Arc::new(PostgresQueue::connect(url.trim()).await?)
        }
    })
}

/// Loads the circuits; none if the process is to stop before they are loaded.
pub(crate) async fn load(
    config: &ProverConfig,
    progress: Arc<dyn Progress + Send + Sync>,
    stop: impl Future<Output = ()>,
) -> Result<Option<Arc<Catalogue>>, ServiceError> {
    let circuits = config.circuits.clone();
    let load = move || Catalogue::load(&circuits, cores(), &*progress);
    tokio::select! {
        loaded = tokio::task::spawn_blocking(load) => Ok(Some(Arc::new(loaded??))),
        // Its thread goes with the process.
        () = stop => Ok(None),
    }
}

/// Ends what nobody will end otherwise, for ever.
pub(crate) async fn sweep(
    queue: Arc<dyn Queue>,
    metrics: Arc<Metrics>,
    retention: Duration,
    went_well: watch::Sender<bool>,
) {
    loop {
        let swept = queue.sweep(retention, now()).await;
        went_well.send_replace(swept.is_ok());
        match swept {
            Ok(swept) => {
                for ended in &swept.ended {
                    metrics.count_failed(match ended {
                        Ended::Expired => "expired",
                        Ended::WorkerLost => "worker_lost",
                    });
                }
                metrics.count_requeued(swept.requeued);
                if swept.requeued > 0 {
                    tracing::warn!(
                        jobs = swept.requeued,
                        "jobs lost their worker and are queued again"
                    );
                }
            }
            Err(error) => tracing::error!(%error, "the queue could not be swept; trying again"),
        }
        tokio::time::sleep(SWEEP).await;
    }
}

/// Proves for a pool until `shutdown`.
///
/// # Errors
/// [`ServiceError`].
pub async fn run(
    config: &ProverConfig,
    progress: Arc<dyn Progress + Send + Sync>,
    ready: impl FnOnce(),
    shutdown: impl Future<Output = ()>,
) -> Result<(), ServiceError> {
    config.check_worker()?;
    secrets::forbid_core_dumps()?;
    let secret = secrets::read(&config.secret)?;
    let queue = open_queue(&config.queue).await?;
    let metrics = Arc::new(Metrics::new());
    tokio::pin!(shutdown);
    let Some(catalogue) = load(config, progress, &mut shutdown).await? else {
        return Ok(());
    };
    let engine = Engine::new(
        Arc::clone(&queue),
        catalogue,
        Arc::clone(&metrics),
        config.work,
        &secret,
    )?;
    let (went_well, _) = watch::channel(true);
    let sweeping = tokio::spawn(sweep(queue, metrics, config.work.retention(), went_well));
    let (stop, stopping) = watch::channel(false);
    ready();
    let working = engine.run(stopping);
    tokio::pin!(working);
    tokio::select! {
        () = &mut working => {}
        () = shutdown => {
            tracing::info!("shutting down");
            stop.send_replace(true);
            working.await;
        }
    }
    sweeping.abort();
    Ok(())
}
