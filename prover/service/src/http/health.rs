//! Health for whoever restarts the service, metrics for whoever watches it.

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use obolus_http::server::{Failure, health};

use super::AppState;
use super::state::queue_failure;

/// Answers to anybody: neither tells more than yes or no.
pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route("/health/live", get(health::live))
        .route("/health/ready", get(ready))
}

async fn ready(State(state): State<AppState>) -> Result<&'static str, Failure> {
    state.catalogue()?;
    state.accepting()?;
    // A queue that cannot be asked, or written to, cannot take a job either.
    state.queue.depth().await.map_err(queue_failure)?;
    if !*state.swept.borrow() {
        return Err(Failure::internal(&"the queue's last sweep failed"));
    }
    Ok("ready\n")
}

/// Metrics in Prometheus' text format.
///
/// No label names a tenant or a job.
#[utoipa::path(
    get, path = "/metrics", tag = "operator",
    responses((status = 200, body = String, content_type = "application/openmetrics-text"))
)]
pub(super) async fn metrics(State(state): State<AppState>) -> Result<Response, Failure> {
    let depth = state.queue.depth().await.map_err(queue_failure)?;
    Ok(health::metrics(state.metrics.text(depth)))
}
