//! Round trips: money that comes back from where it went, soon and about as much.

use std::collections::{HashMap, VecDeque};

use obolus_protocol::Amount;
use obolus_protocol::note::Slot;

use super::Key;
use super::episode::Seen;
use crate::entry::Entry;

/// Payments between pairs that nothing has answered yet.
pub(super) struct Pairs {
    window: u64,
    /// How much less or more may come back, in hundredths of what went.
    tolerance: u8,
    least: Amount,
    open: HashMap<(Slot, Slot), VecDeque<(Slot, Seen)>>,
}

impl Pairs {
    pub(super) fn new(window: u64, tolerance: u8, least: Amount) -> Self {
        Self {
            window,
            tolerance,
            least,
            open: HashMap::new(),
        }
    }

    /// Adds a payment; returns it together with the earliest one that it answers.
    pub(super) fn see(&mut self, entry: &Entry) -> Option<(Key, [Seen; 2])> {
        let (from, to) = (entry.from?, entry.to?);
        if entry.amount < self.least {
            return None;
        }
        let seen = Seen::of(entry);
        let open = self.open.entry((from.min(to), from.max(to))).or_default();
        while open
            .front()
            .is_some_and(|(_, first)| seen.time.since(first.time) > self.window)
        {
            open.pop_front();
        }
        let answers = |(sender, first): &(Slot, Seen)| {
            *sender == to && is_near(first.amount, seen.amount, self.tolerance)
        };
        if let Some(at) = open.iter().position(answers) {
            let (_, first) = open.remove(at)?;
            return Some(((to, Some(from)), [first, seen]));
        }
        open.push_back((from, seen));
        None
    }
}

fn is_near(went: Amount, came: Amount, tolerance: u8) -> bool {
    let (went, came) = (u128::from(went.get()), u128::from(came.get()));
    went.abs_diff(came) * 100 <= went * u128::from(tolerance)
}
