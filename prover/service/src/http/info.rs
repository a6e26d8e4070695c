//! What the service says of itself and of the caller.

use axum::extract::State;
use axum::{Extension, Json};
use obolus_http::Problem;
use obolus_http::server::{Caller, Failure};
use obolus_prover_api::{CircuitList, PublishedKeys, Usage, VersionView};

use super::AppState;
use super::state::{queue_failure, tenant};

/// The circuits that are proved here.
#[utoipa::path(
    get, path = "/v1/circuits", tag = "service",
    responses(
        (status = 200, body = CircuitList),
        (status = 503, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn circuits(State(state): State<AppState>) -> Result<Json<CircuitList>, Failure> {
    Ok(Json(state.catalogue()?.view()))
}

/// The keys that witnesses are sealed to and receipts are signed with.
///
/// Compare them with what the operator gave you by another way, and pin them.
#[utoipa::path(
    get, path = "/v1/keys", tag = "service",
    responses((status = 200, body = PublishedKeys))
)]
pub(super) async fn keys(State(state): State<AppState>) -> Json<PublishedKeys> {
    Json(PublishedKeys::of(&state.keys))
}

/// What the caller has waiting, and how much it may have.
#[utoipa::path(
    get, path = "/v1/quota", tag = "service",
    responses(
        (status = 200, body = Usage),
        (status = 503, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn quota(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
) -> Result<Json<Usage>, Failure> {
    let usage = state.queue.usage(&tenant(&caller)?, &state.limits).await;
    Ok(Json(usage.map_err(queue_failure)?))
}

/// Which build answers.
#[utoipa::path(
    get, path = "/v1/version", tag = "service",
    responses((status = 200, body = VersionView))
)]
pub(super) async fn version() -> Json<VersionView> {
    Json(VersionView {
        name: env!("CARGO_PKG_NAME").into(),
        version: env!("CARGO_PKG_VERSION").into(),
    })
}
