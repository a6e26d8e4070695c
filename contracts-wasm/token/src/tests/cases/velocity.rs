//! Payments and redemptions under a velocity rule.

use obolus_sdk::abi::token::{SetVelocityMsg, VelocityRule};

use super::super::calls::RULE;
use super::*;

/// An hour later and a second more than the grace.
fn late(world: &mut World) {
    world.mock.block.time_ms += 1000 * u64::from(RULE.period_seconds + RULE.grace_seconds);
}

pub const CASES: &[Case] = &[
    (Token(E::State), "limited before init", |w| {
        let a = valid_limited(w);
        elsewhere(w, a)
    }),
    (Token(E::State), "limited redemption before init", |w| {
        let a = valid_redeemed(w);
        elsewhere(w, a)
    }),
    (Token(E::State), "rule before init", |w| {
        let a = w.set_velocity(Some(RULE));
        elsewhere(w, a)
    }),
    (Token(E::UserOnly), "limited by a contract", |w| {
        valid_limited(w).by(STRANGER)
    }),
    (
        Token(E::UserOnly),
        "limited redemption by a contract",
        |w| valid_redeemed(w).by(STRANGER),
    ),
    (Token(E::UserOnly), "rule by a contract", |w| {
        w.set_velocity(Some(RULE)).by(STRANGER)
    }),
    (Token(E::NotOperator), "rule", |w| {
        let a = w.set_velocity(None);
        signed_by(w, a, &ISSUERS)
    }),
    (Token(E::BadInit), "a quota of none", |w| {
        w.set_velocity(Some(VelocityRule { quota: 0, ..RULE }))
    }),
    (Token(E::BadInit), "a rule without a key", |w| {
        let mut init = init_msg();
        init.pins.velocity = None;
        *w = World::empty(&init);
        let a = Attempt::new(TOKEN, "set_velocity", &SetVelocityMsg { rule: Some(RULE) });
        signed_by(w, a, &OPERATORS)
    }),
    (Token(E::VelocityNeeded), "transfer", |w| {
        *w = World::limited();
        valid_transfer(w)
    }),
    (Token(E::VelocityNeeded), "forwarded", |w| {
        *w = World::limited();
        valid_forwarded(w)
    }),
    (Token(E::VelocityNeeded), "redeem", |w| {
        *w = World::limited();
        valid_redeem(w)
    }),
    (Token(E::VelocityOff), "limited", |w| {
        let msg = TransferLimitedMsg {
            transfer: w.transfer_msg(),
            place: w.place(700),
        };
        w.transfer_limited(&msg)
    }),
    (Token(E::VelocityOff), "limited redemption, lifted", |w| {
        *w = World::limited();
        let msg = RedeemLimitedMsg {
            redeem: w.redeem_msg(),
            place: w.place(700),
        };
        let lift = w.set_velocity(None);
        w.accept(&lift);
        w.redeem_limited(&msg)
    }),
    (Token(E::Paused), "limited", |w| {
        *w = World::limited();
        paused(w, valid_limited)
    }),
    (Token(E::CircuitOff), "limited, payments off", |w| {
        *w = World::limited();
        off(w, Circuit::Transfer, valid_limited)
    }),
    (Token(E::CircuitOff), "limited, velocity off", |w| {
        *w = World::limited();
        off(w, Circuit::Velocity, valid_limited)
    }),
    (Token(E::CircuitOff), "limited redemption", |w| {
        *w = World::limited();
        off(w, Circuit::Velocity, valid_redeemed)
    }),
    (Token(E::NonCanonical), "limited nf1", |w| {
        limited(w, |m| m.transfer.nf1 = modulus())
    }),
    (Token(E::NonCanonical), "limited tag", |w| {
        limited(w, |m| m.place.tag = modulus())
    }),
    (Token(E::NonCanonical), "limited redemption tag", |w| {
        redeemed(w, |m| m.place.tag = modulus())
    }),
    (Token(E::NullifiersEqual), "limited", |w| {
        limited(w, |m| m.transfer.nf2 = m.transfer.nf1)
    }),
    (Token(E::BadMemos), "limited without", |w| {
        let a = valid_limited(w);
        memos(w, a, &[])
    }),
    (Token(E::BadMemos), "limited redemption without", |w| {
        let a = valid_redeemed(w);
        memos(w, a, &[])
    }),
    (Token(E::VelocityPeriod), "ahead", |w| {
        limited(w, |m| m.place.period += 1)
    }),
    (Token(E::VelocityPeriod), "after the grace", |w| {
        *w = World::limited();
        let a = valid_limited(w);
        late(w);
        a
    }),
    (
        Token(E::VelocityPeriod),
        "a redemption after the grace",
        |w| {
            *w = World::limited();
            let a = valid_redeemed(w);
            late(w);
            a
        },
    ),
    (Token(E::VelocityPeriod), "of an earlier rule", |w| {
        *w = World::limited();
        let a = valid_limited(w);
        let proofs = w.mock.tx.clone();
        let again = w.set_velocity(Some(RULE));
        w.accept(&again);
        w.mock.tx = proofs;
        a
    }),
    (Token(E::VelocityUsed), "one place for two payments", |w| {
        let first = valid_limited(w);
        w.accept(&first);
        limited(w, |m| {
            (m.transfer.nf1, m.transfer.nf2) = (field(77), field(78));
        })
    }),
    (
        Token(E::VelocityUsed),
        "one place for a payment and a redemption",
        |w| {
            let first = valid_limited(w);
            w.accept(&first);
            redeemed(w, |m| (m.redeem.nf1, m.redeem.nf2) = (field(77), field(78)))
        },
    ),
    (Token(E::DoubleSpend), "limited twice", |w| {
        let first = valid_limited(w);
        w.accept(&first);
        limited(w, |m| m.place.tag = field(701))
    }),
    (Token(E::UnknownAnchor), "limited", |w| {
        limited(w, |m| m.transfer.anchor = field(1))
    }),
    (Token(E::NotAuthorised), "limited", |w| {
        let a = valid_limited(w);
        no_signature(w, a)
    }),
    (Token(E::NotAuthorised), "limited redemption", |w| {
        let a = valid_redeemed(w);
        no_signature(w, a)
    }),
    (Registry(SenderRoot), "limited", |w| {
        limited(w, |m| m.transfer.sender_root = stale())
    }),
    (Token(E::BadProof), "limited without a place", |w| {
        let a = valid_limited(w);
        w.mock.tx.proofs.retain(|(key, _)| *key != VELOCITY_KEY);
        a
    }),
    (Token(E::BadProof), "a place without a payment", |w| {
        let a = valid_limited(w);
        w.mock.tx.proofs.retain(|(key, _)| *key == VELOCITY_KEY);
        a
    }),
    (Token(E::BadProof), "redemption without a place", |w| {
        let a = valid_redeemed(w);
        w.mock.tx.proofs.retain(|(key, _)| *key != VELOCITY_KEY);
        a
    }),
    (Token(E::BadProof), "another payer's place", |w| {
        let mut msg = TransferLimitedMsg {
            transfer: w.transfer_msg(),
            place: w.place(700),
        };
        *w = World::limited();
        msg.place.period = w.place(700).period;
        msg.transfer.nf1 = field(77);
        w.transfer_limited(&msg);
        let place = w
            .mock
            .tx
            .proofs
            .iter()
            .find(|(key, _)| *key == VELOCITY_KEY);
        let place = place.cloned().unwrap();
        let a = valid_limited(w);
        w.mock.tx.proofs.retain(|(key, _)| *key != VELOCITY_KEY);
        w.mock.tx.proofs.insert(place);
        a
    }),
    (Token(E::BadProof), "limited re-pinned", |w| {
        *w = World::limited();
        repin(w, Circuit::Velocity);
        valid_limited(w)
    }),
    (Token(E::TreeFull), "limited", |w| {
        let a = valid_limited(w);
        full(w, a)
    }),
    (Token(E::TreeFull), "limited redemption", |w| {
        let a = valid_redeemed(w);
        full(w, a)
    }),
];
