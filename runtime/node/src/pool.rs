//! The mempool: transactions from acceptance to their block, bounded in all and per client.
//!
//! A transaction is first *screened* (it waits for signatures and proof to be checked), then *admitted* (it waits
//! for a block). Its place is taken until it is settled. Nothing here checks or executes anything.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use obolus_http::server::ClientName;
use obolus_runtime::ledger::{Admitted, Screened};

use crate::settings::SequencingSettings;

/// A copy of a transaction: the hash of its full bytes.
pub type CopyId = [u8; 32];

/// Why a transaction got no place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoPlace {
    /// The client has too much waiting.
    Quota,
    /// Everybody together has.
    Full,
    /// The node is shutting down.
    Closed,
}

/// One thing waiting, and who sent it.
#[derive(Clone, Debug)]
pub struct Sent<T> {
    /// The client.
    pub client: ClientName,
    /// What it sent.
    pub item: T,
}

/// What waits, by client.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PoolView {
    /// Transactions that wait for their checks.
    pub screened: usize,
    /// Transactions that wait for a block.
    pub admitted: usize,
    /// Transactions and bytes by client, those in a block being built included.
    pub clients: Vec<(ClientName, usize, usize)>,
}

/// The mempool.
pub struct Pool {
    settings: SequencingSettings,
    state: Mutex<State>,
    to_check: Condvar,
    to_order: Condvar,
}

#[derive(Default)]
struct State {
    /// In turns: each client's oldest go first.
    clients: BTreeMap<ClientName, Client>,
    /// Whose turn comes after this one.
    turn: Option<ClientName>,
    screened: usize,
    admitted: VecDeque<Sent<Admitted>>,
    /// Of all clients, from acceptance to settlement.
    count: usize,
    bytes: usize,
    closed: bool,
    /// No more will be admitted.
    checked: bool,
}

#[derive(Default)]
struct Client {
    queue: VecDeque<Screened>,
    count: usize,
    bytes: usize,
    isolated_until: Option<Instant>,
}

impl Pool {
    /// An empty pool.
    pub fn new(settings: SequencingSettings) -> Self {
        Self {
            settings,
            state: Mutex::default(),
            to_check: Condvar::new(),
            to_order: Condvar::new(),
        }
    }

    /// Gives a transaction a place.
    ///
    /// # Errors
    /// [`NoPlace`].
    pub fn push(&self, client: &ClientName, screened: Screened) -> Result<(), NoPlace> {
        let mut guard = self.lock();
        let state = &mut *guard;
        if state.closed {
            return Err(NoPlace::Closed);
        }
        let size = screened.size();
        if state.count >= self.settings.mempool_transactions
            || state.bytes + size > self.settings.mempool_bytes
        {
            return Err(NoPlace::Full);
        }
        let entry = state.clients.entry(client.clone()).or_default();
        // A client with nothing waiting may send one of any size.
        if entry.count > 0
            && (entry.count >= self.settings.client_transactions
                || entry.bytes + size > self.settings.client_bytes)
        {
            return Err(NoPlace::Quota);
        }
        entry.queue.push_back(screened);
        entry.count += 1;
        entry.bytes += size;
        state.count += 1;
        state.bytes += size;
        state.screened += 1;
        drop(guard);
        self.to_check.notify_one();
        Ok(())
    }

    /// The next transactions to check together, clients taking turns; waits for some. None once the pool is closed
    /// and everything was handed out.
    ///
    /// A client that sent a false proof or spend signature lately is alone in its batches: others do not pay for naming the next one.
    pub fn next_batch(&self) -> Option<Vec<Sent<Screened>>> {
        let mut state = self.lock();
        while state.screened == 0 {
            if state.closed {
                return None;
            }
            state = self
                .to_check
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
        Some(state.batch(self.settings.batch_transactions, Instant::now()))
    }

    /// Moves checked transactions on to wait for a block.
    pub fn admit(&self, admitted: Vec<Sent<Admitted>>) {
        self.lock().admitted.extend(admitted);
        self.to_order.notify_one();
    }

    /// Puts transactions that found no room in a block back to the front.
    pub fn defer(&self, deferred: Vec<Sent<Admitted>>) {
        let mut state = self.lock();
        for sent in deferred.into_iter().rev() {
            state.admitted.push_front(sent);
        }
    }

    /// The client sent a false proof or spend signature.
    pub fn isolate(&self, client: &ClientName) {
        let until = Instant::now() + self.settings.isolation();
        if let Some(client) = self.lock().clients.get_mut(client) {
            client.isolated_until = Some(until);
        }
    }

    /// Gives up the places of settled transactions: client and size of each.
    pub fn settle(&self, settled: impl IntoIterator<Item = (ClientName, usize)>) {
        let now = Instant::now();
        let mut guard = self.lock();
        let state = &mut *guard;
        for (client, size) in settled {
            state.count = state.count.saturating_sub(1);
            state.bytes = state.bytes.saturating_sub(size);
            if let Some(entry) = state.clients.get_mut(&client) {
                entry.count = entry.count.saturating_sub(1);
                entry.bytes = entry.bytes.saturating_sub(size);
                if entry.count == 0 && !entry.is_isolated(now) {
                    state.clients.remove(&client);
                }
            }
        }
    }

    /// Waits until a transaction is admitted, at most until `deadline`.
    pub fn wait(&self, deadline: Option<Instant>) -> Waited {
        let mut state = self.lock();
        while state.admitted.is_empty() {
            if state.checked {
                return Waited::Finished;
            }
            let Some(left) = left_until(deadline) else {
                return Waited::Nothing;
            };
            state = self.sleep(state, left);
        }
        Waited::Some
    }

    /// Waits for more until `deadline`; ends early when `most` transactions are admitted or the pool is closed.
    pub fn gather(&self, deadline: Instant, most: usize) {
        let mut state = self.lock();
        while state.admitted.len() < most && !state.closed {
            let Some(left) = left_until(Some(deadline)) else {
                return;
            };
            state = self.sleep(state, left);
        }
    }

    /// Takes the oldest admitted transactions, as many as fit a block of `most` transactions and `bytes` bytes.
    pub fn take(&self, most: usize, bytes: usize) -> Vec<Sent<Admitted>> {
        let mut state = self.lock();
        let mut size = 0;
        let mut taken = Vec::new();
        while let Some(next) = state.admitted.front() {
            size += next.item.size();
            if taken.len() >= most || (size > bytes && !taken.is_empty()) {
                break;
            }
            taken.extend(state.admitted.pop_front());
        }
        taken
    }

    /// Takes no more transactions; what is here is still handed out.
    pub fn close(&self) {
        self.lock().closed = true;
        self.to_check.notify_all();
        self.to_order.notify_all();
    }

    /// Nothing more will be admitted.
    pub fn finish_checking(&self) {
        self.lock().checked = true;
        self.to_order.notify_all();
    }

    /// What waits.
    pub fn view(&self) -> PoolView {
        let state = self.lock();
        PoolView {
            screened: state.screened,
            admitted: state.admitted.len(),
            clients: state
                .clients
                .iter()
                .map(|(name, client)| (name.clone(), client.count, client.bytes))
                .collect(),
        }
    }

    /// How many transactions have a place.
    pub fn len(&self) -> usize {
        self.lock().count
    }

    /// Whether nothing waits.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn sleep<'a>(&'a self, state: MutexGuard<'a, State>, most: Duration) -> MutexGuard<'a, State> {
        self.to_order
            .wait_timeout(state, most)
            .unwrap_or_else(PoisonError::into_inner)
            .0
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Every change is complete before anything can panic.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What [`Pool::wait`] found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waited {
    /// Something waits for a block.
    Some,
    /// The deadline passed.
    Nothing,
    /// The pool is closed and empty.
    Finished,
}

fn left_until(deadline: Option<Instant>) -> Option<Duration> {
    const LONG: Duration = Duration::from_secs(3600);
    match deadline {
        None => Some(LONG),
        Some(deadline) => deadline
            .checked_duration_since(Instant::now())
            .filter(|left| !left.is_zero()),
    }
}

impl Client {
    fn is_isolated(&self, now: Instant) -> bool {
        self.isolated_until.is_some_and(|until| now < until)
    }
}

impl State {
    fn batch(&mut self, most: usize, now: Instant) -> Vec<Sent<Screened>> {
        let mut batch: Vec<Sent<Screened>> = Vec::new();
        // One from each client a round, from whoever's turn it is.
        while batch.len() < most {
            let Some(name) = self.next_client(&batch, now) else {
                break;
            };
            let alone = self
                .clients
                .get(&name)
                .is_some_and(|client| client.is_isolated(now));
            let room = if alone { most } else { 1 };
            if let Some(client) = self.clients.get_mut(&name) {
                let taken = client.queue.len().min(room);
                self.screened -= taken;
                batch.extend(client.queue.drain(..taken).map(|item| Sent {
                    client: name.clone(),
                    item,
                }));
            }
            self.turn = Some(name);
            if alone {
                break;
            }
        }
        batch
    }

    /// The next client in turn with something to check; an isolated one only as the first of a batch.
    fn next_client(&self, batch: &[Sent<Screened>], now: Instant) -> Option<ClientName> {
        let fits = |client: &Client| {
            !client.queue.is_empty() && (batch.is_empty() || !client.is_isolated(now))
        };
        let after = self.clients.iter().filter(|(name, client)| {
            fits(client) && self.turn.as_ref().is_none_or(|turn| *name > turn)
        });
        let mut all = after.chain(self.clients.iter().filter(|(_, client)| fits(client)));
        all.next().map(|(name, _)| name.clone())
    }
}

#[cfg(test)]
mod tests;
