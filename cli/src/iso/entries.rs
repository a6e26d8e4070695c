//! The wallet's history as bookings of an account.

use std::collections::HashMap;

use obolus_abi::TxDigest;
use obolus_iso20022::{
    Agent, Currency, Details, Direction, Entry, EntryKind, Max35, Max140, MemoText, MinorUnits,
    Money, Participants, Timestamp,
};
use obolus_protocol::{Address, Owner, memo};
use obolus_wallet::Wallet;
use obolus_wallet::history::{self, Movement};

use super::error::IsoError;

/// Which institution has which address.
pub type Book = Participants<Address>;

/// Longest part of a transaction's digest in a reference, in hexadecimal digits.
const DIGEST_DIGITS: usize = 28;

/// Says who has an address.
pub struct Names<'a> {
    wallet: &'a Wallet,
    book: Option<&'a Book>,
}

impl<'a> Names<'a> {
    /// Of the registered owners; without a book nobody has a name.
    pub const fn new(wallet: &'a Wallet, book: Option<&'a Book>) -> Self {
        Self { wallet, book }
    }

    /// The institution of an owner.
    pub fn of(&self, owner: &Owner) -> Option<Agent> {
        let entry = self.wallet.view().directory().by_owner(owner)?;
        self.at(&entry.address()?)
    }

    /// The holder's own institution.
    pub fn own(&self) -> Option<Agent> {
        self.at(&self.wallet.address())
    }

    fn at(&self, address: &Address) -> Option<Agent> {
        self.book?.at(address).map(Agent::from)
    }
}

/// What a movement adds to the balance, in minor units.
pub fn signed(movement: &Movement) -> i128 {
    match movement {
        Movement::Issued { amount, .. }
        | Movement::Received { amount, .. }
        | Movement::MovedIn { amount } => i128::from(amount.get()),
        Movement::Sent { amount, .. }
        | Movement::Redeemed { amount, .. }
        | Movement::Seized { amount, .. }
        | Movement::MovedOut { amount } => -i128::from(amount.get()),
        // Merges return all. What is not readable is not counted in the balance either.
        Movement::Merged { .. } | Movement::Unreadable { .. } | Movement::Unexplained { .. } => 0,
    }
}

/// Minor units as messages have them.
pub fn units(value: i128) -> Result<MinorUnits, IsoError> {
    let value = u64::try_from(value).map_err(|_| IsoError::TooLarge)?;
    MinorUnits::new(value).map_err(|_| IsoError::TooLarge)
}

/// The ledger's reference of the `number`th of a wallet's movements in a transaction, counted from 1.
pub fn reference(tx: &TxDigest, number: usize) -> Result<Max35, IsoError> {
    let digits: String = tx.to_string().chars().take(DIGEST_DIGITS).collect();
    Ok(Max35::new(format!("{digits}-{number}"))?)
}

/// A booking and the movement behind it.
pub struct Booking<'a> {
    /// What happened.
    pub moved: &'a history::Entry,
    /// The ledger's reference.
    pub reference: Max35,
}

/// All movements that change the balance, in the ledger's order. Payments of nothing, which anybody can make, are left out.
pub fn bookings(wallet: &Wallet) -> Result<Vec<Booking<'_>>, IsoError> {
    let mut numbers: HashMap<TxDigest, usize> = HashMap::new();
    let mut all = Vec::new();
    for moved in wallet.history() {
        let number = numbers.entry(moved.place.tx).or_insert(0);
        *number += 1;
        if signed(&moved.movement) != 0 {
            let reference = reference(&moved.place.tx, *number)?;
            all.push(Booking { moved, reference });
        }
    }
    Ok(all)
}

/// The same as entries of a report.
pub fn entries(
    wallet: &Wallet,
    names: &Names<'_>,
    currency: Currency,
) -> Result<Vec<Entry>, IsoError> {
    bookings(wallet)?
        .into_iter()
        .map(|booking| entry(booking, names, currency))
        .collect()
}

/// One booking as an entry of a report.
pub fn entry(
    booking: Booking<'_>,
    names: &Names<'_>,
    currency: Currency,
) -> Result<Entry, IsoError> {
    let Booking { moved, reference } = booking;
    let change = signed(&moved.movement);
    let booked_at = Timestamp::from_unix_ms(moved.time_ms)?;
    Ok(Entry {
        direction: if change > 0 {
            Direction::Credit
        } else {
            Direction::Debit
        },
        amount: Money {
            units: units(change.abs())?,
            currency,
        },
        booked_at,
        value_date: booked_at.date(),
        reference,
        kind: kind(&moved.movement),
        details: details(&moved.movement, names),
    })
}

/// Whether customers or banks pay is not on the ledger, so transfers are [`EntryKind::Other`].
const fn kind(movement: &Movement) -> EntryKind {
    match movement {
        Movement::Issued { .. } | Movement::Redeemed { .. } => EntryKind::IssuerBooking,
        _ => EntryKind::Other,
    }
}

/// What memo and book tell. The payer is named only if it showed itself.
fn details(movement: &Movement, names: &Names<'_>) -> Details {
    match movement {
        Movement::Issued { text, .. } => Details {
            creditor_agent: names.own(),
            ..said(text)
        },
        Movement::Received { payer, text, .. } => Details {
            debtor_agent: payer.as_ref().and_then(|payer| names.of(payer)),
            creditor_agent: names.own(),
            ..said(text)
        },
        Movement::Sent { to, text, .. } | Movement::Seized { to, text, .. } => Details {
            debtor_agent: names.own(),
            creditor_agent: names.of(to),
            ..said(text)
        },
        Movement::Redeemed { text, .. } => Details {
            debtor_agent: names.own(),
            ..said(text)
        },
        _ => Details::default(),
    }
}

/// A memo's text: that of an order, or else remittance information of one to two lines.
fn said(text: &memo::MemoText) -> Details {
    match MemoText::decode(text.as_str()) {
        Ok(memo) => Details::from(memo),
        Err(_) => Details {
            remittance: lines(text.as_str()),
            ..Details::default()
        },
    }
}

/// Whatever a text holds, in lines of 140 characters, without those that messages do not take.
fn lines(text: &str) -> Vec<Max140> {
    let shown: Vec<char> = text
        .chars()
        .filter(|c| *c == ' ' || Max140::new(*c).is_ok())
        .collect();
    let lines = shown.chunks(140).map(String::from_iter);
    lines.filter_map(|line| Max140::new(line).ok()).collect()
}

#[cfg(test)]
mod tests;
