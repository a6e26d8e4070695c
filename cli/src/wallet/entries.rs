//! What happened to a wallet's money, as it is shown.

use obolus_protocol::Owner;
use obolus_wallet::Wallet;
use obolus_wallet::config::Token;
use obolus_wallet::history::Movement;
use serde::Serialize;

use super::views::{amount, clean};

/// One event of a wallet's history.
#[derive(Serialize)]
pub struct EntryOut {
    kind: &'static str,
    amount: Option<String>,
    counterparty: Option<String>,
    text: Option<String>,
    /// Its block.
    pub height: u64,
    transaction: String,
    time_ms: u64,
}

impl EntryOut {
    /// All events, in the order of the ledger.
    pub fn all(wallet: &Wallet, token: &Token) -> Vec<Self> {
        let directory = wallet.view().directory();
        let name = |owner: &Owner| {
            let address = directory.by_owner(owner).and_then(|entry| entry.address());
            address.map(|address| address.encode(token.network))
        };
        let entry = |entry: &obolus_wallet::history::Entry| {
            let (kind, value, counterparty, text) = match &entry.movement {
                Movement::Issued { amount, text } => {
                    ("issued", Some(u128::from(amount.get())), None, Some(text))
                }
                Movement::Received {
                    amount,
                    payer,
                    text,
                } => (
                    "received",
                    Some(u128::from(amount.get())),
                    payer.as_ref().and_then(name),
                    Some(text),
                ),
                Movement::Sent { to, amount, text } => {
                    ("sent", Some(u128::from(amount.get())), name(to), Some(text))
                }
                Movement::Redeemed { amount, text } => {
                    ("redeemed", Some(u128::from(amount.get())), None, Some(text))
                }
                Movement::Seized { to, amount, text } => (
                    "seized",
                    Some(u128::from(amount.get())),
                    name(to),
                    Some(text),
                ),
                Movement::MovedOut { amount } => {
                    ("moved_out", Some(u128::from(amount.get())), None, None)
                }
                Movement::MovedIn { amount } => {
                    ("moved_in", Some(u128::from(amount.get())), None, None)
                }
                Movement::Merged { amount, text } => ("merged", Some(*amount), None, Some(text)),
                Movement::Unreadable { .. } => ("unreadable", None, None, None),
                Movement::Unexplained { spent } => ("unexplained", Some(*spent), None, None),
            };
            Self {
                kind,
                amount: value.map(|value| amount(value, token)),
                counterparty,
                text: text.map(|text| clean(text.as_str())),
                height: entry.place.height.0,
                transaction: entry.place.tx.to_string(),
                time_ms: entry.time_ms,
            }
        };
        wallet.history().iter().map(entry).collect()
    }

    /// For people.
    pub fn line(&self, unit: &str) -> String {
        format!(
            "block {:<8} {:<11} {:>20} {unit}  {}",
            self.height,
            self.kind,
            self.amount.as_deref().unwrap_or("?"),
            self.text.as_deref().unwrap_or("")
        )
    }
}
