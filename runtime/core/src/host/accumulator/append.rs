//! Append trees: 4-ary, 17 levels, one root per block.

use borsh::{BorshDeserialize, BorshSerialize};
use obolus_abi::{ContractId, FieldBytes};
use obolus_protocol::field::{Fr, fr_to_bytes};
use obolus_protocol::tree::{Frontier, NOTE_DEPTH, TreeError};

use super::{ANCHOR, Change, FRONTIER, LEAF, PENDING, damaged, field, key};
use crate::exec::{BlockEnv, Fault};
use crate::host::encode;
use crate::overlay::Overlay;
use crate::state::keys;

type Edge = Frontier<NOTE_DEPTH>;

/// The leaves that a block added to one append tree.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Appended {
    /// The contract.
    pub contract: ContractId,
    /// The tree's number in the contract.
    pub tree: u8,
    /// Index of the first of them.
    pub first: u64,
    /// In the order of their indices.
    pub leaves: Vec<FieldBytes>,
    /// The tree's root with them: the block's anchor.
    pub root: FieldBytes,
}

/// One append tree of a contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AppendTree {
    contract: ContractId,
    number: u8,
}

impl AppendTree {
    /// The contract's append tree of this number.
    pub const fn new(contract: ContractId, number: u8) -> Self {
        Self { contract, number }
    }

    /// Queues a leaf for the end of the block; its index.
    ///
    /// # Errors
    /// [`Fault`] when the state fails.
    pub fn append(&self, overlay: &mut Overlay, leaf: Fr) -> Result<Change<u64>, Fault> {
        let queued = self.queued(overlay)?;
        let index = self.frontier(overlay)?.len() + queued;
        if index >= Edge::CAPACITY {
            return Ok(Change::Full);
        }
        overlay.put(self.leaf_key(queued), fr_to_bytes(&leaf).0.to_vec());
        overlay.put(self.key(PENDING, &[]), encode(&(queued + 1))?);
        Ok(Change::Done(index))
    }

    /// Number of leaves, those of this block included.
    ///
    /// # Errors
    /// [`Fault`] when the state fails.
    pub fn len(&self, overlay: &Overlay) -> Result<u64, Fault> {
        Ok(self.frontier(overlay)?.len() + self.queued(overlay)?)
    }

    /// Whether there is no leaf.
    ///
    /// # Errors
    /// [`Fault`] when the state fails.
    pub fn is_empty(&self, overlay: &Overlay) -> Result<bool, Fault> {
        Ok(self.len(overlay)? == 0)
    }

    /// The newest anchor; the root of the empty tree before there is one.
    ///
    /// # Errors
    /// [`Fault`] when the state fails.
    pub fn anchor(&self, overlay: &Overlay) -> Result<Fr, Fault> {
        Ok(self.frontier(overlay)?.root())
    }

    /// Height of the block that made this root an anchor; none when it is not one.
    ///
    /// # Errors
    /// [`Fault`] when the state fails.
    pub fn anchor_height(
        &self,
        overlay: &Overlay,
        root: &FieldBytes,
    ) -> Result<Option<u64>, Fault> {
        let Some(height) = overlay.get(&self.key(ANCHOR, &[&root.0]))? else {
            return Ok(None);
        };
        borsh::from_slice(&height)
            .map(Some)
            .map_err(|_| damaged("an anchor", &self.contract))
    }

    /// Adds the block's leaves in one batch and makes the new root an anchor.
    fn settle(&self, overlay: &mut Overlay, env: &BlockEnv) -> Result<Option<Appended>, Fault> {
        let queued = self.queued(overlay)?;
        overlay.forget(&self.key(PENDING, &[]));
        let mut leaves = Vec::new();
        for number in 0..queued {
            let key = self.leaf_key(number);
            let leaf = overlay.get(&key)?;
            let leaf = leaf.ok_or_else(|| damaged("pending leaves", &self.contract))?;
            leaves.push(field(&leaf, &self.contract)?);
            overlay.forget(&key);
        }
        if leaves.is_empty() {
            return Ok(None);
        }
        let mut frontier = self.frontier(overlay)?;
        let first = frontier.len();
        frontier
            .append_batch(&leaves)
            .map_err(|_: TreeError| damaged("an append tree", &self.contract))?;
        let root = fr_to_bytes(&frontier.root());
        overlay.put(self.key(FRONTIER, &[]), encode(&frontier)?);
        overlay.put(self.key(ANCHOR, &[&root.0]), encode(&env.height.0)?);
        Ok(Some(Appended {
            contract: self.contract,
            tree: self.number,
            first,
            leaves: leaves.iter().map(fr_to_bytes).collect(),
            root,
        }))
    }

    fn frontier(&self, overlay: &Overlay) -> Result<Edge, Fault> {
        match overlay.get(&self.key(FRONTIER, &[]))? {
            Some(bytes) => {
                borsh::from_slice(&bytes).map_err(|_| damaged("an append tree", &self.contract))
            }
            None => Ok(Edge::new()),
        }
    }

    /// How many leaves wait for the block's end.
    fn queued(&self, overlay: &Overlay) -> Result<u64, Fault> {
        match overlay.get(&self.key(PENDING, &[]))? {
            Some(number) => {
                borsh::from_slice(&number).map_err(|_| damaged("pending leaves", &self.contract))
            }
            None => Ok(0),
        }
    }

    fn leaf_key(&self, number: u64) -> Vec<u8> {
        self.key(LEAF, &[&number.to_be_bytes()])
    }

    fn key(&self, kind: u8, rest: &[&[u8]]) -> Vec<u8> {
        key(&self.contract, kind, self.number, rest)
    }
}

/// Ends a block: every append tree takes its new leaves in, in one batch, and its root becomes an anchor.
/// Call it once, after the block's last transaction, with no frame open. Returns what was added, tree by tree.
///
/// # Errors
/// [`Fault`] when the state fails; give up the block.
pub fn end_block(overlay: &mut Overlay, env: &BlockEnv) -> Result<Vec<Appended>, Fault> {
    let mut touched = Vec::new();
    let prefix = [keys::ACCUMULATOR];
    for key in overlay
        .writes()
        .range(prefix.to_vec()..)
        .map(|(key, _)| key)
    {
        let Some(rest) = key.strip_prefix(&prefix) else {
            break;
        };
        let Some((contract, [PENDING, number])) = rest.split_first_chunk::<{ ContractId::LEN }>()
        else {
            continue;
        };
        touched.push(AppendTree::new(ContractId(*contract), *number));
    }
    let mut appended = Vec::new();
    for tree in touched {
        appended.extend(tree.settle(overlay, env)?);
    }
    Ok(appended)
}
