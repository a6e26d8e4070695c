//! Assembling and proving many statements at once.

use std::time::{Duration, Instant};

use obolus_wallet::prove::Statement;
use obolus_wallet::{AssembleError, CircuitKeys, Proven, StatementProver, Unproven};

use super::DevError;

/// Proves independent statements, one thread a core, and returns them in order. `done` is told how long each took.
///
/// # Errors
/// [`DevError::Assemble`] of the first that fails.
pub fn prove_all<W>(
    unproven: &[Unproven<W>],
    prover: &(dyn StatementProver + Sync),
    keys: &CircuitKeys,
    done: &(dyn Fn(Duration) + Sync),
) -> Result<Vec<Proven>, DevError>
where
    W: Statement,
    Unproven<W>: Sync,
{
    on_all_cores(unproven, |statement| {
        let start = Instant::now();
        let proven = statement.prove(prover, keys)?;
        done(start.elapsed());
        Ok(proven)
    })
}

/// Does the same with each item, one thread a core, and returns what came of them in order.
///
/// # Errors
/// That of the first that fails, [`DevError::Worker`] if a thread stops.
pub fn on_all_cores<T: Sync, R: Send>(
    items: &[T],
    work: impl Fn(&T) -> Result<R, AssembleError> + Sync,
) -> Result<Vec<R>, DevError> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let (work, mut all) = (&work, Vec::with_capacity(items.len()));
    let parts: Vec<_> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads.min(items.len()))
            .map(|part| {
                scope.spawn(move || {
                    let mine = items.iter().enumerate().skip(part).step_by(threads);
                    mine.map(|(index, item)| Ok((index, work(item)?)))
                        .collect::<Result<Vec<_>, AssembleError>>()
                })
            })
            .collect();
        workers
            .into_iter()
            .map(|worker| worker.join().map_err(|_| DevError::Worker))
            .collect()
    });
    for part in parts {
        all.extend(part??);
    }
    all.sort_by_key(|(index, _)| *index);
    Ok(all.into_iter().map(|(_, done)| done).collect())
}
