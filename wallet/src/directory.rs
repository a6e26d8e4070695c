//! The participant directory and the ACTIVE registry tree, rebuilt from the registry's events.

use std::collections::{BTreeMap, HashMap};

use obolus_abi::{ContractId, DealId, FieldBytes, registry::Participant};
use obolus_protocol::{
    Address, Amount, Fr, MerklePath, Owner,
    address::EncryptionKey,
    keys::SpendValidatingKey,
    note::{Slot, registry_leaf},
    tree::{MemoryNodes, REGISTRY_DEPTH, SparseTree, empty_roots},
    tx::Height,
};

/// One participant or deal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Registry slot.
    pub slot: Slot,
    /// Whom notes are made out to.
    pub owner: Owner,
    /// Spend-validating key.
    pub ak: SpendValidatingKey,
    /// Where memos are encrypted to; none for a deal, or if the registered key is no proper one.
    pub epk: Option<EncryptionKey>,
    /// Per-transfer limit.
    pub limit: Amount,
    /// In FROZEN instead of ACTIVE.
    pub frozen: bool,
    /// Height of the block that froze it.
    pub frozen_at: Option<Height>,
    /// Slot of the same participant's earlier key.
    pub supersedes: Option<Slot>,
    /// Slot of the same participant's newer key, which payers use.
    pub superseded_by: Option<Slot>,
    /// The contract and deal, for a deal leaf.
    pub deal: Option<(ContractId, DealId)>,
}

impl Entry {
    /// The address that payers use, if the entry can be paid with a memo.
    pub fn address(&self) -> Option<Address> {
        Some(Address {
            owner: self.owner,
            epk: self.epk?,
        })
    }

    fn leaf(&self) -> Fr {
        registry_leaf(self.owner, self.limit)
    }
}

/// As the registry lists it. An encryption key that is none is listed as zeros, which is none either.
impl From<&Entry> for Participant {
    fn from(entry: &Entry) -> Self {
        Self {
            slot: entry.slot.get(),
            owner: entry.owner.to_bytes(),
            ak: entry.ak.point().encode(),
            epk: entry.epk.map_or([0; 32], |epk| *epk.as_bytes()),
            limit: entry.limit.get(),
            frozen: entry.frozen,
            frozen_at: entry.frozen_at.map(|height| height.0),
            deal: entry.deal,
            supersedes: entry.supersedes.map(Slot::get),
            superseded_by: entry.superseded_by.map(Slot::get),
        }
    }
}

/// All participants of one registry.
#[derive(Clone)]
pub struct Directory {
    entries: BTreeMap<Slot, Entry>,
    by_owner: HashMap<FieldBytes, Slot>,
    by_ak: HashMap<SpendValidatingKey, Slot>,
    active: SparseTree<MemoryNodes, REGISTRY_DEPTH>,
    active_root: Fr,
}

impl Directory {
    /// A registry without participants.
    pub fn new() -> Self {
        Self {
            entries: BTreeMap::new(),
            by_owner: HashMap::new(),
            by_ak: HashMap::new(),
            active: SparseTree::new(MemoryNodes::default()),
            active_root: empty_roots()[REGISTRY_DEPTH],
        }
    }

    /// Root of the ACTIVE tree.
    pub const fn active_root(&self) -> Fr {
        self.active_root
    }

    /// The participant with this owner hash.
    pub fn by_owner(&self, owner: &Owner) -> Option<&Entry> {
        self.by_slot(*self.by_owner.get(&owner.to_bytes())?)
    }

    /// The participant, or the deal, with this spend-validating key.
    pub fn by_ak(&self, ak: &SpendValidatingKey) -> Option<&Entry> {
        self.by_slot(*self.by_ak.get(ak)?)
    }

    /// The participant at a slot.
    pub fn by_slot(&self, slot: Slot) -> Option<&Entry> {
        self.entries.get(&slot)
    }

    /// All participants in the order of their slots.
    pub fn iter(&self) -> impl Iterator<Item = &Entry> {
        self.entries.values()
    }

    /// The way from an active participant's leaf to [`Self::active_root`].
    ///
    /// # Errors
    /// [`DirectoryError::Frozen`]: a frozen leaf is not in the tree.
    pub fn active_path(&self, entry: &Entry) -> Result<MerklePath<REGISTRY_DEPTH>, DirectoryError> {
        if entry.frozen {
            return Err(DirectoryError::Frozen);
        }
        self.active
            .path(u64::from(entry.slot.get()))
            .map_err(|_| DirectoryError::Slot(entry.slot.get()))
    }

    /// The way from a frozen participant's leaf to a FROZEN root under which notes may be seized. The registry accepts a root
    /// only while everybody under it is frozen still, so its tree holds whoever was frozen up to some block.
    ///
    /// # Errors
    /// [`DirectoryError::NotFrozen`] if the participant is not under it.
    pub fn frozen_path(
        &self,
        whose: &Entry,
        root: Fr,
    ) -> Result<MerklePath<REGISTRY_DEPTH>, DirectoryError> {
        let slot = whose.slot.get();
        let mut frozen: Vec<_> = self
            .iter()
            .filter_map(|entry| Some((entry.frozen_at?, entry)))
            .collect();
        frozen.sort_by_key(|(height, _)| *height);
        let mut tree: SparseTree<MemoryNodes, REGISTRY_DEPTH> =
            SparseTree::new(MemoryNodes::default());
        for (_, entry) in frozen {
            let reached = tree
                .set(u64::from(entry.slot.get()), entry.leaf())
                .map_err(|_| DirectoryError::Slot(slot))?;
            if reached == root {
                let path = tree
                    .path(u64::from(slot))
                    .map_err(|_| DirectoryError::Slot(slot))?;
                return if path.root(whose.leaf()) == root {
                    Ok(path)
                } else {
                    Err(DirectoryError::NotFrozen(slot))
                };
            }
        }
        Err(DirectoryError::NotFrozen(slot))
    }

    /// Enters a participant.
    ///
    /// # Errors
    /// [`DirectoryError`] when the event does not fit what came before.
    pub fn register(&mut self, participant: &Participant) -> Result<(), DirectoryError> {
        let number = participant.slot;
        let slot = known(number)?;
        let owner =
            Owner::from_bytes(&participant.owner).map_err(|_| DirectoryError::Malformed(number))?;
        let ak = SpendValidatingKey::decode(&participant.ak)
            .map_err(|_| DirectoryError::Malformed(number))?;
        if self.entries.contains_key(&slot) || self.by_owner.contains_key(&participant.owner) {
            return Err(DirectoryError::Taken(number));
        }
        let entry = Entry {
            slot,
            owner,
            ak,
            // A participant may register a useless encryption key; it hurts nobody but itself.
            epk: EncryptionKey::new(participant.epk).ok(),
            limit: Amount::new(participant.limit),
            frozen: participant.frozen,
            frozen_at: participant.frozen_at.map(Height),
            deal: participant.deal,
            supersedes: participant.supersedes.map(known).transpose()?,
            superseded_by: participant.superseded_by.map(known).transpose()?,
        };
        self.enter(entry)
    }

    /// Links a participant's old slot with the one of its new key, which was registered just before.
    ///
    /// # Errors
    /// [`DirectoryError`] when the event does not fit what came before.
    pub fn rotate(&mut self, from: u32, to: u32) -> Result<(), DirectoryError> {
        let (mut old, mut new) = (self.entry(from)?, self.entry(to)?);
        if old.superseded_by.is_some_and(|by| by != new.slot) {
            return Err(DirectoryError::Unchanged(from));
        }
        old.superseded_by = Some(new.slot);
        new.supersedes = Some(old.slot);
        self.entries.insert(old.slot, old);
        self.entries.insert(new.slot, new);
        Ok(())
    }

    /// Moves a leaf from ACTIVE to FROZEN in the block at `frozen_at`, or back.
    ///
    /// # Errors
    /// [`DirectoryError`] when the event does not fit what came before.
    pub fn set_frozen(
        &mut self,
        slot: u32,
        frozen_at: Option<Height>,
    ) -> Result<(), DirectoryError> {
        let mut entry = self.entry(slot)?;
        if entry.frozen == frozen_at.is_some() {
            return Err(DirectoryError::Unchanged(slot));
        }
        entry.frozen = frozen_at.is_some();
        entry.frozen_at = frozen_at;
        self.enter(entry)
    }

    /// Changes a limit.
    ///
    /// # Errors
    /// [`DirectoryError`] when the event does not fit what came before.
    pub fn set_limit(&mut self, slot: u32, limit: u64) -> Result<(), DirectoryError> {
        let mut entry = self.entry(slot)?;
        entry.limit = Amount::new(limit);
        self.enter(entry)
    }

    fn entry(&self, slot: u32) -> Result<Entry, DirectoryError> {
        Slot::new(slot)
            .ok()
            .and_then(|slot| self.by_slot(slot))
            .cloned()
            .ok_or(DirectoryError::Slot(slot))
    }

    /// Writes an entry and its leaf; a frozen one leaves the ACTIVE tree.
    fn enter(&mut self, entry: Entry) -> Result<(), DirectoryError> {
        let leaf = if entry.frozen {
            Fr::from(0_u64)
        } else {
            entry.leaf()
        };
        self.active_root = self
            .active
            .set(u64::from(entry.slot.get()), leaf)
            .map_err(|_| DirectoryError::Slot(entry.slot.get()))?;
        self.by_owner.insert(entry.owner.to_bytes(), entry.slot);
        self.by_ak.insert(entry.ak, entry.slot);
        self.entries.insert(entry.slot, entry);
        Ok(())
    }
}

fn known(slot: u32) -> Result<Slot, DirectoryError> {
    Slot::new(slot).map_err(|_| DirectoryError::Slot(slot))
}

impl Default for Directory {
    fn default() -> Self {
        Self::new()
    }
}

/// Why a registry event or a look-up failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DirectoryError {
    /// The slot is frozen.
    #[error("the participant is frozen: payments are possible after the registrar unfreezes it")]
    Frozen,
    /// Not frozen, or not for long enough.
    #[error("registry slot {0} is not frozen, or not for long enough to seize its notes")]
    NotFrozen(u32),
    /// No participant there, or outside the tree.
    #[error("registry slot {0} holds no participant: sync again from the start")]
    Slot(u32),
    /// Owner or key is not canonical.
    #[error("registry slot {0} holds a malformed participant: this is not a registry of ours")]
    Malformed(u32),
    /// Slot or owner was registered before.
    #[error("registry slot {0} or its owner was registered before: sync again from the start")]
    Taken(u32),
    /// Frozen twice, or unfrozen while active.
    #[error("registry slot {0} is in that state already: sync again from the start")]
    Unchanged(u32),
}

#[cfg(test)]
mod tests;
