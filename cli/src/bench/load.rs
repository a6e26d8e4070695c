//! The load: every connection takes the next transfer, submits it, and waits until it is on the node's disk.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use super::BenchError;
use super::http::{Answer, Target};
use crate::progress::Stage;

/// Longest wait before a refused submission is tried again.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// Stacks of threads that only wait.
const STACK: usize = 128 << 10;

/// How one submission ended.
pub struct Sample {
    /// From the first byte sent to the whole answer.
    pub elapsed: Duration,
    /// The node's last word.
    pub answer: Answer,
}

/// What happened.
pub struct Load {
    /// From the first submission to the last answer.
    pub elapsed: Duration,
    /// By transfer.
    pub samples: Vec<Sample>,
}

/// Submits all transfers over `clients` connections.
pub fn run(
    target: &Target,
    transfers: &[Vec<u8>],
    clients: usize,
    stage: &Stage,
) -> Result<Load, BenchError> {
    let next = AtomicUsize::new(0);
    let worker = || -> Result<Vec<(usize, Sample)>, BenchError> {
        let mut connection = target.connect().map_err(BenchError::Connection)?;
        let mut mine = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(transfer) = transfers.get(index) else {
                return Ok(mine);
            };
            let start = Instant::now();
            let answer = loop {
                let answer = connection
                    .submit(transfer)
                    .map_err(BenchError::Connection)?;
                match answer.retry_after {
                    // Busy: it was not taken.
                    Some(seconds) if answer.status == 429 || answer.status == 503 => {
                        thread::sleep(Duration::from_secs(seconds).min(LONGEST_PAUSE));
                    }
                    _ => break answer,
                }
            };
            let elapsed = start.elapsed();
            mine.push((index, Sample { elapsed, answer }));
            stage.step();
        }
    };
    let start = Instant::now();
    let parts = thread::scope(|scope| {
        let mut workers = Vec::new();
        for _ in 0..clients.min(transfers.len()) {
            let builder = thread::Builder::new().stack_size(STACK);
            let handle = builder.spawn_scoped(scope, worker);
            workers.push(handle.map_err(BenchError::Connection)?);
        }
        Ok::<_, BenchError>(
            workers
                .into_iter()
                .map(|worker| worker.join().map_err(|_| BenchError::Worker))
                .collect::<Vec<_>>(),
        )
    })?;
    let elapsed = start.elapsed();
    let mut all = Vec::with_capacity(transfers.len());
    for part in parts {
        all.extend(part??);
    }
    all.sort_by_key(|(index, _)| *index);
    Ok(Load {
        elapsed,
        samples: all.into_iter().map(|(_, sample)| sample).collect(),
    })
}
