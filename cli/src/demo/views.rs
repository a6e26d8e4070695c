//! The report for people: one payment through four pairs of eyes, then counts and timings.

use std::fmt::Write;

use comfy_table::presets::UTF8_FULL_CONDENSED;
use comfy_table::{ContentArrangement, Table};
use obolus_abi::token::TokenEvent;
use obolus_protocol::amount::Exponent;
use obolus_protocol::tx::Height;
use obolus_runtime_api::Receipt;
use obolus_wallet::auditor::Record;
use obolus_wallet::history::Movement;

use super::DemoError;
use super::payments::Payment;
use super::report::Report;
use super::world::World;
use crate::decimal::decimal;
use crate::progress::StageTime;

/// A plain decimal with thousands separators and unit.
fn money(decimal: &str) -> String {
    let (whole, fraction) = decimal.split_once('.').unwrap_or((decimal, ""));
    let mut grouped = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    if fraction.is_empty() {
        format!("{grouped} USD")
    } else {
        format!("{grouped}.{fraction} USD")
    }
}

/// One payment as each party finds it in its own data.
pub struct Views {
    rows: Vec<[String; 5]>,
}

const HIDDEN: &str = "hidden";

impl Views {
    /// Collects what each party knows of this payment from that party's own state.
    pub fn collect(
        world: &World,
        (payment, receipt): &(Payment, Receipt),
    ) -> Result<Self, DemoError> {
        let exponent = Exponent::new(2)?;
        let show =
            |amount: obolus_protocol::Amount| money(&decimal(u128::from(amount.get()), exponent));
        let debtor = &world.institutions[world.find(&payment.debtor)?];
        let creditor = &world.institutions[world.find(&payment.creditor)?];
        let lookup = |owner| {
            let known = world
                .institutions
                .iter()
                .find(|i| i.wallet.keys().owner() == owner);
            known.map_or_else(|| "?".to_string(), |i| i.name.clone())
        };
        let by_slot = |slot| {
            let entry = world.view.directory().by_slot(slot);
            entry.map_or_else(|| "?".to_string(), |entry| lookup(entry.owner))
        };

        let sent = debtor
            .wallet
            .history()
            .iter()
            .find_map(|entry| match &entry.movement {
                Movement::Sent { to, amount, text } if entry.place.tx == receipt.digest => {
                    Some((lookup(*to), show(*amount), text.as_str().to_owned()))
                }
                _ => None,
            });
        let received = creditor
            .wallet
            .history()
            .iter()
            .find_map(|entry| match &entry.movement {
                Movement::Received { amount, text, .. } if entry.place.tx == receipt.digest => {
                    Some((show(*amount), text.as_str().to_owned()))
                }
                _ => None,
            });
        let audited = world
            .audit
            .records()
            .iter()
            .find_map(|record| match record {
                Record::Transferred {
                    place,
                    sender,
                    recipient,
                    amount,
                    ..
                } if place.tx == receipt.digest => {
                    Some((by_slot(*sender), by_slot(*recipient), show(*amount)))
                }
                _ => None,
            });
        let missing = || "?".to_string();
        let (sent_to, sent_amount, sent_memo) =
            sent.unwrap_or_else(|| (missing(), missing(), missing()));
        let (received_amount, received_memo) = received.unwrap_or_else(|| (missing(), missing()));
        let (audit_from, audit_to, audit_amount) =
            audited.unwrap_or_else(|| (missing(), missing(), missing()));
        let memo = |text: &str| text.replace('\n', " · ");
        let memo_bytes: usize = memo_sizes(world, receipt)?;
        let commitment =
            receipt
                .events
                .iter()
                .find_map(|event| match borsh::from_slice(&event.data) {
                    Ok(TokenEvent::Transferred { msg, .. })
                        if event.contract == world.token.token =>
                    {
                        Some(msg.cm1.to_string())
                    }
                    _ => None,
                });
        let commitment = commitment.unwrap_or_else(missing);
        let short: String = commitment.chars().take(12).collect();
        let time = format!("block {}", receipt.height);
        let token = "USD deposit token".to_string();
        Ok(Self {
            rows: vec![
                [
                    "token".into(),
                    token.clone(),
                    token.clone(),
                    token.clone(),
                    token,
                ],
                [
                    "when".into(),
                    time.clone(),
                    time.clone(),
                    time.clone(),
                    time,
                ],
                [
                    "amount".into(),
                    format!("{HIDDEN} (commitment {short}…)"),
                    sent_amount,
                    received_amount,
                    audit_amount,
                ],
                [
                    "debtor".into(),
                    HIDDEN.into(),
                    debtor.name.clone(),
                    "not shown (only if the memo says so)".into(),
                    audit_from,
                ],
                [
                    "creditor".into(),
                    HIDDEN.into(),
                    sent_to,
                    creditor.name.clone(),
                    audit_to,
                ],
                [
                    "memo".into(),
                    format!("{HIDDEN} ({memo_bytes} bytes, as for every payment)"),
                    memo(&sent_memo),
                    memo(&received_memo),
                    HIDDEN.into(),
                ],
            ],
        })
    }
}

fn memo_sizes(world: &World, receipt: &Receipt) -> Result<usize, DemoError> {
    let updates = world.desk.updates(Height(receipt.height))?;
    let tx = updates
        .iter()
        .flat_map(|update| &update.txs)
        .find(|tx| tx.digest == receipt.digest);
    Ok(tx.map_or(0, |tx| tx.memos.iter().map(Vec::len).sum()))
}

fn table(header: &[&str]) -> Table {
    let mut table = Table::new();
    table
        .load_style(UTF8_FULL_CONDENSED)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_header(header.iter().copied());
    if !table.is_tty() {
        table.set_width(160);
    }
    table
}

/// The whole summary.
pub fn summary(report: &Report, views: Option<&Views>, stages: &[StageTime]) -> String {
    let mut out = String::new();
    let mut line = |text: std::fmt::Arguments<'_>| {
        // Writing to a String cannot fail.
        let _ = writeln!(out, "{text}");
    };
    if let Some(views) = views {
        let mut seen = table(&[
            "one payment, seen by",
            "operator",
            "sender",
            "receiver",
            "auditor",
        ]);
        for row in &views.rows {
            seen.add_row(row.iter());
        }
        line(format_args!("{seen}\n"));
    }
    let mut balances = table(&["institution", "balance"]);
    for (name, balance) in &report.balances {
        balances.add_row([name.as_str(), &money(balance)]);
    }
    line(format_args!("{balances}\n"));
    if !report.refused.is_empty() {
        let mut refused = table(&["line", "uetr", "not paid because"]);
        for row in &report.refused {
            refused.add_row([&row.line.to_string(), &row.uetr, &row.reason]);
        }
        line(format_args!("{refused}\n"));
    }
    let mut attacks = table(&["attack", "refused", "error"]);
    for attack in &report.attacks {
        let verdict = if attack.refused { "yes" } else { "NO" };
        attacks.add_row([attack.name, verdict, &attack.error]);
    }
    line(format_args!("{attacks}\n"));
    if !report.deals.is_empty() {
        let mut deals = table(&["deal", "outcome"]);
        for deal in &report.deals {
            deals.add_row([deal.kind, deal.outcome]);
        }
        line(format_args!("{deals}\n"));
    }
    if let Some(shown) = &report.oversight {
        let mut oversight = table(&["oversight", "outcome"]);
        for (what, outcome) in shown.lines() {
            oversight.add_row([what, &outcome]);
        }
        line(format_args!("{oversight}\n"));
    }
    let mut times = table(&["stage", "count", "seconds"]);
    for stage in stages {
        let seconds = format!("{:.2}", stage.elapsed.as_secs_f64());
        times.add_row([stage.name, &stage.count.to_string(), &seconds]);
    }
    line(format_args!("{times}\n"));
    let yes = |held: bool| if held { "yes" } else { "NO" };
    line(format_args!(
        "payments            {} paid of {}",
        report.accepted, report.payments
    ));
    line(format_args!(
        "issued              {}",
        money(&report.issued)
    ));
    line(format_args!(
        "redeemed            {}",
        money(&report.redeemed)
    ));
    line(format_args!(
        "money conserved     {}",
        yes(report.conserved)
    ));
    line(format_args!(
        "rescan equal        {}",
        yes(report.rescan_equal)
    ));
    line(format_args!(
        "auditor agrees      {}",
        yes(report.auditor_total_equal)
    ));
    line(format_args!("app hash            {}", report.app_hash));
    line(format_args!(
        "constraints         transfer {}, issue {}, redeem {}, register {}",
        report.constraints.transfer,
        report.constraints.issue,
        report.constraints.redeem,
        report.constraints.register
    ));
    line(format_args!(
        "medians             prove {:.0} ms, verify {:.2} ms, execute {:.2} ms per transfer",
        report.ms.prove_p50, report.ms.verify_p50, report.ms.execute_p50
    ));
    line(format_args!(
        "keys                INSECURE development keys: anybody can forge under them"
    ));
    out
}
