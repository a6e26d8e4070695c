//! One sequencer, no consensus: blocks by time or size, one fsync a block.
//!
//! A transaction that comes after a pause is in a block at once; under load a block is made every interval, or
//! earlier when it is full. So many submitters share one fsync, and nobody is told `committed` before it.

use std::collections::HashMap;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use obolus_chain::{MAX_BLOCK_BYTES, Timestamp};
use obolus_runtime::ledger::{Admitted, BuildError, Execution, Proposal};

use crate::clock::thread_cpu_seconds;
use crate::pool::{CopyId, Pool, Sent, Waited};
use crate::sequencer::{BlockCost, CommittedBlock, Outcomes, Sequencer, SequencerError};
use crate::settings::SequencingSettings;

/// Code of a transaction that this node could not execute.
const NODE_FAULT: &str = "node_fault";
/// Code of a transaction that another copy of it has overtaken.
const ALREADY_COMMITTED: &str = "already_committed";

/// The only sequencer of a chain.
pub struct SoloSequencer {
    settings: SequencingSettings,
}

impl SoloSequencer {
    /// A sequencer with these settings.
    pub const fn new(settings: SequencingSettings) -> Self {
        Self { settings }
    }
}

impl Sequencer for SoloSequencer {
    fn run(
        &mut self,
        ledger: &mut Execution,
        pool: &Pool,
        outcomes: &dyn Outcomes,
    ) -> Result<(), SequencerError> {
        let mut last = Instant::now();
        loop {
            // A scheduled call that is due does not wait for a transaction to come.
            let pause = match ledger.call_is_due()? {
                true => Some(self.settings.block_interval()),
                false => self.settings.idle_interval(),
            };
            let block = match pool.wait(pause.map(|pause| last + pause)) {
                Waited::Finished => return Ok(()),
                Waited::Nothing => Vec::new(),
                Waited::Some => {
                    pool.gather(
                        last + self.settings.block_interval(),
                        self.settings.block_transactions,
                    );
                    pool.take(self.settings.block_transactions, MAX_BLOCK_BYTES)
                }
            };
            last = Instant::now();
            make_block(ledger, pool, outcomes, block)?;
        }
    }
}

/// Builds and commits one block, and settles its transactions.
fn make_block(
    ledger: &mut Execution,
    pool: &Pool,
    outcomes: &dyn Outcomes,
    sent: Vec<Sent<Admitted>>,
) -> Result<(), SequencerError> {
    let idle = sent.is_empty();
    let started = thread_cpu_seconds();
    let mut waiting = HashMap::new();
    let mut transactions = Vec::with_capacity(sent.len());
    for Sent { client, item } in sent {
        waiting.insert(item.bytes_hash(), (client, item.size()));
        transactions.push(item);
    }
    let (proposal, faulty) = build(ledger, outcomes, transactions)?;
    let Proposal {
        executed,
        refused,
        deferred,
    } = proposal;
    let executing = thread_cpu_seconds();

    let later = deferred.into_iter().filter_map(|item| {
        let (client, _) = waiting.remove(&item.bytes_hash())?;
        Some(Sent { client, item })
    });
    pool.defer(later.collect());
    let settled = waiting.clone();
    for copy in &faulty {
        waiting.remove(copy);
    }
    // Whoever sent a copy that came too late is told that the transaction is committed.
    let mut copies = Vec::new();
    for refusal in &refused {
        waiting.remove(&refusal.bytes_hash);
        let code = refusal.reason.code();
        if code == ALREADY_COMMITTED {
            copies.push(refusal.bytes_hash);
        } else {
            outcomes.refused(&refusal.bytes_hash, code, &refusal.reason.to_string());
        }
    }
    if !executed.is_empty() || idle {
        ledger.commit(&executed)?;
    }
    let written = thread_cpu_seconds();
    // What is left is in the block.
    copies.extend(waiting.into_keys());
    // First the places, then the news: whoever hears of its commit can submit again at once.
    pool.settle(settled.into_values());
    outcomes.committed(&CommittedBlock {
        tip: ledger.tip(),
        copies: &copies,
        cost: BlockCost {
            execute: executing - started,
            commit: written - executing,
        },
    });
    Ok(())
}

/// Executes what this node can execute; a transaction that it cannot is refused, or it would be tried for ever.
fn build(
    ledger: &Execution,
    outcomes: &dyn Outcomes,
    mut transactions: Vec<Admitted>,
) -> Result<(Proposal, Vec<CopyId>), SequencerError> {
    let mut faulty = Vec::new();
    loop {
        match ledger.build(transactions.clone(), now(ledger)) {
            Err(BuildError::Transaction {
                digest,
                bytes_hash,
                fault,
            }) => {
                tracing::error!(%digest, %fault, "this node cannot execute a transaction");
                outcomes.refused(
                    &bytes_hash,
                    NODE_FAULT,
                    "this node could not execute the transaction: submit it again, and tell the operator if it happens again",
                );
                transactions.retain(|admitted| admitted.bytes_hash() != bytes_hash);
                faulty.push(bytes_hash);
            }
            built => return Ok((built?, faulty)),
        }
    }
}

/// The clock's time, but never before the last block's.
fn now(ledger: &Execution) -> Timestamp {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    let now = u64::try_from(now.as_millis()).unwrap_or(u64::MAX);
    Timestamp(now.max(ledger.tip().time_ms))
}
