//! Replaying an export: one thread reads ahead and checks signatures and proofs of many blocks at once on all
//! cores, this one applies the blocks in order. Memory is bounded by the read-ahead, whatever the length.

use std::io::Read;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use obolus_chain::export::{ExportEnd, ExportError, ExportReader, Step};
use obolus_chain::{Block, BlockFault, CheckedBlock, Circuits, GenesisError, check_blocks};
use obolus_runtime_api::{AppHash, BlockHash};
use rayon::ThreadPool;

use super::replica::{Replica, ReplicaError};

/// Proofs checked together, if there are as many.
const PROOFS: usize = 1024;
/// Most bytes of blocks checked together.
const BYTES: usize = 8 << 20;
/// Most blocks checked together.
const BLOCKS: usize = 256;

/// Why a ledger does not replay.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// The file.
    #[error(transparent)]
    Export(#[from] ExportError),
    /// The genesis does not hold together.
    #[error(transparent)]
    Genesis(#[from] GenesisError),
    /// A block is wrong by itself.
    #[error("block {height}: {fault}")]
    Block {
        /// Its height.
        height: u64,
        /// What is wrong with it.
        fault: BlockFault,
    },
    /// A block does not follow from the state.
    #[error("block {height}: {reason}")]
    Replica {
        /// Its height.
        height: u64,
        /// Why.
        reason: ReplicaError,
    },
    /// The working directory holds the beginning of another ledger.
    #[error(
        "the working directory was replayed up to block {0}, which is another block in this export: use another directory"
    )]
    OtherHistory(u64),
    /// The working directory is further than the export.
    #[error(
        "the working directory is at block {replica}, the export ends at {export}: export it again"
    )]
    Behind {
        /// Height of the replica.
        replica: u64,
        /// Height of the export.
        export: u64,
    },
    /// The state after the last block is another one.
    #[error(
        "the state after the last block is {found}, the export says {expected}: the exporting node computed another state"
    )]
    AppHash {
        /// As the export says.
        expected: AppHash,
        /// As replayed.
        found: AppHash,
    },
    /// The replay itself.
    #[error(transparent)]
    Failed(ReplicaError),
}

/// What was replayed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Blocks, those of earlier runs not counted.
    pub blocks: u64,
    /// Their transactions.
    pub transactions: u64,
    /// Proofs in them.
    pub proofs: u64,
    /// Signatures in them.
    pub signatures: u64,
    /// Blocks that an earlier run had replayed: form and hashes were checked again, nothing else.
    pub resumed: u64,
    /// Transactions in those.
    pub resumed_transactions: u64,
}

/// A ledger that replays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Replayed {
    /// What was looked at.
    pub counts: Counts,
    /// Height of the last block.
    pub height: u64,
    /// Its hash.
    pub block: BlockHash,
    /// Hash of the state after it, if it was computed.
    pub app_hash: Option<AppHash>,
    /// Time of the last block with a transaction, milliseconds since 1970; that of the genesis if there is none. Anybody
    /// can add empty blocks to a ledger.
    pub time_ms: u64,
}

/// Blocks that hold by themselves, and how many bytes of the export were read up to there.
enum Batch {
    Blocks(Vec<CheckedBlock>, u64),
    Resumed { time_ms: u64, transactions: u64 },
    End(ExportEnd),
}

/// Replays an export on a replica, with signatures and proofs checked on `pool`; `progress` is told how many bytes were read.
///
/// # Errors
/// [`ReplayError`], the first in the order of the file.
pub fn replay<R: Read + Send>(
    reader: ExportReader<R>,
    circuits: &Circuits,
    replica: &mut dyn Replica,
    pool: &ThreadPool,
    mut progress: impl FnMut(u64),
) -> Result<Replayed, ReplayError> {
    let start = replica.position();
    let mut time_ms = reader.genesis().time.0;
    let mut counts = Counts::default();
    let (send, batches) = sync_channel(1);
    let end = std::thread::scope(|scope| {
        scope.spawn(move || {
            let ahead = ReadAhead {
                circuits,
                pool,
                skip: start.height,
                last: start.block,
                send,
            };
            ahead.run(reader);
        });
        apply(batches, replica, &mut counts, &mut time_ms, &mut progress)
    });
    let end = match end {
        Ok(end) => end,
        Err(error) => {
            // What was replayed before it need not be replayed again.
            replica.finish().map_err(ReplayError::Failed)?;
            return Err(error);
        }
    };
    replica.finish().map_err(ReplayError::Failed)?;
    let position = replica.position();
    if let Some(found) = position.app_hash.filter(|found| *found != end.app_hash) {
        return Err(ReplayError::AppHash {
            expected: end.app_hash,
            found,
        });
    }
    Ok(Replayed {
        counts,
        height: position.height,
        block: position.block,
        app_hash: position.app_hash,
        time_ms,
    })
}

fn apply(
    batches: Receiver<Result<Batch, ReplayError>>,
    replica: &mut dyn Replica,
    counts: &mut Counts,
    time_ms: &mut u64,
    progress: &mut dyn FnMut(u64),
) -> Result<ExportEnd, ReplayError> {
    for batch in batches {
        let (blocks, read) = match batch? {
            Batch::Blocks(blocks, read) => (blocks, read),
            Batch::Resumed {
                time_ms: time,
                transactions,
            } => {
                counts.resumed += 1;
                counts.resumed_transactions += transactions;
                if transactions > 0 {
                    *time_ms = time;
                }
                continue;
            }
            Batch::End(end) => return Ok(end),
        };
        for block in blocks {
            let height = block.header().height.0;
            if !block.transactions().is_empty() {
                *time_ms = block.header().time.0;
            }
            counts.blocks += 1;
            counts.transactions += block.transactions().len() as u64;
            for authentic in block.transactions() {
                let tx = authentic.received().transaction();
                counts.proofs += tx.proofs.len() as u64;
                let signatures = tx.spend_signatures.len() + tx.role_signatures.len();
                counts.signatures += signatures as u64;
            }
            replica.apply(block).map_err(|reason| match reason {
                ReplicaError::Failed(_) => ReplayError::Failed(reason),
                reason => ReplayError::Replica { height, reason },
            })?;
        }
        progress(read);
    }
    // The reader says how it ends, unless it panicked.
    Err(ReplayError::Failed(ReplicaError::Failed(
        "the reading thread ended early".to_owned(),
    )))
}

/// The reading side.
struct ReadAhead<'a> {
    circuits: &'a Circuits,
    pool: &'a ThreadPool,
    /// Blocks that need no replay.
    skip: u64,
    /// Hash of the last one of them.
    last: BlockHash,
    send: SyncSender<Result<Batch, ReplayError>>,
}

impl ReadAhead<'_> {
    fn run<R: Read>(&self, mut reader: ExportReader<R>) {
        let outcome = self.read(&mut reader);
        if let Some(last) = outcome.transpose() {
            // Nobody listens any more after an error there.
            let _ = self.send.send(last);
        }
    }

    /// Sends batches; returns the last one, none when nobody listens.
    fn read<R: Read>(&self, reader: &mut ExportReader<R>) -> Result<Option<Batch>, ReplayError> {
        let chain = reader.genesis().chain_id();
        let mut blocks = Vec::new();
        let (mut bytes, mut proofs) = (0, 0);
        loop {
            let step = reader.step();
            let ends = !matches!(step, Ok(Step::Block(_)));
            if ends || bytes >= BYTES || proofs >= PROOFS || blocks.len() >= BLOCKS {
                let batch = std::mem::take(&mut blocks);
                (bytes, proofs) = (0, 0);
                if !self.send_checked(&chain, batch, reader.position())? {
                    return Ok(None);
                }
            }
            match step? {
                Step::Block(block) => {
                    let height = block.header.height.0;
                    if height <= self.skip {
                        if height == self.skip && block.header.hash() != self.last {
                            return Err(ReplayError::OtherHistory(height));
                        }
                        let resumed = Batch::Resumed {
                            time_ms: block.header.time.0,
                            transactions: block.txs.len() as u64,
                        };
                        if self.send.send(Ok(resumed)).is_err() {
                            return Ok(None);
                        }
                        continue;
                    }
                    bytes += block.txs.iter().map(Vec::len).sum::<usize>();
                    // A transaction with a proof is longer than this; a wrong guess costs nothing.
                    proofs += block.txs.iter().filter(|tx| tx.len() > 500).count();
                    blocks.push(block);
                }
                Step::End(end) if end.height < self.skip => {
                    return Err(ReplayError::Behind {
                        replica: self.skip,
                        export: end.height,
                    });
                }
                Step::End(end) => return Ok(Some(Batch::End(end))),
            }
        }
    }

    /// Checks blocks and sends those before the first bad one; false when nobody listens.
    fn send_checked(
        &self,
        chain: &obolus_abi::ChainId,
        blocks: Vec<Block>,
        read: u64,
    ) -> Result<bool, ReplayError> {
        let first = blocks.first().map_or(0, |block| block.header.height.0);
        let mut good = Vec::with_capacity(blocks.len());
        let mut bad = None;
        let verdicts = self
            .pool
            .install(|| check_blocks(self.circuits, chain, blocks));
        for (height, verdict) in (first..).zip(verdicts) {
            match verdict {
                Ok(block) => good.push(block),
                Err(fault) => {
                    bad = Some(ReplayError::Block { height, fault });
                    break;
                }
            }
        }
        let heard = self.send.send(Ok(Batch::Blocks(good, read))).is_ok();
        bad.map_or(Ok(heard), Err)
    }
}
