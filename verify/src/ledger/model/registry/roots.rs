//! Which roots are accepted: ACTIVE ones for payments, FROZEN ones for seizures.

use borsh::{BorshDeserialize, BorshSerialize};
use obolus_abi::FieldBytes;
use obolus_abi::registry::{MAX_FROZEN_ROOTS, MAX_VALID_ROOTS, RegistryError};

/// The ACTIVE root, and those that insertions have replaced.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub(super) struct Active {
    window: u64,
    root: FieldBytes,
    /// Earlier roots with the height at which an insertion replaced each, oldest first.
    past: Vec<(FieldBytes, u64)>,
}

impl Active {
    /// Of an empty tree.
    pub(super) const fn new(root: FieldBytes, window: u64) -> Self {
        Self {
            window,
            root,
            past: Vec::new(),
        }
    }

    /// Is the root accepted in the block of this height?
    pub(super) fn accepts(&self, root: &FieldBytes, height: u64) -> bool {
        let mut past = self.past.iter();
        *root == self.root || past.any(|(past, at)| past == root && self.in_window(*at, height))
    }

    const fn in_window(&self, replaced_at: u64, height: u64) -> bool {
        height <= replaced_at.saturating_add(self.window)
    }

    /// An insertion or a raised limit: the old root stays valid for a while.
    pub(super) fn inserted(&mut self, root: FieldBytes, height: u64) {
        if root == self.root {
            return;
        }
        let mut past = std::mem::take(&mut self.past);
        past.retain(|(old, at)| self.in_window(*at, height) && *old != root);
        past.push((self.root, height));
        // With the current one at most MAX_VALID_ROOTS are accepted.
        let excess = (past.len() + 1).saturating_sub(MAX_VALID_ROOTS);
        past.drain(..excess);
        self.past = past;
        self.root = root;
    }

    /// A removal or a lowered limit: no other root is valid.
    pub(super) fn removed(&mut self, root: FieldBytes) {
        self.past.clear();
        self.root = root;
    }
}

/// The FROZEN root, and those whose leaves it still has.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub(super) struct Frozen {
    delay: u64,
    /// With the height at which the last of its leaves was frozen, in this order.
    known: Vec<(u64, FieldBytes)>,
}

impl Frozen {
    /// Of an empty tree.
    pub(super) fn new(root: FieldBytes, delay: u64, height: u64) -> Self {
        Self {
            delay,
            known: vec![(height, root)],
        }
    }

    const fn is_due(&self, since: u64, height: u64) -> bool {
        height >= since.saturating_add(self.delay)
    }

    /// May notes be seized under the root in the block of this height?
    pub(super) fn check(&self, root: &FieldBytes, height: u64) -> Result<(), RegistryError> {
        let found = self.known.iter().find(|(_, known)| known == root);
        let (since, _) = found.ok_or(RegistryError::FrozenRoot)?;
        if self.is_due(*since, height) {
            Ok(())
        } else {
            Err(RegistryError::SeizureEarly)
        }
    }

    /// Somebody was frozen. Too many roots: an older one goes if two are due, else the first of those whose neighbours are
    /// closest.
    pub(super) fn added(&mut self, root: FieldBytes, height: u64) {
        self.known.retain(|(since, _)| *since != height);
        self.known.push((height, root));
        if self.known.len() <= MAX_FROZEN_ROOTS {
            return;
        }
        let due = |index: usize| {
            let known = self.known.get(index);
            known.is_some_and(|(since, _)| self.is_due(*since, height))
        };
        if due(0) && due(1) {
            self.known.remove(0);
            return;
        }
        let mut closest = (u64::MAX, 0);
        for (index, three) in self.known.windows(3).enumerate() {
            if let [(before, _), _, (after, _)] = three
                && after - before < closest.0
            {
                closest = (after - before, index + 1);
            }
        }
        self.known.remove(closest.1);
    }

    /// Somebody who was frozen at this height no longer is, or has another limit.
    pub(super) fn changed(&mut self, root: FieldBytes, frozen_at: u64) {
        let Some(&(since, present)) = self.known.last() else {
            return;
        };
        if present == root {
            return;
        }
        self.known.retain(|(since, _)| *since < frozen_at);
        if self.known.last().map(|(_, known)| *known) != Some(root) {
            self.known.push((since, root));
        }
    }
}

#[cfg(test)]
mod tests;
