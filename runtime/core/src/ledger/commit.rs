//! Committing: the log first, then the store, then the acknowledgement.

use borsh::{BorshDeserialize, BorshSerialize};
use obolus_chain::Block;
use obolus_runtime_api::{AppHash, BlockHash, BlockUpdate, Receipt, Tip};

use super::execution::Execution;
use super::index;
use super::run::receipt;
use crate::exec::Appended;
use crate::log::LogError;
use crate::state::{Applied, StateError, WriteSet};

/// A block that was executed on the tip and can be committed.
#[derive(Clone, Debug)]
pub struct Executed {
    pub(super) block: Block,
    pub(super) writes: WriteSet,
    pub(super) update: BlockUpdate,
    pub(super) appended: Vec<Appended>,
}

impl Executed {
    /// The block.
    pub fn block(&self) -> &Block {
        &self.block
    }

    /// Its hash.
    pub fn hash(&self) -> BlockHash {
        self.update.block
    }

    /// Hash of the state after it.
    pub fn app_hash(&self) -> AppHash {
        self.update.app_hash
    }

    /// What it writes.
    pub fn writes(&self) -> &WriteSet {
        &self.writes
    }

    /// What wallets read of it.
    pub fn update(&self) -> &BlockUpdate {
        &self.update
    }

    /// Whether it holds no transaction and ran no scheduled call: committing it only moves height and time on.
    pub fn is_empty(&self) -> bool {
        self.block.txs.is_empty() && self.update.scheduled.is_empty()
    }

    /// One receipt for each transaction, in order.
    pub(super) fn receipts(&self) -> Vec<Receipt> {
        let height = self.update.height;
        (0_u32..)
            .zip(&self.update.txs)
            .map(|(index, tx)| receipt(tx, height, index))
            .collect()
    }

    /// What can be derived from the block and is kept for reading.
    pub(super) fn index(&self) -> WriteSet {
        index::entries(&self.update, &self.appended)
    }

    pub(super) fn applied(&self) -> Applied {
        Applied {
            height: self.update.height,
            app_hash: self.update.app_hash.0,
            block_hash: self.update.block.0,
        }
    }

    pub(super) fn tip(&self) -> Tip {
        Tip {
            chain: self.block.header.chain,
            height: self.update.height,
            block: self.update.block,
            app_hash: self.update.app_hash,
            time_ms: self.update.time_ms,
        }
    }
}

/// What a record of the log holds. The app hash after the block is there too, so that replaying the
/// last block is checked like every other.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub(super) struct LoggedBlock {
    pub(super) app_hash: AppHash,
    pub(super) block: Block,
}

/// Why a block was not acknowledged.
#[derive(Debug, thiserror::Error)]
pub enum CommitError {
    /// Executed on another block than the tip.
    #[error(
        "the block was executed on {built_on}, but the tip is {tip}: build or validate it again"
    )]
    Stale {
        /// The block it was executed on.
        built_on: BlockHash,
        /// The last committed block.
        tip: BlockHash,
    },
    /// The log did not take it. Whether it is on disk is unknown; nothing more is accepted.
    #[error("the block is not committed: {0}")]
    Log(#[from] LogError),
    /// The log has it, the store failed: it is committed and will be there after reopening.
    #[error(
        "the block is safe in the block log but the state store failed: {0}; reopen the ledger"
    )]
    Store(StateError),
    /// An earlier commit failed half-way.
    #[error("an earlier commit failed: reopen the ledger before committing more")]
    Poisoned,
}

impl Execution {
    /// Commits a block: when this returns `Ok`, the block survives kill -9 and power cut.
    ///
    /// # Errors
    /// [`CommitError`]. After any but [`CommitError::Stale`] the ledger takes no more blocks until
    /// it is reopened, and reads give the state before the block.
    pub fn commit(&mut self, executed: &Executed) -> Result<Vec<Receipt>, CommitError> {
        if self.poisoned {
            return Err(CommitError::Poisoned);
        }
        let built_on = executed.block.header.previous;
        let tip = self.tip().block;
        if built_on != tip {
            return Err(CommitError::Stale { built_on, tip });
        }
        let record = super::encode(&LoggedBlock {
            app_hash: executed.app_hash(),
            block: executed.block.clone(),
        });
        self.poisoned = true;
        self.log.append(&record)?;
        let index = executed.index();
        self.apply(executed.tip(), |store| {
            store.apply(&executed.writes, &index, &executed.applied())
        })
        .map_err(CommitError::Store)?;
        self.poisoned = false;
        Ok(executed.receipts())
    }
}
