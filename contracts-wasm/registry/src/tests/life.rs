//! What accepted calls do: slots, trees, the root window, events.

use super::*;

#[test]
fn a_participant_enters_the_directory_and_the_tree() {
    let mut world = World::new();
    let empty = world.state().active_root;
    let msg = register_msg(0);
    let attempt = world.register(&msg);
    assert_eq!(decode::<u32>(&world.accept(&attempt)), 0);

    let state = world.state();
    assert_eq!((state.slots, state.auditor), (1, auditor()));
    assert_ne!(state.active_root, empty);
    assert_eq!(state.valid_roots, [empty, state.active_root]);
    let entry = world.participant(0).unwrap();
    assert_eq!(
        (entry.owner, entry.ak, entry.epk),
        (msg.owner, msg.ak, msg.epk)
    );
    assert_eq!((entry.limit, entry.frozen, entry.deal), (100, false, None));
    assert_eq!(
        world.events().last(),
        Some(&RegistryEvent::Registered {
            participant: entry,
            r: msg.r,
            c1: msg.c1
        })
    );
}

#[test]
fn a_deal_enters_under_its_own_point() {
    let mut world = World::new().with_participants(1);
    let attempt = world.open_deal(DEALER, &deal_msg(1));
    assert_eq!(decode::<u32>(&world.accept(&attempt)), 1);
    let entry = world.participant(1).unwrap();
    let point = world.mock.maths().deal_point(&DEALER, &deal_msg(1).deal);
    assert_eq!((entry.ak, entry.epk), (point, [0; 32]));
    assert_eq!(entry.deal, Some((DEALER, deal_msg(1).deal)));
}

#[test]
fn the_same_deal_id_of_two_contracts_is_two_deals() {
    let mut world = World::new();
    let approve = world.approve_contract(STRANGER);
    world.accept(&approve);
    let first = world.open_deal(DEALER, &deal_msg(1));
    world.accept(&first);
    let mut msg = deal_msg(1);
    msg.owner = field(1);
    let second = world.open_deal(STRANGER, &msg);
    world.accept(&second);
    assert_ne!(
        world.participant(0).unwrap().ak,
        world.participant(1).unwrap().ak
    );
}

#[test]
fn insertions_keep_earlier_roots_for_the_window() {
    let mut world = World::new().with_participants(1);
    let old = Some(world.state().active_root);
    let attempt = world.register(&register_msg(1));
    world.accept(&attempt);
    let root = world.state().active_root;
    let new = Some(root);
    for _ in 0..WINDOW {
        assert_eq!(world.check_roots(old, old), Ok(only(auditor())));
        world.mock.end_block();
    }
    assert_eq!(world.check_roots(old, old), Ok(only(auditor())));
    world.mock.end_block();
    assert!(world.check_roots(old, new).is_err());
    assert!(world.check_roots(new, old).is_err());
    assert_eq!(world.check_roots(new, new), Ok(only(auditor())));
    assert_eq!(world.state().valid_roots, [root]);
}

#[test]
fn a_freeze_moves_the_leaf_and_invalidates_every_earlier_root() {
    let mut world = World::new().with_participants(3);
    let before = world.state();
    let freeze = world.freeze(1);
    world.accept(&freeze);
    let after = world.state();

    let entry = world.participant(1).unwrap();
    assert_eq!((entry.frozen, entry.frozen_at), (true, Some(1)));
    assert_ne!(after.active_root, before.active_root);
    assert_ne!(after.frozen_root, before.frozen_root);
    assert_eq!(after.valid_roots, [after.active_root]);
    for root in before.valid_roots {
        assert!(world.check_roots(Some(root), None).is_err());
        assert!(world.check_roots(None, Some(root)).is_err());
    }
}

#[test]
fn unfreezing_restores_both_trees_and_keeps_the_root_in_between() {
    let mut world = World::new().with_participants(3);
    let before = world.state();
    let freeze = world.freeze(1);
    world.accept(&freeze);
    let between = world.state();
    let unfreeze = world.unfreeze(1);
    world.accept(&unfreeze);
    let after = world.state();

    let entry = world.participant(1).unwrap();
    assert_eq!((entry.frozen, entry.frozen_at), (false, None));
    assert_eq!(after.active_root, before.active_root);
    assert_eq!(after.frozen_root, before.frozen_root);
    assert_eq!(after.valid_roots, [between.active_root, after.active_root]);
}

#[test]
fn a_raised_limit_inserts_and_a_lowered_one_invalidates() {
    let mut world = World::new().with_participants(1);
    let first = world.state().active_root;
    let raise = world.set_limit(0, 200);
    world.accept(&raise);
    let second = world.state().active_root;
    assert_eq!(
        world.check_roots(Some(first), Some(second)),
        Ok(only(auditor()))
    );
    assert_eq!(world.participant(0).unwrap().limit, 200);

    let lower = world.set_limit(0, 199);
    world.accept(&lower);
    let third = world.state().active_root;
    assert_eq!(world.state().valid_roots, [third]);
}

#[test]
fn a_frozen_leaf_changes_its_limit_in_frozen_only() {
    let mut world = World::new().with_participants(2);
    let freeze = world.freeze(0);
    world.accept(&freeze);
    let before = world.state();
    let lower = world.set_limit(0, 1);
    world.accept(&lower);
    let after = world.state();
    assert_eq!(after.valid_roots, before.valid_roots);
    assert_eq!(after.active_root, before.active_root);
    assert_ne!(after.frozen_root, before.frozen_root);
}

#[test]
fn a_batch_of_registrations_in_one_block_stays_within_the_bound() {
    let mut world = World::new().with_participants(100);
    let state = world.state();
    assert_eq!(
        state.valid_roots.len(),
        obolus_sdk::abi::registry::MAX_VALID_ROOTS
    );
    assert_eq!(state.valid_roots.last(), Some(&state.active_root));
}
