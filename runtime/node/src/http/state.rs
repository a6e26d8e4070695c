//! What every handler has at hand.

use std::sync::Arc;

use obolus_http::server::{Clients, Failure, Gate, HttpLimits};
use tokio::sync::Semaphore;

use crate::catalogue::Catalogue;
use crate::handle::NodeHandle;
use crate::paths::PathIndex;

/// Shared by all requests.
#[derive(Clone)]
pub struct AppState {
    /// The running node.
    pub node: NodeHandle,
    /// What stands before the handlers.
    pub(crate) gate: Gate,
    /// Which contracts are tokens and registries.
    pub(crate) catalogue: Arc<Catalogue>,
    /// Note-tree paths.
    pub(crate) paths: Arc<PathIndex>,
    /// Reads that may run at once.
    reads: Arc<Semaphore>,
    /// Event streams that may be open at once.
    pub(crate) streams: Arc<Semaphore>,
}

impl AppState {
    /// For a running node.
    pub fn new(
        node: NodeHandle,
        clients: Clients,
        paths: Arc<PathIndex>,
        limits: HttpLimits,
    ) -> Self {
        Self {
            catalogue: Arc::new(Catalogue::new(node.ledger().clone())),
            node,
            paths,
            reads: Arc::new(Semaphore::new(limits.concurrent_reads)),
            streams: Arc::new(Semaphore::new(limits.streams)),
            gate: Gate::new(clients, limits),
        }
    }

    /// Runs something that reads the disk or runs a contract, off the threads that serve connections.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Self) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        let permit = Arc::clone(&self.reads)
            .acquire_owned()
            .await
            .map_err(|error| Failure::internal(&error))?;
        let state = self.clone();
        tokio::task::spawn_blocking(move || {
            let _permit = permit;
            work(&state)
        })
        .await
        .map_err(|error| Failure::internal(&error))?
    }
}
