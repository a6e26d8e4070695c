//! What of a payment order travels with the payment: a text for the encrypted memo.
//!
//! ```text
//! OBP1|u=eb6305c9-1f7f-49de-aed0-16487c27b42d|e=INV-2026-117|d=Muster AG|dl=529900OBOLUSMUSTER24|r=Invoice 117
//! ```
//!
//! Fields stand in this order: `u` UETR, `e` end-to-end id, `d`, `db`, `dl` name, BIC and LEI of the ultimate debtor, `c`,
//! `cb`, `cl` those of the ultimate creditor, `r` a line of remittance information, as often as there are lines. What is not
//! known is left out. In values `|` is written `\/` and `\` is written `\\`, so that one payment has one text.

use zeroize::Zeroizing;

use crate::identifier::{Bic, Lei, Uetr};
use crate::party::Actor;
use crate::text::{Max35, Max140, Text};
use crate::transfer::CreditTransfer;

/// Version of the encoding.
const VERSION: &str = "OBP1";

/// Why there is no text for a payment, or no payment for a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MemoError {
    /// Too long, and shorter remittance information would make it fit.
    #[error("the memo has {excess} bytes too many: shorten the remittance information by as much")]
    Remittance {
        /// Bytes over the limit.
        excess: usize,
    },
    /// Too long even without remittance information.
    #[error(
        "the memo has {excess} bytes too many: shorten the ultimate parties' names and leave out remittance information"
    )]
    Parties {
        /// Bytes over the limit, of which remittance information is only a part.
        excess: usize,
    },
    /// An ultimate party is given by identifiers that the memo has no field for.
    #[error("an ultimate party has neither name nor BIC nor LEI: the memo cannot name it")]
    Unnamed,
    /// Not a text of this module, or of another version.
    #[error("not a payment's memo of version 1")]
    NotAMemo,
    /// The text of a payment that nobody would write so.
    #[error("the memo is damaged at field {0}")]
    Field(usize),
}

/// What a payment's memo says. `Debug` hides texts; they are wiped on drop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemoText {
    /// The payment's reference.
    pub uetr: Uetr,
    /// The debtor's reference.
    pub end_to_end_id: Max35,
    /// On whose behalf was paid.
    pub ultimate_debtor: Option<MemoParty>,
    /// For whom.
    pub ultimate_creditor: Option<MemoParty>,
    /// Remittance information, in lines.
    pub remittance: Vec<Max140>,
}

/// A party as a memo names it: by name, BIC, LEI, at least one of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MemoParty {
    /// Name.
    pub name: Option<Max140>,
    /// BIC.
    pub bic: Option<Bic>,
    /// LEI.
    pub lei: Option<Lei>,
}

impl MemoParty {
    fn of(actor: &Actor) -> Result<Self, MemoError> {
        let party = Self {
            name: actor.name().cloned(),
            bic: actor.bic().cloned(),
            lei: actor.lei().cloned(),
        };
        if party.is_empty() {
            return Err(MemoError::Unnamed);
        }
        Ok(party)
    }

    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl MemoText {
    /// Longest text in bytes: what the ledger's memo has for text.
    pub const MAX_BYTES: usize = 256;

    /// What the memo of a payment says.
    ///
    /// # Errors
    /// [`MemoError::Unnamed`].
    pub fn of(transfer: &CreditTransfer) -> Result<Self, MemoError> {
        let party = |actor: &Option<Actor>| actor.as_ref().map(MemoParty::of).transpose();
        Ok(Self {
            uetr: transfer.uetr,
            end_to_end_id: transfer.end_to_end_id.clone(),
            ultimate_debtor: party(&transfer.ultimate_debtor)?,
            ultimate_creditor: party(&transfer.ultimate_creditor)?,
            remittance: transfer.remittance.clone(),
        })
    }

    /// The text for a payment's memo. Nothing is ever cut off.
    ///
    /// # Errors
    /// [`MemoError::Remittance`] or [`MemoError::Parties`] if it does not fit; [`MemoError::Unnamed`].
    pub fn encode(transfer: &CreditTransfer) -> Result<String, MemoError> {
        Self::of(transfer)?.to_text()
    }

    /// This text.
    ///
    /// # Errors
    /// [`MemoError::Remittance`] or [`MemoError::Parties`] if it does not fit; [`MemoError::Unnamed`].
    pub fn to_text(&self) -> Result<String, MemoError> {
        let mut text = Zeroizing::new(String::from(VERSION));
        let mut field = |tag: &str, value: &str| {
            text.push('|');
            text.push_str(tag);
            text.push('=');
            for character in value.chars() {
                match character {
                    '|' => text.push_str("\\/"),
                    '\\' => text.push_str("\\\\"),
                    other => text.push(other),
                }
            }
            text.len()
        };
        field("u", &self.uetr.to_string());
        let mut needed = field("e", self.end_to_end_id.as_str());
        for (party, [name, bic, lei]) in [
            (&self.ultimate_debtor, ["d", "db", "dl"]),
            (&self.ultimate_creditor, ["c", "cb", "cl"]),
        ] {
            let Some(party) = party else { continue };
            if party.is_empty() {
                return Err(MemoError::Unnamed);
            }
            let values = [
                (name, party.name.as_ref().map(Text::as_str)),
                (bic, party.bic.as_ref().map(Bic::as_str)),
                (lei, party.lei.as_ref().map(Lei::as_str)),
            ];
            for (tag, value) in values {
                needed = value.map_or(needed, |value| field(tag, value));
            }
        }
        for line in &self.remittance {
            field("r", line.as_str());
        }
        match text.len().saturating_sub(Self::MAX_BYTES) {
            0 => Ok(core::mem::take(&mut *text)),
            excess if needed <= Self::MAX_BYTES => Err(MemoError::Remittance { excess }),
            excess => Err(MemoError::Parties { excess }),
        }
    }

    /// Reads a text. Every text that is read is written back as it was.
    ///
    /// # Errors
    /// [`MemoError::NotAMemo`], [`MemoError::Field`].
    pub fn decode(text: &str) -> Result<Self, MemoError> {
        let fields = text
            .strip_prefix(VERSION)
            .and_then(|rest| rest.strip_prefix('|'));
        let fields = fields.filter(|_| text.len() <= Self::MAX_BYTES);
        let mut fields = Reader {
            rest: fields.ok_or(MemoError::NotAMemo)?.split('|').peekable(),
            number: 1,
        };
        let memo = Self {
            uetr: fields.one("u=")?,
            end_to_end_id: fields.one("e=")?,
            ultimate_debtor: fields.party(["d=", "db=", "dl="])?,
            ultimate_creditor: fields.party(["c=", "cb=", "cl="])?,
            remittance: fields.lines("r=")?,
        };
        if fields.rest.next().is_some() {
            return Err(MemoError::Field(fields.number));
        }
        Ok(memo)
    }
}

struct Reader<'a> {
    rest: std::iter::Peekable<std::str::Split<'a, char>>,
    /// Of the next field, counted from 1.
    number: usize,
}

impl Reader<'_> {
    fn maybe<T: core::str::FromStr>(&mut self, tag: &str) -> Result<Option<T>, MemoError> {
        let damaged = MemoError::Field(self.number);
        let Some(field) = self.rest.next_if(|field| field.starts_with(tag)) else {
            return Ok(None);
        };
        self.number += 1;
        let value = field.strip_prefix(tag).and_then(unescape).ok_or(damaged)?;
        value.parse().map(Some).map_err(|_| damaged)
    }

    fn one<T: core::str::FromStr>(&mut self, tag: &str) -> Result<T, MemoError> {
        let damaged = MemoError::Field(self.number);
        self.maybe(tag)?.ok_or(damaged)
    }

    fn party(&mut self, [name, bic, lei]: [&str; 3]) -> Result<Option<MemoParty>, MemoError> {
        let party = MemoParty {
            name: self.maybe(name)?,
            bic: self.maybe(bic)?,
            lei: self.maybe(lei)?,
        };
        Ok((!party.is_empty()).then_some(party))
    }

    fn lines(&mut self, tag: &str) -> Result<Vec<Max140>, MemoError> {
        let mut lines = Vec::new();
        while let Some(line) = self.maybe(tag)? {
            lines.push(line);
        }
        Ok(lines)
    }
}

/// Undoes what [`MemoText::to_text`] does to values; other sequences are none of its.
fn unescape(value: &str) -> Option<Zeroizing<String>> {
    let mut plain = Zeroizing::new(String::with_capacity(value.len()));
    let mut characters = value.chars();
    while let Some(character) = characters.next() {
        plain.push(match character {
            '\\' => match characters.next()? {
                '/' => '|',
                '\\' => '\\',
                _ => return None,
            },
            other => other,
        });
    }
    Some(plain)
}
