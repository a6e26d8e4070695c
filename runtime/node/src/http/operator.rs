//! What the operator may do to a running node.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;

use super::AppState;

/// What waits in the mempool.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub(super) struct MempoolView {
    /// Transactions that wait for their signatures and proofs to be checked.
    checking: usize,
    /// Transactions that wait for a block.
    ordering: usize,
    /// By client, from acceptance to the end.
    clients: Vec<ClientView>,
}

/// One client's part.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub(super) struct ClientView {
    /// The client.
    name: String,
    /// Its transactions.
    transactions: usize,
    /// Their bytes.
    bytes: usize,
}

/// Take no more transactions; what was accepted goes on.
#[utoipa::path(post, path = "/v1/operator/pause", tag = "operator", responses((status = 204)))]
pub(super) async fn pause(State(state): State<AppState>) -> StatusCode {
    state.node.pause();
    StatusCode::NO_CONTENT
}

/// Take transactions again.
#[utoipa::path(post, path = "/v1/operator/resume", tag = "operator", responses((status = 204)))]
pub(super) async fn resume(State(state): State<AppState>) -> StatusCode {
    state.node.resume();
    StatusCode::NO_CONTENT
}

/// What waits, by client.
#[utoipa::path(get, path = "/v1/operator/mempool", tag = "operator", responses((status = 200, body = MempoolView)))]
pub(super) async fn mempool(State(state): State<AppState>) -> Json<MempoolView> {
    let view = state.node.mempool();
    Json(MempoolView {
        checking: view.screened,
        ordering: view.admitted,
        clients: view
            .clients
            .into_iter()
            .map(|(name, transactions, bytes)| ClientView {
                name: name.to_string(),
                transactions,
                bytes,
            })
            .collect(),
    })
}
