//! The payments file: `uetr,debtor,creditor,amount,currency,remittance`.
//!
//! A file that is not such a table is an error; a row that cannot be paid is set aside with its
//! line and reason, and the rest goes on.

use std::collections::BTreeSet;
use std::io::Read;

use csv::{ByteRecord, ReaderBuilder};
use iso_currency::Currency;
use obolus_protocol::amount::{Amount, Exponent};
use uuid::Uuid;

/// Column names, in order.
const HEADER: [&str; 6] = [
    "uetr",
    "debtor",
    "creditor",
    "amount",
    "currency",
    "remittance",
];
/// Longest institution name in bytes (ISO 20022 `Max140Text` fits names of 140 ASCII characters).
const MAX_NAME: usize = 140;
/// Largest file read; far above a day's batch, far below memory.
const MAX_FILE: u64 = 16 << 20;

/// One payable row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payment {
    /// Line in the file, counted from 1.
    pub line: u64,
    /// Unique end-to-end transaction reference.
    pub uetr: Uuid,
    /// Paying institution.
    pub debtor: String,
    /// Paid institution.
    pub creditor: String,
    /// Amount in minor units.
    pub amount: Amount,
    /// Free text for the creditor.
    pub remittance: String,
}

impl Payment {
    /// The memo that travels with the payment: reference, line break, remittance.
    pub fn memo(&self) -> String {
        format!("{}\n{}", self.uetr, self.remittance)
    }
}

/// A row that cannot be paid.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Refused {
    /// Line in the file, counted from 1.
    pub line: u64,
    /// The reference as written, possibly empty.
    pub uetr: String,
    /// Why.
    pub reason: String,
}

/// A payments file, read.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    /// Every institution named in the file, also in rows that cannot be paid.
    pub institutions: BTreeSet<String>,
    /// Rows to pay, in file order.
    pub payments: Vec<Payment>,
    /// Rows set aside, in file order.
    pub refused: Vec<Refused>,
}

/// Why a file cannot be read as payments.
#[derive(Debug, thiserror::Error)]
pub enum PaymentsError {
    /// The file could not be read.
    #[error("cannot read the payments: {0}")]
    Io(#[from] std::io::Error),
    /// Not a CSV table at all.
    #[error("the payments are not readable as CSV: {0}")]
    Csv(#[from] csv::Error),
    /// Wrong columns.
    #[error("the first line must be `uetr,debtor,creditor,amount,currency,remittance`")]
    Header,
    /// Larger than a payments file may be.
    #[error("the payments file is larger than 16 MiB: split it into batches")]
    TooLarge,
    /// No row at all.
    #[error("the payments file has no row: add at least one payment")]
    Empty,
}

/// What the rows are checked against.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    /// The currency of the token that pays.
    pub currency: Currency,
    /// Its number of decimals.
    pub exponent: Exponent,
    /// Longest memo in bytes.
    pub max_memo: usize,
}

/// Reads a payments file.
///
/// # Errors
/// [`PaymentsError`] when the input is no payments table; single bad rows are in [`Batch::refused`].
pub fn read(input: impl Read, rules: Rules) -> Result<Batch, PaymentsError> {
    let mut bytes = Vec::new();
    input.take(MAX_FILE + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_FILE {
        return Err(PaymentsError::TooLarge);
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    let mut reader = ReaderBuilder::new()
        .flexible(true)
        .has_headers(false)
        .from_reader(bytes);
    let mut record = ByteRecord::new();
    if !reader.read_byte_record(&mut record)? || !record.iter().eq(HEADER.map(str::as_bytes)) {
        return Err(PaymentsError::Header);
    }
    let mut batch = Batch::default();
    let mut seen = BTreeSet::new();
    while reader.read_byte_record(&mut record)? {
        let line = record.position().map_or(0, csv::Position::line);
        batch.institutions.extend(named(&record));
        match row(&record, line, rules) {
            Ok(payment) if seen.insert(payment.uetr) => batch.payments.push(payment),
            Ok(payment) => batch.refused.push(Refused {
                line,
                uetr: payment.uetr.to_string(),
                reason: "this uetr appears twice in the file".into(),
            }),
            Err(reason) => {
                let uetr = record
                    .get(0)
                    .map(String::from_utf8_lossy)
                    .unwrap_or_default();
                batch.refused.push(Refused {
                    line,
                    uetr: harmless(&uetr),
                    reason,
                });
            }
        }
    }
    if batch.payments.is_empty() && batch.refused.is_empty() {
        return Err(PaymentsError::Empty);
    }
    Ok(batch)
}

/// Checks one row; the error is the reason shown to the user.
fn row(record: &ByteRecord, line: u64, rules: Rules) -> Result<Payment, String> {
    if record.len() != HEADER.len() {
        return Err(format!(
            "{} columns instead of {}",
            record.len(),
            HEADER.len()
        ));
    }
    let mut cells = [""; HEADER.len()];
    for (cell, (bytes, name)) in cells.iter_mut().zip(record.iter().zip(HEADER)) {
        *cell = std::str::from_utf8(bytes).map_err(|_| format!("{name} is not UTF-8"))?;
    }
    let [uetr, debtor, creditor, amount, currency, remittance] = cells;
    let uetr = strict_uetr(uetr)?;
    let debtor = name("debtor", debtor)?;
    let creditor = name("creditor", creditor)?;
    if debtor == creditor {
        return Err("debtor and creditor are the same institution".into());
    }
    match Currency::from_code(currency) {
        None => return Err(format!("unknown currency {:?}", printable(currency))),
        Some(known) if known != rules.currency => {
            return Err(format!(
                "no {currency} token here: this ledger pays {}",
                rules.currency.code()
            ));
        }
        Some(_) => {}
    }
    let amount = Amount::parse(amount, rules.exponent)
        .map_err(|error| format!("bad amount {:?}: {error}", printable(amount)))?;
    if amount == Amount::ZERO {
        return Err("bad amount: zero".into());
    }
    if remittance.chars().any(char::is_control) {
        return Err("remittance holds control characters".into());
    }
    let payment = Payment {
        line,
        uetr,
        debtor,
        creditor,
        amount,
        remittance: remittance.into(),
    };
    if payment.memo().len() > rules.max_memo {
        return Err(format!(
            "remittance too long: the memo holds {} bytes",
            rules.max_memo
        ));
    }
    Ok(payment)
}

/// The institutions that a row names, as far as the names themselves are in order.
fn named(record: &ByteRecord) -> impl Iterator<Item = String> {
    let cells = if record.len() == HEADER.len() {
        [record.get(1), record.get(2)]
    } else {
        [None; 2]
    };
    let text = |cell: Option<&[u8]>| std::str::from_utf8(cell?).ok().map(str::to_owned);
    cells
        .map(text)
        .into_iter()
        .flatten()
        .filter(|text| name("name", text).is_ok())
}

/// A version-4 UUID in its one canonical spelling (SWIFT gpi), so that no reference has two forms.
fn strict_uetr(text: &str) -> Result<Uuid, String> {
    let uetr = Uuid::try_parse(text).map_err(|_| "uetr is not a UUID".to_string())?;
    if uetr.get_version_num() != 4 || uetr.to_string() != text {
        return Err("uetr is not a lower-case version-4 UUID".into());
    }
    Ok(uetr)
}

fn name(column: &str, text: &str) -> Result<String, String> {
    let bad = text.is_empty()
        || text.len() > MAX_NAME
        || text.trim() != text
        || text.chars().any(char::is_control);
    if bad {
        return Err(format!(
            "{column} must be 1 to {MAX_NAME} bytes without control characters or outer spaces"
        ));
    }
    Ok(text.into())
}

/// Input that no check vouches for, echoed to a terminal: short, and without the control characters that steer one.
fn harmless(text: &str) -> String {
    let shown = |c: char| {
        if c.is_control() {
            char::REPLACEMENT_CHARACTER
        } else {
            c
        }
    };
    text.chars().take(64).map(shown).collect()
}

/// Input echoed to a terminal: short.
fn printable(text: &str) -> String {
    text.chars().take(32).collect()
}

#[cfg(test)]
mod tests;
