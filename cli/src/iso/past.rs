//! What happened under a UETR before: in this wallet's outbox, or on the ledger from any directory of its seed.
//!
//! The ledger has what the memo says: UETR, end-to-end id, ultimate parties, remittance, amount, payee. Debtor, creditor and
//! their accounts are known of what was ordered from this directory alone.

use std::collections::HashMap;

use obolus_abi::TxDigest;
use obolus_iso20022::{Batch, CreditTransfer, Max35, MemoText, Rejection, Status, Timestamp, Uetr};
use obolus_protocol::Owner;
use obolus_protocol::address::Network;
use obolus_wallet::history::{Entry, Movement};
use obolus_wallet::outbox::{Order, PaymentId, Record};
use obolus_wallet::payer::Session;

use super::decisions::{Decisions, Orders};
use super::entries::{Book, Booking, bookings};
use super::error::IsoError;
use super::message::{earlier, fingerprint, instruction, memo_text, payment_id, reused};
use crate::wallet::Context;

/// Outbox and ledger as they were when a message was begun.
pub struct Past {
    network: Network,
    records: HashMap<PaymentId, Record>,
    orders: Orders,
    booked: Booked,
}

/// What is known of a transfer.
pub enum Known {
    /// Settled or rejected.
    Decided(Status),
    /// Ordered with this order.
    Ordered(Order),
}

impl Past {
    /// Reads both.
    ///
    /// # Errors
    /// [`IsoError`] for a file that is not read, and for what a block says of itself.
    pub fn of(session: &Session<'_>, context: &Context) -> Result<Self, IsoError> {
        Ok(Self {
            network: context.token.network,
            records: records(session)?,
            orders: Orders::read(context)?,
            booked: Booked::of(&bookings(&session.wallet)?)?,
        })
    }

    /// What became of a transfer, if it was seen before. Another instruction than the one that was ordered is none that was;
    /// then the ledger comes first: what it holds is paid, whoever ordered it.
    ///
    /// # Errors
    /// As [`fingerprint`].
    pub fn known(
        &self,
        batch: &Batch,
        transfer: &CreditTransfer,
        decisions: Option<&Decisions>,
        book: &Book,
    ) -> Result<Option<Known>, IsoError> {
        let payee = book.payee(transfer).ok();
        let payee = payee.map(|payee| payee.address.owner);
        let decided = |rejection| Ok(Some(Known::Decided(Status::Rejected(rejection))));
        if self
            .orders
            .is_other(&transfer.uetr, &instruction(batch.kind(), transfer)?)
        {
            return decided(reused());
        }
        match self.booked.find(transfer, payee.as_ref()) {
            Some(Ok(settled)) => return Ok(Some(Known::Decided(settled))),
            Some(Err(other)) => return decided(other),
            None => {}
        }
        let record = self.records.get(&payment_id(&transfer.uetr));
        let order = match record
            .map(|record| earlier(transfer, payee.as_ref(), self.network, record))
            .transpose()
        {
            Ok(order) => order,
            Err(other) => return decided(other),
        };
        let print = fingerprint(batch.kind(), transfer)?;
        match decisions.and_then(|decisions| decisions.get(&transfer.uetr, &print)) {
            Some(rejection) => decided(rejection),
            None => Ok(order.map(Known::Ordered)),
        }
    }
}

/// The payments of a session's outbox.
pub fn records(session: &Session<'_>) -> Result<HashMap<PaymentId, Record>, IsoError> {
    let records = session.records()?;
    Ok(records
        .into_iter()
        .map(|record| (record.id, record))
        .collect())
}

/// A payment of ours on the ledger whose memo has a UETR.
struct Sent {
    to: Owner,
    amount: u64,
    text: String,
    at: Timestamp,
    reference: Max35,
}

/// All of them. A seed that two directories pay from may have several for a UETR.
struct Booked(HashMap<Uetr, Vec<Sent>>);

impl Booked {
    fn of(bookings: &[Booking<'_>]) -> Result<Self, IsoError> {
        let mut all: HashMap<Uetr, Vec<Sent>> = HashMap::new();
        for booking in bookings {
            let Movement::Sent { to, amount, text } = &booking.moved.movement else {
                continue;
            };
            let Ok(memo) = MemoText::decode(text.as_str()) else {
                continue;
            };
            all.entry(memo.uetr).or_default().push(Sent {
                to: *to,
                amount: amount.get(),
                text: text.as_str().to_owned(),
                at: Timestamp::from_unix_ms(booking.moved.time_ms)?,
                reference: booking.reference.clone(),
            });
        }
        Ok(Self(all))
    }

    /// The booking of this transfer as its status; the rejection if its UETR is booked for another payment.
    fn find(
        &self,
        transfer: &CreditTransfer,
        payee: Option<&Owner>,
    ) -> Option<Result<Status, Rejection>> {
        let sent = self.0.get(&transfer.uetr)?;
        let text = match memo_text(transfer) {
            Ok(text) => text,
            Err(_) => return Some(Err(reused())),
        };
        let same = sent.iter().find(|sent| {
            payee == Some(&sent.to)
                && sent.amount == transfer.amount.units.get()
                && sent.text == text
        });
        Some(same.ok_or_else(reused).map(|sent| Status::Settled {
            at: sent.at,
            reference: Some(sent.reference.clone()),
        }))
    }
}

/// The transaction that paid a record's UETR, if it is none of the record's own tries: another directory of the seed made it.
pub fn paid_elsewhere(record: &Record, history: &[Entry]) -> Option<TxDigest> {
    let Order::Pay { text, .. } = &record.order else {
        return None;
    };
    let own = MemoText::decode(text).ok()?;
    let held = record.stage.held();
    let sent = history.iter().filter_map(|moved| match &moved.movement {
        Movement::Sent { text, .. } => Some((moved.place.tx, text)),
        _ => None,
    });
    sent.filter(|(tx, _)| !held.is_some_and(|held| held.is_by(tx)))
        .find(|(_, text)| MemoText::decode(text.as_str()).is_ok_and(|memo| memo.uetr == own.uetr))
        .map(|(tx, _)| tx)
}

#[cfg(test)]
mod tests;
