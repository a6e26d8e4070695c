//! What attestations do, and what strict backing lets through.

use obolus_sdk::abi::token::{AttestMsg, TokenError, TokenEvent};
use obolus_sdk::mock::MockError;

use super::calls::RESERVES;
use super::*;

fn redeem(world: &mut World, notes: u64) -> PointBytes {
    let mut msg = world.redeem_msg();
    (msg.nf1, msg.nf2) = (field(notes), field(notes + 1));
    let attempt = world.redeem(&msg);
    world.accept(&attempt);
    world.state().redeemed
}

#[test]
fn an_attestation_is_kept_and_clears_what_it_counted() {
    let mut world = World::new();
    let first = redeem(&mut world, 40);
    let second = redeem(&mut world, 42);
    assert_ne!(first, second);
    assert_eq!((world.state().redemptions, world.state().cleared), (2, 0));

    // An older sum: the second redemption came in between.
    let msg = AttestMsg {
        redeemed: first,
        ..world.attest_msg()
    };
    let attempt = world.attest(&msg);
    world.accept(&attempt);
    let state = world.state();
    assert_eq!((state.redemptions, state.cleared), (2, 1));
    let backing = state.backing.unwrap();
    assert_eq!((backing.reserves, backing.redemptions), (RESERVES, 1));
    assert_eq!((backing.redeemed, backing.document), (first, msg.document));
    assert_eq!(backing.attested_height, world.mock.block.height);
    let events: Vec<TokenEvent> = world.mock.events_of(TOKEN).unwrap();
    let attested = TokenEvent::Attested {
        issued: msg.issued,
        backing,
    };
    assert_eq!(events.last(), Some(&attested));

    let attempt = {
        let msg = world.attest_msg();
        world.attest(&msg)
    };
    world.accept(&attempt);
    assert_eq!(world.state().cleared, 2);
}

/// What is redeemed after the reserves were counted is paid out of them: to count it as gone would let one deposit back two
/// notes.
#[test]
fn a_redemption_after_the_count_is_not_counted_as_gone() {
    let mut world = World::new();
    let first = redeem(&mut world, 40);
    let counted = world.mock.block.height;
    world.mock.end_block();
    let second = redeem(&mut world, 42);
    let as_of = |world: &mut World, redeemed| AttestMsg {
        as_of_height: counted,
        redeemed,
        ..world.attest_msg()
    };
    let early = as_of(&mut world, second);
    let attempt = world.attest(&early);
    let refusal = MockError::Reverted(TokenError::RedeemedSum.into());
    assert_eq!(world.mock.attempt(&attempt), Err(refusal));
    let msg = as_of(&mut world, first);
    let attempt = world.attest(&msg);
    world.accept(&attempt);
    assert_eq!(world.state().cleared, 1);
}

/// What was cleared stays so: it was proved.
#[test]
fn an_attestation_about_an_older_sum_takes_nothing_back() {
    let mut world = World::new();
    let first = redeem(&mut world, 40);
    redeem(&mut world, 42);
    for (redeemed, counted) in [
        (world.state().redeemed, 2),
        (first, 1),
        (PointBytes::IDENTITY, 0),
    ] {
        let msg = AttestMsg {
            redeemed,
            ..world.attest_msg()
        };
        let attempt = world.attest(&msg);
        world.accept(&attempt);
        let state = world.state();
        assert_eq!(state.cleared, 2);
        assert_eq!(state.backing.map(|b| b.redemptions), Some(counted));
    }
}

/// A redemption of nothing leaves the sum where it was; the sum then counts it as well.
#[test]
fn a_sum_that_returns_counts_all_redemptions_up_to_its_last_time() {
    let mut world = World::new();
    redeem(&mut world, 40);
    let mut nothing = world.redeem_msg();
    nothing.cv = PointBytes::IDENTITY;
    let attempt = world.redeem(&nothing);
    world.accept(&attempt);
    let msg = world.attest_msg();
    let attempt = world.attest(&msg);
    world.accept(&attempt);
    assert_eq!((world.state().redemptions, world.state().cleared), (2, 2));
}

#[test]
fn reserves_are_attested_while_the_token_is_paused() {
    let mut world = World::new();
    let pause = world.set_paused(true);
    world.accept(&pause);
    let msg = world.attest_msg();
    let attempt = world.attest(&msg);
    world.accept(&attempt);
}

#[test]
fn strict_backing_issues_against_the_last_attestation() {
    let mut world = World::strict();
    for nonce in 0..2 {
        let msg = issue_msg(nonce);
        let attempt = world.issue_backed(&msg);
        assert_eq!(decode::<u64>(&world.accept(&attempt)), nonce);
        let events: Vec<TokenEvent> = world.mock.events_of(TOKEN).unwrap();
        let issued = TokenEvent::Issued {
            position: nonce,
            msg,
        };
        assert_eq!(events.last(), Some(&issued));
    }
    assert_eq!(world.state().issue_nonce, 2);
}

/// What was redeemed after the attestation is paid out of the reserves that it counted. If it made room for an issue, the
/// same money would back two notes.
#[test]
fn a_redemption_makes_room_once_it_was_attested_and_not_before() {
    let mut world = World::strict();
    let attempt = world.issue_backed(&issue_msg(0));
    world.accept(&attempt);
    world.end_block();
    let redeemed = redeem(&mut world, 40);

    let msg = issue_msg(1);
    let attempt = world.issue_backed(&msg);
    let honest = world.mock.tx.clone();
    // The proof that would count the redemption as gone.
    let maths = world.mock.maths();
    let issued = maths.point_add(&issue_msg(0).cv, &msg.cv);
    let supply = maths.point_sub(&issued, &redeemed);
    let context = world.mock.context(&TOKEN, None, "issue_backed");
    let early = obolus_sdk::abi::token::supply_inputs(&supply, RESERVES, context);
    let early = (SUPPLY_KEY, early.to_array().to_vec());
    let proofs = &mut world.mock.tx.proofs;
    proofs.retain(|(key, _)| *key != SUPPLY_KEY);
    proofs.insert(early.clone());
    let refusal = MockError::Reverted(TokenError::BadProof.into());
    assert_eq!(world.mock.attempt(&attempt), Err(refusal));
    world.mock.tx = honest;
    world.accept(&attempt);

    let attested = {
        let msg = world.attest_msg();
        world.attest(&msg)
    };
    world.accept(&attested);
    let attempt = world.issue_backed(&issue_msg(2));
    world.accept(&attempt);
}
