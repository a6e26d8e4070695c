//! Rules over the journal: what they look for is in a file, what they find are alerts with evidence.
//!
//! Movements are seen once, in the order of the ledger, with what the windows hold in memory. An alert's id follows from its
//! rule, its subject and its first evidence, so it stays the same while the journal grows. Alerts say that a pattern is
//! there, not that somebody did wrong.

use std::collections::{BTreeSet, HashMap};
use std::fmt;

use obolus_protocol::Amount;
use obolus_protocol::note::Slot;

use crate::entry::{Entry, Kind, RecordId, Time};
use crate::flows::is_payment;

mod config;
mod episode;
mod pairs;
mod show;

pub use config::{RulesError, compile};
pub use show::{ShownAlert, show, write_csv};

use episode::{Episodes, Seen};
use pairs::Pairs;

/// Names an alert: 16 hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AlertId(String);

impl fmt::Display for AlertId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Something that a rule looks for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Alert {
    /// First movement.
    pub first: Time,
    /// Its name.
    pub id: AlertId,
    /// The rule's name.
    pub rule: String,
    /// What kind of rule.
    pub kind: &'static str,
    /// Whom it is about.
    pub subject: Option<Slot>,
    /// The other party, where the rule looks at pairs.
    pub counterparty: Option<Slot>,
    /// Last movement.
    pub last: Time,
    /// What the movements moved, together.
    pub sum: u128,
    /// The movements.
    pub evidence: Vec<RecordId>,
}

/// A rule, ready to look.
pub struct Rule {
    name: String,
    detector: Detector,
}

enum Detector {
    Large {
        least: Amount,
    },
    Structuring {
        above: Amount,
        below: Amount,
        count: usize,
        window: u64,
        same_recipient: bool,
        seen: HashMap<Key, Episodes>,
    },
    Velocity {
        sum: Option<u128>,
        count: Option<usize>,
        window: u64,
        seen: HashMap<Key, Episodes>,
    },
    Sanctions {
        listed: BTreeSet<Slot>,
        found: HashMap<Slot, Vec<Seen>>,
    },
    RoundTrip(Pairs),
}

/// Whose movements a window looks at: a sender's, or a sender's to one recipient.
type Key = (Slot, Option<Slot>);

impl Rule {
    /// Sees the next movement; alerts that can no longer change are handed out.
    fn see(&mut self, entry: &Entry, alerts: &mut Vec<Alert>) {
        let seen = Seen::of(entry);
        let outgoing = entry
            .from
            .filter(|_| is_payment(entry.kind) && !entry.is_internal());
        let name = &self.name;
        match &mut self.detector {
            Detector::Large { least } => {
                if entry.amount >= *least && !entry.is_internal() {
                    let subject = (entry.from.or(entry.to), None);
                    alerts.push(alert(name, "large", subject, &[seen]));
                }
            }
            Detector::Structuring {
                above,
                below,
                count,
                window,
                same_recipient,
                seen: all,
            } => {
                let counts =
                    entry.kind == Kind::Transfer && entry.amount >= *above && entry.amount < *below;
                let Some(from) = outgoing.filter(|_| counts) else {
                    return;
                };
                let key = (from, entry.to.filter(|_| *same_recipient));
                let ended = all.entry(key).or_default().run_of(seen, *count, *window);
                alerts.extend(ended.map(|run| alert(name, "structuring", key, &run)));
            }
            Detector::Velocity {
                sum,
                count,
                window,
                seen: all,
            } => {
                let Some(from) = outgoing else { return };
                let key = (from, None);
                let ended = all
                    .entry(key)
                    .or_default()
                    .sliding(seen, *window, |held, total| {
                        sum.is_some_and(|most| total > most)
                            || count.is_some_and(|most| held > most)
                    });
                alerts.extend(ended.map(|run| alert(name, "velocity", key, &run)));
            }
            Detector::Sanctions { listed, found } => {
                let sides: BTreeSet<Slot> = entry.from.into_iter().chain(entry.to).collect();
                for slot in sides.intersection(listed) {
                    found.entry(*slot).or_default().push(seen);
                }
            }
            Detector::RoundTrip(pairs) => {
                if entry.kind == Kind::Transfer && !entry.is_internal() {
                    let found = pairs.see(entry);
                    alerts.extend(found.map(|(key, both)| alert(name, "round_trip", key, &both)));
                }
            }
        }
    }

    /// The journal has ended for now: what is still open.
    fn end(self, alerts: &mut Vec<Alert>) {
        let name = &self.name;
        let mut open = |kind, all: HashMap<Key, Episodes>| {
            for (key, episodes) in all {
                alerts.extend(episodes.end().map(|run| alert(name, kind, key, &run)));
            }
        };
        match self.detector {
            Detector::Structuring { seen, .. } => open("structuring", seen),
            Detector::Velocity { seen, .. } => open("velocity", seen),
            Detector::Sanctions { found, .. } => {
                for (slot, run) in found {
                    alerts.push(alert(name, "sanctions", (Some(slot), None), &run));
                }
            }
            Detector::Large { .. } | Detector::RoundTrip(_) => {}
        }
    }
}

/// Looks through a journal. Alerts are sorted by time.
///
/// # Errors
/// What reading the journal gave.
pub fn run<E>(
    mut rules: Vec<Rule>,
    entries: impl Iterator<Item = Result<Entry, E>>,
) -> Result<Vec<Alert>, E> {
    let mut alerts = Vec::new();
    for entry in entries {
        let entry = entry?;
        for rule in &mut rules {
            rule.see(&entry, &mut alerts);
        }
    }
    for rule in rules {
        rule.end(&mut alerts);
    }
    alerts.sort_unstable();
    Ok(alerts)
}

fn alert(
    rule: &str,
    kind: &'static str,
    (subject, counterparty): (impl Into<Option<Slot>>, Option<Slot>),
    run: &[Seen],
) -> Alert {
    let subject: Option<Slot> = subject.into();
    let mut hasher = blake3::Hasher::new_derive_key("obolus 2026 audit alert id v1");
    let slot = |slot: Option<Slot>| {
        slot.map_or(u64::MAX, |slot| slot.get().into())
            .to_le_bytes()
    };
    let first = run.first().map_or(u64::MAX, |seen| seen.id.0);
    hasher
        .update(kind.as_bytes())
        .update(&[0])
        .update(rule.as_bytes())
        .update(&[0])
        .update(&slot(subject))
        .update(&slot(counterparty));
    // Everything about a listed participant is one alert, however far back its first movement lies.
    if kind != "sanctions" {
        hasher.update(&first.to_le_bytes());
    }
    let hash = hasher.finalize();
    let digits = obolus_runtime_api::hex::encode(hash.as_bytes());
    Alert {
        id: AlertId(digits.chars().take(16).collect()),
        rule: rule.to_owned(),
        kind,
        subject,
        counterparty,
        first: run.first().map_or(Time(0), |seen| seen.time),
        last: run.last().map_or(Time(0), |seen| seen.time),
        sum: run.iter().map(|seen| u128::from(seen.amount.get())).sum(),
        evidence: run.iter().map(|seen| seen.id).collect(),
    }
}

#[cfg(test)]
mod tests;
