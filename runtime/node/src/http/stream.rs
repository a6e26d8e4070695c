//! The note stream as server-sent events: one event a block, resumable.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::stream::{self, Stream};
use obolus_http::Problem;
use obolus_http::server::{Failure, Params, number};
use obolus_protocol::tx::Height;
use obolus_runtime_api::{BlockUpdate, Tip};
use serde::Deserialize;
use tokio::sync::{OwnedSemaphorePermit, watch};

use super::AppState;
use crate::handle::Health;
use crate::http::OrFail;

/// Between two comments on a silent stream.
const KEEP_ALIVE: Duration = Duration::from_secs(15);
/// Blocks read at once while a stream catches up.
const AT_ONCE: usize = 16;
const AT_ONCE_BYTES: usize = 1 << 20;

#[derive(Clone, Copy, Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Start {
    /// First height; the next block without it. `Last-Event-ID` comes before it.
    from: Option<u64>,
}

struct Cursor {
    state: AppState,
    tip: watch::Receiver<Tip>,
    health: watch::Receiver<Health>,
    next: u64,
    read: std::vec::IntoIter<BlockUpdate>,
    _permit: OwnedSemaphorePermit,
}

/// Blocks as they are committed, as server-sent events.
///
/// One `block` event each, `id` is the height, `data` the same JSON as in `/v1/updates`. A client that reconnects
/// with `Last-Event-ID` goes on with the block after it. Leak: how far the caller has scanned, and that it is online.
#[utoipa::path(
    get, path = "/v1/updates/stream", tag = "scanning",
    params(Start, ("Last-Event-ID" = Option<String>, Header, description = "height of the last event that was read")),
    responses(
        (status = 200, body = String, content_type = "text/event-stream"),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 429, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn stream(
    State(state): State<AppState>,
    Params(start): Params<Start>,
    headers: HeaderMap,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Failure> {
    let mut tip = state.node.tip();
    let next = match headers.get("last-event-id") {
        Some(value) => {
            let text = value
                .to_str()
                .map_err(|_| Failure::parameter("Last-Event-ID", "expected a height"))?;
            number::<u64>(text)?.saturating_add(1)
        }
        None => start
            .from
            .unwrap_or_else(|| tip.borrow_and_update().height.saturating_add(1)),
    };
    let permit = std::sync::Arc::clone(&state.streams)
        .try_acquire_owned()
        .map_err(|_| {
            Failure::busy("too many streams are open: read /v1/updates in pages instead")
        })?;
    let cursor = Cursor {
        health: state.node.health_changes(),
        state,
        tip,
        next: next.max(1),
        read: Vec::new().into_iter(),
        _permit: permit,
    };
    let events = stream::unfold(cursor, |mut cursor| async move {
        let update = cursor.next().await?;
        let event = Event::default()
            .event("block")
            .id(update.height.to_string())
            .json_data(&update)
            .ok()?;
        Some((Ok(event), cursor))
    });
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)))
}

impl Cursor {
    /// The next block; waits for it. None ends the stream: the client connects again and resumes.
    async fn next(&mut self) -> Option<BlockUpdate> {
        loop {
            if let Some(update) = self.read.next() {
                self.next = update.height + 1;
                return Some(update);
            }
            let tip = self.tip.borrow_and_update().height;
            if tip < self.next {
                if matches!(*self.health.borrow(), Health::Draining | Health::Failed(_)) {
                    return None;
                }
                tokio::select! {
                    changed = self.tip.changed() => changed.ok()?,
                    changed = self.health.changed() => changed.ok()?,
                }
                continue;
            }
            let from = Height(self.next);
            let read = self.state.read(move |state| {
                let ledger = state.node.ledger();
                ledger
                    .updates_within(from, AT_ONCE, AT_ONCE_BYTES)
                    .or_fail()
            });
            self.read = read.await.ok()?.into_iter();
            if self.read.as_slice().is_empty() {
                return None;
            }
        }
    }
}
