//! A whole service: keys, queue, workers and HTTP, started and stopped together.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;

use obolus_http::server::{ServeError, Server, Tls, TlsError};
use obolus_prover::Progress;
use obolus_prover_api::{ServiceKeys, ServiceSecret};
use obolus_prover_queue::Queue;
use tokio::sync::watch;

use crate::catalogue::{Catalogue, CatalogueError};
use crate::config::{ConfigError, ProverConfig};
use crate::engine::{Engine, EngineError};
use crate::http::{self, AppState};
use crate::metrics::Metrics;
use crate::secrets::{self, SecretError};
use crate::worker::{OpenError, load, open_queue, sweep};

/// Why a service did not start, or ended.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// Configuration.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// Secret file, core dumps.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// Queue.
    #[error(transparent)]
    Queue(#[from] OpenError),
    /// Circuits.
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
    /// Threads and memory.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The listener.
    #[error(transparent)]
    Serve(#[from] ServeError),
    /// A task.
    #[error("a task of the service ended early: {0}; report this")]
    Task(#[from] tokio::task::JoinError),
}

/// A service that is bound, with its queue open.
pub struct Service {
    config: ProverConfig,
    secret: ServiceSecret,
    server: Server,
    tls: Option<Arc<Tls>>,
    queue: Arc<dyn Queue>,
    state: AppState,
    loaded: watch::Sender<Option<Arc<Catalogue>>>,
    swept: watch::Sender<bool>,
    stop: watch::Sender<bool>,
}

impl Service {
    /// Opens everything but the circuits; the address is bound when this returns.
    ///
    /// # Errors
    /// [`ServiceError`].
    pub async fn start(config: &ProverConfig) -> Result<Self, ServiceError> {
        let (clients, tls) = config.check()?;
        secrets::forbid_core_dumps()?;
        let secret = secrets::read(&config.secret)?;
        let tls = tls.map(Arc::new);
        let server = Server::bind(config.listen, tls.clone()).await?;
        let queue = open_queue(&config.queue).await?;
        let (loaded, catalogue) = watch::channel(None);
        let (stop, stopping) = watch::channel(false);
        let (swept, _) = watch::channel(true);
        let (gate, streams) = AppState::gate(clients, config.http.clone());
        let state = AppState {
            gate,
            queue: Arc::clone(&queue),
            loaded: catalogue,
            keys: Arc::new(secret.public()),
            limits: config.limits.into(),
            metrics: Arc::new(Metrics::new()),
            streams,
            swept: swept.subscribe(),
            stop: stopping,
        };
        Ok(Self {
            config: config.clone(),
            secret,
            server,
            tls,
            queue,
            state,
            loaded,
            swept,
            stop,
        })
    }

    /// Where it listens.
    pub const fn address(&self) -> SocketAddr {
        self.server.address()
    }

    /// What clients pin.
    pub fn keys(&self) -> &ServiceKeys {
        &self.state.keys
    }

    /// Reads the TLS files again when called.
    pub fn reloader(&self) -> impl Fn() -> Result<(), TlsError> + Send + 'static + use<> {
        let tls = self.tls.clone();
        move || tls.as_ref().map_or(Ok(()), |tls| tls.reload())
    }

    /// Loads the circuits while it answers already, then proves until `shutdown`. What is being proved then is ended, or
    /// given back to the queue after the grace period.
    ///
    /// # Errors
    /// [`ServiceError`] when the circuits cannot be loaded.
    pub async fn run(
        self,
        progress: Arc<dyn Progress + Send + Sync>,
        shutdown: impl Future<Output = ()>,
    ) -> Result<(), ServiceError> {
        let Self {
            config,
            secret,
            server,
            queue,
            state,
            loaded,
            swept,
            stop,
            ..
        } = self;
        let metrics = Arc::clone(&state.metrics);
        let mut stopping = stop.subscribe();
        let serving = tokio::spawn(async move {
            let gate = state.gate.clone();
            let stopped = async move { crate::engine::stopped(&mut stopping).await };
            server
                .run(http::router(state), gate.limits(), stopped)
                .await;
        });
        let sweeping = tokio::spawn(sweep(
            Arc::clone(&queue),
            Arc::clone(&metrics),
            config.work.retention(),
            swept,
        ));
        let working = async {
            let mut stopping = stop.subscribe();
            let stopped = crate::engine::stopped(&mut stopping);
            let Some(catalogue) = load(&config, progress, stopped).await? else {
                return Ok(());
            };
            tracing::info!(circuits = catalogue.key_ids().len(), "keys are loaded");
            let engine = config
                .work
                .enabled
                .then(|| {
                    let (catalogue, metrics) = (Arc::clone(&catalogue), Arc::clone(&metrics));
                    Engine::new(queue, catalogue, metrics, config.work, &secret)
                })
                .transpose()?;
            loaded.send_replace(Some(catalogue));
            if let Some(engine) = engine {
                engine.run(stop.subscribe()).await;
            } else {
                crate::engine::stopped(&mut stop.subscribe()).await;
            }
            Ok::<_, ServiceError>(())
        };
        tokio::pin!(working);
        let worked = tokio::select! {
            ended = &mut working => ended,
            () = shutdown => {
                tracing::info!("shutting down");
                stop.send_replace(true);
                working.await
            }
        };
        stop.send_replace(true);
        serving.await?;
        sweeping.abort();
        worked
    }
}
