//! The first page: what the node does now, and did in the last minutes.

use std::time::Duration;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use obolus_http::server::{Failure, Params};
use obolus_runtime_api::BlockSummary;
use serde::Deserialize;

use super::blocks::{BlockRow, newest};
use super::chart::{self, Chart};
use super::frame::{Frame, page};
use super::text::{count, millis};
use super::tokens::TokenRow;
use crate::history::Sample;
use crate::http::{AppState, OrFail};

/// Blocks on the page.
const BLOCKS: usize = 10;
/// The figures above the charts are of so many seconds.
const RECENT: usize = 60;

#[derive(Template)]
#[template(path = "overview.html")]
struct Overview {
    frame: Frame,
    live: bool,
    committed: String,
    rate: String,
    p50: String,
    p99: String,
    waiting: String,
    charts: Vec<(&'static str, Chart)>,
    tokens: Vec<TokenRow>,
    blocks: Vec<BlockRow>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Live {
    /// Whether the page loads itself again.
    #[serde(default)]
    live: Refresh,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Refresh {
    #[default]
    On,
    Off,
}

pub(super) async fn overview(
    State(state): State<AppState>,
    query: Result<Params<Live>, Failure>,
) -> Response {
    page(&state, move |state| {
        let Params(query) = query?;
        let samples = state.node.history();
        let recent = &samples[samples.len().saturating_sub(RECENT)..];
        let committed: u64 = recent.iter().map(|sample| sample.committed).sum();
        let view = state.node.mempool();
        let blocks: Vec<BlockSummary> = newest(state, u64::MAX, BLOCKS)?;
        let tokens = state.catalogue.tokens().or_fail()?;
        Ok(Overview {
            frame: Frame::of(state),
            live: query.live == Refresh::On,
            committed: count(committed),
            rate: rate(committed, recent.len()),
            p50: millis(median(recent, |sample| sample.p50)),
            p99: millis(recent.iter().filter_map(|sample| sample.p99).max()),
            waiting: count((view.screened + view.admitted) as u64),
            charts: vec![
                ("Committed per second", chart::throughput(&samples)),
                ("Acceptance to disk, ms", chart::latency(&samples)),
                ("Transactions per block", chart::block_size(&samples)),
            ],
            tokens: tokens.iter().map(TokenRow::of).collect(),
            blocks: blocks.iter().map(BlockRow::of).collect(),
        })
    })
    .await
}

fn rate(committed: u64, seconds: usize) -> String {
    match seconds {
        0 => "–".to_owned(),
        _ => format!("{:.1}", committed as f64 / seconds as f64),
    }
}

/// The median of what the seconds say.
fn median(samples: &[Sample], value: impl Fn(&Sample) -> Option<Duration>) -> Option<Duration> {
    let mut values: Vec<Duration> = samples.iter().filter_map(value).collect();
    values.sort_unstable();
    values.get(values.len() / 2).copied()
}
