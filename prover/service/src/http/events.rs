//! A job's life as server-sent events.

use std::convert::Infallible;
use std::time::Duration;

use axum::Extension;
use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::stream::{self, Stream};
use obolus_http::Problem;
use obolus_http::server::{Caller, Failure, Segment};
use obolus_prover_api::{JobId, JobView, Stage};
use obolus_prover_queue::Tenant;

use super::AppState;
use super::proofs::{LOOK, PathJob};
use super::shares::Share;
use super::state::{queue_failure, tenant};

/// Between two comments on a silent stream.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

struct Cursor {
    state: AppState,
    tenant: Tenant,
    id: JobId,
    told: Option<(obolus_prover_api::State, Option<Stage>, u32)>,
    done: bool,
    _share: Share,
}

/// A job's states and stages as they come, as server-sent events.
///
/// One event for each change, named after the state; `data` is the job as `/v1/proofs/{id}` shows it. The stream ends with
/// the job. A client that reconnects gets the present state first.
#[utoipa::path(
    get, path = "/v1/proofs/{id}/events", tag = "proofs",
    params(("id" = String, Path, description = "the job's id", format = "uuid")),
    responses(
        (status = 200, body = String, content_type = "text/event-stream"),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 429, body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn events(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    Segment(PathJob(id)): Segment<PathJob>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Failure> {
    let tenant = tenant(&caller)?;
    let job = state.queue.job(&tenant, id).await.map_err(queue_failure)?;
    job.ok_or_else(|| Failure::missing("job"))?;
    let share = state.streams.take(&caller.name, 1).ok_or_else(|| {
        Failure::busy("too many streams are open: ask for the job itself instead")
    })?;
    let cursor = Cursor {
        state,
        tenant,
        id,
        told: None,
        done: false,
        _share: share,
    };
    let events = stream::unfold(cursor, |mut cursor| async move {
        let job = cursor.next().await?;
        let event = Event::default().event(job.state.as_str()).json_data(&job);
        Some((Ok(event.ok()?), cursor))
    });
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)))
}

impl Cursor {
    /// The job when it has changed. None ends the stream.
    async fn next(&mut self) -> Option<JobView> {
        loop {
            if self.done || *self.state.stop.borrow() {
                return None;
            }
            let change = self.state.queue.changed(LOOK);
            let job = self.state.queue.job(&self.tenant, self.id).await.ok()??;
            let now = (job.state, job.stage, job.attempts);
            if self.told.replace(now) != Some(now) {
                self.done = job.state.is_final();
                return Some(job);
            }
            change.await;
        }
    }
}
