//! Movements as people and programs read them: names, decimals, times. The one place that turns minor units into text.

use obolus_protocol::amount::Exponent;
use obolus_protocol::note::Slot;
use obolus_runtime_api::hex;
use obolus_wallet::config::Token;
use serde::Serialize;

use crate::annotate::Annotations;
use crate::entry::{Entry, RecordId};
use crate::names::People;

/// Writes amounts of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decimals(Exponent);

impl Decimals {
    /// Of this token. A token file has at most 18 digits.
    pub fn of(token: &Token) -> Self {
        const NONE: Exponent = match Exponent::new(0) {
            Ok(exponent) => exponent,
            Err(_) => unreachable!(),
        };
        Self(Exponent::new(token.exponent).unwrap_or(NONE))
    }

    /// The token's exponent.
    pub const fn exponent(self) -> Exponent {
        self.0
    }

    /// Minor units as a plain decimal, exact.
    pub fn text(self, units: u128) -> String {
        let digits = usize::from(self.0.get());
        let padded = format!("{units:0>width$}", width = digits + 1);
        match padded.split_at(padded.len() - digits) {
            (whole, "") => whole.into(),
            (whole, fraction) => format!("{whole}.{fraction}"),
        }
    }
}

/// A movement in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Shown {
    /// Its number.
    pub id: RecordId,
    /// Its block.
    pub height: u64,
    /// The block's time, RFC 3339.
    pub time: String,
    /// Its transaction.
    pub transaction: String,
    /// Position of the first note that it made.
    pub position: Option<u64>,
    /// `issue`, `transfer`, `redemption`, `seizure`.
    pub kind: &'static str,
    /// Who paid, in words.
    pub from: Option<String>,
    /// Its slot.
    pub from_slot: Option<u32>,
    /// Who received, in words.
    pub to: Option<String>,
    /// Its slot.
    pub to_slot: Option<u32>,
    /// How much, in major units.
    pub amount: String,
    /// A redemption's payout reference or a seizure's case, in hexadecimal.
    pub reference: Option<String>,
    /// The payment's reference, as somebody gave it.
    pub uetr: Option<String>,
    /// Its text, as somebody gave it.
    pub text: Option<String>,
    /// `claimed` or `checked`, of the text.
    pub text_state: Option<&'static str>,
}

/// Puts movements into words.
#[derive(Clone, Copy)]
pub struct Shower<'a> {
    people: People<'a>,
    decimals: Decimals,
    annotations: &'a Annotations,
}

impl<'a> Shower<'a> {
    /// With these names, decimals and annotations.
    pub const fn new(people: People<'a>, decimals: Decimals, annotations: &'a Annotations) -> Self {
        Self {
            people,
            decimals,
            annotations,
        }
    }

    /// Who is who.
    pub const fn people(&self) -> &People<'a> {
        &self.people
    }

    /// How amounts are written.
    pub const fn decimals(&self) -> Decimals {
        self.decimals
    }

    /// A movement.
    pub fn show(&self, entry: &Entry) -> Shown {
        let said = self.annotations.of(entry.id);
        let label = |slot: Option<Slot>| slot.map(|slot| self.people.label(slot));
        Shown {
            id: entry.id,
            height: entry.height,
            time: entry.time.to_string(),
            transaction: entry.tx.to_string(),
            position: entry.created.first().map(|note| note.position.get()),
            kind: entry.kind.name(),
            from: label(entry.from),
            from_slot: entry.from.map(Slot::get),
            to: label(entry.to),
            to_slot: entry.to.map(Slot::get),
            amount: self.decimals.text(u128::from(entry.amount.get())),
            reference: entry.reference.map(|bytes| hex::encode(&bytes)),
            uetr: said.and_then(|said| said.uetr.clone()),
            text: said.map(|said| said.text.clone()),
            text_state: said.map(|said| said.state.name()),
        }
    }
}

/// Writes movements as CSV with a head. Fields that a spreadsheet would run as a formula are written as text.
///
/// # Errors
/// What writing gave.
pub fn write_csv(
    out: impl std::io::Write,
    unit: &str,
    movements: impl Iterator<Item = Shown>,
) -> Result<(), csv::Error> {
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record([
        "id",
        "height",
        "time",
        "transaction",
        "position",
        "kind",
        "from",
        "from_slot",
        "to",
        "to_slot",
        "amount",
        "unit",
        "reference",
        "uetr",
        "text",
        "text_state",
    ])?;
    let number = |n: Option<u32>| n.map(|n| n.to_string()).unwrap_or_default();
    let words = |text: Option<String>| plain(text.unwrap_or_default());
    for m in movements {
        writer.write_record([
            m.id.to_string(),
            m.height.to_string(),
            m.time,
            m.transaction,
            m.position.map(|p| p.to_string()).unwrap_or_default(),
            m.kind.to_owned(),
            words(m.from),
            number(m.from_slot),
            words(m.to),
            number(m.to_slot),
            m.amount,
            plain(unit.to_owned()),
            m.reference.unwrap_or_default(),
            words(m.uetr),
            words(m.text),
            m.text_state.unwrap_or_default().to_owned(),
        ])?;
    }
    writer.flush()?;
    Ok(())
}

/// Text from elsewhere, as a spreadsheet shows it instead of running it.
pub(crate) fn plain(text: String) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{text}")
    } else {
        text
    }
}

#[cfg(test)]
mod tests;
