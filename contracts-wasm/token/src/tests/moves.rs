//! Notes that move to a successor.

use obolus_sdk::abi::token::TokenEvent;

use super::*;

#[test]
fn a_move_is_counted_in_both_tokens_under_one_commitment() {
    let mut world = World::two();
    let before = world.state();
    let msg = world.migrate_msg();
    let attempt = world.migrate(&msg);
    assert_eq!(decode::<u64>(&world.accept(&attempt)), 0);

    let old = world.state();
    assert_eq!((old.issued, old.redeemed), (before.issued, msg.out.cv));
    assert_eq!(old.redemptions, before.redemptions + 1);
    assert!(world.spent(msg.out.nf1) && world.spent(msg.out.nf2));
    let new: TokenState = world.mock.query(SUCCESSOR, "state", &()).unwrap();
    assert_eq!(
        (new.issued, new.redeemed),
        (msg.out.cv, PointBytes::IDENTITY)
    );
    // Nobody issued: the next issue has the nonce it would have had.
    assert_eq!(new.issue_nonce, 0);

    let left: Vec<TokenEvent> = world.mock.events_of(TOKEN).unwrap();
    let out = TokenEvent::MigratedOut {
        position: 1,
        number: 0,
        msg: msg.out.clone(),
    };
    assert_eq!(left.last(), Some(&out));
    let entered: Vec<TokenEvent> = world.mock.events_of(SUCCESSOR).unwrap();
    let inward = TokenEvent::MigratedIn { position: 0, msg };
    assert_eq!(entered, [inward]);
}

#[test]
fn a_successor_is_named_in_the_state() {
    let mut world = World::two();
    assert_eq!(world.state().successor, Some(SUCCESSOR));
    let events: Vec<TokenEvent> = world.mock.events_of(TOKEN).unwrap();
    let named = TokenEvent::SuccessorSet {
        contract: SUCCESSOR,
    };
    assert_eq!(events.last(), Some(&named));
    let new: TokenState = world.mock.query(SUCCESSOR, "state", &()).unwrap();
    assert_eq!(new.settings.predecessor, Some(TOKEN));
}
