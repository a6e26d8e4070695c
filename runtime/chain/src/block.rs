//! Blocks: an ordered list of transactions under a header that chains to the one before.
//!
//! The header names the state *before* the block, so a block can be agreed on before it is
//! executed, and the transactions by the hash of their full bytes, so that agreeing on a block
//! means agreeing on one copy of each proof and signature.

use borsh::{BorshDeserialize, BorshSerialize};
use obolus_abi::ChainId;
use obolus_protocol::tx::Height;
use obolus_runtime_api::{AppHash, BlockHash, HeaderView, MerkleStep, Tip, hex};

use crate::{Timestamp, transaction_hash};

/// Version of the block format.
pub const BLOCK_VERSION: u16 = 1;
/// Most transactions in a block.
pub const MAX_BLOCK_TXS: usize = 1024;
/// Most bytes of transactions in a block.
pub const MAX_BLOCK_BYTES: usize = 8 << 20;

const HEADER_HASH: &str = "obolus 2026 block header v1";
const TX_LEAF: &str = "obolus 2026 transaction root leaf v1";
const TX_NODE: &str = "obolus 2026 transaction root node v1";

/// What a block is agreed on by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Header {
    /// Format version, [`BLOCK_VERSION`].
    pub version: u16,
    /// The chain.
    pub chain: ChainId,
    /// Height; the first block has 1.
    pub height: Height,
    /// Hash of the block before; the chain id for the first block.
    pub previous: BlockHash,
    /// Hash of the state before this block.
    pub app_hash: AppHash,
    /// Proposer's time; never earlier than the block before.
    pub time: Timestamp,
    /// Merkle root over the hashes of the transactions' full bytes.
    pub transactions: [u8; 32],
}

impl Header {
    /// Names the block.
    pub fn hash(&self) -> BlockHash {
        BlockHash(blake3::derive_key(HEADER_HASH, &crate::encode(self)))
    }

    /// Whether the block comes right after `tip`.
    ///
    /// # Errors
    /// [`BlockError`] names the first thing that is wrong.
    pub fn check_follows(&self, tip: &Tip) -> Result<(), BlockError> {
        let next = Height(tip.height.saturating_add(1));
        if self.chain != tip.chain {
            return Err(BlockError::WrongChain { found: self.chain });
        }
        if self.height != next {
            return Err(BlockError::Height {
                expected: next,
                found: self.height,
            });
        }
        if self.previous != tip.block {
            return Err(BlockError::Previous);
        }
        if self.app_hash != tip.app_hash {
            return Err(BlockError::AppHash);
        }
        if self.time.0 < tip.time_ms {
            return Err(BlockError::Time);
        }
        Ok(())
    }

    /// The header as clients are shown it.
    pub fn view(&self) -> HeaderView {
        HeaderView {
            version: self.version,
            chain: self.chain,
            height: self.height.0,
            previous: self.previous,
            app_hash: self.app_hash,
            time_ms: self.time.0,
            transactions: hex::encode(&self.transactions),
        }
    }
}

/// A block: the header and the transactions' bytes as they were admitted.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Block {
    /// The header.
    pub header: Header,
    /// Encoded transactions, in order of execution.
    pub txs: Vec<Vec<u8>>,
}

/// Why bytes are no block, or a block does not follow from the tip.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BlockError {
    /// Bytes that do not decode.
    #[error("the block does not decode: fetch it again")]
    Malformed,
    /// Another format version.
    #[error("block format version {found} is not {BLOCK_VERSION}: use the matching release")]
    Version {
        /// The block's version.
        found: u16,
    },
    /// Another chain.
    #[error("the block belongs to chain {found}: check which network the sender is on")]
    WrongChain {
        /// The block's chain.
        found: ChainId,
    },
    /// Not the next height.
    #[error("the block has height {found}, the next one is {expected}: sync first")]
    Height {
        /// The next height.
        expected: Height,
        /// The block's height.
        found: Height,
    },
    /// Does not name the tip as its predecessor.
    #[error("the block does not follow the last block here: sync, then compare the block hashes")]
    Previous,
    /// Names another state than the one here.
    #[error(
        "the block's app hash is not the one here: this node or the sender computed another state; stop and compare"
    )]
    AppHash,
    /// Earlier than the block before.
    #[error("the block's time is before its predecessor's: set the proposer's clock")]
    Time,
    /// The root in the header is not that of the transactions.
    #[error("the block's transactions do not match its header: fetch it again")]
    TransactionRoot,
    /// Above [`MAX_BLOCK_TXS`] or [`MAX_BLOCK_BYTES`].
    #[error("the block exceeds {MAX_BLOCK_TXS} transactions or {MAX_BLOCK_BYTES} bytes")]
    TooLarge,
}

impl BlockError {
    /// Stable snake-case code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Malformed => "block_malformed",
            Self::Version { .. } => "block_version",
            Self::WrongChain { .. } => "wrong_chain",
            Self::Height { .. } => "block_height",
            Self::Previous => "block_previous",
            Self::AppHash => "app_hash",
            Self::Time => "block_time",
            Self::TransactionRoot => "transaction_root",
            Self::TooLarge => "block_too_large",
        }
    }
}

impl Block {
    /// The canonical encoding.
    pub fn encode(&self) -> Vec<u8> {
        crate::encode(self)
    }

    /// Reads a block and checks what can be checked without a state.
    ///
    /// # Errors
    /// [`BlockError`].
    pub fn decode(bytes: &[u8]) -> Result<Self, BlockError> {
        let block: Self = borsh::from_slice(bytes).map_err(|_| BlockError::Malformed)?;
        block.check_form()?;
        Ok(block)
    }

    /// Version, sizes and transaction root.
    ///
    /// # Errors
    /// [`BlockError`].
    pub fn check_form(&self) -> Result<(), BlockError> {
        if self.header.version != BLOCK_VERSION {
            return Err(BlockError::Version {
                found: self.header.version,
            });
        }
        let bytes: usize = self.txs.iter().map(Vec::len).sum();
        if self.txs.len() > MAX_BLOCK_TXS || bytes > MAX_BLOCK_BYTES {
            return Err(BlockError::TooLarge);
        }
        let hashes: Vec<_> = self.txs.iter().map(|tx| transaction_hash(tx)).collect();
        if self.header.transactions != transaction_root(&hashes) {
            return Err(BlockError::TransactionRoot);
        }
        Ok(())
    }
}

/// Binary Merkle root; leaves and nodes are hashed in different domains, an odd node moves up as it
/// is, and the root of nothing is zero.
pub fn transaction_root(hashes: &[[u8; 32]]) -> [u8; 32] {
    let mut level = leaves(hashes);
    while level.len() > 1 {
        level = above(&level);
    }
    level.first().copied().unwrap_or_default()
}

/// The way from the leaf at `place` to [`transaction_root`]; empty when there is no such leaf.
pub fn transaction_path(hashes: &[[u8; 32]], mut place: usize) -> Vec<MerkleStep> {
    let mut level = leaves(hashes);
    let mut path = Vec::new();
    while level.len() > 1 {
        // An odd node at the end has no sibling and no step.
        if let Some(sibling) = level.get(place ^ 1) {
            path.push(MerkleStep {
                sibling: hex::encode(sibling),
                sibling_left: place % 2 == 1,
            });
        }
        level = above(&level);
        place /= 2;
    }
    path
}

fn leaves(hashes: &[[u8; 32]]) -> Vec<[u8; 32]> {
    hashes
        .iter()
        .map(|hash| blake3::derive_key(TX_LEAF, hash))
        .collect()
}

fn above(level: &[[u8; 32]]) -> Vec<[u8; 32]> {
    level
        .chunks(2)
        .map(|pair| match pair {
            [left, right] => {
                let mut hasher = blake3::Hasher::new_derive_key(TX_NODE);
                hasher.update(left).update(right);
                *hasher.finalize().as_bytes()
            }
            odd => odd.first().copied().unwrap_or_default(),
        })
        .collect()
}

#[cfg(test)]
mod tests;
