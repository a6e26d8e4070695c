//! Which movements are wanted.

use std::collections::BTreeSet;
use std::str::FromStr;

use obolus_protocol::Amount;
use obolus_protocol::note::Slot;

use crate::entry::{Entry, Kind, RecordId, Time};

/// A bound on when: a block, or a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// A block's height.
    Height(u64),
    /// A moment of block time.
    Time(Time),
}

/// Neither a height nor a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("write a block's height, a day as 2026-11-29, or a time as 2026-11-29T08:00:00Z")]
pub struct BadMoment;

impl FromStr for Moment {
    type Err = BadMoment;

    fn from_str(text: &str) -> Result<Self, BadMoment> {
        if let Ok(height) = text.parse() {
            return Ok(Self::Height(height));
        }
        let whole = if text.len() == 10 {
            format!("{text}T00:00:00Z")
        } else {
            text.to_owned()
        };
        let time = humantime::parse_rfc3339(&whole).map_err(|_| BadMoment)?;
        let since = time.duration_since(std::time::UNIX_EPOCH);
        let ms = since.map_err(|_| BadMoment)?.as_millis();
        Ok(Self::Time(Time(u64::try_from(ms).map_err(|_| BadMoment)?)))
    }
}

/// When: from a moment on, up to and without another. Heights count with both ends: `--from 5 --to 7` is three blocks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Period {
    /// The first moment.
    pub from: Option<Moment>,
    /// The last block, or the moment after the last.
    pub to: Option<Moment>,
}

impl Period {
    /// Whether a movement falls into it.
    pub fn holds(&self, entry: &Entry) -> bool {
        let from = match self.from {
            Some(Moment::Height(height)) => entry.height >= height,
            Some(Moment::Time(time)) => entry.time >= time,
            None => true,
        };
        let to = match self.to {
            Some(Moment::Height(height)) => entry.height <= height,
            Some(Moment::Time(time)) => entry.time < time,
            None => true,
        };
        from && to
    }
}

/// All conditions at once; empty ones hold always.
#[derive(Clone, Default)]
pub struct Query {
    /// Who is on either side: one of these slots.
    pub participant: Option<BTreeSet<Slot>>,
    /// Who is on the other side of `participant`, or on either side without one.
    pub counterparty: Option<BTreeSet<Slot>>,
    /// When.
    pub period: Period,
    /// The least amount.
    pub min: Option<Amount>,
    /// The largest amount.
    pub max: Option<Amount>,
    /// Of which kinds.
    pub kinds: BTreeSet<Kind>,
    /// Only these, as found by a payment reference.
    pub ids: Option<BTreeSet<RecordId>>,
}

impl Query {
    /// Whether a movement is wanted.
    pub fn holds(&self, entry: &Entry) -> bool {
        self.parties(entry)
            && self.period.holds(entry)
            && self.min.is_none_or(|min| entry.amount >= min)
            && self.max.is_none_or(|max| entry.amount <= max)
            && (self.kinds.is_empty() || self.kinds.contains(&entry.kind))
            && self.ids.as_ref().is_none_or(|ids| ids.contains(&entry.id))
    }

    fn parties(&self, entry: &Entry) -> bool {
        let is = |side: Option<Slot>, of: &BTreeSet<Slot>| side.is_some_and(|s| of.contains(&s));
        let (from, to) = (entry.from, entry.to);
        match (&self.participant, &self.counterparty) {
            (None, None) => true,
            (Some(own), None) | (None, Some(own)) => is(from, own) || is(to, own),
            (Some(own), Some(other)) => {
                (is(from, own) && is(to, other)) || (is(to, own) && is(from, other))
            }
        }
    }
}

#[cfg(test)]
mod tests;
