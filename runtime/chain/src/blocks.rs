//! Whole blocks, checked as far as possible without a state.

use obolus_abi::ChainId;

use crate::{
    Authentic, Block, BlockError, Circuits, Header, Part, Received, TxFault, authenticate,
};

#[cfg(test)]
mod tests;

/// A block of the right form with its transactions in order, all authentic. Whether it follows from a
/// tip and what its transactions do, nobody has looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedBlock {
    header: Header,
    txs: Vec<Authentic>,
}

impl CheckedBlock {
    /// The header.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// The transactions, in order of execution.
    pub fn transactions(&self) -> &[Authentic] {
        &self.txs
    }

    /// A block that nobody checked, for tests of what comes after the checks.
    #[cfg(any(test, feature = "test-fixtures"))]
    pub fn assumed(header: Header, txs: Vec<Received>) -> Self {
        Self {
            header,
            txs: txs.into_iter().map(Authentic::assumed).collect(),
        }
    }

    /// Both, by value.
    pub fn into_parts(self) -> (Header, Vec<Authentic>) {
        (self.header, self.txs)
    }
}

/// What is wrong with a block, whatever the state.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BlockFault {
    /// The block itself.
    #[error(transparent)]
    Block(#[from] BlockError),
    /// A transaction.
    #[error("transaction {index} of the block is not admissible: {reason}")]
    Transaction {
        /// Its place in the block.
        index: usize,
        /// What is wrong with it.
        reason: TxFault,
    },
    /// Role transactions after others.
    #[error("transaction {index} of the block is out of order: role transactions come first")]
    Order {
        /// Its place in the block.
        index: usize,
    },
}

impl BlockFault {
    /// Stable snake-case code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Block(error) => error.code(),
            Self::Transaction { reason, .. } => reason.code(),
            Self::Order { .. } => "transaction_order",
        }
    }
}

/// Checks form, signatures and proofs of blocks of one chain, the proofs of all of them at once; one
/// result each, in order. Runs on rayon's current thread pool.
pub fn check_blocks(
    circuits: &Circuits,
    chain: &ChainId,
    blocks: Vec<Block>,
) -> Vec<Result<CheckedBlock, BlockFault>> {
    let mut all = Vec::new();
    let decoded: Vec<_> = blocks
        .into_iter()
        .map(|block| {
            let header = block.header;
            let received = received(block, chain)?;
            let count = received.len();
            all.extend(received);
            Ok((header, count))
        })
        .collect();
    let mut verdicts = authenticate(circuits, all).into_iter();
    decoded
        .into_iter()
        .map(|form: Result<_, BlockFault>| {
            let (header, count) = form?;
            // All of this block's are taken, also after a bad one.
            let own: Vec<_> = verdicts.by_ref().take(count).collect();
            let txs = own
                .into_iter()
                .enumerate()
                .map(|(index, verdict)| {
                    verdict.map_err(|reason| BlockFault::Transaction { index, reason })
                })
                .collect::<Result<_, _>>()?;
            Ok(CheckedBlock { header, txs })
        })
        .collect()
}

/// Form of the block and of its transactions, and their order.
fn received(block: Block, chain: &ChainId) -> Result<Vec<Received>, BlockFault> {
    block.check_form()?;
    if block.header.chain != *chain {
        return Err(BlockError::WrongChain {
            found: block.header.chain,
        }
        .into());
    }
    let mut previous = Part::Administration;
    let mut all = Vec::with_capacity(block.txs.len());
    for (index, bytes) in block.txs.into_iter().enumerate() {
        let received = Received::of_chain(bytes, chain)
            .map_err(|reason| BlockFault::Transaction { index, reason })?;
        let part = received.part();
        if part < previous {
            return Err(BlockFault::Order { index });
        }
        previous = part;
        all.push(received);
    }
    Ok(all)
}
