//! Time on the clock and of the processors.

use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};
use serde::Serialize;

use crate::bench::BenchError;

/// Runs of which the median counts.
const RUNS: usize = 3;

/// What one proof takes.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Cost {
    /// Microseconds on the clock.
    pub us: f64,
    /// Processors that were busy meanwhile.
    pub cores: f64,
}

/// The median of three runs over `count` proofs, by the clock.
///
/// # Errors
/// The first error of a run.
pub fn median(
    count: usize,
    mut run: impl FnMut() -> Result<(), BenchError>,
) -> Result<Cost, BenchError> {
    let mut times = Vec::with_capacity(RUNS);
    for _ in 0..RUNS {
        let (start, before) = (Instant::now(), processors());
        run()?;
        times.push((start.elapsed(), processors().saturating_sub(before)));
    }
    times.sort_unstable();
    let (wall, used) = times.get(RUNS / 2).copied().unwrap_or_default();
    Ok(Cost {
        us: wall.as_secs_f64() * 1e6 / count.max(1) as f64,
        cores: used.as_secs_f64() / wall.as_secs_f64(),
    })
}

/// What this process used of all processors so far.
fn processors() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    let seconds = u64::try_from(time.tv_sec).unwrap_or(0);
    let nanoseconds = u32::try_from(time.tv_nsec).unwrap_or(0);
    Duration::new(seconds, nanoseconds)
}
