//! Contracts and modules: what the ledger knows of them, and read-only calls.

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use obolus_abi::system::AdminPolicy;
use obolus_abi::{CodeId, ContractId};
use obolus_http::Problem;
use obolus_http::server::{Failure, Segment};
use obolus_runtime::host::{storage_use, waiting};
use obolus_runtime::ledger::{QueryError, Reader};
use obolus_runtime::state::{Change, ContractRecord};
use obolus_runtime_api::{AdminView, CodeView, ContractView, PendingView, ScheduledView, hex};
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

/// All contracts, in the order of their ids.
///
/// Leak: nothing.
#[utoipa::path(
    get, path = "/v1/contracts", tag = "contracts",
    responses((status = 200, body = [ContractView]))
)]
pub(super) async fn contracts(
    State(state): State<AppState>,
) -> Result<Json<Vec<ContractView>>, Failure> {
    state
        .read(|state| {
            let ledger = state.node.ledger();
            let contracts = ledger.contracts().map_err(QueryError::from).or_fail()?;
            contracts
                .into_iter()
                .map(|(id, record)| view(ledger, id, record).or_fail())
                .collect::<Result<_, _>>()
                .map(Json)
        })
        .await
}

/// One contract: its code, who may replace it, what waits, what it stores and has scheduled.
///
/// Leak: that the caller is interested in this contract.
#[utoipa::path(
    get, path = "/v1/contracts/{contract}", tag = "contracts",
    params(("contract" = String, Path, description = "64 hexadecimal digits", pattern = "^[0-9a-f]{64}$")),
    responses(
        (status = 200, body = ContractView),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn contract(
    State(state): State<AppState>,
    Segment(PathId(id)): Segment<PathId<ContractId>>,
) -> Result<Json<ContractView>, Failure> {
    state
        .read(move |state| {
            let ledger = state.node.ledger();
            let record = ledger.contract(&id).map_err(QueryError::from).or_fail()?;
            let record = record.ok_or_else(|| Failure::missing("contract"))?;
            Ok(Json(view(ledger, id, record).or_fail()?))
        })
        .await
}

/// One module: its size, what it claims to be built from, who uploaded it.
///
/// Leak: that the caller is interested in this module.
#[utoipa::path(
    get, path = "/v1/codes/{code}", tag = "contracts",
    params(("code" = String, Path, description = "64 hexadecimal digits", pattern = "^[0-9a-f]{64}$")),
    responses(
        (status = 200, body = CodeView),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn code(
    State(state): State<AppState>,
    Segment(PathId(code)): Segment<PathId<CodeId>>,
) -> Result<Json<CodeView>, Failure> {
    state
        .read(move |state| {
            let ledger = state.node.ledger();
            let record = ledger.code(&code).map_err(QueryError::from).or_fail()?;
            let record = record.ok_or_else(|| Failure::missing("module"))?;
            Ok(Json(CodeView {
                code,
                size: record.size,
                source: record.source.map(|source| source.to_string()),
                deployer: record.deployer.map(|key| key.to_string()),
            }))
        })
        .await
}

fn view(
    ledger: &Reader,
    contract: ContractId,
    record: ContractRecord,
) -> Result<ContractView, QueryError> {
    let state = ledger.state();
    let pending = ledger.pending_change(&contract)?.map(|pending| {
        let (code, admin) = match pending.change {
            Change::Migrate { code, .. } => (Some(code.to_string()), None),
            Change::Admin(policy) => (None, admin(&policy)),
        };
        PendingView {
            code,
            admin,
            ready_height: pending.ready.height,
            ready_time_ms: pending.ready.time_ms,
        }
    });
    let scheduled = waiting(state.as_ref(), &contract)?;
    Ok(ContractView {
        contract,
        code: record.code,
        admin: admin(&record.admin),
        pending,
        storage_quota: record.quota,
        storage_used: storage_use(state.as_ref(), &contract)?,
        deployer: record.deployer.map(|key| key.to_string()),
        scheduled: scheduled
            .into_iter()
            .map(|(place, call)| ScheduledView {
                number: place.number,
                due: place.height.0,
                entry: call.entry.as_str().to_owned(),
                fuel: call.fuel.0,
            })
            .collect(),
    })
}

fn admin(policy: &AdminPolicy) -> Option<AdminView> {
    match policy {
        AdminPolicy::Frozen => None,
        AdminPolicy::Admin { role, delay } => Some(AdminView {
            role: super::tokens::role(role),
            delay_blocks: delay.blocks,
            delay_ms: delay.ms,
        }),
    }
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
