//! The open ledger: building and validating blocks. Nothing here writes to the disk.

use std::ops::Deref;
use std::sync::Arc;

use obolus_chain::{Block, BlockError, CheckedBlock, Timestamp, check_blocks};

use super::admission::Admitted;
use super::commit::Executed;
use super::error::{BuildError, ValidateError};
use super::reader::Reader;
use super::refusal::Refused;
use super::run::{Rules, Run};
use crate::exec::Fault;
use crate::log::{BlockLog, DirLock};
use crate::state::{StateRead, Store};

/// An open ledger: everything a [`Reader`] can do, and building, validating and committing blocks.
pub struct Execution {
    pub(super) reader: Reader,
    pub(super) log: BlockLog,
    pub(super) poisoned: bool,
    // Last, so that the directory is unlocked after everything in it is closed.
    pub(super) _lock: DirLock,
}

impl Deref for Execution {
    type Target = Reader;

    fn deref(&self) -> &Reader {
        &self.reader
    }
}

/// What became of the transactions that a block was built from.
#[derive(Clone, Debug)]
pub struct Proposal {
    /// The block, ready to be agreed on and committed. It may hold no transaction.
    pub executed: Executed,
    /// Transactions that failed. They changed nothing.
    pub refused: Vec<Refused>,
    /// Transactions for which the block had no room: offer them again.
    pub deferred: Vec<Admitted>,
}

impl Execution {
    /// A handle for other threads. The ledger's files stay open until the last handle is dropped.
    pub fn reader(&self) -> Reader {
        self.reader.clone()
    }

    /// Executes transactions into a block on top of the tip. Role transactions go first, the rest
    /// keep the order given. One that fails is left out and changes nothing.
    ///
    /// # Errors
    /// [`BuildError`] when no block can be built.
    pub fn build(
        &self,
        mut transactions: Vec<Admitted>,
        time: Timestamp,
    ) -> Result<Proposal, BuildError> {
        if time.0 < self.tip().time_ms {
            return Err(BuildError::Time);
        }
        transactions.sort_by_key(Admitted::part);
        let mut run = self.run(time)?;
        let mut refused = Vec::new();
        let mut deferred = Vec::new();
        for admitted in transactions {
            if !run.has_room(admitted.size()) {
                deferred.push(admitted);
                continue;
            }
            let (digest, bytes_hash) = (admitted.digest(), admitted.bytes_hash());
            let verdict = run.transaction(admitted).map_err(|fault| match fault {
                // Every other transaction would meet it too.
                Fault::State(_) => BuildError::Fault(fault),
                _ => BuildError::Transaction {
                    digest,
                    bytes_hash,
                    fault,
                },
            })?;
            if let Err(reason) = verdict {
                tracing::debug!(%digest, code = reason.code(), "transaction refused");
                refused.push(Refused {
                    digest,
                    bytes_hash,
                    reason,
                });
            }
        }
        Ok(Proposal {
            executed: run.finish()?,
            refused,
            deferred,
        })
    }

    /// Checks and executes somebody else's block on top of the tip.
    ///
    /// # Errors
    /// [`ValidateError`] unless every rule that [`Self::build`] keeps was kept.
    pub fn validate(&self, block: Block) -> Result<Executed, ValidateError> {
        block.check_form()?;
        // Before the dear checks.
        block.header.check_follows(&self.tip())?;
        let mut checked = check_blocks(self.circuits(), &self.chain(), vec![block]);
        self.execute(checked.pop().ok_or(BlockError::Malformed)??)
    }

    /// Executes a block on top of the tip whose signatures and proofs were checked by
    /// [`check_blocks`] with this chain's circuits.
    ///
    /// # Errors
    /// As [`Self::validate`].
    pub fn execute(&self, block: CheckedBlock) -> Result<Executed, ValidateError> {
        let (header, transactions) = block.into_parts();
        header.check_follows(&self.tip())?;
        let mut run = self.run(header.time)?;
        for (index, authentic) in transactions.into_iter().enumerate() {
            if !run.has_fuel() {
                return Err(ValidateError::TooMuchFuel);
            }
            run.transaction(authentic.into())?
                .map_err(|reason| ValidateError::Refused { index, reason })?;
        }
        Ok(run.finish()?)
    }

    /// Begins a block on the tip.
    pub(super) fn run(&self, time: Timestamp) -> Result<Run<'_>, Fault> {
        let shared = &self.reader.shared;
        let rules = Rules {
            vm: &shared.vm,
            chain: shared.chain,
            operator: &shared.genesis.operator,
            horizon: shared.genesis.expiry_horizon,
        };
        let state: Arc<dyn StateRead> = Arc::<Store>::clone(&shared.store);
        Run::start(rules, state, self.tip(), time)
    }
}
