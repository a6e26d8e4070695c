//! The note stream in pages: whole blocks as scanners need them, the same for every wallet.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use obolus_http::Problem;
use obolus_http::server::{Failure, Params};
use obolus_protocol::tx::Height;
use obolus_runtime_api::BlockUpdate;
use obolus_runtime_api::transaction::BORSH;
use serde::Deserialize;

use super::AppState;
use super::chain::bytes;
use crate::http::OrFail;

/// Most blocks in one answer.
const BLOCKS: usize = 1_000;
/// After so many bytes of memos and events an answer ends, with a whole block.
const BYTES: usize = 4 << 20;

#[derive(Clone, Copy, Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct From {
    /// First height; 1 without it.
    from: Option<u64>,
    /// At most so many blocks, 1 to 1000; 100 without it. Fewer come when they are large.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<usize>,
}

/// Blocks as scanners need them: memos, events, nullifiers, commitments; without proofs and signatures.
///
/// With `Accept: application/octet-stream` the answer is the borsh encoding of the same list. Every wallet reads all
/// blocks, so that no question is about one note. Leak: how far the caller has scanned.
#[utoipa::path(
    get, path = "/v1/updates", tag = "scanning", params(From),
    responses(
        (status = 200, content((Vec<BlockUpdate> = "application/json"), (Vec<u8> = "application/octet-stream"))),
        (status = 400, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn updates(
    State(state): State<AppState>,
    Params(page): Params<From>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let limit = page.limit.unwrap_or(100);
    if !(1..=BLOCKS).contains(&limit) {
        return Err(Failure::parameter("limit", "must be 1 to 1000"));
    }
    let binary = headers.get(header::ACCEPT).map(HeaderValue::as_bytes) == Some(BORSH.as_bytes());
    state
        .read(move |state| {
            let from = Height(page.from.unwrap_or(1));
            let updates = state
                .node
                .ledger()
                .updates_within(from, limit, BYTES)
                .or_fail()?;
            if binary {
                let encoded = borsh::to_vec(&updates).map_err(|error| Failure::internal(&error))?;
                Ok(bytes(encoded))
            } else {
                Ok(Json(updates).into_response())
            }
        })
        .await
}
