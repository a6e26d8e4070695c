//! What the node runs, and blocks. All of it is the same for every caller.

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use obolus_abi::KeyId;
use obolus_chain::ChainMode;
use obolus_http::Problem;
use obolus_http::server::{Failure, Params, Segment};
use obolus_protocol::tx::Height;
use obolus_runtime::ledger::Reader;
use obolus_runtime_api::transaction::BORSH;
use obolus_runtime_api::{BlockSummary, BlockView, CircuitInfo, Tip, TxSummary, Version};
use obolus_verifier::{KeyIdText, KeyOrigin};

use super::AppState;
use super::params::Before;
use crate::http::OrFail;

/// Version of this API.
const API: &str = "1";
/// Set `OBOLUS_BUILD` when compiling: a commit, a package's number.
const BUILD: &str = match option_env!("OBOLUS_BUILD") {
    Some(build) => build,
    None => "unnamed",
};

/// What the node runs.
///
/// Leak: none.
#[utoipa::path(get, path = "/v1/version", tag = "chain", responses((status = 200, body = Version)))]
pub(super) async fn version(State(state): State<AppState>) -> Json<Version> {
    let ledger = state.node.ledger();
    let genesis = ledger.genesis();
    Json(Version {
        program: "obolus".into(),
        version: env!("CARGO_PKG_VERSION").into(),
        build: BUILD.into(),
        api: API.into(),
        chain: ledger.chain(),
        chain_name: genesis.name.to_string(),
        development: genesis.mode == ChainMode::Development,
        expiry_horizon: genesis.expiry_horizon.0,
        circuits: circuits_of(ledger),
    })
}

/// The chain's verifying keys in one line each.
pub(crate) fn circuits_of(ledger: &Reader) -> Vec<CircuitInfo> {
    let circuits = ledger.circuits();
    circuits
        .ids()
        .filter_map(|(id, _)| circuits.key(&id))
        .map(|key| CircuitInfo {
            name: key.circuit().as_str().to_owned(),
            key_id: KeyIdText(key.id()).to_string(),
            key: key.id(),
            public_inputs: u32::try_from(key.public_inputs()).unwrap_or(u32::MAX),
            insecure: key.origin() == KeyOrigin::InsecureDevelopment,
        })
        .collect()
}

/// The last committed block.
///
/// Leak: none.
#[utoipa::path(get, path = "/v1/tip", tag = "chain", responses((status = 200, body = Tip)))]
pub(super) async fn tip(State(state): State<AppState>) -> Json<Tip> {
    Json(state.node.ledger().tip())
}

/// What the chain started from, in its canonical encoding; its hash is the chain id.
///
/// Leak: none.
#[utoipa::path(
    get, path = "/v1/genesis", tag = "chain",
    responses((status = 200, body = Vec<u8>, content_type = "application/octet-stream"))
)]
pub(super) async fn genesis(State(state): State<AppState>) -> Response {
    bytes(state.node.ledger().genesis().encode())
}

/// The chain's circuits and verifying keys.
///
/// Leak: none.
#[utoipa::path(get, path = "/v1/circuits", tag = "chain", responses((status = 200, body = Vec<CircuitInfo>)))]
pub(super) async fn circuits(State(state): State<AppState>) -> Json<Vec<CircuitInfo>> {
    Json(circuits_of(state.node.ledger()))
}

/// A verifying key in its canonical encoding.
///
/// Leak: none.
#[utoipa::path(
    get, path = "/v1/circuits/{key_id}/key", tag = "chain",
    params(("key_id" = String, Path, description = "obolvk1…")),
    responses(
        (status = 200, body = Vec<u8>, content_type = "application/octet-stream"),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn circuit_key(
    State(state): State<AppState>,
    Segment(text): Segment<String>,
) -> Result<Response, Failure> {
    let KeyIdText(id): KeyIdText = text
        .parse()
        .map_err(|error| Failure::parameter("key id", error))?;
    encoded_key(state.node.ledger(), &id).map(bytes)
}

fn encoded_key(ledger: &Reader, id: &KeyId) -> Result<Vec<u8>, Failure> {
    let key = ledger.circuits().key(id);
    let key = key.ok_or_else(|| Failure::missing("verifying key"))?;
    key.encode().map_err(|error| Failure::internal(&error))
}

/// Blocks, newest first.
///
/// Leak: none beyond the page asked for.
#[utoipa::path(
    get, path = "/v1/blocks", tag = "chain", params(Before),
    responses(
        (status = 200, body = Vec<BlockSummary>),
        (status = 400, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn blocks(
    State(state): State<AppState>,
    Params(page): Params<Before>,
) -> Result<Json<Vec<BlockSummary>>, Failure> {
    let limit = page.limit()?;
    state
        .read(move |state| {
            let ledger = state.node.ledger();
            let top = page.top(ledger.tip().height);
            let heights = (1..=top).rev().take(limit);
            let found = heights.filter_map(|height| ledger.summary(Height(height)).transpose());
            Ok(Json(found.collect::<Result<_, _>>().or_fail()?))
        })
        .await
}

/// One block.
///
/// Leak: that the caller is interested in this block.
#[utoipa::path(
    get, path = "/v1/blocks/{height}", tag = "chain",
    params(("height" = u64, Path, description = "from 1")),
    responses(
        (status = 200, body = BlockView),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn block(
    State(state): State<AppState>,
    Segment(height): Segment<u64>,
) -> Result<Json<BlockView>, Failure> {
    state
        .read(move |state| {
            let ledger = state.node.ledger();
            let summary = ledger.summary(Height(height)).or_fail()?;
            let summary = summary.ok_or_else(|| Failure::missing("block"))?;
            let header = ledger.block(Height(height)).or_fail()?.header;
            let transactions = (0_u32..)
                .zip(ledger.transactions(Height(height)).or_fail()?)
                .map(|(index, tx)| TxSummary {
                    id: tx.digest,
                    index,
                    contract: tx.contract,
                    entry: tx.entry,
                    events: tx.events,
                    fuel_used: tx.fuel_used,
                })
                .collect();
            Ok(Json(BlockView {
                block: summary.block,
                header: header.view(),
                app_hash_after: summary.app_hash,
                transactions,
            }))
        })
        .await
}

/// One block in its canonical encoding, with every proof and signature.
///
/// Leak: that the caller is interested in this block.
#[utoipa::path(
    get, path = "/v1/blocks/{height}/raw", tag = "chain",
    params(("height" = u64, Path, description = "from 1")),
    responses(
        (status = 200, body = Vec<u8>, content_type = "application/octet-stream"),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn block_bytes(
    State(state): State<AppState>,
    Segment(height): Segment<u64>,
) -> Result<Response, Failure> {
    state
        .read(move |state| {
            let ledger = state.node.ledger();
            if ledger.summary(Height(height)).or_fail()?.is_none() {
                return Err(Failure::missing("block"));
            }
            Ok(bytes(ledger.block(Height(height)).or_fail()?.encode()))
        })
        .await
}

/// A binary answer.
pub(super) fn bytes(body: Vec<u8>) -> Response {
    ([(header::CONTENT_TYPE, BORSH)], body).into_response()
}
