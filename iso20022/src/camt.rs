//! Reports to account holders: what `camt.053` statements and `camt.054` notifications have in common.

mod entry;
mod notification;
mod statement;

pub use entry::{Details, Direction, Entry, EntryKind};
pub use notification::Notification;
pub use statement::{Period, Statement};

use std::collections::HashMap;

use crate::money::{Currency, Money, MoneyError};
use crate::party::{AccountId, Agent, Party};
use crate::text::{Max35, Text};
use crate::time::Timestamp;
use crate::xml::Writer;

/// Why there is no report. Entries are counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReportError {
    /// A notification of nothing.
    #[error("a notification has at least one entry")]
    Empty,
    /// An entry in another currency than the account's.
    #[error("entry {0} is not in the account's currency")]
    Currency(usize),
    /// An entry of nothing.
    #[error("entry {0} has an amount of zero")]
    Zero(usize),
    /// An entry outside of the statement's period.
    #[error("entry {0} was booked outside of the statement's period")]
    Outside(usize),
    /// Two entries with one reference.
    #[error("entries {0} and {1} have the same reference: was one booked twice?")]
    Repeated(usize, usize),
    /// A party that is neither named nor identified.
    #[error("entry {0} has a party without name and identifier")]
    Unidentified(usize),
    /// A period that ends before it begins.
    #[error("the period ends before it begins")]
    Period,
    /// Opening balance, entries and closing balance contradict each other.
    #[error(
        "opening balance plus credits minus debits is not the closing balance: an entry is missing or too many"
    )]
    DoesNotBalance,
    /// A sum has no room in the message.
    #[error("a sum of entries has more than 18 digits: report shorter periods")]
    TooLarge,
}

/// The header of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportHeader {
    /// The message's id.
    pub message_id: Max35,
    /// The statement's or notification's id.
    pub report_id: Max35,
    /// When it was made.
    pub created_at: Timestamp,
    /// Number of the statement or notification, if they are numbered.
    pub sequence: Option<u32>,
}

/// The account that is reported on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldAccount {
    /// Its number.
    pub id: AccountId,
    /// Its currency, which all entries have.
    pub currency: Currency,
    /// Its name.
    pub name: Option<Text<70>>,
    /// Whose it is.
    pub owner: Option<Party>,
    /// Who keeps it.
    pub servicer: Option<Agent>,
}

/// Number and sum of entries.
#[derive(Clone, Copy)]
struct Total {
    count: usize,
    sum: Money,
}

/// Totals of credits and debits.
#[derive(Clone, Copy)]
struct Totals {
    credits: Total,
    debits: Total,
}

/// What must hold for entries of an account in every report.
fn check(account: &HeldAccount, entries: &[Entry]) -> Result<Totals, ReportError> {
    let mut seen = HashMap::with_capacity(entries.len());
    for (index, entry) in entries.iter().enumerate() {
        let number = index + 1;
        if entry.amount.currency != account.currency {
            return Err(ReportError::Currency(number));
        }
        if entry.amount.units.get() == 0 {
            return Err(ReportError::Zero(number));
        }
        if !entry.details.is_identified() {
            return Err(ReportError::Unidentified(number));
        }
        if let Some(earlier) = seen.insert(&entry.reference, number) {
            return Err(ReportError::Repeated(earlier, number));
        }
    }
    let total = |direction| {
        let chosen = || entries.iter().filter(|entry| entry.direction == direction);
        let sum = Money::sum(chosen().map(|entry| entry.amount), account.currency)?;
        let count = chosen().count();
        Ok(Total { count, sum })
    };
    let totals: Result<_, MoneyError> = (|| {
        Ok(Totals {
            credits: total(Direction::Credit)?,
            debits: total(Direction::Debit)?,
        })
    })();
    totals.map_err(|_| ReportError::TooLarge)
}

fn write_header(header: &ReportHeader, writer: &mut Writer) {
    writer.element("GrpHdr", |writer| {
        writer.leaf("MsgId", header.message_id.as_str());
        writer.leaf("CreDtTm", header.created_at.to_string());
    });
}

/// The beginning of a statement or notification.
fn write_report_id(header: &ReportHeader, writer: &mut Writer) {
    writer.leaf("Id", header.report_id.as_str());
    writer.maybe(
        "ElctrncSeqNb",
        header.sequence.map(|number| number.to_string()),
    );
    writer.leaf("CreDtTm", header.created_at.to_string());
}

fn write_account(account: &HeldAccount, writer: &mut Writer) {
    writer.element("Acct", |writer| {
        let plain = crate::party::Account {
            id: account.id.clone(),
            currency: Some(account.currency),
            name: account.name.clone(),
        };
        plain.write(writer);
        if let Some(owner) = &account.owner {
            writer.element("Ownr", |writer| owner.write(writer));
        }
        if let Some(servicer) = &account.servicer {
            writer.element("Svcr", |writer| servicer.write(writer));
        }
    });
}

fn write_totals(totals: Totals, writer: &mut Writer) {
    let Totals { credits, debits } = totals;
    writer.element("TxsSummry", |writer| {
        writer.element("TtlNtries", |writer| {
            writer.leaf("NbOfNtries", (credits.count + debits.count).to_string());
        });
        for (element, total) in [("TtlCdtNtries", credits), ("TtlDbtNtries", debits)] {
            writer.element(element, |writer| {
                writer.leaf("NbOfNtries", total.count.to_string());
                writer.leaf("Sum", total.sum.decimal());
            });
        }
    });
}
