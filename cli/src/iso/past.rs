//! What happened under a UETR before: in this wallet's outbox, or on the ledger from any directory of its seed.

use std::collections::HashMap;

use obolus_iso20022::{Batch, CreditTransfer, Max35, MemoText, Rejection, Status, Timestamp, Uetr};
use obolus_protocol::Owner;
use obolus_protocol::address::Network;
use obolus_wallet::history::Movement;
use obolus_wallet::outbox::{Order, PaymentId, Record};
use obolus_wallet::payer::Session;

use super::decisions::Decisions;
use super::entries::{Book, Booking, bookings};
use super::error::IsoError;
use super::message::{earlier, fingerprint, memo_text, payment_id, reused};

/// Outbox and ledger as they were when a message was begun.
pub struct Past {
    network: Network,
    records: HashMap<PaymentId, Record>,
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
    pub fn of(session: &Session<'_>, network: Network) -> Result<Self, IsoError> {
        Ok(Self {
            network,
            records: records(session)?,
            booked: Booked::of(&bookings(&session.wallet)?)?,
        })
    }

    /// What became of a transfer, if it was seen before. The ledger comes first: what it holds is paid, whoever ordered it.
    ///
    /// # Errors
    /// [`IsoError::Encrypt`] from [`fingerprint`].
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

#[cfg(test)]
mod tests;
