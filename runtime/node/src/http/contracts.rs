//! Read-only calls of contracts.

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use obolus_abi::ContractId;
use obolus_http::Problem;
use obolus_http::server::{Failure, Segment};
use obolus_runtime_api::hex;
use serde::{Deserialize, Serialize};

use super::AppState;
use crate::http::{OrFail, PathId};

/// A read-only call.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct QueryRequest {
    /// The entry's name.
    entry: String,
    /// The entry's message (borsh), in hexadecimal.
    args: String,
}

/// What the contract replied.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub(super) struct QueryReply {
    /// The entry's reply (borsh), in hexadecimal.
    reply: String,
}

/// Call a read-only entry on the state after the last block.
///
/// Leak: the question. Never ask whether one nullifier is spent, or for one participant, unless everybody may know that
/// you ask: wallets read `/v1/updates` instead.
#[utoipa::path(
    post, path = "/v1/contracts/{contract}/query", tag = "contracts",
    params(("contract" = String, Path, description = "64 hexadecimal digits", pattern = "^[0-9a-f]{64}$")),
    request_body = QueryRequest,
    responses(
        (status = 200, body = QueryReply),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 413, body = Problem, content_type = "application/problem+json"),
        (status = 415, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn query(
    State(state): State<AppState>,
    Segment(PathId(contract)): Segment<PathId<ContractId>>,
    request: Result<Json<QueryRequest>, JsonRejection>,
) -> Result<Json<QueryReply>, Failure> {
    let Json(request) = request?;
    let args = hex::decode(&request.args).map_err(|error| Failure::parameter("args", error))?;
    state
        .read(move |state| {
            let reply = state
                .node
                .ledger()
                .query(contract, &request.entry, args)
                .or_fail()?;
            Ok(Json(QueryReply {
                reply: hex::encode(&reply),
            }))
        })
        .await
}
