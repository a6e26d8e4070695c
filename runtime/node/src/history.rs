//! The last minutes second by second, for charts. Live data: nothing of it survives a restart.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Seconds kept.
pub const SECONDS: usize = 600;
/// Latencies kept of one second; more are counted and not kept.
const LATENCIES: usize = 4096;

/// One second.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sample {
    /// When it began, in milliseconds since 1970-01-01 UTC.
    pub time_ms: u64,
    /// Transactions committed.
    pub committed: u64,
    /// Transactions refused.
    pub refused: u64,
    /// Blocks committed.
    pub blocks: u64,
    /// Transactions in the largest of them.
    pub largest_block: u64,
    /// Median from acceptance to disk; none when nothing was committed.
    pub p50: Option<Duration>,
    /// 99th percentile of the same.
    pub p99: Option<Duration>,
}

/// A ring of [`Sample`]s.
pub struct History {
    start: Instant,
    start_ms: u64,
    ring: Mutex<Ring>,
}

#[derive(Default)]
struct Ring {
    done: VecDeque<Sample>,
    /// The second being filled, counted from the start.
    second: u64,
    current: Sample,
    latencies: Vec<Duration>,
}

impl Default for History {
    fn default() -> Self {
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        Self {
            start: Instant::now(),
            start_ms: u64::try_from(now.as_millis()).unwrap_or(u64::MAX),
            ring: Mutex::default(),
        }
    }
}

impl History {
    /// A block of these latencies was committed.
    pub(crate) fn committed(&self, latencies: &[Duration]) {
        let mut ring = self.at_now();
        let count = latencies.len() as u64;
        ring.current.committed += count;
        ring.current.blocks += 1;
        ring.current.largest_block = ring.current.largest_block.max(count);
        let room = LATENCIES.saturating_sub(ring.latencies.len());
        ring.latencies.extend(latencies.iter().take(room));
    }

    /// A transaction was refused.
    pub(crate) fn refused(&self) {
        self.at_now().current.refused += 1;
    }

    /// The finished seconds, oldest first, without gaps.
    pub fn samples(&self) -> Vec<Sample> {
        self.at_now().done.iter().copied().collect()
    }

    /// The ring, with every second before this one finished.
    fn at_now(&self) -> MutexGuard<'_, Ring> {
        let now = self.start.elapsed().as_secs();
        let mut ring = self.ring.lock().unwrap_or_else(PoisonError::into_inner);
        // After a long silence only the seconds that are kept need to be made.
        let oldest = now.saturating_sub(SECONDS as u64);
        if ring.second < oldest {
            ring.finish(self.start_ms);
            ring.second = oldest;
        }
        while ring.second < now {
            ring.finish(self.start_ms);
        }
        ring
    }
}

impl Ring {
    fn finish(&mut self, start_ms: u64) {
        let mut sample = std::mem::take(&mut self.current);
        sample.time_ms = start_ms.saturating_add(self.second * 1000);
        self.latencies.sort_unstable();
        sample.p50 = percentile(&self.latencies, 50);
        sample.p99 = percentile(&self.latencies, 99);
        self.latencies.clear();
        self.done.push_back(sample);
        while self.done.len() > SECONDS {
            self.done.pop_front();
        }
        self.second += 1;
    }
}

/// The nearest rank.
fn percentile(sorted: &[Duration], percent: usize) -> Option<Duration> {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).copied()
}

#[cfg(test)]
mod tests;
