//! Blocks.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use obolus_http::server::{Failure, Params, Segment};
use obolus_protocol::tx::Height;
use obolus_runtime_api::{BlockSummary, ScheduledRun, TxUpdate};
use serde::Deserialize;

use super::frame::{Frame, Trouble, page};
use super::text::{Id, When, count};
use crate::http::{AppState, OrFail};

/// Blocks on a page.
const PAGE: usize = 25;

/// A block in one line.
pub(super) struct BlockRow {
    pub(super) height: u64,
    pub(super) hash: Id,
    pub(super) when: When,
    pub(super) transactions: String,
}

impl BlockRow {
    pub(super) fn of(summary: &BlockSummary) -> Self {
        Self {
            height: summary.height,
            hash: Id::new(summary.block),
            when: When::of(summary.time_ms),
            transactions: count(summary.transactions.into()),
        }
    }
}

/// The newest blocks below a height.
pub(super) fn newest(
    state: &AppState,
    below: u64,
    most: usize,
) -> Result<Vec<BlockSummary>, Trouble> {
    let ledger = state.node.ledger();
    let top = below.saturating_sub(1).min(ledger.tip().height);
    let heights = (1..=top).rev().take(most);
    let found = heights.filter_map(|height| ledger.summary(Height(height)).transpose());
    Ok(found.collect::<Result<_, _>>().or_fail()?)
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Below {
    before: Option<u64>,
}

#[derive(Template)]
#[template(path = "blocks.html")]
struct Blocks {
    frame: Frame,
    blocks: Vec<BlockRow>,
    newest: bool,
    older: Option<u64>,
}

pub(super) async fn blocks(
    State(state): State<AppState>,
    query: Result<Params<Below>, Failure>,
) -> Response {
    page(&state, move |state| {
        let Params(query) = query?;
        let blocks = newest(state, query.before.unwrap_or(u64::MAX), PAGE)?;
        Ok(Blocks {
            frame: Frame::of(state),
            newest: query.before.is_none(),
            older: blocks
                .last()
                .map(|block| block.height)
                .filter(|height| *height > 1),
            blocks: blocks.iter().map(BlockRow::of).collect(),
        })
    })
    .await
}

/// A transaction in one line.
struct TxRow {
    id: Id,
    entry: String,
    contract: Id,
    memos: usize,
    fuel: String,
}

impl TxRow {
    fn of(tx: &TxUpdate) -> Self {
        Self {
            id: Id::linked("transactions", tx.digest),
            entry: tx.entry.clone(),
            contract: Id::new(tx.contract),
            memos: tx.memos.len(),
            fuel: count(tx.fuel_used),
        }
    }
}

/// A scheduled call in one line.
struct RunRow {
    entry: String,
    contract: Id,
    due: String,
    outcome: String,
    fuel: String,
}

impl RunRow {
    fn of(run: &ScheduledRun) -> Self {
        Self {
            entry: run.entry.clone(),
            contract: Id::new(run.contract),
            due: count(run.due),
            outcome: match &run.failure {
                None => "done".to_owned(),
                Some(failure) => format!("dropped: {}", failure.code),
            },
            fuel: count(run.fuel_used),
        }
    }
}

#[derive(Template)]
#[template(path = "block.html")]
struct Block {
    frame: Frame,
    height: u64,
    hash: Id,
    previous: Id,
    app_hash_before: Id,
    app_hash_after: Id,
    root: Id,
    when: When,
    earlier: Option<u64>,
    later: Option<u64>,
    transactions: Vec<TxRow>,
    scheduled: Vec<RunRow>,
}

pub(super) async fn block(
    State(state): State<AppState>,
    height: Result<Segment<u64>, Failure>,
) -> Response {
    page(&state, move |state| {
        let Segment(height) = height?;
        let ledger = state.node.ledger();
        let summary = ledger.summary(Height(height)).or_fail()?;
        let summary = summary.ok_or_else(|| Failure::missing("block"))?;
        let header = ledger.block(Height(height)).or_fail()?.header.view();
        Ok(Block {
            height,
            hash: Id::new(summary.block),
            previous: Id::new(header.previous),
            app_hash_before: Id::new(header.app_hash),
            app_hash_after: Id::new(summary.app_hash),
            root: Id::new(header.transactions),
            when: When::of(summary.time_ms),
            earlier: (height > 1).then(|| height - 1),
            later: (height < ledger.tip().height).then(|| height + 1),
            transactions: ledger
                .transactions(Height(height))
                .or_fail()?
                .iter()
                .map(TxRow::of)
                .collect(),
            scheduled: ledger
                .scheduled_runs(Height(height))
                .or_fail()?
                .iter()
                .map(RunRow::of)
                .collect(),
            frame: Frame::of(state),
        })
    })
    .await
}
