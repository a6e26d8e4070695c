//! `camt.053.001.08`: all bookings of a period between two balances.

use crate::money::{MinorUnits, Money};
use crate::time::Timestamp;
use crate::xml::{Schema, Writer};

use super::{Entry, HeldAccount, ReportError, ReportHeader, Totals, check};
use super::{write_account, write_header, write_report_id, write_totals};

const SCHEMA: Schema = Schema {
    namespace: "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08",
    message: "BkToCstmrStmt",
};

/// From one moment to another, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    from: Timestamp,
    to: Timestamp,
}

impl Period {
    /// Takes both ends.
    ///
    /// # Errors
    /// [`ReportError::Period`] if it ends before it begins.
    pub fn new(from: Timestamp, to: Timestamp) -> Result<Self, ReportError> {
        if to < from {
            return Err(ReportError::Period);
        }
        Ok(Self { from, to })
    }

    /// Its first moment.
    pub const fn from(&self) -> Timestamp {
        self.from
    }

    /// Its last moment.
    pub const fn to(&self) -> Timestamp {
        self.to
    }
}

/// A statement whose balances and entries agree. Balances on the ledger are never negative.
#[derive(Clone)]
pub struct Statement {
    header: ReportHeader,
    account: HeldAccount,
    period: Period,
    opening: MinorUnits,
    closing: MinorUnits,
    entries: Vec<Entry>,
    totals: Totals,
}

impl Statement {
    /// Takes the balances of both ends, in the account's currency, and all entries between them; there may be none.
    ///
    /// # Errors
    /// [`ReportError::DoesNotBalance`] unless opening + credits − debits = closing; [`ReportError`] with the entry that is
    /// wrong.
    pub fn new(
        header: ReportHeader,
        account: HeldAccount,
        period: Period,
        balances: (MinorUnits, MinorUnits),
        entries: Vec<Entry>,
    ) -> Result<Self, ReportError> {
        let totals = check(&account, &entries)?;
        let within = |entry: &Entry| (period.from..=period.to).contains(&entry.booked_at);
        if let Some(index) = entries.iter().position(|entry| !within(entry)) {
            return Err(ReportError::Outside(index + 1));
        }
        let (opening, closing) = balances;
        let wide = |units: MinorUnits| u128::from(units.get());
        let received = wide(opening) + wide(totals.credits.sum.units);
        let paid = wide(closing) + wide(totals.debits.sum.units);
        if received != paid {
            return Err(ReportError::DoesNotBalance);
        }
        Ok(Self {
            header,
            account,
            period,
            opening,
            closing,
            entries,
            totals,
        })
    }

    /// The period's first balance.
    pub const fn opening(&self) -> MinorUnits {
        self.opening
    }

    /// Its last one.
    pub const fn closing(&self) -> MinorUnits {
        self.closing
    }

    /// The period itself.
    pub const fn period(&self) -> Period {
        self.period
    }

    /// All bookings.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The message.
    pub fn to_xml(&self) -> String {
        Writer::document(SCHEMA, |writer| {
            write_header(&self.header, writer);
            writer.element("Stmt", |writer| {
                write_report_id(&self.header, writer);
                writer.element("FrToDt", |writer| {
                    writer.leaf("FrDtTm", self.period.from.to_string());
                    writer.leaf("ToDtTm", self.period.to.to_string());
                });
                write_account(&self.account, writer);
                self.balance("OPBD", self.opening, self.period.from, writer);
                self.balance("CLBD", self.closing, self.period.to, writer);
                write_totals(self.totals, writer);
                self.entries.iter().for_each(|entry| entry.write(writer));
            });
        })
    }

    fn balance(&self, code: &str, units: MinorUnits, at: Timestamp, writer: &mut Writer) {
        let currency = self.account.currency;
        writer.element("Bal", |writer| {
            writer.element("Tp", |writer| {
                writer.element("CdOrPrtry", |writer| writer.leaf("Cd", code));
            });
            writer.money("Amt", Money { units, currency });
            writer.leaf("CdtDbtInd", "CRDT");
            writer.element("Dt", |writer| writer.leaf("Dt", at.date().to_string()));
        });
    }
}
