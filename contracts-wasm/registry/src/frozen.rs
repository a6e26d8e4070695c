//! Under which FROZEN roots notes may be seized: everybody under such a root is frozen still, and has been for the delay.
//!
//! The present root alone would not do: every freeze replaces it, so whoever is frozen next would put off the seizure of
//! everybody before. So earlier roots are kept, as [`roots`](crate::roots) keeps those of ACTIVE, the other way round: a
//! freeze only adds a leaf, so that what an earlier root says stays true and grows old enough. A leaf that leaves or
//! changes drops every root that it is under. Pure bookkeeping: no host calls live here.
//!
//! For every root kept here: each of its leaves is in the present tree, and was frozen at its `since` or before.

use alloc::vec::Vec;

use borsh::{BorshDeserialize, BorshSerialize};
use obolus_sdk::abi::FieldBytes;
use obolus_sdk::abi::registry::{MAX_FROZEN_ROOTS, SeizableRoot};

/// The present FROZEN root and the earlier ones whose leaves it still has.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct FrozenRoots {
    /// Oldest first, no two of one height; the last is the present one. At most [`MAX_FROZEN_ROOTS`].
    roots: Vec<SeizableRoot>,
}

/// Why there is no seizure under a root.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotSeizable {
    /// Never a FROZEN root, or one of its leaves has left or changed, or it made room for others.
    Unknown,
    /// The delay is not over for each of its leaves.
    Early,
}

impl FrozenRoots {
    /// Nobody is frozen.
    pub fn new(empty: FieldBytes, height: u64) -> Self {
        Self {
            roots: alloc::vec![SeizableRoot {
                root: empty,
                since: height,
            }],
        }
    }

    /// After a freeze in the block at `height`.
    pub fn froze(&mut self, root: FieldBytes, height: u64, delay: u64) {
        // Of one block the last root has the most leaves and is as old.
        self.roots.retain(|known| known.since < height);
        self.roots.push(SeizableRoot {
            root,
            since: height,
        });
        if self.roots.len() > MAX_FROZEN_ROOTS {
            let place = self.least_missed(height, delay);
            self.roots.remove(place);
        }
    }

    /// Which root makes room: the oldest, when a newer one is old enough as well. Otherwise the one between the two
    /// neighbours nearest to each other: those frozen between them wait no longer than for the newer neighbour.
    fn least_missed(&self, height: u64, delay: u64) -> usize {
        let old_enough = |root: &&SeizableRoot| is_old_enough(root, height, delay);
        if self.roots.iter().filter(old_enough).count() > 1 {
            return 0;
        }
        let spans = self.roots.windows(3).enumerate();
        let nearest = spans.min_by_key(|(_, span)| span[2].since - span[0].since);
        nearest.map_or(0, |(place, _)| place + 1)
    }

    /// After a leaf that was frozen in the block at `frozen_at` left the tree or changed its limit: roots from before it
    /// came still say the truth. Nobody under the new root was frozen later than the latest under the old one.
    pub fn changed(&mut self, root: FieldBytes, frozen_at: u64) {
        let present = self.roots.last().copied();
        if present.is_some_and(|present| present.root == root) {
            return;
        }
        let since = present.map_or(frozen_at, |present| present.since);
        self.roots.retain(|known| known.since < frozen_at);
        if self.roots.last().is_none_or(|known| known.root != root) {
            self.roots.push(SeizableRoot { root, since });
        }
    }

    /// Whether notes may be seized under `root` in the block at `height`.
    ///
    /// # Errors
    /// [`NotSeizable`] when they may not.
    pub fn check(&self, root: &FieldBytes, height: u64, delay: u64) -> Result<(), NotSeizable> {
        let known = self.roots.iter().find(|known| known.root == *root);
        match known {
            None => Err(NotSeizable::Unknown),
            Some(known) if is_old_enough(known, height, delay) => Ok(()),
            Some(_) => Err(NotSeizable::Early),
        }
    }

    /// The newest root under which notes may be seized in the block at `height`.
    pub fn seizable(&self, height: u64, delay: u64) -> Option<SeizableRoot> {
        let mut newest_first = self.roots.iter().rev();
        newest_first
            .find(|root| is_old_enough(root, height, delay))
            .copied()
    }
}

const fn is_old_enough(root: &SeizableRoot, height: u64, delay: u64) -> bool {
    root.since.saturating_add(delay) <= height
}

#[cfg(test)]
mod tests;
