//! Many proofs at once: one a core.
//!
//! Two proofs on a core each take less time than one after the other on both, since a proof on one
//! thread never waits for its own parts. All share the key's tables; each thread has its own buffers.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use obolus_protocol::Fr;
use rayon::{ThreadPoolBuildError, ThreadPoolBuilder};

use crate::prover::{ProveError, Proven, Prover};
use crate::statement::Provable;

#[cfg(test)]
mod tests;

impl<S: Provable> Prover<S> {
    /// Proves every statement, each on one of `threads` threads of its own. Results are in the order of the
    /// statements; one that fails does not stop the others.
    ///
    /// # Errors
    /// [`ThreadPoolBuildError`] if threads cannot be started.
    pub fn prove_many(
        &self,
        statements: &[(S::Witness, Fr)],
        threads: usize,
    ) -> Result<Vec<Result<Proven<S>, ProveError>>, ThreadPoolBuildError> {
        let threads = threads.clamp(1, statements.len().max(1));
        let pools: Result<Vec<_>, _> = (0..threads)
            .map(|_| ThreadPoolBuilder::new().num_threads(1).build())
            .collect();
        let pools = pools?;
        let next = AtomicUsize::new(0);
        let done = Mutex::new(Vec::with_capacity(statements.len()));
        std::thread::scope(|scope| {
            for pool in &pools {
                let (next, done) = (&next, &done);
                scope.spawn(move || {
                    pool.install(|| {
                        loop {
                            let number = next.fetch_add(1, Ordering::Relaxed);
                            let Some((witness, context)) = statements.get(number) else {
                                break;
                            };
                            let proven = self.prove(witness, *context);
                            // Every change is complete before anything can panic.
                            let mut done = done.lock().unwrap_or_else(PoisonError::into_inner);
                            done.push((number, proven));
                        }
                    });
                });
            }
        });
        let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
        done.sort_by_key(|(number, _)| *number);
        Ok(done.into_iter().map(|(_, proven)| proven).collect())
    }
}
