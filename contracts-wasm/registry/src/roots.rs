//! Which ACTIVE roots a proof may use: the current one and, for a window of blocks, those that
//! only insertions have replaced.
//!
//! An insertion takes nothing away, so a proof under an earlier root still states a truth. A freeze
//! or a lowered limit does: it drops every earlier root at once, or a frozen sender would spend under
//! an old one. Pure bookkeeping: no host calls live here.

use alloc::vec::Vec;

use borsh::{BorshDeserialize, BorshSerialize};
use obolus_sdk::abi::{FieldBytes, registry::MAX_VALID_ROOTS};

/// The current root and the earlier ones that may still be valid.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct RootWindow {
    current: FieldBytes,
    /// Oldest first; at most [`MAX_VALID_ROOTS`] − 1.
    past: Vec<PastRoot>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
struct PastRoot {
    root: FieldBytes,
    /// Height of the block whose insertion replaced it.
    replaced_at: u64,
}

impl PastRoot {
    fn is_current(&self, height: u64, window: u64) -> bool {
        height <= self.replaced_at.saturating_add(window)
    }
}

/// The root is unknown, was dropped, or has left the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StaleRoot;

impl RootWindow {
    /// A window that accepts only `current`.
    pub const fn new(current: FieldBytes) -> Self {
        Self {
            current,
            past: Vec::new(),
        }
    }

    /// After an insertion or a raised limit in the block at `height`: earlier roots stay valid for
    /// `window` blocks. The oldest are dropped when the list is full.
    pub fn extend(&mut self, new: FieldBytes, height: u64, window: u64) {
        if new == self.current {
            return;
        }
        self.past
            .retain(|past| past.is_current(height, window) && past.root != new);
        let excess = (self.past.len() + 2).saturating_sub(MAX_VALID_ROOTS);
        self.past.drain(..excess);
        self.past.push(PastRoot {
            root: self.current,
            replaced_at: height,
        });
        self.current = new;
    }

    /// After a removal or a lowered limit: every earlier root is invalid at once.
    pub fn replace(&mut self, new: FieldBytes) {
        *self = Self::new(new);
    }

    /// Whether a proof under `root` is accepted in the block at `height`.
    ///
    /// # Errors
    /// [`StaleRoot`] when it is not.
    pub fn check(&self, root: &FieldBytes, height: u64, window: u64) -> Result<(), StaleRoot> {
        let accepted = *root == self.current
            || self
                .past
                .iter()
                .any(|past| past.root == *root && past.is_current(height, window));
        if accepted { Ok(()) } else { Err(StaleRoot) }
    }

    /// The root of the tree as it is.
    pub const fn current(&self) -> FieldBytes {
        self.current
    }

    /// Every root accepted in the block at `height`, newest last.
    pub fn valid(&self, height: u64, window: u64) -> Vec<FieldBytes> {
        self.past
            .iter()
            .filter(|past| past.is_current(height, window))
            .map(|past| past.root)
            .chain([self.current])
            .collect()
    }
}

#[cfg(test)]
mod tests;
