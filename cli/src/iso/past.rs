//! What happened under a UETR before: in this wallet's outbox, or on the ledger from any directory of its seed.
//!
//! The ledger has what the memo says: UETR, end-to-end id, ultimate parties, remittance, amount, payee. Debtor, creditor and
//! their accounts are known of what was ordered from this directory alone.

use std::collections::HashMap;

use obolus_abi::TxDigest;
use obolus_iso20022::{Batch, CreditTransfer, Max35, MemoText, Rejection, Status, Timestamp, Uetr};
use obolus_protocol::address::Network;
use obolus_protocol::{Address, Owner};
use obolus_wallet::history::{Entry, Movement};
use obolus_wallet::outbox::{Order, PaymentId, Record, Stage};
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
        let records = records(session)?;
        Ok(Self {
            network: context.token.network,
            orders: Orders::read(context)?,
            booked: Booked::of(&bookings(&session.wallet)?, &records)?,
            records,
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

/// The transactions of an outbox, each with the payment that it is a try of.
fn tries(records: &HashMap<PaymentId, Record>) -> HashMap<TxDigest, PaymentId> {
    let mut all = HashMap::new();
    for record in records.values() {
        match &record.stage {
            Stage::Reserved(held) | Stage::Signed { held, .. } | Stage::Refused { held, .. } => {
                let earlier = held.earlier.iter().chain([&held.tx]);
                all.extend(earlier.map(|tx| (*tx, record.id)));
            }
            Stage::Committed { tx, .. } | Stage::Expired { tx } => {
                all.insert(*tx, record.id);
            }
        }
    }
    all
}

/// All of them. A seed that two directories pay from may have several for a UETR. Left out is what this directory paid under
/// another id than the UETR: no message ordered it, whatever its text looks like.
struct Booked(HashMap<Uetr, Vec<Sent>>);

impl Booked {
    fn of(
        bookings: &[Booking<'_>],
        records: &HashMap<PaymentId, Record>,
    ) -> Result<Self, IsoError> {
        let tries = tries(records);
        let mut all: HashMap<Uetr, Vec<Sent>> = HashMap::new();
        for booking in bookings {
            let Movement::Sent { to, amount, text } = &booking.moved.movement else {
                continue;
            };
            let Ok(memo) = MemoText::decode(text.as_str()) else {
                continue;
            };
            let own = tries.get(&booking.moved.place.tx);
            if own.is_some_and(|id| *id != payment_id(&memo.uetr)) {
                continue;
            }
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

/// The transaction that made a message's payment, if it is none of the record's own tries: another directory of the seed made
/// it. The same payment has the same payee, amount and text; the UETR alone anybody can write.
pub fn paid_elsewhere(record: &Record, network: Network, history: &[Entry]) -> Option<TxDigest> {
    let Order::Pay {
        to, amount, text, ..
    } = &record.order
    else {
        return None;
    };
    let memo = MemoText::decode(text).ok()?;
    if payment_id(&memo.uetr) != record.id {
        return None;
    }
    let payee = Address::decode(to, network).ok()?.owner;
    let held = record.stage.held();
    let mut others = history
        .iter()
        .filter(|moved| !held.is_some_and(|held| held.is_by(&moved.place.tx)));
    let same = |movement: &Movement| match movement {
        Movement::Sent {
            to,
            amount: paid,
            text: said,
        } => *to == payee && paid.get() == *amount && said.as_str() == text,
        _ => false,
    };
    others
        .find(|moved| same(&moved.movement))
        .map(|moved| moved.place.tx)
}

#[cfg(test)]
mod tests;
