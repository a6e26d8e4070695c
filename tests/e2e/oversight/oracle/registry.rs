//! The registry: who takes part, up to which limit, who is frozen, and the auditor's keys.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use obolus_abi::registry::MAX_VALID_ROOTS;
use obolus_tests::bank::SEIZURE_DELAY;
use obolus_wallet::Entering;

use super::{Basis, Unable, Verdict, require};

/// Slots under a root, with their limits.
pub type Slots = BTreeMap<usize, u64>;

/// The state of a registry.
pub struct Registry {
    pub active: Slots,
    /// Slots that were given up or lost, and where their participants went on.
    pub superseded: BTreeMap<usize, usize>,
    /// The limit of each slot.
    pub limits: Vec<u64>,
    /// Sets of active slots that a proof may be about, the newest last. What waits expires before it leaves the registry's
    /// window of blocks.
    known: VecDeque<Slots>,
    /// Sets of frozen slots all of which are frozen still, and since when they all were; the last is the present one.
    frozen: Vec<(Slots, u64)>,
    /// Keys of the auditor, by number, in the order in which they came into force.
    keys: Vec<usize>,
    /// The key before the last, and the last block that takes it.
    previous: Option<(usize, u64)>,
}

impl Registry {
    /// A registry that nobody has entered, made in the block at `height`.
    pub fn new(height: u64) -> Self {
        Self {
            active: Slots::new(),
            superseded: BTreeMap::new(),
            limits: Vec::new(),
            known: VecDeque::from([Slots::new()]),
            frozen: vec![(Slots::new(), height)],
            keys: vec![0],
            previous: None,
        }
    }

    /// What a proof made now is about.
    pub fn basis(&self) -> Basis {
        Basis {
            active: self.active.clone(),
            key: self.key(),
        }
    }

    /// Number of the auditor's key in force.
    pub fn key(&self) -> usize {
        *self.keys.last().unwrap()
    }

    /// Who is frozen.
    pub fn frozen(&self) -> &Slots {
        &self.frozen.last().unwrap().0
    }

    /// The newest set of frozen slots all of which a block at `height` lets be seized.
    pub fn seizable(&self, height: u64) -> Option<&Slots> {
        let old_enough = |(_, since): &&(Slots, u64)| since + SEIZURE_DELAY <= height;
        let newest = self.frozen.iter().rev().find(old_enough)?;
        Some(&newest.0)
    }

    pub fn is_frozen(&self, slot: usize) -> Option<Unable> {
        (!self.active.contains_key(&slot)).then_some(Unable::Frozen)
    }

    pub fn is_superseded(&self, slot: usize) -> Option<Unable> {
        let superseded = self.superseded.contains_key(&slot);
        superseded.then_some(Unable::Superseded)
    }

    /// Whether it is more than may go out of that slot at a time.
    pub fn is_over(&self, slot: usize, amount: u64) -> Option<Unable> {
        (amount > self.limits[slot]).then_some(Unable::OverLimit)
    }

    /// Why nothing can be seized from there under that set of frozen slots.
    pub fn cannot_seize(
        &self,
        (from, to): (usize, usize),
        amount: u64,
        under: Option<&Slots>,
    ) -> Option<Unable> {
        let Some(under) = under else {
            return Some(Unable::NotSeizable);
        };
        let not_frozen = (!under.contains_key(&from)).then_some(Unable::NotFrozen);
        self.is_over(from, amount)
            .or(self.is_superseded(to))
            .or(not_frozen)
            .or(self.is_frozen(to))
    }

    pub fn freeze(&mut self, slot: usize, height: u64) -> Verdict {
        let limit = self.active.remove(&slot).ok_or("freeze_state")?;
        self.known = VecDeque::from([self.active.clone()]);
        let mut frozen = self.frozen().clone();
        frozen.insert(slot, limit);
        self.frozen.retain(|(_, since)| *since < height);
        self.frozen.push((frozen, height));
        Ok(())
    }

    pub fn unfreeze(&mut self, slot: usize) -> Verdict {
        let mut left = self.frozen().clone();
        left.remove(&slot).ok_or("freeze_state")?;
        self.thaw(slot, left);
        self.activate(slot);
        Ok(())
    }

    /// A lowered limit is no limit that was proved before; a higher one leaves earlier proofs true. Of who is frozen none are.
    pub fn set_limit(&mut self, slot: usize, limit: u64) {
        let lowered = limit < self.limits[slot];
        self.limits[slot] = limit;
        if self.frozen().contains_key(&slot) {
            let mut changed = self.frozen().clone();
            if changed.insert(slot, limit) != Some(limit) {
                self.thaw(slot, changed);
            }
        } else {
            if lowered {
                self.known.clear();
            }
            self.activate(slot);
        }
    }

    pub fn enter(&mut self, entering: Entering, limit: u64, basis: &Basis, height: u64) -> Verdict {
        let (old, lost) = match entering {
            Entering::Anew => (None, false),
            Entering::Rotating(slot) => (Some(slot.get() as usize), false),
            Entering::Recovering(slot) => (Some(slot.get() as usize), true),
        };
        if let Some(old) = old {
            require(!self.superseded.contains_key(&old), "slot_superseded")?;
            require(self.frozen().contains_key(&old) == lost, "freeze_state")?;
            require(limit <= self.limits[old], "rotated_limit")?;
        }
        self.check_key(basis.key, height, "register_proof")?;
        let slot = self.list(limit);
        self.superseded.extend(old.map(|old| (old, slot)));
        Ok(())
    }

    /// Gives out the next slot.
    pub fn list(&mut self, limit: u64) -> usize {
        let slot = self.limits.len();
        self.limits.push(limit);
        self.activate(slot);
        slot
    }

    pub fn begin(&mut self, key: usize, window: u64, height: u64) -> Verdict {
        require(key != self.key(), "auditor_unchanged")?;
        require(!self.keys.contains(&key), "auditor_reused")?;
        self.previous = (window > 0).then(|| (self.key(), height + window));
        self.keys.push(key);
        Ok(())
    }

    pub fn check_sender(&self, basis: &Basis) -> Verdict {
        require(self.known.contains(&basis.active), "sender_root_stale")
    }

    pub fn check_recipient(&self, basis: &Basis) -> Verdict {
        require(self.known.contains(&basis.active), "recipient_root_stale")
    }

    pub fn check_seizure(&self, frozen: &Slots, height: u64) -> Verdict {
        let known = self.frozen.iter().find(|(slots, _)| slots == frozen);
        let (_, since) = known.ok_or("frozen_root_stale")?;
        require(since + SEIZURE_DELAY <= height, "seizure_early")
    }

    /// The auditor's key in force, or the one before while its window runs.
    pub fn check_key(&self, key: usize, height: u64, refusal: &'static str) -> Verdict {
        let earlier = self.previous;
        let within = earlier.is_some_and(|(old, until)| old == key && height <= until);
        require(key == self.key() || within, refusal)
    }

    /// Slots in the order of their participants' keys, for each who began with that slot.
    pub fn lineages(&self) -> Vec<Vec<usize>> {
        let newer: BTreeSet<_> = self.superseded.values().collect();
        let firsts = (0..self.limits.len()).filter(|slot| !newer.contains(slot));
        let line = |first| {
            let next = |slot: &usize| self.superseded.get(slot).copied();
            std::iter::successors(Some(first), next).collect()
        };
        firsts.map(line).collect()
    }

    /// Nobody is seized from under a root with that slot in it any more.
    fn thaw(&mut self, slot: usize, left: Slots) {
        let (_, since) = self.frozen[self.frozen.len() - 1];
        self.frozen.retain(|(slots, _)| !slots.contains_key(&slot));
        if self.frozen.last().is_none_or(|(slots, _)| *slots != left) {
            self.frozen.push((left, since));
        }
    }

    fn activate(&mut self, slot: usize) {
        self.active.insert(slot, self.limits[slot]);
        self.known.retain(|earlier| *earlier != self.active);
        self.known.push_back(self.active.clone());
        if self.known.len() > MAX_VALID_ROOTS {
            self.known.pop_front();
        }
    }
}
