//! A report of a period in one HTML file: no scripts, nothing from elsewhere, every text escaped.

use askama::Template;
use obolus_protocol::note::Slot;

use crate::entry::Entry;
use crate::flows::{Drawing, Flow, Flows, Party, draw};
use crate::index::Index;
use crate::names::People;
use crate::query::{Moment, Period};
use crate::rules::ShownAlert;
use crate::show::{Decimals, Shower};

/// A row of the totals: one participant in the period, and what it holds at the index's last block.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct TotalRow {
    /// Who.
    pub participant: String,
    /// Its slot.
    pub slot: u32,
    /// Issued to it in the period.
    pub issued: String,
    /// Received from others.
    pub received: String,
    /// Paid to others, or seized.
    pub sent: String,
    /// Redeemed.
    pub redeemed: String,
    /// Movements.
    pub count: u64,
    /// What it holds; none if the sums are incomplete.
    pub balance: Option<String>,
    /// Whether it is frozen.
    pub frozen: bool,
}

/// A row of the flows.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct FlowRow {
    /// Who paid.
    pub from: String,
    /// Its slot.
    pub from_slot: Option<u32>,
    /// Who received.
    pub to: String,
    /// Its slot.
    pub to_slot: Option<u32>,
    /// Movements.
    pub count: u64,
    /// What they moved.
    pub sum: String,
}

/// What an end of a flow is called.
pub fn party(people: &People<'_>, party: Party) -> String {
    match party {
        Party::Issuer => "Issuer".to_owned(),
        Party::Payout => "Paid out".to_owned(),
        Party::Slot(slot) => people.label(slot),
    }
}

/// Everybody's totals, in the order of slots; participants that never moved anything are left out.
pub fn totals(index: &Index, flows: &Flows, shower: &Shower<'_>) -> Vec<TotalRow> {
    let (people, decimals) = (shower.people(), shower.decimals());
    let turnovers = flows.turnovers();
    let all = index.ledger().books().totals().iter();
    let row = |(slot, total): (&Slot, &obolus_wallet::auditor::Total)| {
        let turnover = turnovers.get(slot).copied().unwrap_or_default();
        TotalRow {
            participant: people.label(*slot),
            slot: slot.get(),
            issued: decimals.text(turnover.issued),
            received: decimals.text(turnover.received),
            sent: decimals.text(turnover.sent),
            redeemed: decimals.text(turnover.redeemed),
            count: turnover.count,
            balance: total.balance().map(|held| decimals.text(held)),
            frozen: people.entry(*slot).is_some_and(|entry| entry.frozen),
        }
    };
    all.map(row).collect()
}

/// All flows, the largest first.
pub fn flow_rows(flows: &Flows, shower: &Shower<'_>) -> Vec<FlowRow> {
    let number = |end| match end {
        Party::Slot(slot) => Some(slot.get()),
        Party::Issuer | Party::Payout => None,
    };
    let row = |(from, to, flow): (Party, Party, Flow)| FlowRow {
        from: party(shower.people(), from),
        from_slot: number(from),
        to: party(shower.people(), to),
        to_slot: number(to),
        count: flow.count,
        sum: shower.decimals().text(flow.sum),
    };
    flows.by_size().into_iter().map(row).collect()
}

/// The drawing of flows.
pub fn drawing(flows: &Flows, people: &People<'_>, decimals: Decimals, unit: &str) -> String {
    let label = |end| party(people, end);
    let amount = |sum: u128| format!("{} {unit}", decimals.text(sum));
    draw(
        flows,
        &Drawing {
            label: &label,
            amount: &amount,
            title: "Who paid whom: senders on the left, recipients on the right",
        },
    )
}

/// Adds up a period.
///
/// # Errors
/// What reading the movements gave.
pub fn flows_of<E>(
    entries: impl Iterator<Item = Result<Entry, E>>,
    period: &Period,
) -> Result<Flows, E> {
    let mut flows = Flows::default();
    for entry in entries {
        let entry = entry?;
        if period.holds(&entry) {
            flows.add(&entry);
        }
    }
    Ok(flows)
}

/// A period in words.
pub fn period_text(period: &Period) -> String {
    let end = |moment: &Moment| match moment {
        Moment::Height(height) => format!("block {height}"),
        Moment::Time(time) => time.to_string(),
    };
    match (&period.from, &period.to) {
        (None, None) => "the whole history".to_owned(),
        (Some(from), None) => format!("from {}", end(from)),
        (None, Some(to)) => format!("up to {}", end(to)),
        (Some(from), Some(to)) => format!("from {} to {}", end(from), end(to)),
    }
}

#[derive(Template)]
#[template(path = "report.html")]
struct Page<'a> {
    token: &'a str,
    unit: &'a str,
    chain: String,
    contract: String,
    height: u64,
    period: String,
    circulating: String,
    gaps: u64,
    svg: &'a str,
    totals: &'a [TotalRow],
    flows: &'a [FlowRow],
    alerts: &'a [ShownAlert],
    ruled: bool,
}

/// The report as a page. `alerts` is none where no rules were given.
///
/// # Errors
/// What the template gave.
pub fn html(
    index: &Index,
    flows: &Flows,
    period: &Period,
    shower: &Shower<'_>,
    alerts: Option<&[ShownAlert]>,
) -> Result<String, askama::Error> {
    let token = index.token();
    let supply = index.ledger().books().supply().circulating();
    let svg = drawing(flows, shower.people(), shower.decimals(), &token.unit);
    Page {
        token: &token.name,
        unit: &token.unit,
        chain: token.config.chain.to_string(),
        contract: token.config.token.to_string(),
        height: index.height().0,
        period: period_text(period),
        circulating: supply.map_or_else(|| "?".to_owned(), |sum| shower.decimals().text(sum)),
        gaps: index.ledger().gaps(),
        svg: &svg,
        totals: &totals(index, flows, shower),
        flows: &flow_rows(flows, shower),
        alerts: alerts.unwrap_or_default(),
        ruled: alerts.is_some(),
    }
    .render()
}

#[cfg(test)]
mod tests;
