//! Submitting a transaction and following it.

use std::time::Duration;

use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use obolus_abi::TxDigest;
use obolus_http::Problem;
use obolus_http::server::{Failure, Params, Segment};
use obolus_runtime_api::transaction::BORSH;
use obolus_runtime_api::{Accepted, InclusionProof, Receipt, TxStatus};
use serde::Deserialize;

use super::AppState;
use crate::handle::{Outcome, pending};
use crate::http::{OrFail, PathId};
use obolus_http::server::access::Caller;

/// Longest time that a submission waits for its block.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

#[derive(Clone, Copy, Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Wait {
    /// `committed`: answer when the transaction is committed or refused.
    #[param(inline)]
    wait: Option<WaitFor>,
    /// Answer after so many milliseconds in any case; 30000 without it, at most 60000.
    #[param(maximum = 60000)]
    timeout_ms: Option<u64>,
}

#[derive(Clone, Copy, Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
enum WaitFor {
    Committed,
}

/// Submit a transaction.
///
/// The body is the transaction's bytes. 202 says that it was taken for checking; only a receipt says that it is
/// committed. The same bytes again get the same answer. Leak: the operator learns which client submitted which
/// transaction.
#[utoipa::path(
    post, path = "/v1/transactions", tag = "transactions", params(Wait),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses(
        (status = 202, body = Accepted, headers(("Location" = String, description = "where its status is"))),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 408, body = Problem, content_type = "application/problem+json"),
        (status = 413, body = Problem, content_type = "application/problem+json"),
        (status = 415, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
        (status = 429, body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn submit(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    Params(wait): Params<Wait>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Failure> {
    if headers.get(header::CONTENT_TYPE).map(HeaderValue::as_bytes) != Some(BORSH.as_bytes()) {
        return Err(Failure::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "unsupported_media_type",
            "send the transaction's bytes as application/octet-stream",
        ));
    }
    let longest = wait
        .timeout_ms
        .map_or(LONGEST_WAIT / 2, Duration::from_millis);
    if longest > LONGEST_WAIT {
        return Err(Failure::parameter("timeout_ms", "must be at most 60000"));
    }
    let ticket = state.node.submit(&caller.name, body?.to_vec())?;
    let outcome = match wait.wait {
        Some(WaitFor::Committed) => {
            match tokio::time::timeout(longest, state.node.settled(&ticket)).await {
                Ok(outcome) => Some(outcome.or_fail()?),
                Err(_) => None,
            }
        }
        None => state.node.outcome(&ticket).or_fail()?,
    };
    if outcome == Some(Outcome::Unknown) {
        return Err(Failure::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "outcome_unknown",
            "the node failed before it could say whether the transaction is committed: submit the same bytes again after its restart",
        ));
    }
    let status = outcome.map_or_else(|| pending(ticket.id), |outcome| outcome.status(ticket.id));
    let location = format!("/v1/transactions/{}", ticket.id);
    let accepted = Accepted {
        id: ticket.id,
        status,
    };
    Ok((
        StatusCode::ACCEPTED,
        [(header::LOCATION, location)],
        Json(accepted),
    )
        .into_response())
}

/// Where a transaction is.
///
/// Leak: that the caller is interested in this transaction; the one who submitted it is known to be anyway.
#[utoipa::path(
    get, path = "/v1/transactions/{id}", tag = "transactions",
    params(("id" = String, Path, description = "64 hexadecimal digits", pattern = "^[0-9a-f]{64}$")),
    responses(
        (status = 200, body = TxStatus),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn status(
    State(state): State<AppState>,
    Segment(PathId(id)): Segment<PathId<TxDigest>>,
) -> Result<Json<TxStatus>, Failure> {
    let status = state.node.status(&id).or_fail()?;
    status
        .map(Json)
        .ok_or_else(|| Failure::missing("transaction"))
}

/// The receipt of a committed transaction.
///
/// Leak: as of the status.
#[utoipa::path(
    get, path = "/v1/transactions/{id}/receipt", tag = "transactions",
    params(("id" = String, Path, description = "64 hexadecimal digits", pattern = "^[0-9a-f]{64}$")),
    responses(
        (status = 200, body = Receipt),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn receipt(
    State(state): State<AppState>,
    Segment(PathId(id)): Segment<PathId<TxDigest>>,
) -> Result<Json<Receipt>, Failure> {
    let receipt = state.node.ledger().receipt(&id).or_fail()?;
    receipt
        .map(Json)
        .ok_or_else(|| Failure::missing("committed transaction"))
}

/// Shows that a transaction is in a block, against the block's header.
///
/// Leak: as of the status.
#[utoipa::path(
    get, path = "/v1/transactions/{id}/inclusion", tag = "transactions",
    params(("id" = String, Path, description = "64 hexadecimal digits", pattern = "^[0-9a-f]{64}$")),
    responses(
        (status = 200, body = InclusionProof),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn inclusion(
    State(state): State<AppState>,
    Segment(PathId(id)): Segment<PathId<TxDigest>>,
) -> Result<Json<InclusionProof>, Failure> {
    let proof = state
        .read(move |state| state.node.ledger().inclusion(&id).or_fail())
        .await?;
    proof
        .map(Json)
        .ok_or_else(|| Failure::missing("committed transaction"))
}
