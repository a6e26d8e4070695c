//! What became of each submitted copy of a transaction.
//!
//! Copies are told apart by the hash of their full bytes, so that a spoiled copy (same id, broken proof) cannot
//! answer for the honest one. Settled copies are remembered up to a bound; committed transactions are found on the
//! ledger for ever.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use obolus_abi::TxDigest;
use tokio::sync::Notify;

use crate::pool::CopyId;

/// The end of one copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Settled {
    /// Its block is on disk.
    Committed,
    /// It changed nothing.
    Refused {
        /// Stable code.
        code: String,
        /// The refusal in words.
        message: String,
    },
    /// The node failed while its block was being written: whether it is committed shows after a restart.
    Unknown,
}

/// What the book says of a copy or an id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// On its way.
    Pending,
    /// At its end.
    Settled(Settled),
}

/// All copies on their way, and the latest settled ones.
pub struct Book {
    remembered: usize,
    pages: Mutex<Pages>,
}

#[derive(Default)]
struct Pages {
    copies: HashMap<CopyId, Copy>,
    by_id: HashMap<TxDigest, Vec<CopyId>>,
    /// Settled copies, oldest first.
    settled: VecDeque<CopyId>,
}

struct Copy {
    id: TxDigest,
    since: Instant,
    end: Option<Settled>,
    notify: Arc<Notify>,
}

impl Book {
    /// An empty book that remembers so many settled copies.
    pub fn new(remembered: usize) -> Self {
        Self {
            remembered,
            pages: Mutex::default(),
        }
    }

    /// Enters a copy; false if it is there already.
    pub fn enter(&self, copy: CopyId, id: TxDigest) -> Entered {
        let mut pages = self.lock();
        match pages.copies.entry(copy) {
            Entry::Occupied(_) => Entered::Known,
            Entry::Vacant(vacant) => {
                vacant.insert(Copy {
                    id,
                    since: Instant::now(),
                    end: None,
                    notify: Arc::default(),
                });
                pages.by_id.entry(id).or_default().push(copy);
                Entered::New
            }
        }
    }

    /// Strikes out a copy that found no place.
    pub fn strike(&self, copy: &CopyId) {
        self.lock().remove(copy);
    }

    /// The id of a copy in the book.
    pub fn id(&self, copy: &CopyId) -> Option<TxDigest> {
        self.lock().copies.get(copy).map(|copy| copy.id)
    }

    /// How long a copy has been on its way, if it still is.
    pub fn waited(&self, copy: &CopyId) -> Option<Duration> {
        let pages = self.lock();
        let found = pages.copies.get(copy)?;
        found.end.is_none().then(|| found.since.elapsed())
    }

    /// Settles a copy and wakes who waits for it; how long it took, if it was on its way.
    pub fn settle(&self, copy: &CopyId, end: Settled) -> Option<Duration> {
        let mut guard = self.lock();
        let pages = &mut *guard;
        let found = pages.copies.get_mut(copy)?;
        if found.end.is_some() {
            return None;
        }
        found.end = Some(end);
        found.notify.notify_waiters();
        let took = found.since.elapsed();
        pages.settled.push_back(*copy);
        while pages.settled.len() > self.remembered {
            if let Some(oldest) = pages.settled.pop_front() {
                pages.remove(&oldest);
            }
        }
        Some(took)
    }

    /// Settles everything that is on its way.
    pub fn settle_all(&self, end: &Settled) {
        let pending: Vec<CopyId> = {
            let pages = self.lock();
            let open = pages.copies.iter().filter(|(_, copy)| copy.end.is_none());
            open.map(|(id, _)| *id).collect()
        };
        for copy in pending {
            self.settle(&copy, end.clone());
        }
    }

    /// Where a copy is; none if it was never here or is forgotten.
    pub fn standing(&self, copy: &CopyId) -> Option<Standing> {
        self.lock().copies.get(copy).map(Copy::standing)
    }

    /// Where a transaction is, over all its copies: committed, else pending, else the latest end.
    pub fn standing_of(&self, id: &TxDigest) -> Option<Standing> {
        let pages = self.lock();
        let standings = pages
            .by_id
            .get(id)?
            .iter()
            .filter_map(|copy| pages.copies.get(copy).map(Copy::standing));
        let rank = |standing: &Standing| match standing {
            Standing::Settled(Settled::Committed) => 2,
            Standing::Pending => 1,
            Standing::Settled(_) => 0,
        };
        standings.max_by_key(rank)
    }

    /// Waits until a copy is settled; none if it is not in the book.
    pub async fn settled(&self, copy: &CopyId) -> Option<Settled> {
        let notify = Arc::clone(&self.lock().copies.get(copy)?.notify);
        loop {
            // Listens before it looks, so that an end in between is not missed.
            let notified = notify.notified();
            tokio::pin!(notified);
            notified.as_mut().enable();
            match self.standing(copy)? {
                Standing::Settled(end) => return Some(end),
                Standing::Pending => notified.await,
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Pages> {
        self.pages.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What [`Book::enter`] found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entered {
    /// A copy that was not in the book.
    New,
    /// One that was.
    Known,
}

impl Copy {
    fn standing(&self) -> Standing {
        match &self.end {
            None => Standing::Pending,
            Some(end) => Standing::Settled(end.clone()),
        }
    }
}

impl Pages {
    fn remove(&mut self, copy: &CopyId) {
        let Some(removed) = self.copies.remove(copy) else {
            return;
        };
        if let Entry::Occupied(mut copies) = self.by_id.entry(removed.id) {
            copies.get_mut().retain(|other| other != copy);
            if copies.get().is_empty() {
                copies.remove();
            }
        }
    }
}

#[cfg(test)]
mod tests;
