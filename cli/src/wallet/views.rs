//! Verbs that only look: address, sync, balance, history.

use clap::Args;
use obolus_protocol::amount::Exponent;
use obolus_wallet::config::{Token, hidden};
use obolus_wallet::outbox::{Order, Record};
use obolus_wallet::payer::Session;
use obolus_wallet::store::Loaded;
use serde::Serialize;

use super::WalletError;
use super::context::{Context, WalletArgs};
use super::entries::EntryOut;
use crate::decimal::decimal;

/// Arguments of `balance` and `history`.
#[derive(Args)]
pub struct ViewArgs {
    #[command(flatten)]
    common: WalletArgs,
    /// Do not ask the node: show what the last run saw.
    #[arg(long)]
    offline: bool,
}

#[derive(Serialize)]
struct AddressOut {
    address: String,
}

#[derive(Serialize)]
struct SyncOut {
    height: u64,
    notes: usize,
    rescanned: bool,
}

#[derive(Serialize)]
struct BalanceOut {
    unit: String,
    available: String,
    pending: String,
    locked: String,
    total: String,
    in_flight: usize,
    height: u64,
}

#[derive(Serialize)]
struct HistoryOut {
    unit: String,
    height: u64,
    entries: Vec<EntryOut>,
    payments: Vec<PaymentOut>,
}

#[derive(Serialize)]
struct PaymentOut {
    id: String,
    kind: &'static str,
    stage: &'static str,
    amount: String,
    to: Option<String>,
    ordered_ms: u64,
}

/// Shows the address.
pub fn address(args: &WalletArgs) -> Result<(), WalletError> {
    let address = args.open()?.address();
    let text = address.clone();
    args.output
        .print("obolus.wallet.address/1", &AddressOut { address }, text);
    Ok(())
}

/// Reads new blocks.
pub fn sync(args: &WalletArgs) -> Result<(), WalletError> {
    let context = args.open()?;
    let session = begin(&context, false)?;
    let out = SyncOut {
        height: session.wallet.view().tip().0,
        notes: session.wallet.notes().iter().count(),
        rescanned: session.loaded == Loaded::Discarded,
    };
    let text = format!("blocks up to {} read, {} notes", out.height, out.notes);
    args.output.print("obolus.wallet.sync/1", &out, text);
    Ok(())
}

/// Shows what is held.
pub fn balance(args: &ViewArgs) -> Result<(), WalletError> {
    let context = args.common.open()?;
    let session = begin(&context, args.offline)?;
    let balance = session.wallet.balance();
    let show = |value: u128| amount(value, &context.token);
    let out = BalanceOut {
        unit: context.token.unit.clone(),
        available: show(balance.available),
        pending: show(balance.returning),
        locked: show(balance.locked),
        total: show(balance.total()),
        in_flight: session
            .records()?
            .iter()
            .filter(|record| record.stage.held().is_some())
            .count(),
        height: session.wallet.view().tip().0,
    };
    let text = format!(
        "available  {:>20} {unit}\nlocked     {:>20} {unit}  in {} payments in flight\n  pending  {:>20} {unit}  of that returns as change\ntotal      {:>20} {unit}  as of block {}",
        out.available,
        out.locked,
        out.in_flight,
        out.pending,
        out.total,
        out.height,
        unit = out.unit,
    );
    args.common
        .output
        .print("obolus.wallet.balance/1", &out, text);
    Ok(())
}

/// Shows what happened.
pub fn history(args: &ViewArgs) -> Result<(), WalletError> {
    let context = args.common.open()?;
    let session = begin(&context, args.offline)?;
    let entries = EntryOut::all(&session.wallet, &context.token);
    let payments: Vec<PaymentOut> = session
        .records()?
        .iter()
        .map(|record| payment(record, &context))
        .collect();
    let unit = &context.token.unit;
    let mut lines: Vec<String> = entries.iter().map(|entry| entry.line(unit)).collect();
    lines.extend(
        payments
            .iter()
            .filter(|p| p.stage != "committed")
            .map(|payment| {
                format!(
                    "{:<14} {:<11} {:>20} {}  {}",
                    payment.stage, payment.kind, payment.amount, context.token.unit, payment.id
                )
            }),
    );
    let out = HistoryOut {
        unit: context.token.unit.clone(),
        height: session.wallet.view().tip().0,
        entries,
        payments,
    };
    args.common
        .output
        .print("obolus.wallet.history/1", &out, lines.join("\n"));
    Ok(())
}

fn payment(record: &Record, context: &Context) -> PaymentOut {
    let (kind, value, to) = match &record.order {
        Order::Pay { to, amount, .. } => ("pay", *amount, Some(to.clone())),
        Order::Redeem { amount, .. } => ("redeem", *amount, None),
        Order::Merge { towards } => ("merge", *towards, None),
        Order::Deposit { amount, .. } => ("deposit", *amount, None),
        Order::Joint { to, amount } => ("joint", *amount, to.first().cloned()),
        Order::Migrate { to, amount, .. } => ("migrate", *amount, Some(to.clone())),
    };
    PaymentOut {
        id: record.id.to_string(),
        kind,
        stage: record.stage.name(),
        amount: amount(u128::from(value), &context.token),
        to,
        ordered_ms: record.ordered_ms,
    }
}

fn begin(context: &Context, offline: bool) -> Result<Session<'_>, WalletError> {
    let (directory, token) = (&context.directory, context.token.config);
    if offline {
        return Ok(Session::offline(directory, token, &context.keys)?);
    }
    let client = context.client()?;
    Ok(Session::begin(directory, token, &context.keys, &client)?)
}

/// Minor units of a token as people write them.
pub fn amount(value: u128, token: &Token) -> String {
    match Exponent::new(token.exponent) {
        Ok(exponent) => decimal(value, exponent),
        Err(_) => value.to_string(),
    }
}

/// A memo's or a contract's text comes from somebody else: terminals get no control characters of his, nor those that
/// break lines or turn the direction of writing.
pub fn clean(text: &str) -> String {
    text.chars()
        .map(|c| if hidden(c) { '\u{fffd}' } else { c })
        .collect()
}
