//! The open ledger: building and validating blocks. Nothing here writes to the disk.

use std::ops::Deref;
use std::sync::Arc;

use super::Timestamp;
use super::admission::Admitted;
use super::block::{Block, BlockError};
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
        let mut run = self.run(time);
        let mut refused = Vec::new();
        let mut deferred = Vec::new();
        for admitted in transactions {
            if !run.has_room(admitted.bytes.len()) {
                deferred.push(admitted);
                continue;
            }
            let (digest, bytes_hash) = (admitted.digest, admitted.bytes_hash);
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
        self.check_follows(&block)?;
        let results = self.admit_batch(block.txs.clone());
        let mut run = self.run(block.header.time);
        let mut previous = None;
        for (index, result) in results.into_iter().enumerate() {
            let admitted = result.map_err(|reason| ValidateError::Admission { index, reason })?;
            let part = admitted.part();
            if previous.is_some_and(|previous| part < previous) {
                return Err(ValidateError::Order { index });
            }
            previous = Some(part);
            if !run.has_fuel() {
                return Err(BlockError::TooLarge.into());
            }
            run.transaction(admitted)?
                .map_err(|reason| ValidateError::Refused { index, reason })?;
        }
        Ok(run.finish()?)
    }

    /// Whether a block's header follows from the tip.
    pub(super) fn check_follows(&self, block: &Block) -> Result<(), BlockError> {
        let header = &block.header;
        let tip = self.tip();
        if header.chain != tip.chain {
            return Err(BlockError::WrongChain {
                found: header.chain,
            });
        }
        if header.height != self.next_height() {
            return Err(BlockError::Height {
                expected: self.next_height(),
                found: header.height,
            });
        }
        if header.previous != tip.block {
            return Err(BlockError::Previous);
        }
        if header.app_hash != tip.app_hash {
            return Err(BlockError::AppHash);
        }
        if header.time.0 < self.tip().time_ms {
            return Err(BlockError::Time);
        }
        Ok(())
    }

    /// Begins a block on the tip.
    pub(super) fn run(&self, time: Timestamp) -> Run<'_> {
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
