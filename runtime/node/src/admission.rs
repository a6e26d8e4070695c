//! The admission thread: takes batches from the pool, verifies signatures and proofs, hands the good ones on.

use std::sync::Arc;

use obolus_chain::TxFault;
use obolus_runtime::ledger::{AdmitError, Reader};
use rayon::{ThreadPool, ThreadPoolBuildError, ThreadPoolBuilder};

use crate::clock::thread_cpu_seconds;
use crate::pool::{Pool, Sent};
use crate::sequencer::Outcomes;

/// Told of each batch.
pub(crate) trait BatchNotes: Send + Sync {
    /// A batch of so many was checked with so many CPU seconds.
    fn checked(&self, transactions: usize, cpu_seconds: f64);
}

/// Threads that verify and do nothing else, so that their CPU time is that of verification.
pub(crate) fn verifiers() -> Result<ThreadPool, ThreadPoolBuildError> {
    ThreadPoolBuilder::new()
        .thread_name(|index| format!("verify-{index}"))
        .build()
}

/// Runs until the pool is closed and everything in it is checked.
pub(crate) fn run<N: Outcomes + BatchNotes>(
    reader: &Reader,
    pool: &Pool,
    verifiers: &ThreadPool,
    notes: &Arc<N>,
) {
    let mut cpu_before = total_cpu(verifiers);
    while let Some(batch) = pool.next_batch() {
        let mut senders = Vec::with_capacity(batch.len());
        let mut items = Vec::with_capacity(batch.len());
        for Sent { client, item } in batch {
            senders.push((client, item.bytes_hash(), item.size()));
            items.push(item);
        }
        let results = verifiers.install(|| reader.authenticate(items));
        let mut admitted = Vec::with_capacity(results.len());
        let mut gone = Vec::new();
        for (result, (client, copy, size)) in results.into_iter().zip(&senders) {
            match result {
                Ok(item) => admitted.push(Sent {
                    client: client.clone(),
                    item,
                }),
                Err(error) => {
                    if is_forgery(&error) {
                        pool.isolate(client);
                    }
                    notes.refused(copy, error.code(), &error.to_string());
                    gone.push((client.clone(), *size));
                }
            }
        }
        pool.settle(gone);
        pool.admit(admitted);
        let cpu = total_cpu(verifiers);
        notes.checked(senders.len(), cpu - cpu_before);
        cpu_before = cpu;
    }
    pool.finish_checking();
}

/// Whether finding the fault cost others of the batch a second verification: proofs and spend signatures are checked all at
/// once, role signatures each by itself.
const fn is_forgery(error: &AdmitError) -> bool {
    matches!(
        error,
        AdmitError::Transaction(TxFault::ProofInvalid { .. } | TxFault::SpendSignature)
    )
}

fn total_cpu(verifiers: &ThreadPool) -> f64 {
    verifiers.broadcast(|_| thread_cpu_seconds()).iter().sum()
}

#[cfg(test)]
mod tests;
