//! What the registry stores. Field ids are part of the stored state: never change or reuse one.

use borsh::{BorshDeserialize, BorshSerialize};
use obolus_sdk::abi::registry::{
    ACTIVE_TREE, AuditorEpoch, FROZEN_TREE, Participant, REGISTRY_LEAF_TAG, RegistryError,
};
use obolus_sdk::{
    ContractId, Env, FieldBytes, Item, KeyId, Map, PointBytes, RoleSet, Set, SlotTree, abort,
};

use crate::auditor::Auditor;
use crate::frozen::FrozenRoots;
use crate::roots::RootWindow;

/// Fixed at `init`.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Settings {
    /// Who approves.
    pub registrar: RoleSet,
    /// Verifying key of `register` proofs.
    pub register_key: KeyId,
    /// Blocks for which a root outlives a later insertion.
    pub root_window: u64,
    /// Blocks for which a participant must have been frozen before its notes may be seized.
    pub seizure_delay: u64,
}

/// Settings; set once.
pub const SETTINGS: Item<Settings> = Item::new(0);
/// The auditor's current epoch, and the key before it.
pub const AUDITOR: Item<Auditor> = Item::new(1);
/// Accepted ACTIVE roots.
pub const ROOTS: Item<RootWindow> = Item::new(2);
/// The next free slot, which is also the number of slots handed out.
pub const NEXT_SLOT: Item<u32> = Item::new(3);
/// The directory.
pub const PARTICIPANTS: Map<u32, Participant> = Map::new(4);
/// Slot of an owner hash.
pub const SLOT_OF_OWNER: Map<FieldBytes, u32> = Map::new(5);
/// Slot of a spend-validating key, deals' keys included.
pub const SLOT_OF_AK: Map<PointBytes, u32> = Map::new(6);
/// Contracts that may open deals and pass payments on.
pub const APPROVED: Set<ContractId> = Set::new(7);
/// Every epoch of the auditor, by number.
pub const EPOCHS: Map<u32, AuditorEpoch> = Map::new(8);
/// Number of the epoch of each key that was ever in force.
pub const EPOCH_OF: Map<PointBytes, u32> = Map::new(9);
/// FROZEN roots that seizures may use.
pub const FROZEN_ROOTS: Item<FrozenRoots> = Item::new(10);

/// Leaves that may send and receive.
pub const ACTIVE: SlotTree = SlotTree::new(ACTIVE_TREE);
/// Leaves whose notes may be seized.
pub const FROZEN: SlotTree = SlotTree::new(FROZEN_TREE);

/// The settings.
///
/// # Errors
/// [`RegistryError::State`] before `init`.
pub fn settings(env: &Env) -> Result<Settings, RegistryError> {
    SETTINGS.get(env).ok_or(RegistryError::State)
}

/// A field that `init` sets together with the settings.
///
/// # Errors
/// [`RegistryError::State`] before `init`.
pub fn initialised<T>(value: Option<T>) -> Result<T, RegistryError> {
    value.ok_or(RegistryError::State)
}

/// The directory's entry at a slot.
///
/// # Errors
/// [`RegistryError::NoSuchSlot`] when nobody was entered there.
pub fn entry(env: &Env, slot: u32) -> Result<Participant, RegistryError> {
    PARTICIPANTS
        .get(env, &slot)
        .ok_or(RegistryError::NoSuchSlot)
}

/// The leaf of an entry. Its owner was a public input of an accepted proof, hence canonical.
pub fn leaf(env: &Env, owner: &FieldBytes, limit: u64) -> FieldBytes {
    let inputs = [owner, &FieldBytes::from_u64(limit), &FieldBytes::ZERO];
    match env.hash3(REGISTRY_LEAF_TAG, inputs) {
        Ok(leaf) => leaf,
        Err(_) => abort("a registered owner is not a field element"),
    }
}

/// Puts a leaf into one of the trees, or takes it out with zero; returns the new root. Slots are
/// bounded when they are handed out and leaves are hashes.
pub fn place(env: &mut Env, tree: SlotTree, slot: u32, leaf: &FieldBytes) -> FieldBytes {
    match tree.set(env, slot, leaf) {
        Ok(root) => root,
        Err(_) => abort("a slot or leaf is outside the tree"),
    }
}
