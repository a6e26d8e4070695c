//! What accepted calls do: positions, nullifiers, sums, anchors, events.

use obolus_sdk::abi::token::{Circuit, TokenEvent, Version, VersionsMsg};

use super::*;

fn events(world: &World) -> Vec<TokenEvent> {
    world.mock.events_of(TOKEN).unwrap()
}

#[test]
fn a_new_token_shows_its_settings() {
    let mut mock = Mock::new();
    mock.install(REGISTRY, REGISTRY_ENTRIES);
    mock.instantiate(TOKEN, ENTRIES, &init_msg()).unwrap();
    let state: TokenState = mock.query(TOKEN, "state", &()).unwrap();
    assert_eq!(state.settings, init_msg());
    assert_eq!(state.issued, PointBytes::IDENTITY);
    assert_eq!(state.redeemed, PointBytes::IDENTITY);
    assert_eq!((state.issue_nonce, state.paused), (0, false));
    assert_eq!(state.enabled, [true; 5]);
    assert_eq!((state.redemptions, state.cleared), (0, 0));
    assert_eq!((state.backing, state.successor), (None, None));
    assert_eq!((state.version, state.velocity_serial), (0, 0));
}

#[test]
fn issues_take_positions_count_nonces_and_sum_commitments() {
    let mut world = World::new();
    let msg = issue_msg(1);
    let attempt = world.issue(&msg);
    assert_eq!(decode::<u64>(&world.accept(&attempt)), 1);
    let state = world.state();
    assert_eq!(state.issue_nonce, 2);
    assert_eq!(state.redeemed, PointBytes::IDENTITY);
    let sum = world
        .mock
        .maths()
        .point_add(&issue_msg(0).cv, &issue_msg(1).cv);
    assert_eq!(state.issued, sum);
    let issued = TokenEvent::Issued { position: 1, msg };
    assert_eq!(events(&world).last(), Some(&issued));
}

#[test]
fn a_transfer_spends_two_notes_and_appends_two() {
    let mut world = World::new();
    let msg = world.transfer_msg();
    let attempt = world.transfer(&msg);
    assert!(!world.spent(msg.nf1) && !world.spent(msg.nf2));
    assert_eq!(decode::<u64>(&world.accept(&attempt)), 1);
    assert!(world.spent(msg.nf1) && world.spent(msg.nf2));
    let transferred = TokenEvent::Transferred { position: 1, msg };
    assert_eq!(events(&world).last(), Some(&transferred));

    // cm2 took position 2.
    let next = world.issue(&issue_msg(1));
    assert_eq!(decode::<u64>(&world.accept(&next)), 3);
}

#[test]
fn every_past_anchor_stays_good_and_an_unfinished_block_has_none() {
    let mut world = World::new();
    let first = world.anchor;
    let issue = world.issue(&issue_msg(1));
    world.accept(&issue);
    world.end_block();
    assert_ne!(world.anchor, first);
    let mut msg = world.transfer_msg();
    msg.anchor = first;
    let attempt = world.transfer(&msg);
    world.accept(&attempt);
}

#[test]
fn a_deal_pays_through_its_contract_without_a_signature() {
    let mut world = World::new();
    let msg = world.deal_msg();
    let attempt = world.transfer_deal(DEALER, &msg);
    assert!(world.mock.tx.spend_keys.is_empty());
    assert_eq!(decode::<u64>(&world.accept(&attempt)), 1);
    assert!(world.spent(msg.transfer.nf1));
}

#[test]
fn an_approved_contract_passes_a_payment_on_that_its_payer_signed() {
    let mut world = World::new();
    let msg = world.transfer_msg();
    let attempt = world.transfer_for(DEALER, &msg);
    assert_eq!(decode::<u64>(&world.accept(&attempt)), 1);
    assert!(world.spent(msg.nf1) && world.spent(msg.nf2));
    let transferred = TokenEvent::Transferred { position: 1, msg };
    assert_eq!(events(&world).last(), Some(&transferred));
}

#[test]
fn payments_that_are_passed_on_together_carry_a_pair_of_memos_each() {
    let mut world = World::new();
    let msg = world.transfer_msg();
    let attempt = world.transfer_for(DEALER, &msg);
    world.mock.tx.memos = [RECIPIENT, OWN, RECIPIENT, OWN].into();
    world.accept(&attempt);
}

/// Only a forwarded payment asks the registry whether the contract may forward: a deal's contract was
/// approved when the deal opened.
#[test]
fn a_deal_pays_without_being_asked_for_approval_again() {
    fn check_roots(_env: &Env, msg: CheckRootsMsg) -> Result<AuditorKeys, RegistryError> {
        assert_eq!(msg.forwarder, None);
        Ok(auditor_keys())
    }
    const CURIOUS: &[Entry] = &[Entry {
        export: "q_check_roots",
        run: || obolus_sdk::run_read(check_roots),
    }];
    let mut world = World::new();
    let msg = world.deal_msg();
    let attempt = world.transfer_deal(DEALER, &msg);
    world.mock.install(REGISTRY, CURIOUS);
    world.accept(&attempt);
}

#[test]
fn a_settlement_of_two_legs_carries_two_pairs_of_memos() {
    let mut world = World::new();
    let msg = world.deal_msg();
    let attempt = world.transfer_deal(DEALER, &msg);
    world.mock.tx.memos = [RECIPIENT, OWN, RECIPIENT, OWN].into();
    world.accept(&attempt);
}

#[test]
fn a_redemption_sums_its_commitment_and_leaves_change() {
    let mut world = World::new();
    let before = world.state();
    let msg = world.redeem_msg();
    let attempt = world.redeem(&msg);
    assert_eq!(decode::<u64>(&world.accept(&attempt)), 1);
    let after = world.state();
    assert_eq!(after.issued, before.issued);
    assert_eq!(after.redeemed, msg.cv);
    assert!(world.spent(msg.nf1) && world.spent(msg.nf2));
    assert_eq!((after.redemptions, after.cleared), (1, 0));
    let redeemed = TokenEvent::Redeemed {
        position: 1,
        number: 0,
        msg,
    };
    assert_eq!(events(&world).last(), Some(&redeemed));
}

#[test]
fn pause_and_switches_can_be_undone() {
    let mut world = World::new();
    for paused in [true, false] {
        let attempt = world.set_paused(paused);
        world.accept(&attempt);
        assert_eq!(world.state().paused, paused);
        let event = TokenEvent::Paused { paused };
        assert_eq!(events(&world).last(), Some(&event));
    }
    for (slot, circuit) in Circuit::ALL.into_iter().enumerate() {
        for enabled in [false, true] {
            let msg = SetSwitchMsg { circuit, enabled };
            let attempt = world.set_switch(msg);
            world.accept(&attempt);
            let mut expected = [true; 5];
            expected[slot] = enabled;
            assert_eq!(world.state().enabled, expected);
            assert_eq!(events(&world).last(), Some(&TokenEvent::Switched(msg)));
        }
    }
    let msg = world.transfer_msg();
    let attempt = world.transfer(&msg);
    world.accept(&attempt);
}

#[test]
fn a_new_pin_replaces_one_key_only() {
    let mut world = World::new();
    let key = KeyId([99; 32]);
    let msg = SetPinMsg {
        circuit: Circuit::Redeem,
        key,
    };
    let attempt = world.set_pin(msg);
    world.accept(&attempt);
    let pins = world.state().settings.pins;
    assert_eq!(
        pins,
        CircuitPins {
            redeem: key,
            ..PINS
        }
    );
    assert_eq!(events(&world).last(), Some(&TokenEvent::Pinned(msg)));
}

/// What entered and left before each version is on record; keys of the other two circuits begin none.
#[test]
fn each_version_of_the_circuits_records_the_sums_at_its_start() {
    let mut world = World::new();
    let redemption = world.redeem_msg();
    let attempt = world.redeem(&redemption);
    world.accept(&attempt);
    let before = world.state();
    for (circuit, version) in [
        (Circuit::Supply, 0),
        (Circuit::Transfer, 1),
        (Circuit::Velocity, 1),
        (Circuit::Redeem, 2),
        (Circuit::Issue, 3),
    ] {
        let msg = SetPinMsg {
            circuit,
            key: KeyId([99; 32]),
        };
        let attempt = world.set_pin(msg);
        world.accept(&attempt);
        assert_eq!(world.state().version, version);
    }
    let from = VersionsMsg { from: 1 };
    let versions: Vec<Version> = world.mock.query(TOKEN, "versions", &from).unwrap();
    let numbers: Vec<_> = versions.iter().map(|version| version.number).collect();
    assert_eq!(numbers, [1, 2, 3]);
    let first = &versions[0];
    assert_eq!(
        (first.issued, first.redeemed),
        (before.issued, redemption.cv)
    );
    assert_eq!((first.redemptions, first.from_height), (1, 2));
    assert_eq!(first.pins.transfer, KeyId([99; 32]));
    assert_eq!(first.pins.redeem, PINS.redeem);
    let beyond: Vec<Version> = world
        .mock
        .query(TOKEN, "versions", &VersionsMsg { from: 4 })
        .unwrap();
    assert_eq!(beyond, []);
}

#[test]
fn a_seizure_pays_by_order_without_the_holder_even_while_paused() {
    let mut world = World::new();
    let pause = world.set_paused(true);
    world.accept(&pause);
    let msg = world.seize_msg();
    let attempt = world.seize(&msg);
    assert!(world.mock.tx.spend_keys.is_empty());
    assert_eq!(decode::<u64>(&world.accept(&attempt)), 1);
    assert!(world.spent(msg.transfer.nf1) && world.spent(msg.transfer.nf2));
    let seized = TokenEvent::Seized {
        position: 1,
        msg: msg.transfer,
        case: msg.case,
    };
    assert_eq!(events(&world).last(), Some(&seized));
}
