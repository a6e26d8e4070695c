//! What accepted calls around keys do: the auditor's epochs, and participants' new keys.

use obolus_sdk::abi::registry::{
    AuditorEpoch, EpochsMsg, MAX_EPOCHS_PAGE, PreviousAuditor, RegistryError,
};

use super::*;

fn epochs(world: &mut World, from: u32) -> Vec<AuditorEpoch> {
    world
        .mock
        .query(REGISTRY, "epochs", &EpochsMsg { from })
        .unwrap()
}

#[test]
fn a_key_without_a_window_is_replaced_at_once() {
    let mut world = World::new().with_participants(1);
    let root = Some(world.state().active_root);
    let attempt = world.set_auditor(auditor_of(1));
    world.accept(&attempt);
    assert_eq!(world.check_roots(root, root), Ok(only(auditor_of(1))));
    assert_eq!(world.state().previous, None);
}

#[test]
fn the_key_before_is_accepted_while_its_window_runs() {
    let mut world = World::new().with_participants(1);
    let attempt = world.set_auditor_within(auditor_of(1), 3);
    world.accept(&attempt);
    let keys = AuditorKeys {
        current: auditor_of(1),
        previous: Some(auditor()),
    };
    let until = world.mock.block.height + 3;
    let previous = PreviousAuditor {
        auditor: auditor(),
        until,
    };
    for block in 0..=3 {
        assert_eq!(world.check_roots(None, None), Ok(keys));
        assert_eq!(world.state().previous, Some(previous));
        // `register` proves for the key before, as before.
        let attempt = world.register(&register_msg(10 + block));
        world.accept(&attempt);
        let msg = register_msg(20 + block);
        world.proved(&msg, "register", &auditor_of(1));
        world.accept(&Attempt::new(REGISTRY, "register", &msg));
        world.mock.end_block();
    }
    assert_eq!(world.check_roots(None, None), Ok(only(auditor_of(1))));
    assert_eq!(world.state().previous, None);
}

#[test]
fn a_deal_may_be_proved_for_the_key_before() {
    let mut world = World::new();
    let attempt = world.set_auditor_within(auditor_of(1), 3);
    world.accept(&attempt);
    let attempt = world.open_deal(DEALER, &deal_msg(1));
    world.accept(&attempt);
}

#[test]
fn a_second_rotation_within_the_window_drops_the_older_key() {
    let mut world = World::new();
    for epoch in [1, 2] {
        let attempt = world.set_auditor_within(auditor_of(epoch), 100);
        world.accept(&attempt);
    }
    let keys = AuditorKeys {
        current: auditor_of(2),
        previous: Some(auditor_of(1)),
    };
    assert_eq!(world.check_roots(None, None), Ok(keys));
    // A compromise ends the window of the key before as well.
    let attempt = world.set_auditor(auditor_of(3));
    world.accept(&attempt);
    assert_eq!(world.check_roots(None, None), Ok(only(auditor_of(3))));
}

#[test]
fn every_epoch_is_in_the_archive_and_told() {
    let mut world = World::new();
    let last = u64::from(MAX_EPOCHS_PAGE) + 5;
    for epoch in 1..=last {
        world.mock.end_block();
        let attempt = world.set_auditor_within(auditor_of(epoch), epoch % 3);
        world.accept(&attempt);
    }
    let first_page = epochs(&mut world, 0);
    assert_eq!(first_page.len(), MAX_EPOCHS_PAGE as usize);
    let rest = epochs(&mut world, MAX_EPOCHS_PAGE);
    let archive = first_page.into_iter().chain(rest);
    let expected = (0..=last).map(|epoch| AuditorEpoch {
        epoch: epoch as u32,
        auditor: auditor_of(epoch),
        since: 1 + epoch,
    });
    assert!(archive.eq(expected));
    assert_eq!(epochs(&mut world, last as u32 + 1), []);
    assert_eq!(epochs(&mut world, u32::MAX), []);
    assert_eq!(world.state().epoch, last as u32);

    let told = world.events().into_iter().filter_map(|event| match event {
        RegistryEvent::AuditorSet {
            auditor,
            epoch,
            window,
        } => Some((u64::from(epoch), auditor, window)),
        _ => None,
    });
    let window = |epoch| if epoch == 0 { 0 } else { epoch % 3 };
    assert!(told.eq((0..=last).map(|epoch| (epoch, auditor_of(epoch), window(epoch)))));
}

#[test]
fn a_rotation_links_two_active_slots() {
    let mut world = World::new().with_participants(2);
    let before = world.state();
    let attempt = world.rotate(1, 9);
    assert_eq!(decode::<u32>(&world.accept(&attempt)), 2);

    let (old, new) = (world.participant(1).unwrap(), world.participant(2).unwrap());
    let msg = register_msg(9);
    assert_eq!((old.superseded_by, old.supersedes), (Some(2), None));
    assert_eq!((new.superseded_by, new.supersedes), (None, Some(1)));
    assert_eq!(
        (new.owner, new.ak, new.limit),
        (msg.owner, msg.ak, msg.limit)
    );
    assert!(!old.frozen && !new.frozen);
    // The old leaf is still there, so its notes can be moved, also under earlier roots.
    assert!(world.check_roots(Some(before.active_root), None).is_ok());
    let events = world.events();
    let [.., entered, linked] = events.as_slice() else {
        panic!("two events")
    };
    let registered = RegistryEvent::Registered {
        participant: new,
        r: msg.r,
        c1: msg.c1,
    };
    assert_eq!(*entered, registered);
    let rotated = RegistryEvent::Rotated {
        from: 1,
        to: 2,
        recovered: false,
    };
    assert_eq!(*linked, rotated);
}

#[test]
fn a_recovery_links_a_frozen_slot_and_leaves_it_frozen() {
    let mut world = World::new().with_participants(2);
    let freeze = world.freeze(1);
    world.accept(&freeze);
    let before = world.state();
    let attempt = world.recover(1, 9);
    assert_eq!(decode::<u32>(&world.accept(&attempt)), 2);

    let (old, new) = (world.participant(1).unwrap(), world.participant(2).unwrap());
    assert_eq!((old.superseded_by, old.frozen), (Some(2), true));
    assert_eq!((new.supersedes, new.frozen), (Some(1), false));
    assert_eq!(world.state().frozen_root, before.frozen_root);
    let rotated = RegistryEvent::Rotated {
        from: 1,
        to: 2,
        recovered: true,
    };
    assert_eq!(world.events().last(), Some(&rotated));
}

#[test]
fn keys_are_rotated_again_and_again() {
    let mut world = World::new().with_participants(1);
    for (slot, new) in (0..5).zip(10..) {
        let attempt = world.rotate(slot, new);
        assert_eq!(decode::<u32>(&world.accept(&attempt)), slot + 1);
    }
    for slot in 0..=5 {
        let entry = world.participant(slot).unwrap();
        assert_eq!(entry.supersedes, slot.checked_sub(1));
        assert_eq!(entry.superseded_by, (slot < 5).then_some(slot + 1));
    }
}

#[test]
fn a_new_key_may_be_proved_for_the_auditor_before() {
    let mut world = World::new().with_participants(1);
    let attempt = world.set_auditor_within(auditor_of(1), 3);
    world.accept(&attempt);
    let attempt = world.rotate(0, 9);
    world.accept(&attempt);
}

/// The links change no leaf: freezing, limits and roots work on both slots as before.
#[test]
fn a_superseded_slot_can_be_frozen_and_its_limit_lowered() {
    let mut world = World::new().with_participants(1);
    let attempt = world.rotate(0, 9);
    world.accept(&attempt);
    let lower = world.set_limit(0, 1);
    world.accept(&lower);
    let freeze = world.freeze(0);
    world.accept(&freeze);
    let old = world.participant(0).unwrap();
    assert_eq!(
        (old.frozen, old.limit, old.superseded_by),
        (true, 1, Some(1))
    );
    assert!(!world.participant(1).unwrap().frozen);
    let refused = MockError::Reverted(RegistryError::FreezeState.into());
    let again = world.freeze(0);
    assert_eq!(world.mock.attempt(&again), Err(refused));
}
