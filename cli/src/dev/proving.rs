//! Proving many statements at once.

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
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let prove = |part: usize| {
        let mine = unproven.iter().enumerate().skip(part).step_by(threads);
        mine.map(|(index, statement)| {
            let start = Instant::now();
            let proven = statement.prove(prover, keys)?;
            done(start.elapsed());
            Ok((index, proven))
        })
        .collect::<Result<Vec<_>, AssembleError>>()
    };
    let parts: Vec<_> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads.min(unproven.len()))
            .map(|part| scope.spawn(move || prove(part)))
            .collect();
        workers
            .into_iter()
            .map(|worker| worker.join().map_err(|_| DevError::Worker))
            .collect()
    });
    let mut all = Vec::with_capacity(unproven.len());
    for part in parts {
        all.extend(part??);
    }
    all.sort_by_key(|(index, _)| *index);
    Ok(all.into_iter().map(|(_, proven)| proven).collect())
}
