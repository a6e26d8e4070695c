//! CPU time of threads, for the metrics. Never part of a verdict.

use rustix::time::{ClockId, clock_gettime};

/// CPU seconds that the calling thread has used.
pub(crate) fn thread_cpu_seconds() -> f64 {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    time.tv_sec as f64 + time.tv_nsec as f64 * 1e-9
}
