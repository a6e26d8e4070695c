//! `camt.054.001.08`: credits and debits as they happen.

use crate::xml::{Schema, Writer};

use super::{Entry, HeldAccount, ReportError, ReportHeader, Totals, check};
use super::{write_account, write_header, write_report_id, write_totals};

const SCHEMA: Schema = Schema {
    namespace: "urn:iso:std:iso:20022:tech:xsd:camt.054.001.08",
    message: "BkToCstmrDbtCdtNtfctn",
};

/// A debit and credit notification.
#[derive(Clone)]
pub struct Notification {
    header: ReportHeader,
    account: HeldAccount,
    entries: Vec<Entry>,
    totals: Totals,
}

impl Notification {
    /// Takes at least one entry.
    ///
    /// # Errors
    /// [`ReportError`] with the entry that is wrong.
    pub fn new(
        header: ReportHeader,
        account: HeldAccount,
        entries: Vec<Entry>,
    ) -> Result<Self, ReportError> {
        if entries.is_empty() {
            return Err(ReportError::Empty);
        }
        let totals = check(&account, &entries)?;
        Ok(Self {
            header,
            account,
            entries,
            totals,
        })
    }

    /// The message.
    pub fn to_xml(&self) -> String {
        Writer::document(SCHEMA, |writer| {
            write_header(&self.header, writer);
            writer.element("Ntfctn", |writer| {
                write_report_id(&self.header, writer);
                write_account(&self.account, writer);
                write_totals(self.totals, writer);
                self.entries.iter().for_each(|entry| entry.write(writer));
            });
        })
    }
}
