//! The seam between what orders transactions and everything else.

use obolus_runtime::ledger::{BuildError, CommitError, Execution, LedgerError};
use obolus_runtime_api::Tip;

use crate::pool::{CopyId, Pool};

/// Orders admitted transactions into blocks and commits them. One sequencer runs in a thread of its own and owns the
/// ledger meanwhile; a consensus engine is another implementation.
pub trait Sequencer: Send + 'static {
    /// Runs until the pool is closed and empty.
    ///
    /// # Errors
    /// [`SequencerError`] when nothing more can be committed here.
    fn run(
        &mut self,
        ledger: &mut Execution,
        pool: &Pool,
        outcomes: &dyn Outcomes,
    ) -> Result<(), SequencerError>;
}

/// Who is told what became of transactions. Only what is on disk is reported as committed.
pub trait Outcomes: Send + Sync {
    /// A block was made: these copies are on disk. It may be that none was left to write.
    fn committed(&self, block: &CommittedBlock<'_>);

    /// A copy was refused and changed nothing.
    fn refused(&self, copy: &CopyId, code: &str, message: &str);
}

/// A block that was made.
#[derive(Clone, Copy, Debug)]
pub struct CommittedBlock<'a> {
    /// The last block on disk.
    pub tip: Tip,
    /// Copies whose transaction is in it, or was in an earlier one.
    pub copies: &'a [CopyId],
    /// What it took.
    pub cost: BlockCost,
}

/// CPU time of the sequencer's thread for one block.
#[derive(Clone, Copy, Debug, Default)]
pub struct BlockCost {
    /// Seconds spent executing.
    pub execute: f64,
    /// Seconds spent writing.
    pub commit: f64,
}

/// Why nothing more can be committed.
#[derive(Debug, thiserror::Error)]
pub enum SequencerError {
    /// A block could not be built.
    #[error("no block can be built: {0}")]
    Build(#[from] BuildError),
    /// A block could not be written.
    #[error("a block could not be committed: {0}")]
    Commit(#[from] CommitError),
    /// The schedule could not be read.
    #[error("the schedule cannot be read: {0}")]
    Schedule(#[from] LedgerError),
}
