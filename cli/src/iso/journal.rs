//! The journal of events: numbered, on disk before they are sent, kept to be sent again.

use std::collections::{BTreeMap, HashSet};
use std::path::PathBuf;

use borsh::{BorshDeserialize, BorshSerialize};

use super::error::IsoError;
use super::events::News;
use super::records::{Exclusive, RecordKey, Records};
use crate::wallet::Context;

const FILE: &str = "iso.events";
const NAME: &str = "obolus iso events v2";
/// Bytes of an event's name in its id.
const ID: usize = 16;

/// One event as it is sent, every time with the same id and bytes.
#[derive(Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Event {
    /// Its number, from 1 on.
    pub sequence: u64,
    /// What it is named after, hashed under the wallet's key.
    name: [u8; 32],
    /// The bytes.
    pub body: Vec<u8>,
}

impl Event {
    /// The `webhook-id`. It follows from what happened, so even a journal that was lost gives the same.
    pub fn id(&self) -> String {
        let digits: String = self
            .name
            .iter()
            .take(ID)
            .map(|byte| format!("{byte:02x}"))
            .collect();
        format!("msg_{digits}")
    }
}

#[derive(BorshSerialize, BorshDeserialize)]
enum Line {
    Event(Event),
    /// The receiver took the event of this number.
    Taken(u64),
}

/// The journal of the one process that follows the wallet.
pub struct Journal {
    key: RecordKey,
    records: Records,
    seen: HashSet<[u8; 32]>,
    waiting: BTreeMap<u64, Event>,
    last: u64,
    /// Events before this one are not for the receiver.
    from: u64,
    _exclusive: Exclusive,
}

impl Journal {
    /// Opens it. With `from`, events before are not sent, and those from there on are, even if they were taken.
    ///
    /// # Errors
    /// [`IsoError::Watched`] if another process follows the wallet; [`IsoError::Damaged`].
    pub fn open(context: &Context, from: Option<u64>) -> Result<Self, IsoError> {
        let exclusive = Exclusive::take(&path(context))?.ok_or(IsoError::Watched)?;
        let key = RecordKey::of(context)?;
        let (records, lines) = Records::open::<Line>(&path(context), NAME, &key, &exclusive)?;
        let mut journal = Self {
            key,
            records,
            seen: HashSet::new(),
            waiting: BTreeMap::new(),
            last: 0,
            from: from.unwrap_or_default(),
            _exclusive: exclusive,
        };
        for line in lines {
            match line {
                Line::Event(event) => {
                    journal.seen.insert(event.name);
                    journal.last = event.sequence;
                    journal.wait(event);
                }
                Line::Taken(sequence) if from.is_none() => {
                    journal.waiting.remove(&sequence);
                }
                Line::Taken(_) => {}
            }
        }
        Ok(journal)
    }

    /// Writes down what is new. When this returns, no crash loses it.
    ///
    /// # Errors
    /// [`IsoError::Io`], [`IsoError::Event`].
    pub fn note(&mut self, news: Vec<News>) -> Result<usize, IsoError> {
        let mut fresh = Vec::new();
        let mut names = HashSet::new();
        let mut last = self.last;
        for mut one in news {
            let name = self.key.name(one.name.as_bytes());
            if self.seen.contains(&name) || !names.insert(name) {
                continue;
            }
            last += 1;
            fresh.push(Event {
                sequence: last,
                name,
                body: one.body(last)?,
            });
        }
        let lines: Vec<Line> = fresh.iter().cloned().map(Line::Event).collect();
        self.records.append(&lines, &self.key)?;
        self.last = last;
        self.seen.extend(names);
        let count = fresh.len();
        fresh.into_iter().for_each(|event| self.wait(event));
        Ok(count)
    }

    fn wait(&mut self, event: Event) {
        if event.sequence >= self.from {
            self.waiting.insert(event.sequence, event);
        }
    }

    /// The first event that the receiver has not taken.
    pub fn next(&self) -> Option<&Event> {
        self.waiting.values().next()
    }

    /// The last event's number.
    pub const fn last(&self) -> u64 {
        self.last
    }

    /// The receiver took an event.
    ///
    /// # Errors
    /// [`IsoError::Io`]; it will be sent once more then.
    pub fn taken(&mut self, sequence: u64) -> Result<(), IsoError> {
        self.records.append(&[Line::Taken(sequence)], &self.key)?;
        self.waiting.remove(&sequence);
        Ok(())
    }
}

/// Events from a number to another, both included; without the second to the last.
///
/// # Errors
/// [`IsoError::NoSuchEvent`]; [`IsoError::Damaged`].
pub fn range(context: &Context, from: u64, to: Option<u64>) -> Result<Vec<Event>, IsoError> {
    let key = RecordKey::of(context)?;
    let lines = Records::read::<Line>(&path(context), NAME, &key)?;
    let events: Vec<Event> = lines
        .into_iter()
        .filter_map(|line| match line {
            Line::Event(event) => Some(event),
            Line::Taken(_) => None,
        })
        .collect();
    let last = events.last().map_or(0, |event| event.sequence);
    let to = to.unwrap_or(last);
    if from == 0 || from > to || to > last {
        return Err(IsoError::NoSuchEvent(from.max(to), last));
    }
    let chosen = events.into_iter();
    Ok(chosen
        .filter(|event| (from..=to).contains(&event.sequence))
        .collect())
}

fn path(context: &Context) -> PathBuf {
    context.root.join(FILE)
}

#[cfg(test)]
mod tests;
