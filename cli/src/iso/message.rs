//! A payment message, its transfers as orders of the wallet, and what is known of them from before.

use std::path::Path;

use obolus_iso20022::{
    Batch, ChargeBearer, CreditTransfer, Date, Header, Kind, LookupError, Max35, MemoText,
    MessageError, PaymentType, Reason, Rejection, Terms, Timestamp, Uetr,
};
use obolus_protocol::address::Network;
use obolus_protocol::{Address, Owner, memo};
use obolus_wallet::PayerIdentity;
use obolus_wallet::outbox::{Order, PaymentId, Record};

use super::context::currency;
use super::entries::Book;
use super::error::IsoError;
use crate::wallet::Context;

/// A message's bytes and what was read in them.
pub struct Message {
    /// As they came.
    pub bytes: Vec<u8>,
    /// What they say, or why they are refused.
    pub batch: Result<Batch, MessageError>,
}

impl Message {
    /// Reads a file. Dates are left to [`Desk`], since a message may be looked at again on another day.
    pub fn read(path: &Path, clearing_system: &str, context: &Context) -> Result<Self, IsoError> {
        let terms = Terms {
            currency: currency(&context.token)?,
            clearing_system: Max35::new(clearing_system)?,
            business_day: None,
        };
        let bytes = std::fs::read(path);
        let bytes = bytes.map_err(|error| IsoError::Io(path.to_path_buf(), error))?;
        let batch = Batch::read(&bytes, &terms);
        Ok(Self { bytes, batch })
    }
}

/// The outbox's name of a payment: the UETR itself, so one reference pays once.
pub fn payment_id(uetr: &Uetr) -> PaymentId {
    PaymentId::new(uetr.uuid())
}

/// A digest of everything that a transfer says, whichever message it comes in.
///
/// # Errors
/// [`IsoError::Encrypt`] for a transfer that could not be written again; none that was read is one.
pub fn fingerprint(kind: Kind, transfer: &CreditTransfer) -> Result<[u8; 32], IsoError> {
    let header = Header {
        message_id: Max35::new("FINGERPRINT")?,
        created_at: Timestamp::from_unix(0)?,
        clearing_system: None,
    };
    let alone = Batch::new(kind, header, vec![transfer.clone()]);
    let alone = alone.map_err(IsoError::Unreadable)?;
    Ok(*blake3::hash(alone.to_xml().as_bytes()).as_bytes())
}

/// A digest of what makes a transfer the instruction that it is: who pays whom through which banks, in whose name, how much,
/// and what for. Left out is what may have changed when the same one comes again: references of the banks that pass it on,
/// these banks, dates, service levels and charges.
///
/// # Errors
/// As [`fingerprint`].
pub fn instruction(kind: Kind, transfer: &CreditTransfer) -> Result<[u8; 32], IsoError> {
    let bare = CreditTransfer {
        instruction_id: None,
        transaction_id: None,
        clearing_reference: None,
        settlement_date: Timestamp::from_unix(0)?.date(),
        accepted_at: None,
        payment_type: PaymentType::default(),
        charges: transfer.charges.map(|_| ChargeBearer::Shared),
        previous_agents: Vec::new(),
        ..transfer.clone()
    };
    fingerprint(kind, &bare)
}

/// What a transfer must keep to before it is paid.
pub struct Desk<'a> {
    /// Who is who.
    pub book: &'a Book,
    /// The wallet.
    pub context: &'a Context,
    /// The day on which everything is settled.
    pub business_day: Date,
    /// Whether payees learn who pays.
    pub identity: PayerIdentity,
}

impl Desk<'_> {
    /// The order of a transfer that was never seen before.
    ///
    /// # Errors
    /// The rejection that its sender is answered with.
    pub fn order(&self, transfer: &CreditTransfer) -> Result<Order, Rejection> {
        if transfer.settlement_date != self.business_day {
            return Err(Rejection::new(
                Reason::DT01,
                "the settlement date is not the business day",
            ));
        }
        let payer = self.book.payer(transfer);
        let payer = payer.map_err(|error| lookup(&error, Reason::DNOR))?;
        if payer.address != self.context.keys.address() {
            return Err(Rejection::new(
                Reason::DNOR,
                "the paying institution is not this wallet's",
            ));
        }
        let payee = self.book.payee(transfer);
        let payee = payee.map_err(|error| lookup(&error, Reason::CNOR))?;
        if payee.address == payer.address {
            return Err(Rejection::new(
                Reason::AG01,
                "payer and payee are one participant",
            ));
        }
        let text = memo_text(transfer)?;
        Ok(Order::Pay {
            to: payee.address.encode(self.context.token.network),
            amount: transfer.amount.units.get(),
            text,
            identity: self.identity,
        })
    }
}

/// The order that a transfer was paid with, or begun to be. `payee` is whom the book has for it now.
///
/// # Errors
/// The rejection of another payment that has the same UETR.
pub fn earlier(
    transfer: &CreditTransfer,
    payee: Option<&Owner>,
    network: Network,
    record: &Record,
) -> Result<Order, Rejection> {
    let text = memo_text(transfer)?;
    match &record.order {
        Order::Pay {
            to,
            amount,
            text: paid,
            ..
        } if *amount == transfer.amount.units.get() && *paid == text => {
            // The owner is who is paid; an address may change its encryption key.
            let to = Address::decode(to, network).ok();
            match to.is_some_and(|to| payee == Some(&to.owner)) {
                true => Ok(record.order.clone()),
                false => Err(reused()),
            }
        }
        _ => Err(reused()),
    }
}

/// Another payment has the UETR.
pub fn reused() -> Rejection {
    Rejection::new(
        Reason::DU03,
        "another payment was ordered with this UETR: every payment has its own",
    )
}

/// The text of a transfer's memo.
///
/// # Errors
/// The rejection of a transfer that does not fit into one.
pub fn memo_text(transfer: &CreditTransfer) -> Result<String, Rejection> {
    let refused = |error: &dyn std::fmt::Display| Rejection::new(Reason::AG03, &error.to_string());
    let text = MemoText::encode(transfer).map_err(|error| refused(&error))?;
    memo::MemoText::new(&text).map_err(|error| refused(&error))?;
    Ok(text)
}

fn lookup(error: &LookupError, unknown: Reason) -> Rejection {
    let reason = match error {
        LookupError::Contradiction => Reason::RC01,
        LookupError::Unknown | LookupError::Nobody => unknown,
    };
    Rejection::new(reason, &error.to_string())
}

#[cfg(test)]
mod tests;
