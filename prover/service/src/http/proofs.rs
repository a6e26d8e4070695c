//! Ordering a proof, following it, giving it up.

use std::time::Duration;

use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use obolus_http::Problem;
use obolus_http::server::{Caller, Failure, FromSegment, Params, Segment};
use obolus_prover_api::{Digest, IdempotencyKey, JobId, JobView, ProofRequest};
use obolus_prover_queue::{Cancelled, NewJob, Submitted, Tenant, TimeMs};
use serde::Deserialize;

use super::AppState;
use super::state::{queue_failure, tenant};
use crate::engine::now;

/// Longest time that a request waits for a job's end, in milliseconds.
const LONGEST_WAIT_MS: u64 = 60_000;
/// How long `proofs:prove` waits if it is not told.
const PROVE_WAIT_MS: u64 = 30_000;
/// Longest deadline: 30 days.
const LONGEST_DEADLINE_MS: u64 = 30 * 24 * 3600 * 1000;
/// Deadline of a job that names none, so that a circuit that nobody proves any more leaves no job behind: a day.
const DEFAULT_DEADLINE_MS: u64 = 24 * 3600 * 1000;
/// How often another process's changes are looked for while a request waits.
pub(super) const LOOK: Duration = Duration::from_millis(250);

#[derive(Clone, Copy, Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Wait {
    /// Answer when the job has ended, after so many milliseconds in any case; at most 60000.
    #[param(maximum = 60000)]
    wait_ms: Option<u64>,
}

impl Wait {
    fn or(self, default: u64) -> Result<Duration, Failure> {
        let ms = self.wait_ms.unwrap_or(default);
        if ms > LONGEST_WAIT_MS {
            return Err(Failure::parameter("wait_ms", "must be at most 60000"));
        }
        Ok(Duration::from_millis(ms))
    }
}

/// A job's id in a path.
pub(super) struct PathJob(pub(super) JobId);

impl FromSegment for PathJob {
    fn from_segment(text: &str) -> Result<Self, Failure> {
        let id = text.parse::<JobId>();
        id.map(Self)
            .map_err(|error| Failure::parameter("id", error))
    }
}

/// Order a proof.
///
/// 202 says that the job is queued, durably. The same `Idempotency-Key` with the same body is the same job, whatever has
/// become of it; with another body it is refused.
#[utoipa::path(
    post, path = "/v1/proofs", tag = "proofs",
    params(("Idempotency-Key" = Option<String>, Header, description = "1 to 128 visible ASCII characters")),
    request_body = ProofRequest,
    responses(
        (status = 202, body = JobView, headers(("Location" = String, description = "where the job is"))),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 413, body = Problem, content_type = "application/problem+json"),
        (status = 415, body = Problem, content_type = "application/problem+json"),
        (status = 429, body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn submit(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Failure> {
    let job = accept(&state, &tenant(&caller)?, &headers, &body?).await?;
    Ok(answer(StatusCode::ACCEPTED, job))
}

/// Order a proof and wait for it.
///
/// 200 with the job when it ended in time, otherwise 202: go on with its id. For small circuits.
#[utoipa::path(
    post, path = "/v1/proofs:prove", tag = "proofs",
    params(Wait, ("Idempotency-Key" = Option<String>, Header, description = "1 to 128 visible ASCII characters")),
    request_body = ProofRequest,
    responses(
        (status = 200, body = JobView, headers(("Location" = String, description = "where the job is"))),
        (status = 202, body = JobView, headers(("Location" = String, description = "where the job is"))),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 413, body = Problem, content_type = "application/problem+json"),
        (status = 415, body = Problem, content_type = "application/problem+json"),
        (status = 429, body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn prove(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    Params(wait): Params<Wait>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Failure> {
    let wait = wait.or(PROVE_WAIT_MS)?;
    let tenant = tenant(&caller)?;
    let accepted = accept(&state, &tenant, &headers, &body?).await?;
    let job = ended(&state, &tenant, accepted.id, wait).await?;
    let status = if job.state.is_final() {
        StatusCode::OK
    } else {
        StatusCode::ACCEPTED
    };
    Ok(answer(status, job))
}

/// Where a job is, and its proof when it has one.
#[utoipa::path(
    get, path = "/v1/proofs/{id}", tag = "proofs",
    params(Wait, ("id" = String, Path, description = "the job's id", format = "uuid")),
    responses(
        (status = 200, body = JobView),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn status(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    Segment(PathJob(id)): Segment<PathJob>,
    Params(wait): Params<Wait>,
) -> Result<Json<JobView>, Failure> {
    let job = ended(&state, &tenant(&caller)?, id, wait.or(0)?).await?;
    Ok(Json(job))
}

/// Give a job up.
///
/// Its witness is erased. Doing so again is the same; a job that has ended otherwise stays as it is (409).
#[utoipa::path(
    delete, path = "/v1/proofs/{id}", tag = "proofs",
    params(("id" = String, Path, description = "the job's id", format = "uuid")),
    responses(
        (status = 200, body = JobView),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn cancel(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    Segment(PathJob(id)): Segment<PathJob>,
) -> Result<Json<JobView>, Failure> {
    let cancelled = state.queue.cancel(&tenant(&caller)?, id, now()).await;
    match cancelled.map_err(queue_failure)? {
        Some(Cancelled::Done(job)) => Ok(Json(job)),
        Some(Cancelled::TooLate(job)) => Err(Failure::new(
            StatusCode::CONFLICT,
            "job_ended",
            format!("the job is {} and stays so: read it instead", job.state),
        )),
        None => Err(Failure::missing("job")),
    }
}

/// Queues what a body asks for.
async fn accept(
    state: &AppState,
    tenant: &Tenant,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<JobView, Failure> {
    let catalogue = state.catalogue()?;
    state.accepting()?;
    // Decoding a large witness takes a while: other connections of this thread go elsewhere meanwhile.
    let parsed = tokio::task::block_in_place(|| parse(&catalogue, tenant, headers, body));
    let job = parsed.inspect_err(|_| state.metrics.count_refused("malformed"))?;
    match state.queue.submit(job, &state.limits, now()).await {
        Ok(Submitted::New(job)) => {
            state.metrics.count_accepted();
            Ok(job)
        }
        Ok(Submitted::Same(job)) => Ok(job),
        Err(error) => {
            let failure = queue_failure(error);
            state.metrics.count_refused(match failure.status() {
                StatusCode::TOO_MANY_REQUESTS => "quota",
                StatusCode::CONFLICT => "idempotency",
                _ => "database",
            });
            Err(failure)
        }
    }
}

fn parse(
    catalogue: &crate::Catalogue,
    tenant: &Tenant,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<NewJob, Failure> {
    let kind = headers.get(header::CONTENT_TYPE).map(HeaderValue::as_bytes);
    let essence = kind.and_then(|kind| kind.split(|byte| *byte == b';').next());
    if essence.map(<[u8]>::trim_ascii) != Some(b"application/json") {
        return Err(Failure::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "unsupported_media_type",
            "send the request as application/json",
        ));
    }
    let bad = |detail: String| Failure::new(StatusCode::BAD_REQUEST, "bad_body", detail);
    let request: ProofRequest = serde_json::from_slice(body)
        .map_err(|error| bad(format!("the body is no proof request: {}", place(&error))))?;
    let idempotency = match headers.get("idempotency-key") {
        None => None,
        Some(value) => {
            let key = value
                .to_str()
                .ok()
                .and_then(|key| key.parse::<IdempotencyKey>().ok());
            let reason = obolus_prover_api::IdempotencyKeyError;
            Some(key.ok_or_else(|| Failure::parameter("Idempotency-Key", reason))?)
        }
    };
    let entry = catalogue.find(&request.circuit);
    let entry = entry.ok_or_else(|| {
        let detail = "this service does not prove that circuit: see /v1/circuits";
        Failure::new(StatusCode::NOT_FOUND, "unknown_circuit", detail)
    })?;
    let witness = request.sealed().map_err(|error| bad(error.to_string()))?;
    if witness.as_bytes().len() > entry.longest_sealed() {
        return Err(bad(
            "the sealed witness is longer than any of this circuit: seal this circuit's witness"
                .into(),
        ));
    }
    let patience = request.deadline_ms.unwrap_or(DEFAULT_DEADLINE_MS);
    if !(1..=LONGEST_DEADLINE_MS).contains(&patience) {
        return Err(bad("deadline_ms must be from 1 to 2592000000".into()));
    }
    Ok(NewJob {
        id: JobId::new(uuid::Uuid::new_v4()),
        tenant: tenant.clone(),
        idempotency,
        request: Digest::of(body),
        circuit: entry.name.clone(),
        key_id: entry.key_id.clone(),
        witness,
        priority: request.priority,
        deadline: Some(TimeMs(now().0 + patience)),
    })
}

/// Where JSON is wrong, without quoting it.
fn place(error: &serde_json::Error) -> String {
    let what = match error.classify() {
        serde_json::error::Category::Data => "a field is missing, unknown or of the wrong type",
        _ => "it is not JSON",
    };
    format!("{what}, line {}, column {}", error.line(), error.column())
}

/// The job when it has ended, or as it is after `wait`.
async fn ended(
    state: &AppState,
    tenant: &Tenant,
    id: JobId,
    wait: Duration,
) -> Result<JobView, Failure> {
    let until = tokio::time::Instant::now() + wait;
    loop {
        let left = until.saturating_duration_since(tokio::time::Instant::now());
        let change = state.queue.changed(left.min(LOOK));
        let job = state.queue.job(tenant, id).await.map_err(queue_failure)?;
        let job = job.ok_or_else(|| Failure::missing("job"))?;
        if job.state.is_final() || left.is_zero() || *state.stop.borrow() {
            return Ok(job);
        }
        change.await;
    }
}

fn answer(status: StatusCode, job: JobView) -> Response {
    let location = format!("/v1/proofs/{}", job.id);
    (status, [(header::LOCATION, location)], Json(job)).into_response()
}
