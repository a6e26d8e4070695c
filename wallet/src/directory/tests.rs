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
        deal: None,
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
    directory.set_frozen(0, true).unwrap();
    assert_ne!(directory.active_root(), before);
    proves_active(&directory, 1);
    let frozen = directory.by_slot(Slot::new(0).unwrap()).unwrap();
    assert_eq!(
        directory.active_path(frozen).unwrap_err(),
        DirectoryError::Frozen
    );
    assert_eq!(
        directory.set_frozen(0, true),
        Err(DirectoryError::Unchanged(0))
    );
    directory.set_frozen(0, false).unwrap();
    assert_eq!(directory.active_root(), before);
}

#[test]
fn a_limit_changed_while_frozen_counts_after_unfreezing() {
    let mut directory = directory();
    directory.set_frozen(1, true).unwrap();
    let root = directory.active_root();
    directory.set_limit(1, 7).unwrap();
    assert_eq!(directory.active_root(), root, "frozen leaves stay out");
    directory.set_frozen(1, false).unwrap();
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
