//! A whole node: ledger, sequencer, path files and HTTP, started and stopped together.

use std::future::Future;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use obolus_http::server::{Clients, ServeError, Server, Tls, TlsError};
use obolus_runtime::ledger::Execution;
use tokio::task::JoinHandle;

use crate::ceremony::{self, CeremonyCheckError};
use crate::config::{ConfigError, NodeConfig};
use crate::handle::{Health, NodeHandle};
use crate::http::{self, AppState};
use crate::node::{Node, NodeFailure, StartError};
use crate::paths::{PathError, PathIndex};

/// Folder of the path files in the data directory.
const PATHS: &str = "paths";
/// Least time between two catch-ups of the path files.
const FOLLOW_EVERY: Duration = Duration::from_millis(500);

/// Why a node did not start, or ended.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// Configuration.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// A production chain's keys.
    #[error(transparent)]
    Ceremony(#[from] Box<CeremonyCheckError>),
    /// Threads.
    #[error(transparent)]
    Start(#[from] StartError),
    /// Path files.
    #[error(transparent)]
    Paths(#[from] PathError),
    /// The listener.
    #[error(transparent)]
    Serve(#[from] ServeError),
    /// It failed while running.
    #[error(transparent)]
    Failed(#[from] NodeFailure),
    /// A task.
    #[error("a task of the node ended early: {0}; report this")]
    Task(#[from] tokio::task::JoinError),
}

/// A node that is bound and sequencing.
pub struct Service {
    node: Node,
    server: Server,
    state: AppState,
    tls: Option<Arc<Tls>>,
    paths: Arc<PathIndex>,
    follower: JoinHandle<()>,
}

impl Service {
    /// Starts everything but answering; the address is bound when this returns.
    ///
    /// # Errors
    /// [`ServiceError`].
    pub async fn start(ledger: Execution, config: &NodeConfig) -> Result<Self, ServiceError> {
        let (clients, tls) = config.check()?;
        check_ceremonies(&ledger, config).await?;
        Self::start_checked(ledger, config, clients, tls.map(Arc::new)).await
    }

    async fn start_checked(
        ledger: Execution,
        config: &NodeConfig,
        clients: Clients,
        tls: Option<Arc<Tls>>,
    ) -> Result<Self, ServiceError> {
        let server = Server::bind(config.listen, tls.clone()).await?;
        let paths = open_paths(&config.data_dir.join(PATHS)).await?;
        let node = Node::start(ledger, &config.sequencing)?;
        let state = AppState::new(
            node.handle(),
            clients,
            Arc::clone(&paths),
            config.http.clone(),
        );
        let follower = tokio::spawn(follow(node.handle(), Arc::clone(&paths)));
        Ok(Self {
            node,
            server,
            state,
            tls,
            paths,
            follower,
        })
    }

    /// Where it listens.
    pub const fn address(&self) -> SocketAddr {
        self.server.address()
    }

    /// What others hold of the node.
    pub fn handle(&self) -> NodeHandle {
        self.state.node.clone()
    }

    /// Reads the TLS files again when called.
    pub fn reloader(&self) -> impl Fn() -> Result<(), TlsError> + Send + 'static + use<> {
        let tls = self.tls.clone();
        move || tls.as_ref().map_or(Ok(()), |tls| tls.reload())
    }

    /// Serves until `shutdown`, or until the node fails; then commits what was accepted and closes the ledger.
    ///
    /// # Errors
    /// [`ServiceError::Failed`] when something could not be committed.
    pub async fn run(self, shutdown: impl Future<Output = ()>) -> Result<(), ServiceError> {
        let Self {
            node,
            server,
            state,
            paths,
            follower,
            ..
        } = self;
        let handle = state.node.clone();
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let serving = tokio::spawn(async move {
            let gate = state.gate.clone();
            let stopped = async move {
                // Whoever drops the sender wants the same.
                let _ = stopped.await;
            };
            server
                .run(http::router(state), gate.limits(), stopped)
                .await;
        });
        tokio::select! {
            () = shutdown => tracing::info!("shutting down"),
            reason = failed(handle) => tracing::error!(%reason, "the node failed and shuts down"),
        }
        // Both at once: requests that wait for a block get it from the last blocks.
        let _ = stop.send(());
        let drained = tokio::task::spawn_blocking(move || node.stop());
        serving.await?;
        follower.abort();
        let outcome = drained.await?;
        let closed = tokio::task::spawn_blocking(move || paths.close()).await?;
        // The ledger's failure is the cause of others.
        outcome?;
        Ok(closed?)
    }
}

/// Before anything is answered: a production chain takes keys of verified ceremonies only.
async fn check_ceremonies(ledger: &Execution, config: &NodeConfig) -> Result<(), ServiceError> {
    let (reader, config) = (ledger.reader(), config.ceremony.clone());
    let checked = tokio::task::spawn_blocking(move || {
        ceremony::check(reader.genesis(), config.as_ref()).map_err(Box::new)
    });
    Ok(checked.await??)
}

async fn open_paths(directory: &Path) -> Result<Arc<PathIndex>, ServiceError> {
    let directory = directory.to_path_buf();
    let paths = tokio::task::spawn_blocking(move || PathIndex::open(&directory)).await??;
    Ok(Arc::new(paths))
}

/// Keeps the path files behind the ledger, off the way of commits.
async fn follow(node: NodeHandle, paths: Arc<PathIndex>) {
    let mut tip = node.tip();
    loop {
        let (ledger, index) = (node.ledger().clone(), Arc::clone(&paths));
        let followed = tokio::task::spawn_blocking(move || index.follow(&ledger)).await;
        if let Ok(Err(error)) = followed {
            tracing::warn!(%error, "the path files could not follow the ledger");
        }
        tokio::time::sleep(FOLLOW_EVERY).await;
        if tip.changed().await.is_err() {
            return;
        }
    }
}

/// Resolves when the node has failed.
async fn failed(node: NodeHandle) -> String {
    let mut health = node.health_changes();
    loop {
        if let Health::Failed(reason) = &*health.borrow_and_update() {
            return reason.clone();
        }
        if health.changed().await.is_err() {
            return std::future::pending().await;
        }
    }
}
