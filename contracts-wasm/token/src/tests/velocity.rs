//! What a velocity rule lets through, and what it keeps.

use obolus_sdk::abi::token::{
    SetVelocityMsg, TokenEvent, TransferLimitedMsg, VelocityPlace, VelocityRule,
};

use super::calls::RULE;
use super::*;

fn payment(world: &World, place: VelocityPlace, notes: u64) -> TransferLimitedMsg {
    TransferLimitedMsg {
        transfer: TransferMsg {
            nf1: field(notes),
            nf2: field(notes + 1),
            ..world.transfer_msg()
        },
        place,
    }
}

fn pay(world: &mut World, place: VelocityPlace, notes: u64) {
    let msg = payment(world, place, notes);
    let attempt = world.transfer_limited(&msg);
    world.accept(&attempt);
}

/// How many used places are stored: entries under the field's id.
fn stored(world: &World) -> usize {
    let storage = world.mock.storage(TOKEN);
    storage.keys().filter(|key| key[0] == 14).count()
}

#[test]
fn a_rule_is_set_and_lifted_and_its_serial_grows() {
    let mut world = World::new();
    for (serial, rule) in [(1, Some(RULE)), (2, None), (3, Some(RULE))] {
        let attempt = world.set_velocity(rule);
        world.accept(&attempt);
        let state = world.state();
        assert_eq!(
            (state.settings.velocity, state.velocity_serial),
            (rule, serial)
        );
        let events: Vec<TokenEvent> = world.mock.events_of(TOKEN).unwrap();
        let set = TokenEvent::VelocitySet(SetVelocityMsg { rule });
        assert_eq!(events.last(), Some(&set));
    }
}

#[test]
fn a_token_may_begin_with_a_rule() {
    let init = TokenInit {
        velocity: Some(RULE),
        ..init_msg()
    };
    let mut world = World::empty(&init);
    let state = world.state();
    assert_eq!((state.settings, state.velocity_serial), (init, 1));
}

/// Wallets count the rules that events tell: a serial of theirs that is not the token's makes places that it refuses.
#[test]
fn a_token_says_with_which_rule_it_begins() {
    let told = |velocity| {
        let world = World::empty(&TokenInit {
            velocity,
            ..init_msg()
        });
        world.mock.events_of::<TokenEvent>(TOKEN).unwrap()
    };
    let rule = Some(RULE);
    assert_eq!(
        told(rule),
        [TokenEvent::VelocitySet(SetVelocityMsg { rule })]
    );
    assert_eq!(told(None), []);
}

#[test]
fn a_payment_takes_its_place_and_says_so() {
    let mut world = World::limited();
    let place = world.place(700);
    let msg = payment(&world, place, 40);
    let attempt = world.transfer_limited(&msg);
    assert_eq!(decode::<u64>(&world.accept(&attempt)), 1);
    let events: Vec<TokenEvent> = world.mock.events_of(TOKEN).unwrap();
    let transferred = TokenEvent::Transferred {
        position: 1,
        msg: msg.transfer,
    };
    assert_eq!(
        events[events.len() - 2..],
        [TokenEvent::PlaceUsed(place), transferred]
    );
    let other = world.place(701);
    pay(&mut world, other, 42);
    assert_eq!(stored(&world), 2);
}

/// During the grace a payment counts towards the period that it was made for; the next one's quota is untouched.
#[test]
fn a_payment_of_the_last_period_is_taken_during_the_grace() {
    let mut world = World::limited();
    let old = world.place(700);
    world.mock.block.time_ms += 1000 * u64::from(RULE.period_seconds);
    let into = world.mock.block.time_ms / 1000 % u64::from(RULE.period_seconds);
    world.mock.block.time_ms -= 1000 * into;
    let new = world.place(700);
    assert_eq!(new.period, old.period + 1);
    pay(&mut world, old, 40);
    pay(&mut world, new, 42);
    assert_eq!(stored(&world), 2);
}

/// Each payment removes two places of periods that are over, so that what is stored does not grow for ever.
#[test]
fn places_of_past_periods_are_forgotten() {
    let mut world = World::limited();
    for tag in 0..4 {
        let place = world.place(700 + tag);
        pay(&mut world, place, 40 + 2 * tag);
    }
    assert_eq!(stored(&world), 4);
    world.mock.block.time_ms += 2000 * u64::from(RULE.period_seconds);
    for (number, left) in [(0, 3), (1, 2), (2, 3)] {
        let place = world.place(800 + number);
        pay(&mut world, place, 60 + 2 * number);
        assert_eq!(stored(&world), left);
    }
}

/// Also when periods become longer, whose numbers would be lower but for the serial.
#[test]
fn a_later_rule_forgets_the_places_of_an_earlier_one() {
    let mut world = World::limited();
    let place = world.place(700);
    pay(&mut world, place, 40);
    let longer = VelocityRule {
        period_seconds: 86_400,
        ..RULE
    };
    let attempt = world.set_velocity(Some(longer));
    world.accept(&attempt);
    let serial = world.state().velocity_serial;
    let place = VelocityPlace {
        period: longer.period(serial, world.mock.block.time_ms),
        tag: field(700),
    };
    pay(&mut world, place, 42);
    assert_eq!(stored(&world), 1);
}

/// Deals are not held up; seizures are not the holder's.
#[test]
fn deals_and_seizures_need_no_place() {
    let mut world = World::limited();
    let msg = world.deal_msg();
    let attempt = world.transfer_deal(DEALER, &msg);
    world.accept(&attempt);
    let mut msg = world.seize_msg();
    (msg.transfer.nf1, msg.transfer.nf2) = (field(50), field(51));
    let attempt = world.seize(&msg);
    world.accept(&attempt);
}
