//! The pages: overview, movements, a participant, flows, alerts.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use obolus_http::server::Params;
use obolus_protocol::note::Slot;
use serde::Deserialize;

use super::frame::{Frame, shown, trouble};
use super::{AppState, Source};
use crate::annotate::Annotations;
use crate::filter::{Filter, FilterError};
use crate::flows::Flows;
use crate::index::{Index, IndexError};
use crate::names::{Names, People};
use crate::report::{FlowRow, TotalRow, drawing, flow_rows, flows_of, period_text, totals};
use crate::rules::{self, RulesError, ShownAlert};
use crate::show::{Decimals, Shower, Shown};
use crate::store::StoreError;

/// Movements on one page.
const PAGE: usize = 100;
/// Evidence that is shown of one alert.
const EVIDENCE: usize = 20;

/// Why a page cannot be made.
#[derive(Debug, thiserror::Error)]
enum ViewError {
    #[error(transparent)]
    Index(#[from] IndexError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Filter(#[from] FilterError),
    #[error(transparent)]
    Rules(#[from] RulesError),
    #[error("no participant has this slot")]
    Nobody,
    #[error("page: write a number")]
    Page,
    #[error("the page could not be made: {0}")]
    Template(#[from] askama::Error),
}

impl ViewError {
    fn show(&self) -> Response {
        let (status, title) = match self {
            Self::Filter(_) | Self::Page => (StatusCode::BAD_REQUEST, "That does not parse"),
            Self::Nobody => (StatusCode::NOT_FOUND, "Not found"),
            _ => (StatusCode::SERVICE_UNAVAILABLE, "Not available"),
        };
        trouble(status, title, &self.to_string())
    }
}

/// What a page is made from.
struct Desk<'a> {
    index: &'a Index,
    source: &'a Source,
    shower: Shower<'a>,
    annotations: &'a Annotations,
}

/// Makes a page off the threads that serve connections, a few at a time.
async fn page(
    state: &AppState,
    work: impl FnOnce(&Desk<'_>) -> Result<String, ViewError> + Send + 'static,
) -> Response {
    let Ok(place) = state.places.clone().acquire_owned().await else {
        return ViewError::Page.show();
    };
    let state = state.clone();
    let made = tokio::task::spawn_blocking(move || {
        let _place = place;
        let index = state.index()?;
        let (names, annotations): (Names, Annotations) = (index.names()?, index.annotations()?);
        let (ledger, token) = (index.ledger(), index.token());
        let people = People::new(ledger.view(), &names, ledger.rotations(), token.network);
        let desk = Desk {
            index: &index,
            source: &state.source,
            shower: Shower::new(people, Decimals::of(token), &annotations),
            annotations: &annotations,
        };
        work(&desk)
    });
    match made.await {
        Ok(Ok(html)) => shown(StatusCode::OK, html),
        Ok(Err(error)) => error.show(),
        Err(_) => trouble(
            StatusCode::INTERNAL_SERVER_ERROR,
            "Not available",
            "making the page failed: report this",
        ),
    }
}

#[derive(Template)]
#[template(path = "overview.html")]
struct Overview {
    frame: Frame,
    issued: String,
    redeemed: String,
    circulating: String,
    records: u64,
    totals: Vec<TotalRow>,
    latest: Vec<Shown>,
}

pub(super) async fn overview(State(state): State<AppState>) -> Response {
    page(&state, |desk| {
        let (index, shower) = (desk.index, &desk.shower);
        let mut flows = Flows::default();
        let mut latest = std::collections::VecDeque::new();
        for entry in index.entries() {
            let entry = entry?;
            flows.add(&entry);
            latest.push_front(entry);
            latest.truncate(10);
        }
        let supply = index.ledger().books().supply();
        let text = |sum| shower.decimals().text(sum);
        let content = Overview {
            frame: Frame::of(index),
            issued: text(supply.issued),
            redeemed: text(supply.redeemed),
            circulating: supply.circulating().map_or_else(|| "?".to_owned(), text),
            records: index.ledger().records(),
            totals: totals(index, &flows, shower),
            latest: latest.iter().map(|entry| shower.show(entry)).collect(),
        };
        Ok(content.render()?)
    })
    .await
}

#[derive(Template)]
#[template(path = "movements.html")]
struct Movements {
    frame: Frame,
    filter: Filter,
    rows: Vec<Shown>,
    found: usize,
    sum: String,
    first: usize,
    page: usize,
    more: bool,
    query: String,
}

pub(super) async fn movements(
    State(state): State<AppState>,
    Params(filter): Params<Filter>,
) -> Response {
    page(&state, move |desk| {
        let shower = &desk.shower;
        let query = filter.compile(shower.people(), shower.decimals(), desk.annotations)?;
        let number = match filter.page.as_str() {
            "" => 0,
            text => text.parse::<usize>().map_err(|_| ViewError::Page)?,
        };
        let first = number.saturating_mul(PAGE);
        let (mut rows, mut found, mut sum) = (Vec::new(), 0_usize, 0_u128);
        for entry in desk.index.entries() {
            let entry = entry?;
            if query.holds(&entry) {
                if (first..first.saturating_add(PAGE)).contains(&found) {
                    rows.push(shower.show(&entry));
                }
                found += 1;
                sum += u128::from(entry.amount.get());
            }
        }
        let content = Movements {
            frame: Frame::of(desk.index),
            more: found > first.saturating_add(PAGE),
            sum: shower.decimals().text(sum),
            query: query_string(&filter),
            rows,
            found,
            first,
            page: number,
            filter,
        };
        Ok(content.render()?)
    })
    .await
}

/// The filter as a link has it, without the page.
fn query_string(filter: &Filter) -> String {
    let fields = [
        ("participant", &filter.participant),
        ("counterparty", &filter.counterparty),
        ("from", &filter.from),
        ("to", &filter.to),
        ("min", &filter.min),
        ("max", &filter.max),
        ("kind", &filter.kind),
        ("uetr", &filter.uetr),
    ];
    let mut query = String::new();
    for (name, value) in fields.into_iter().filter(|(_, value)| !value.is_empty()) {
        query.push_str(name);
        query.push('=');
        for byte in value.bytes() {
            match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => {
                    query.push(char::from(byte));
                }
                other => query.push_str(&format!("%{other:02X}")),
            }
        }
        query.push('&');
    }
    query
}

#[derive(Template)]
#[template(path = "participant.html")]
struct Participant {
    frame: Frame,
    label: String,
    slot: u32,
    address: Option<String>,
    limit: Option<String>,
    frozen: bool,
    deal: bool,
    moved_to: Option<(u32, bool)>,
    total: Option<TotalRow>,
    notes: usize,
    flows: Vec<FlowRow>,
    latest: Vec<Shown>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Who {
    slot: u32,
}

pub(super) async fn participant(
    State(state): State<AppState>,
    Params(Who { slot: number }): Params<Who>,
) -> Response {
    page(&state, move |desk| {
        let (index, shower) = (desk.index, &desk.shower);
        let people = shower.people();
        let slot = Slot::new(number).map_err(|_| ViewError::Nobody)?;
        let entry = people.entry(slot).ok_or(ViewError::Nobody)?;
        let mut flows = Flows::default();
        let mut latest = std::collections::VecDeque::new();
        for movement in index.entries() {
            let movement = movement?;
            if movement.involves(slot) {
                flows.add(&movement);
                latest.push_front(movement);
                latest.truncate(20);
            }
        }
        let mut rows = totals(index, &flows, shower).into_iter();
        let limit = entry.limit.get();
        let content = Participant {
            frame: Frame::of(index),
            label: people.label(slot),
            slot: number,
            address: people.address(slot),
            limit: (limit != u64::MAX).then(|| shower.decimals().text(u128::from(limit))),
            frozen: entry.frozen,
            deal: entry.deal.is_some(),
            moved_to: people.rotation(slot).map(|r| (r.to.get(), r.recovered)),
            total: rows.find(|row| row.slot == number),
            notes: index.ledger().unspent_of(slot).len(),
            flows: flow_rows(&flows, shower),
            latest: latest.iter().map(|entry| shower.show(entry)).collect(),
        };
        Ok(content.render()?)
    })
    .await
}

#[derive(Template)]
#[template(path = "flows.html")]
struct FlowsPage {
    frame: Frame,
    filter: Filter,
    period: String,
    svg: String,
    rows: Vec<FlowRow>,
}

pub(super) async fn flows(
    State(state): State<AppState>,
    Params(filter): Params<Filter>,
) -> Response {
    page(&state, move |desk| {
        let shower = &desk.shower;
        let period = filter.period()?;
        let flows = flows_of(desk.index.entries(), &period)?;
        let unit = &desk.index.token().unit;
        let content = FlowsPage {
            frame: Frame::of(desk.index),
            filter,
            period: period_text(&period),
            svg: drawing(&flows, shower.people(), shower.decimals(), unit),
            rows: flow_rows(&flows, shower),
        };
        Ok(content.render()?)
    })
    .await
}

#[derive(Template)]
#[template(path = "alerts.html")]
struct Alerts {
    frame: Frame,
    ruled: bool,
    alerts: Vec<(ShownAlert, String)>,
}

pub(super) async fn alerts(State(state): State<AppState>) -> Response {
    page(&state, |desk| {
        let mut found = Vec::new();
        if let Some(path) = &desk.source.rules {
            let text = std::fs::read_to_string(path)
                .map_err(|error| RulesError::Io(path.clone(), error))?;
            let directory = path.parent().unwrap_or(std::path::Path::new("."));
            let shower = &desk.shower;
            let (people, decimals) = (shower.people(), shower.decimals());
            let rules = rules::compile(&text, directory, people, decimals, &mut |_| ())?;
            for alert in rules::run(rules, desk.index.entries())? {
                let mut shown = rules::show(&alert, shower);
                let more = shown.evidence.len().saturating_sub(EVIDENCE);
                shown.evidence.truncate(EVIDENCE);
                let rest = match more {
                    0 => String::new(),
                    more => format!("and {more} more"),
                };
                found.push((shown, rest));
            }
        }
        let content = Alerts {
            frame: Frame::of(desk.index),
            ruled: desk.source.rules.is_some(),
            alerts: found,
        };
        Ok(content.render()?)
    })
    .await
}
