//! Verbs that ask: list, totals, balance.

use clap::Args;
use obolus_audit::report::{TotalRow, flows_of, totals as total_rows};
use obolus_audit::show::{Shown, write_csv};
use obolus_audit::{Entry, Filter};
use serde::Serialize;

use super::AuditError;
use super::context::{Context, IndexArgs, PeriodArgs};
use crate::wallet::clean;

/// Arguments of `list`.
#[derive(Args)]
pub struct ListArgs {
    #[command(flatten)]
    common: IndexArgs,
    /// Who is on either side: a slot, address, owner hash or name.
    #[arg(long, value_name = "WHO", default_value = "")]
    participant: String,
    /// Who is on the other side.
    #[arg(long, value_name = "WHO", default_value = "")]
    counterparty: String,
    #[command(flatten)]
    period: PeriodArgs,
    /// The least amount, for example 9000.00.
    #[arg(long, value_name = "AMOUNT", default_value = "")]
    min: String,
    /// The largest amount.
    #[arg(long, value_name = "AMOUNT", default_value = "")]
    max: String,
    /// Kinds, separated by commas: issue, transfer, redemption, seizure, migration_in, migration_out.
    #[arg(long, value_name = "KINDS", default_value = "")]
    kind: String,
    /// A payment's reference, as `obolus audit annotate` wrote it down.
    #[arg(long, value_name = "UETR", default_value = "")]
    uetr: String,
    /// Print CSV.
    #[arg(long, conflicts_with = "json")]
    csv: bool,
}

/// Arguments of `totals`.
#[derive(Args)]
pub struct TotalsArgs {
    #[command(flatten)]
    common: IndexArgs,
    #[command(flatten)]
    period: PeriodArgs,
}

/// Arguments of `balance`.
#[derive(Args)]
pub struct BalanceArgs {
    #[command(flatten)]
    common: IndexArgs,
    /// Who: a slot, address, owner hash or name.
    #[arg(long, value_name = "WHO")]
    participant: String,
}

#[derive(Serialize)]
struct ListOut {
    unit: String,
    height: u64,
    count: usize,
    sum: String,
    records: Vec<Shown>,
}

#[derive(Serialize)]
struct TotalsOut {
    unit: String,
    height: u64,
    issued: String,
    redeemed: String,
    circulating: Option<String>,
    complete: bool,
    participants: Vec<TotalRow>,
}

#[derive(Serialize)]
struct BalanceOut {
    unit: String,
    height: u64,
    participant: String,
    slot: u32,
    balance: Option<String>,
    unspent_notes: usize,
    frozen: bool,
    complete: bool,
}

impl ListArgs {
    fn filter(&self) -> Filter {
        Filter {
            participant: self.participant.clone(),
            counterparty: self.counterparty.clone(),
            min: self.min.clone(),
            max: self.max.clone(),
            kind: self.kind.clone(),
            uetr: self.uetr.clone(),
            ..self.period.filter()
        }
    }
}

/// Lists movements.
pub fn list(args: &ListArgs) -> Result<(), AuditError> {
    let context = args.common.open()?;
    let shower = context.shower();
    let query = args
        .filter()
        .compile(shower.people(), shower.decimals(), &context.annotations)?;
    let mut found: Vec<Entry> = Vec::new();
    for entry in context.index.entries() {
        let entry = entry?;
        if query.holds(&entry) {
            found.push(entry);
        }
    }
    let records = found.iter().map(|entry| shower.show(entry));
    if args.csv {
        return Ok(write_csv(
            std::io::stdout().lock(),
            context.unit(),
            records,
        )?);
    }
    let sum = found
        .iter()
        .map(|entry| u128::from(entry.amount.get()))
        .sum();
    let out = ListOut {
        unit: context.unit().to_owned(),
        height: context.index.height().0,
        count: found.len(),
        sum: shower.decimals().text(sum),
        records: records.collect(),
    };
    let lines: Vec<String> = out
        .records
        .iter()
        .map(|record| line(record, &out.unit))
        .collect();
    args.common
        .output
        .print("obolus.audit.list/1", &out, lines.join("\n"));
    Ok(())
}

fn line(record: &Shown, unit: &str) -> String {
    let said = [&record.uetr, &record.text].into_iter().flatten();
    let said: Vec<_> = said.map(|text| clean(text)).collect();
    format!(
        "{:>6}  {}  {:<13} {:>20} {unit}  {} → {}  {}",
        record.id,
        record.time,
        record.kind,
        record.amount,
        clean(record.from.as_deref().unwrap_or("issuer")),
        clean(record.to.as_deref().unwrap_or("paid out")),
        said.join(" ")
    )
}

/// Adds up.
pub fn totals(args: &TotalsArgs) -> Result<(), AuditError> {
    let context = args.common.open()?;
    let shower = context.shower();
    let period = args.period.filter().period()?;
    let flows = flows_of(context.index.entries(), &period)?;
    let supply = context.index.ledger().books().supply();
    let text = |sum| shower.decimals().text(sum);
    let out = TotalsOut {
        unit: context.unit().to_owned(),
        height: context.index.height().0,
        issued: text(supply.issued),
        redeemed: text(supply.redeemed),
        circulating: supply.circulating().map(text),
        complete: complete(&context),
        participants: total_rows(&context.index, &flows, &shower),
    };
    let mut lines = vec![format!(
        "{:<24} {:>18} {:>18} {:>18} {:>18} {:>18}",
        out.unit, "issued", "received", "sent", "redeemed", "balance"
    )];
    for row in &out.participants {
        lines.push(format!(
            "{:<24} {:>18} {:>18} {:>18} {:>18} {:>18}",
            clean(&row.participant),
            row.issued,
            row.received,
            row.sent,
            row.redeemed,
            row.balance.as_deref().unwrap_or("?")
        ));
    }
    lines.push(format!(
        "in circulation at block {}: {}",
        out.height,
        out.circulating.as_deref().unwrap_or("?")
    ));
    args.common
        .output
        .print("obolus.audit.totals/1", &out, lines.join("\n"));
    Ok(())
}

/// Shows what one participant holds.
pub fn balance(args: &BalanceArgs) -> Result<(), AuditError> {
    let context = args.common.open()?;
    let people = context.people();
    let slot = people.find(&args.participant)?;
    let ledger = context.index.ledger();
    let total = ledger
        .books()
        .totals()
        .get(&slot)
        .copied()
        .unwrap_or_default();
    let out = BalanceOut {
        unit: context.unit().to_owned(),
        height: context.index.height().0,
        participant: people.label(slot),
        slot: slot.get(),
        balance: total.balance().map(|held| context.decimals().text(held)),
        unspent_notes: ledger.unspent_of(slot).len(),
        frozen: people.entry(slot).is_some_and(|entry| entry.frozen),
        complete: complete(&context),
    };
    let text = format!(
        "{} {} in {} notes, as of block {}",
        out.balance.as_deref().unwrap_or("?"),
        out.unit,
        out.unspent_notes,
        out.height
    );
    args.common
        .output
        .print("obolus.audit.balance/1", &out, text);
    Ok(())
}

/// Whether everything could be read.
fn complete(context: &Context) -> bool {
    context.index.ledger().gaps() == 0
}
