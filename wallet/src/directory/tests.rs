//! The directory and its tree follow the registry's events.

use obolus_abi::PointBytes;
use obolus_protocol::{FullViewingKey, Seed};

use super::*;

fn participant(slot: u32, seed: u8) -> Participant {
    let keys = FullViewingKey::from_seed(&Seed::new([seed; 32]));
    Participant {
        slot,
        owner: keys.owner().to_bytes(),
        ak: keys.ak.point().encode(),
        epk: *keys.address().epk.as_bytes(),
        limit: 1_000,
        frozen: false,
        frozen_at: None,
        deal: None,
        supersedes: None,
        superseded_by: None,
    }
}

fn directory() -> Directory {
    let mut directory = Directory::new();
    directory.register(&participant(0, 1)).unwrap();
    directory.register(&participant(1, 2)).unwrap();
    directory
}

fn proves_active(directory: &Directory, slot: u32) {
    let entry = directory.by_slot(Slot::new(slot).unwrap()).unwrap();
    let path = directory.active_path(entry).unwrap();
    let leaf = registry_leaf(entry.owner, entry.limit);
    assert_eq!(path.root(leaf), directory.active_root());
}

#[test]
fn registered_participants_are_found_and_proved() {
    let directory = directory();
    proves_active(&directory, 0);
    proves_active(&directory, 1);
    let keys = FullViewingKey::from_seed(&Seed::new([2; 32]));
    let entry = directory.by_owner(&keys.owner()).unwrap();
    assert_eq!(entry.slot, Slot::new(1).unwrap());
    assert_eq!(entry.address(), Some(keys.address()));
}

#[test]
fn freezing_empties_the_leaf_and_unfreezing_restores_the_root() {
    let mut directory = directory();
    let before = directory.active_root();
    directory.set_frozen(0, Some(Height(3))).unwrap();
    assert_ne!(directory.active_root(), before);
    proves_active(&directory, 1);
    let frozen = directory.by_slot(Slot::new(0).unwrap()).unwrap();
    assert_eq!(
        directory.active_path(frozen).unwrap_err(),
        DirectoryError::Frozen
    );
    assert_eq!(
        directory.set_frozen(0, Some(Height(3))),
        Err(DirectoryError::Unchanged(0))
    );
    directory.set_frozen(0, None).unwrap();
    assert_eq!(directory.active_root(), before);
}

#[test]
fn a_limit_changed_while_frozen_counts_after_unfreezing() {
    let mut directory = directory();
    directory.set_frozen(1, Some(Height(4))).unwrap();
    let root = directory.active_root();
    directory.set_limit(1, 7).unwrap();
    assert_eq!(directory.active_root(), root, "frozen leaves stay out");
    directory.set_frozen(1, None).unwrap();
    proves_active(&directory, 1);
}

#[test]
fn events_that_do_not_fit_are_refused() {
    let mut directory = directory();
    assert_eq!(
        directory.register(&participant(0, 3)),
        Err(DirectoryError::Taken(0))
    );
    assert_eq!(
        directory.register(&participant(2, 1)),
        Err(DirectoryError::Taken(2)),
        "one owner, one slot"
    );
    assert_eq!(
        directory.register(&participant(Slot::COUNT, 3)),
        Err(DirectoryError::Slot(Slot::COUNT))
    );
    assert_eq!(directory.set_limit(9, 1), Err(DirectoryError::Slot(9)));
    let mut malformed = participant(2, 3);
    malformed.ak = PointBytes::IDENTITY;
    assert_eq!(
        directory.register(&malformed),
        Err(DirectoryError::Malformed(2))
    );
}

#[test]
fn a_useless_encryption_key_hurts_its_owner_only() {
    let mut directory = directory();
    let mut useless = participant(2, 3);
    useless.epk = [0; 32];
    directory.register(&useless).unwrap();
    let entry = directory.by_slot(Slot::new(2).unwrap()).unwrap();
    assert_eq!(entry.address(), None);
    proves_active(&directory, 2);
}

#[test]
fn a_rotated_key_is_linked_and_both_slots_stay() {
    let mut directory = directory();
    let before = directory.active_root();
    directory.rotate(0, 1).unwrap();
    assert_eq!(directory.active_root(), before);
    let slot = |number| Slot::new(number).unwrap();
    let (old, new) = (directory.by_slot(slot(0)), directory.by_slot(slot(1)));
    assert_eq!(old.unwrap().superseded_by, Some(slot(1)));
    assert_eq!(new.unwrap().supersedes, Some(slot(0)));
    directory.register(&participant(2, 3)).unwrap();
    assert_eq!(directory.rotate(0, 2), Err(DirectoryError::Unchanged(0)));
    assert_eq!(directory.rotate(0, 9), Err(DirectoryError::Slot(9)));
}

/// The registry accepts a FROZEN root for seizures while everybody under it is frozen; later freezes only add to it.
#[test]
fn a_frozen_leaf_is_proved_under_the_root_of_its_time_and_later() {
    let mut directory = directory();
    directory.register(&participant(2, 3)).unwrap();
    let root_of = |slots: &[u8]| {
        let mut tree: SparseTree<MemoryNodes, REGISTRY_DEPTH> =
            SparseTree::new(MemoryNodes::default());
        let mut root = Fr::from(0_u64);
        for slot in slots {
            let entry = participant(u32::from(*slot), slot + 1);
            let owner = Owner::from_bytes(&entry.owner).unwrap();
            let leaf = registry_leaf(owner, Amount::new(entry.limit));
            root = tree.set(u64::from(*slot), leaf).unwrap();
        }
        root
    };
    let entry =
        |directory: &Directory, slot| directory.by_slot(Slot::new(slot).unwrap()).unwrap().clone();
    directory.set_frozen(2, Some(Height(3))).unwrap();
    directory.set_frozen(0, Some(Height(5))).unwrap();
    let (first, both) = (root_of(&[2]), root_of(&[2, 0]));
    for (slot, root) in [(2, first), (2, both), (0, both)] {
        let entry = entry(&directory, slot);
        let path = directory.frozen_path(&entry, root).unwrap();
        assert_eq!(path.root(entry.leaf()), root);
        assert_eq!(path.index(), u64::from(slot));
    }
    // Frozen after that root, or not at all, or under a root that never was.
    for (slot, root) in [(0, first), (1, both), (2, Fr::from(7_u64))] {
        let refused = directory.frozen_path(&entry(&directory, slot), root);
        assert_eq!(refused.unwrap_err(), DirectoryError::NotFrozen(slot));
    }
}
