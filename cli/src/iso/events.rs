//! What a webhook is told: stages of payments and movements of money, as JSON.

use obolus_iso20022::{MemoText, Text, Timestamp};
use obolus_protocol::Owner;
use obolus_protocol::amount::Exponent;
use obolus_wallet::Wallet;
use obolus_wallet::history::{Entry, Movement};
use obolus_wallet::outbox::{Order, Record, Stage};
use serde::Serialize;

use super::entries::reference;
use super::error::IsoError;
use crate::decimal::decimal;
use crate::wallet::{Context, clean};

/// Something that happened, before it is numbered.
pub struct News {
    /// What makes it this event and no other: seen again after a crash, it has the same name.
    pub name: String,
    kind: &'static str,
    at: Timestamp,
    data: Data,
}

/// An event's `data`. Fields that do not apply are left out.
#[derive(Serialize, Default)]
struct Data {
    sequence: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    payment: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    order: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reference: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    amount: Option<String>,
    unit: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    counterparty: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    uetr: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_to_end_id: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    remittance: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    transaction: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    height: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
}

#[derive(Serialize)]
struct Body<'a> {
    r#type: &'a str,
    timestamp: String,
    data: &'a Data,
}

impl News {
    /// The bytes that are sent, once the event has its number.
    pub fn body(&mut self, sequence: u64) -> Result<Vec<u8>, IsoError> {
        self.data.sequence = sequence;
        let body = Body {
            r#type: self.kind,
            timestamp: self.at.to_string(),
            data: &self.data,
        };
        serde_json::to_vec(&body).map_err(|_| IsoError::Event)
    }
}

/// Says what is in a wallet.
pub struct Teller<'a> {
    context: &'a Context,
    exponent: Exponent,
}

impl<'a> Teller<'a> {
    /// Of a token.
    pub fn new(context: &'a Context) -> Result<Self, IsoError> {
        let exponent = Exponent::new(context.token.exponent);
        let exponent = exponent.map_err(|_| IsoError::Currency(context.token.unit.clone()))?;
        Ok(Self { context, exponent })
    }

    /// Everything that happened to the money, in the ledger's order. Merges move nothing, and payments of nothing, which
    /// anybody can make, are no news.
    pub fn movements(&self, wallet: &Wallet) -> Result<Vec<News>, IsoError> {
        let mut numbers = std::collections::HashMap::new();
        let mut all = Vec::new();
        for entry in wallet.history() {
            let number: &mut usize = numbers.entry(entry.place.tx).or_default();
            *number += 1;
            if let Some(news) = self.movement(wallet, entry, *number)? {
                all.push(news);
            }
        }
        Ok(all)
    }

    fn movement(
        &self,
        wallet: &Wallet,
        entry: &Entry,
        number: usize,
    ) -> Result<Option<News>, IsoError> {
        let (kind, amount, counterparty, text) = match &entry.movement {
            Movement::Issued { amount, text } => ("money.issued", Some(*amount), None, Some(text)),
            Movement::Received {
                amount,
                payer,
                text,
            } => ("money.received", Some(*amount), *payer, Some(text)),
            Movement::Sent { to, amount, text } => {
                ("money.sent", Some(*amount), Some(*to), Some(text))
            }
            Movement::Redeemed { amount, text } => {
                ("money.redeemed", Some(*amount), None, Some(text))
            }
            Movement::Seized { to, amount, text } => {
                ("money.seized", Some(*amount), Some(*to), Some(text))
            }
            Movement::MovedOut { amount } => ("money.moved_out", Some(*amount), None, None),
            Movement::MovedIn { amount } => ("money.moved_in", Some(*amount), None, None),
            Movement::Unreadable { .. } => ("money.unreadable", None, None, None),
            Movement::Unexplained { .. } => ("money.unexplained", None, None, None),
            Movement::Merged { .. } => return Ok(None),
        };
        if amount.is_some_and(|amount| amount.get() == 0) {
            return Ok(None);
        }
        let reference = reference(&entry.place.tx, number)?;
        let mut data = Data {
            reference: Some(reference.as_str().to_owned()),
            amount: amount.map(|amount| self.decimal(amount.get())),
            unit: self.context.token.unit.clone(),
            counterparty: counterparty.and_then(|owner| self.address(wallet, &owner)),
            transaction: Some(entry.place.tx.to_string()),
            height: Some(entry.place.height.0),
            ..Data::default()
        };
        if let Some(text) = text {
            data.say(text.as_str());
        }
        Ok(Some(News {
            name: format!("{kind} {} {number}", entry.place.tx),
            kind,
            at: Timestamp::from_unix_ms(entry.time_ms)?,
            data,
        }))
    }

    /// The stage that each payment of the outbox has now. What is only reserved may still vanish, and merges are the
    /// wallet's own business.
    pub fn payments(&self, records: &[Record], now: Timestamp) -> Vec<News> {
        let news = records.iter().map(|record| self.payment(record, now));
        news.flatten().collect()
    }

    fn payment(&self, record: &Record, now: Timestamp) -> Option<News> {
        let (order, amount, to, text) = match &record.order {
            Order::Pay {
                to, amount, text, ..
            } => ("pay", *amount, Some(to.clone()), text.as_str()),
            Order::Redeem { amount, text, .. } => ("redeem", *amount, None, text.as_str()),
            Order::Deposit { amount, .. } => ("deposit", *amount, None, ""),
            Order::Joint { amount, to } => ("joint", *amount, to.first().cloned(), ""),
            Order::Migrate { amount, to, .. } => ("migrate", *amount, Some(to.clone()), ""),
            Order::Merge { .. } => return None,
        };
        let mut data = Data {
            payment: Some(record.id.to_string()),
            order: Some(order),
            amount: Some(self.decimal(amount)),
            unit: self.context.token.unit.clone(),
            counterparty: to,
            ..Data::default()
        };
        data.say(text);
        let (kind, tx) = match &record.stage {
            Stage::Reserved(_) => return None,
            Stage::Signed { held, .. } => ("payment.in_flight", held.tx),
            Stage::Committed { tx, height } => {
                data.height = Some(*height);
                ("payment.committed", *tx)
            }
            Stage::Refused {
                held,
                code,
                message,
            } => {
                data.code = Some(clean(code));
                data.detail = Some(clean(message));
                ("payment.refused", held.tx)
            }
            Stage::Expired { tx } => ("payment.expired", *tx),
        };
        data.transaction = Some(tx.to_string());
        Some(News {
            name: format!("{kind} {} {tx}", record.id),
            kind,
            at: now,
            data,
        })
    }

    fn decimal(&self, units: u64) -> String {
        decimal(u128::from(units), self.exponent)
    }

    fn address(&self, wallet: &Wallet, owner: &Owner) -> Option<String> {
        let entry = wallet.view().directory().by_owner(owner)?;
        let address = entry.address()?;
        Some(address.encode(self.context.token.network))
    }
}

impl Data {
    /// What a memo says: an order's references, or plain text.
    fn say(&mut self, text: &str) {
        match MemoText::decode(text) {
            Ok(memo) => {
                self.uetr = Some(memo.uetr.to_string());
                self.end_to_end_id = Some(memo.end_to_end_id.as_str().to_owned());
                let lines = memo.remittance.iter().map(Text::as_str);
                self.remittance = lines.map(str::to_owned).collect();
            }
            Err(_) if text.is_empty() => {}
            Err(_) => self.text = Some(clean(text)),
        }
    }
}

#[cfg(test)]
mod tests;
