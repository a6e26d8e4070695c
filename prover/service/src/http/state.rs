//! What every handler has at hand.

use std::sync::Arc;
use std::time::Duration;

use axum::http::StatusCode;
use obolus_http::server::{Caller, Clients, Failure, Gate, HttpLimits};
use obolus_prover_api::ServiceKeys;
use obolus_prover_queue::{Limits, Queue, QueueError, Tenant};
use tokio::sync::watch;

use super::shares::Shares;
use crate::catalogue::Catalogue;
use crate::metrics::Metrics;

/// When to come back while keys are loaded.
const LOADING: Duration = Duration::from_secs(2);

/// Shared by all requests.
#[derive(Clone)]
pub struct AppState {
    /// What stands before the handlers.
    pub(crate) gate: Gate,
    pub(crate) queue: Arc<dyn Queue>,
    /// None while keys are loaded.
    pub(crate) loaded: watch::Receiver<Option<Arc<Catalogue>>>,
    pub(crate) keys: Arc<ServiceKeys>,
    pub(crate) limits: Limits,
    pub(crate) metrics: Arc<Metrics>,
    /// Event streams that may be open at once.
    pub(crate) streams: Arc<Shares>,
    /// Whether the last sweep, which writes, went well.
    pub(crate) swept: watch::Receiver<bool>,
    /// Whether the service shuts down.
    pub(crate) stop: watch::Receiver<bool>,
}

impl AppState {
    pub(crate) fn gate(clients: Clients, limits: HttpLimits) -> (Gate, Arc<Shares>) {
        let streams = Arc::new(Shares::of_streams(limits.streams));
        (Gate::new(clients, limits), streams)
    }

    /// The circuits, once they are loaded.
    pub(crate) fn catalogue(&self) -> Result<Arc<Catalogue>, Failure> {
        self.loaded.borrow().clone().ok_or_else(|| {
            Failure::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "loading",
                "the service is loading its keys: try again shortly",
            )
            .after(LOADING)
        })
    }

    /// Refuses new work while the service shuts down.
    pub(crate) fn accepting(&self) -> Result<(), Failure> {
        if *self.stop.borrow() {
            return Err(Failure::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "shutting_down",
                "the service is shutting down: send the same request again shortly",
            )
            .after(LOADING));
        }
        Ok(())
    }
}

/// A client is a tenant.
pub(super) fn tenant(caller: &Caller) -> Result<Tenant, Failure> {
    Tenant::new(caller.name.as_str()).map_err(|error| Failure::internal(&error))
}

/// What a queue's refusal means to a client.
pub(super) fn queue_failure(error: QueueError) -> Failure {
    let busy = |code: &'static str| {
        Failure::new(StatusCode::TOO_MANY_REQUESTS, code, error.to_string())
            .after(Duration::from_secs(1))
    };
    match &error {
        QueueError::OtherRequest => Failure::new(
            StatusCode::CONFLICT,
            "idempotency_conflict",
            error.to_string(),
        ),
        QueueError::TenantFull => busy("tenant_quota"),
        QueueError::Full => busy("queue_full"),
        QueueError::Unreadable(_) | QueueError::Database(_) => {
            Failure::internal(&error).after(LOADING)
        }
    }
}
