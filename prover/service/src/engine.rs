//! Claims jobs and proves them: one a core, a lone one on all cores, within a budget of memory.
//!
//! A job is claimed only when the circuit that takes most memory would fit, so that no circuit waits for ever behind
//! smaller ones; what a job does not need of that is given back at once.

mod job;

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use obolus_prover_api::{OpeningKey, ReceiptSigner, ServiceSecret};
use obolus_prover_queue::{Claim, Claimed, Queue, TimeMs, WorkerName};
use rayon::{ThreadPool, ThreadPoolBuildError, ThreadPoolBuilder};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;

use crate::catalogue::Catalogue;
use crate::config::{WorkSettings, cores};
use crate::metrics::Metrics;

/// Memory is accounted in units of so many bytes.
const UNIT: usize = 64 << 10;

/// Why an engine did not start.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// Threads.
    #[error("threads for proving cannot be started: {0}; check the limit on processes")]
    Threads(#[from] ThreadPoolBuildError),
    /// Memory.
    #[error(
        "one proof of the largest circuit takes {needed} MiB and work.memory_mib allows {allowed}: allow more, or remove the circuit"
    )]
    Memory {
        /// For one proof.
        needed: u64,
        /// By the configuration.
        allowed: u64,
    },
}

/// Proves what a queue gives it.
pub struct Engine {
    queue: Arc<dyn Queue>,
    catalogue: Arc<Catalogue>,
    metrics: Arc<Metrics>,
    settings: WorkSettings,
    name: WorkerName,
    opening: OpeningKey,
    signer: ReceiptSigner,
    slots: Arc<Semaphore>,
    memory: Arc<Semaphore>,
    /// In units of memory.
    largest: u32,
    /// One thread each, for proofs beside others.
    narrow: Mutex<Vec<Arc<ThreadPool>>>,
    /// All cores, for a lone proof.
    wide: Arc<ThreadPool>,
    running: Mutex<HashSet<Claim>>,
}

/// Place and memory of a running job; released when dropped.
struct Room {
    _slot: OwnedSemaphorePermit,
    memory: OwnedSemaphorePermit,
}

impl Engine {
    /// An engine; nothing is claimed yet.
    ///
    /// # Errors
    /// [`EngineError`].
    pub(crate) fn new(
        queue: Arc<dyn Queue>,
        catalogue: Arc<Catalogue>,
        metrics: Arc<Metrics>,
        settings: WorkSettings,
        secret: &ServiceSecret,
    ) -> Result<Arc<Self>, EngineError> {
        let slots = settings.slots();
        let budget = match settings.memory_mib {
            0 => crate::memory::machine_bytes() / 2,
            mib => mib << 20,
        };
        let units = usize::try_from(budget).unwrap_or(usize::MAX) / UNIT;
        let largest = units_of(catalogue.largest_job());
        if largest as usize > units {
            return Err(EngineError::Memory {
                needed: (u64::from(largest) * UNIT as u64) >> 20,
                allowed: budget >> 20,
            });
        }
        let pool = |threads: usize| {
            let named = move |thread| format!("prover-{threads}-{thread}");
            let builder = ThreadPoolBuilder::new().num_threads(threads);
            builder.thread_name(named).build().map(Arc::new)
        };
        let narrow: Result<Vec<_>, _> = (0..slots).map(|_| pool(1)).collect();
        Ok(Arc::new(Self {
            queue,
            catalogue,
            metrics,
            settings,
            name: WorkerName(worker_name()),
            opening: secret.opening_key(),
            signer: secret.receipt_signer(),
            slots: Arc::new(Semaphore::new(slots)),
            memory: Arc::new(Semaphore::new(units.min(Semaphore::MAX_PERMITS))),
            largest,
            narrow: Mutex::new(narrow?),
            wide: pool(cores())?,
            running: Mutex::default(),
        }))
    }

    /// Works until `stop` says so; then ends what is being proved, or gives it back to the queue after the grace period.
    pub(crate) async fn run(self: Arc<Self>, mut stop: watch::Receiver<bool>) {
        let mut jobs = JoinSet::new();
        loop {
            let room = tokio::select! {
                room = self.room() => room,
                () = stopped(&mut stop) => break,
            };
            let Some(room) = room else { break };
            let Some((room, claimed)) = self.next(room, &mut stop).await else {
                break;
            };
            let engine = Arc::clone(&self);
            jobs.spawn(async move { engine.work(claimed, room).await });
            while jobs.try_join_next().is_some() {}
        }
        let all = async { while jobs.join_next().await.is_some() {} };
        if tokio::time::timeout(self.settings.grace(), all)
            .await
            .is_err()
        {
            let left: Vec<Claim> = self.lock_running().drain().collect();
            tracing::warn!(
                jobs = left.len(),
                "proofs did not end in time and are given back"
            );
            for claim in left {
                if let Err(error) = self.queue.give_back(claim).await {
                    tracing::error!(%error, "a job could not be given back; its lease will run out");
                }
            }
        }
    }

    /// A free slot, and memory for the largest circuit. None when the engine is gone.
    async fn room(&self) -> Option<Room> {
        let slot = Arc::clone(&self.slots).acquire_owned().await.ok()?;
        let memory = Arc::clone(&self.memory).acquire_many_owned(self.largest);
        Some(Room {
            _slot: slot,
            memory: memory.await.ok()?,
        })
    }

    /// Waits for a job. None when the engine is to stop; a claim that has begun is not interrupted.
    async fn next(&self, room: Room, stop: &mut watch::Receiver<bool>) -> Option<(Room, Claimed)> {
        let keys = self.catalogue.key_ids();
        loop {
            if *stop.borrow() {
                return None;
            }
            let lease = self.settings.lease();
            // From before the look, or a change in between would go unnoticed.
            let change = self.queue.changed(self.settings.poll());
            match self.queue.claim(&self.name, &keys, lease, now()).await {
                Ok(Some(claimed)) => {
                    self.lock_running().insert(claimed.claim);
                    return Some((room, claimed));
                }
                Ok(None) => {}
                Err(error) => {
                    tracing::error!(%error, "the queue cannot be asked for work; trying again")
                }
            }
            tokio::select! {
                () = change => {}
                () = stopped(stop) => return None,
            }
        }
    }

    fn lock_running(&self) -> std::sync::MutexGuard<'_, HashSet<Claim>> {
        // Every change is complete before anything can panic.
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A thread of its own, or all of them.
    fn pool(&self, alone: bool) -> (Arc<ThreadPool>, bool) {
        let mut narrow = self.narrow.lock().unwrap_or_else(PoisonError::into_inner);
        match narrow.pop() {
            Some(pool) if !alone => (pool, true),
            popped => {
                narrow.extend(popped);
                (Arc::clone(&self.wide), false)
            }
        }
    }

    fn put_back(&self, pool: Arc<ThreadPool>) {
        let mut narrow = self.narrow.lock().unwrap_or_else(PoisonError::into_inner);
        narrow.push(pool);
    }
}

/// Resolves when the process is to stop.
pub(crate) async fn stopped(stop: &mut watch::Receiver<bool>) {
    // A dropped sender means the same.
    let _ = stop.wait_for(|stop| *stop).await;
}

/// The wall clock.
pub(crate) fn now() -> TimeMs {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let ms = since.unwrap_or_default().as_millis();
    TimeMs(u64::try_from(ms).unwrap_or(u64::MAX))
}

fn units_of(bytes: usize) -> u32 {
    u32::try_from(bytes.div_ceil(UNIT)).unwrap_or(u32::MAX)
}

fn worker_name() -> String {
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    format!("{}/{}", host.trim(), std::process::id())
}
