//! The open ledger: admission, building and validating blocks. Nothing here writes to the disk.

use std::sync::Arc;

use obolus_abi::ChainId;
use obolus_protocol::tx::Height;
use obolus_runtime_api::Tip;

use super::Timestamp;
use super::admission::{self, AdmitError, Admitted};
use super::block::{Block, BlockError};
use super::commit::Executed;
use super::error::{BuildError, ValidateError};
use super::genesis::{Circuits, Genesis};
use super::refusal::Refused;
use super::run::{Rules, Run};
use crate::log::{BlockLog, DirLock};
use crate::state::{StateRead, Store};
use crate::vm::Vm;

/// An open ledger.
///
/// Reading takes `&self` and sees the last committed block; [`Self::commit`] takes `&mut self`.
pub struct Execution {
    pub(super) genesis: Genesis,
    pub(super) chain: ChainId,
    pub(super) circuits: Circuits,
    pub(super) vm: Vm,
    pub(super) store: Arc<Store>,
    pub(super) log: BlockLog,
    pub(super) tip: Tip,
    pub(super) poisoned: bool,
    // Last, so that the directory is unlocked after everything in it is closed.
    pub(super) _lock: DirLock,
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
    /// The chain's identity.
    pub fn chain(&self) -> ChainId {
        self.chain
    }

    /// What the chain started from.
    pub fn genesis(&self) -> &Genesis {
        &self.genesis
    }

    /// The verifying keys of the chain.
    pub fn circuits(&self) -> &Circuits {
        &self.circuits
    }

    /// The last committed block.
    pub fn tip(&self) -> Tip {
        self.tip
    }

    /// Height of the block that comes next.
    pub fn next_height(&self) -> Height {
        Height(self.tip.height + 1)
    }

    /// Checks one transaction; see [`Self::admit_batch`].
    ///
    /// # Errors
    /// [`AdmitError`].
    pub fn admit(&self, bytes: Vec<u8>) -> Result<Admitted, AdmitError> {
        self.admit_batch(vec![bytes])
            .pop()
            .unwrap_or(Err(AdmitError::TooLarge))
    }

    /// Checks transactions without executing them, their proofs all at once; one result each, in
    /// order. One bad transaction spoils no other, but costs time: keep a batch to one submitter.
    pub fn admit_batch(&self, batch: Vec<Vec<u8>>) -> Vec<Result<Admitted, AdmitError>> {
        admission::Rules {
            chain: self.chain,
            horizon: self.genesis.expiry_horizon,
            next: self.next_height(),
            circuits: &self.circuits,
            state: self.store.as_ref(),
        }
        .admit(batch)
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
        if time.0 < self.tip.time_ms {
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
            if let Err(reason) = run.transaction(admitted)? {
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
        if header.chain != self.chain {
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
        if header.previous != self.tip.block {
            return Err(BlockError::Previous);
        }
        if header.app_hash != self.tip.app_hash {
            return Err(BlockError::AppHash);
        }
        if header.time.0 < self.tip.time_ms {
            return Err(BlockError::Time);
        }
        Ok(())
    }

    /// Begins a block on the tip.
    pub(super) fn run(&self, time: Timestamp) -> Run<'_> {
        let rules = Rules {
            vm: &self.vm,
            chain: self.chain,
            operator: &self.genesis.operator,
            horizon: self.genesis.expiry_horizon,
        };
        let state: Arc<dyn StateRead> = Arc::<Store>::clone(&self.store);
        Run::start(rules, state, self.tip, time)
    }
}
