//! The participant directory and the ACTIVE registry tree, rebuilt from the registry's events.

use std::collections::{BTreeMap, HashMap};

use obolus_abi::{ContractId, DealId, FieldBytes, registry::Participant};
use obolus_protocol::{
    Address, Amount, Fr, MerklePath, Owner,
    address::EncryptionKey,
    keys::SpendValidatingKey,
    note::{Slot, registry_leaf},
    tree::{MemoryNodes, REGISTRY_DEPTH, SparseTree, empty_roots},
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
            deal: entry.deal,
        }
    }
}

/// All participants of one registry.
#[derive(Clone)]
pub struct Directory {
    entries: BTreeMap<Slot, Entry>,
    by_owner: HashMap<FieldBytes, Slot>,
    active: SparseTree<MemoryNodes, REGISTRY_DEPTH>,
    active_root: Fr,
}

impl Directory {
    /// A registry without participants.
    pub fn new() -> Self {
        Self {
            entries: BTreeMap::new(),
            by_owner: HashMap::new(),
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

    /// Enters a participant.
    ///
    /// # Errors
    /// [`DirectoryError`] when the event does not fit what came before.
    pub fn register(&mut self, participant: &Participant) -> Result<(), DirectoryError> {
        let number = participant.slot;
        let slot = Slot::new(number).map_err(|_| DirectoryError::Slot(number))?;
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
            deal: participant.deal,
        };
        self.enter(entry)
    }

    /// Moves a leaf from ACTIVE to FROZEN or back.
    ///
    /// # Errors
    /// [`DirectoryError`] when the event does not fit what came before.
    pub fn set_frozen(&mut self, slot: u32, frozen: bool) -> Result<(), DirectoryError> {
        let mut entry = self.entry(slot)?;
        if entry.frozen == frozen {
            return Err(DirectoryError::Unchanged(slot));
        }
        entry.frozen = frozen;
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
        self.entries.insert(entry.slot, entry);
        Ok(())
    }
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
