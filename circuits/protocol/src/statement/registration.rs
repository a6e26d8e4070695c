//! A participant's leaf in a registry tree: shared by all statements that name one.

use zeroize::Zeroize;

use crate::{
    amount::Amount,
    field::Fr,
    keys::Owner,
    note::{Slot, registry_leaf},
    tree::{MerklePath, REGISTRY_DEPTH},
};

/// Where an owner stands in the registry.
#[derive(Clone)]
pub struct RegistryLeafWitness {
    /// The owner's per-transfer limit, part of the leaf.
    pub limit: Amount,
    /// The leaf's path; its index is the slot.
    pub path: MerklePath<REGISTRY_DEPTH>,
}

/// Keys and randomness wipe themselves.
impl Drop for RegistryLeafWitness {
    fn drop(&mut self) {
        self.limit.zeroize();
        self.path.zeroize();
    }
}

impl RegistryLeafWitness {
    /// The root that the owner's leaf leads to.
    pub fn root(&self, owner: Owner) -> Fr {
        self.path.root(registry_leaf(owner, self.limit))
    }

    /// The slot.
    pub fn slot(&self) -> Slot {
        #[expect(
            clippy::expect_used,
            reason = "a path of this depth has an index below the number of slots"
        )]
        u32::try_from(self.path.index())
            .ok()
            .and_then(|index| Slot::new(index).ok())
            .expect("the index of a registry path is a slot")
    }
}
