//! Health for whoever restarts the node, metrics for whoever watches it.

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use obolus_http::server::{Failure, health};

use super::AppState;
use crate::handle::Health;

/// Answers to anybody: neither tells more than yes or no.
pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route("/health/live", get(health::live))
        .route("/health/ready", get(ready))
}

async fn ready(State(state): State<AppState>) -> Result<&'static str, Failure> {
    let unready = |code, detail| Err(Failure::new(StatusCode::SERVICE_UNAVAILABLE, code, detail));
    match state.node.health() {
        Health::Ready => Ok("ready\n"),
        Health::Paused => unready("paused", "the operator has paused submissions"),
        Health::Draining => unready("shutting_down", "the node is shutting down"),
        Health::Failed(_) => unready("node_failed", "the node cannot commit: restart it"),
    }
}

/// Metrics in Prometheus' text format.
///
/// Leak: none; no label names a client or a transaction.
#[utoipa::path(
    get, path = "/metrics", tag = "operator",
    responses((status = 200, body = String, content_type = "application/openmetrics-text"))
)]
pub(super) async fn metrics(State(state): State<AppState>) -> Response {
    health::metrics(state.node.metrics_text())
}
