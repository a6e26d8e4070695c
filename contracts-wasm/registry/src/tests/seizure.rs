//! Which FROZEN roots seizures may use.

use obolus_sdk::abi::registry::{CheckSeizureMsg, RegistryError, SeizableRoot};

use super::*;

fn check(
    world: &mut World,
    sender_root: FieldBytes,
    recipient_root: FieldBytes,
) -> Result<AuditorKeys, MockError> {
    let msg = CheckSeizureMsg {
        sender_root,
        recipient_root,
    };
    world.mock.query(REGISTRY, "check_seizure", &msg)
}

/// The verdict on a FROZEN root, for a recipient under the current ACTIVE one.
fn verdict(world: &mut World, frozen_root: FieldBytes) -> Result<AuditorKeys, MockError> {
    let active = world.state().active_root;
    check(world, frozen_root, active)
}

fn refused(error: RegistryError) -> Result<AuditorKeys, MockError> {
    Err(MockError::Reverted(error.into()))
}

/// Freezes a slot; returns the FROZEN root.
fn freeze(world: &mut World, slot: u32) -> FieldBytes {
    let attempt = world.freeze(slot);
    world.accept(&attempt);
    world.state().frozen_root
}

#[test]
fn notes_are_seizable_after_exactly_the_delay() {
    let mut world = World::new().with_participants(2);
    let root = freeze(&mut world, 0);
    for _ in 0..DELAY {
        assert_eq!(
            verdict(&mut world, root),
            refused(RegistryError::SeizureEarly)
        );
        world.mock.end_block();
    }
    assert_eq!(verdict(&mut world, root), Ok(only(auditor())));
    let seizable = SeizableRoot { root, since: 1 };
    let state = world.state();
    assert_eq!(
        (state.seizable, state.seizure_delay),
        (Some(seizable), DELAY)
    );
}

#[test]
fn whoever_is_frozen_next_puts_off_nobody_and_waits_as_long() {
    let mut world = World::new().with_participants(3);
    let first = freeze(&mut world, 0);
    world.end_blocks(DELAY - 1);
    let second = freeze(&mut world, 1);
    world.mock.end_block();
    assert_eq!(verdict(&mut world, first), Ok(only(auditor())));
    assert_eq!(
        verdict(&mut world, second),
        refused(RegistryError::SeizureEarly)
    );
    assert_eq!(world.state().seizable.unwrap().root, first);
    world.end_blocks(DELAY - 1);
    assert_eq!(verdict(&mut world, second), Ok(only(auditor())));
    // Both say the truth still.
    assert_eq!(verdict(&mut world, first), Ok(only(auditor())));
    assert_eq!(world.state().seizable.unwrap().root, second);
}

#[test]
fn whoever_is_unfrozen_is_under_no_accepted_root() {
    let mut world = World::new().with_participants(3);
    let alone = freeze(&mut world, 0);
    world.end_blocks(1);
    let both = freeze(&mut world, 1);
    world.end_blocks(DELAY);
    assert_eq!(verdict(&mut world, both), Ok(only(auditor())));
    let unfreeze = world.unfreeze(1);
    world.accept(&unfreeze);
    assert_eq!(
        verdict(&mut world, both),
        refused(RegistryError::FrozenRoot)
    );
    // Whoever was frozen before stays seizable.
    assert_eq!(verdict(&mut world, alone), Ok(only(auditor())));
    // Frozen again: the delay begins anew.
    let again = freeze(&mut world, 1);
    assert_eq!(again, both);
    assert_eq!(
        verdict(&mut world, again),
        refused(RegistryError::SeizureEarly)
    );
}

#[test]
fn an_unfreeze_does_not_put_off_those_frozen_later() {
    let mut world = World::new().with_participants(3);
    freeze(&mut world, 0);
    world.end_blocks(1);
    freeze(&mut world, 1);
    world.end_blocks(DELAY);
    let unfreeze = world.unfreeze(0);
    world.accept(&unfreeze);
    let rest = world.state().frozen_root;
    assert_eq!(verdict(&mut world, rest), Ok(only(auditor())));
}

#[test]
fn a_changed_limit_in_frozen_drops_the_roots_with_the_old_one() {
    let mut world = World::new().with_participants(2);
    let old = freeze(&mut world, 0);
    world.end_blocks(DELAY);
    let lower = world.set_limit(0, 1);
    world.accept(&lower);
    let new = world.state().frozen_root;
    assert_eq!(verdict(&mut world, old), refused(RegistryError::FrozenRoot));
    // It has been frozen for the delay all the same.
    assert_eq!(verdict(&mut world, new), Ok(only(auditor())));
}

#[test]
fn a_seizure_needs_a_frozen_sender_and_an_active_recipient() {
    let mut world = World::new().with_participants(2);
    let frozen = freeze(&mut world, 0);
    world.end_blocks(DELAY);
    let active = world.state().active_root;
    for (sender, recipient, error) in [
        (active, active, RegistryError::FrozenRoot),
        (field(1), active, RegistryError::FrozenRoot),
        (frozen, frozen, RegistryError::RecipientRoot),
        (frozen, field(1), RegistryError::RecipientRoot),
    ] {
        assert_eq!(check(&mut world, sender, recipient), refused(error));
    }
    assert_eq!(check(&mut world, frozen, active), Ok(only(auditor())));
}

#[test]
fn a_seizure_may_be_proved_for_the_auditor_before() {
    let mut world = World::new().with_participants(2);
    let frozen = freeze(&mut world, 0);
    world.end_blocks(DELAY);
    let attempt = world.set_auditor_within(auditor_of(1), 3);
    world.accept(&attempt);
    let keys = AuditorKeys {
        current: auditor_of(1),
        previous: Some(auditor()),
    };
    assert_eq!(verdict(&mut world, frozen), Ok(keys));
}

#[test]
fn a_registry_without_init_answers_nothing() {
    let mut mock = Mock::new();
    mock.install(REGISTRY, ENTRIES);
    let msg = CheckSeizureMsg {
        sender_root: FieldBytes::ZERO,
        recipient_root: FieldBytes::ZERO,
    };
    let answer: Result<AuditorKeys, _> = mock.query(REGISTRY, "check_seizure", &msg);
    assert_eq!(answer, refused(RegistryError::State));
}
