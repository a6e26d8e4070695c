//! Windows over one party's movements. Windows that match and share a movement are one episode.

use std::collections::VecDeque;

use obolus_protocol::Amount;

use crate::entry::{Entry, RecordId, Time};

/// What a window remembers of a movement.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Seen {
    pub(super) id: RecordId,
    pub(super) time: Time,
    pub(super) amount: Amount,
}

impl Seen {
    pub(super) const fn of(entry: &Entry) -> Self {
        Self {
            id: entry.id,
            time: entry.time,
            amount: entry.amount,
        }
    }
}

/// One party's window, and the episode that is open.
#[derive(Default)]
pub(super) struct Episodes {
    window: VecDeque<Seen>,
    /// Sum of the window.
    held: u128,
    /// How many movements were seen before the window's first.
    before: usize,
    episode: Vec<Seen>,
    /// How many movements were seen up to the episode's last.
    until: usize,
}

impl Episodes {
    /// Adds a movement; `count` in a row within `window` milliseconds match. Returns an episode that has ended.
    pub(super) fn run_of(&mut self, seen: Seen, count: usize, window: u64) -> Option<Vec<Seen>> {
        self.push(seen);
        while self.window.len() > count {
            self.pop();
        }
        let first = self.window.front()?;
        let matches = self.window.len() == count && seen.time.since(first.time) <= window;
        if matches { self.mark() } else { None }
    }

    /// Adds a movement; those of the last `window` milliseconds match if `matches` says so of their number and sum. Returns
    /// an episode that has ended.
    pub(super) fn sliding(
        &mut self,
        seen: Seen,
        window: u64,
        matches: impl Fn(usize, u128) -> bool,
    ) -> Option<Vec<Seen>> {
        self.push(seen);
        while self
            .window
            .front()
            .is_some_and(|first| seen.time.since(first.time) > window)
        {
            self.pop();
        }
        if matches(self.window.len(), self.held) {
            self.mark()
        } else {
            None
        }
    }

    /// The open episode, at the end of the journal.
    pub(super) fn end(self) -> Option<Vec<Seen>> {
        (!self.episode.is_empty()).then_some(self.episode)
    }

    fn push(&mut self, seen: Seen) {
        self.held += u128::from(seen.amount.get());
        self.window.push_back(seen);
    }

    fn pop(&mut self) {
        if let Some(first) = self.window.pop_front() {
            self.held -= u128::from(first.amount.get());
            self.before += 1;
        }
    }

    /// The whole window matches: it continues the episode if they share a movement, otherwise it begins one.
    fn mark(&mut self) -> Option<Vec<Seen>> {
        let shares = !self.episode.is_empty() && self.before < self.until;
        let ended = if shares {
            None
        } else {
            let ended = std::mem::take(&mut self.episode);
            self.until = self.before;
            (!ended.is_empty()).then_some(ended)
        };
        let known = self.until - self.before;
        self.episode.extend(self.window.iter().skip(known));
        self.until = self.before + self.window.len();
        ended
    }
}
