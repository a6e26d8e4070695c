//! Verbs that only look.

use obolus_protocol::Amount;
use obolus_protocol::tx::Transaction;
use obolus_wallet::outbox::{Order, Record, Stage};
use serde::Serialize;

use super::context::{Context, TreasuryArgs};
use super::pays::shown;
use crate::wallet::{WalletError, amount};

#[derive(Serialize)]
struct AddressOut {
    address: String,
}

#[derive(Serialize)]
struct BalanceOut {
    unit: String,
    available: String,
    pending: String,
    locked: String,
    total: String,
    height: u64,
}

#[derive(Serialize)]
struct ListOut {
    unit: String,
    height: u64,
    payments: Vec<PaymentOut>,
}

#[derive(Serialize)]
struct PaymentOut {
    id: String,
    kind: &'static str,
    stage: &'static str,
    amount: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expiry: Option<u64>,
    ordered_ms: u64,
}

/// Shows the address.
pub fn address(args: &TreasuryArgs) -> Result<(), WalletError> {
    let address = args.open()?.address();
    let text = address.clone();
    let out = AddressOut { address };
    args.member
        .output
        .print("obolus.treasury.address/1", &out, text);
    Ok(())
}

/// Shows what is held.
pub fn balance(args: &TreasuryArgs) -> Result<(), WalletError> {
    let context = args.open()?;
    let client = context.client()?;
    let session = context.session(&client)?;
    let balance = session.wallet.balance();
    let show = |value: u128| amount(value, &context.token);
    let out = BalanceOut {
        unit: context.token.unit.clone(),
        available: show(balance.available),
        pending: show(balance.returning),
        locked: show(balance.locked),
        total: show(balance.total()),
        height: session.wallet.view().tip().0,
    };
    let text = format!(
        "available  {:>20} {unit}\nlocked     {:>20} {unit}  in proposals and payments in flight\n  pending  {:>20} {unit}  of that returns as change\ntotal      {:>20} {unit}  as of block {}",
        out.available,
        out.locked,
        out.pending,
        out.total,
        out.height,
        unit = out.unit,
    );
    args.member
        .output
        .print("obolus.treasury.balance/1", &out, text);
    Ok(())
}

/// Shows what this member prepared.
pub fn list(args: &TreasuryArgs) -> Result<(), WalletError> {
    let context = args.open()?;
    let client = context.client()?;
    let session = context.session(&client)?;
    let out = ListOut {
        unit: context.token.unit.clone(),
        height: session.wallet.view().tip().0,
        payments: session
            .records()?
            .iter()
            .map(|record| payment(record, &context))
            .collect(),
    };
    let line = |p: &PaymentOut| {
        let to = p.to.as_deref().unwrap_or_default();
        format!(
            "{}  {:<10} {:<9} {:>16} {to}",
            p.id, p.kind, p.stage, p.amount
        )
    };
    let lines: Vec<_> = out.payments.iter().map(line).collect();
    args.member
        .output
        .print("obolus.treasury.list/1", &out, lines.join("\n"));
    Ok(())
}

fn payment(record: &Record, context: &Context) -> PaymentOut {
    let (kind, amount, to) = match &record.order {
        Order::Pay { to, amount, .. } => ("payment", *amount, Some(to.clone())),
        Order::Redeem { amount, .. } => ("redemption", *amount, None),
        Order::Merge { towards } => ("merge", *towards, None),
        Order::Deposit { amount, .. } => ("deposit", *amount, None),
        Order::Joint { amount, .. } => ("joint", *amount, None),
        Order::Migrate { to, amount, .. } => ("migration", *amount, Some(to.clone())),
    };
    PaymentOut {
        id: record.id.to_string(),
        kind,
        stage: match &record.stage {
            Stage::Signed { bytes, .. } if is_unsigned(bytes) => "proposed",
            stage => stage.name(),
        },
        amount: shown(Amount::new(amount), &context.token),
        to,
        expiry: record.stage.held().map(|held| held.expiry),
        ordered_ms: record.ordered_ms,
    }
}

fn is_unsigned(bytes: &[u8]) -> bool {
    Transaction::decode(bytes).is_ok_and(|tx| tx.spend_signatures.is_empty())
}
