//! The token's scenes of powers over it: reserves, quotas, moves to a successor, seizures.
//! Refusals are named, so that each is for its own reason.

use obolus_abi::PointBytes;
use obolus_abi::registry::{RegistryError, SlotMsg};
use obolus_abi::token::{
    AttestMsg, Circuit, RedeemLimitedMsg, RedeemMsg, SeizeMsg, SetSuccessorMsg, SetSwitchMsg,
    SetVelocityMsg, TokenError, TransferLimitedMsg, TransferMsg, VelocityPlace, VelocityRule,
    Version, VersionsMsg,
};

use super::basic::{accept, asked, managed};
use super::{FAILED, FRESH};
use crate::contracts::acts::{
    attest, attestation, issue_backed, issue_msg, issue_within, migrate, migrate_msg, redeem,
    redeem_limited, redeem_msg, refused, seize, state, transfer_limited,
};
use crate::contracts::stage::{
    ATTESTOR, ISSUER, Life, OPERATOR, REGISTRAR, REGISTRY_ID, SEIZURE_DELAY, TOKEN_ID, code, key,
    number,
};
use crate::contracts::twin::Refusal;

const RULE: VelocityRule = VelocityRule {
    quota: 3,
    period_seconds: 600,
    grace_seconds: 60,
};

/// Refused by the token for this reason.
#[track_caller]
fn stopped<T>(outcome: Result<T, Refusal>, reason: TokenError) {
    assert_eq!(refused(outcome), code(reason));
}

/// Payments of the first note, told apart by their nullifiers.
fn payment(life: &mut Life, first: u64) -> TransferMsg {
    TransferMsg {
        nf1: number(first),
        nf2: number(first + 1),
        ..life.transfer_msg()
    }
}

/// Redemptions of it.
fn redemption(life: &mut Life, first: u64) -> RedeemMsg {
    RedeemMsg {
        nf1: number(first),
        nf2: number(first + 1),
        cv: key(first),
        ..redeem_msg(life)
    }
}

/// Nothing is issued against reserves before they are attested, nor against others than these. One redemption was made
/// before.
pub fn reserves(life: &mut Life) {
    let issue = issue_msg(life, 2);
    stopped(issue_backed(life, &issue), TokenError::NotAttested);
    life.signed(ISSUER);
    let plain = life.twin.call::<_, u64>(FRESH, "issue", &issue);
    stopped(plain, TokenError::StrictBacking);

    let before = attestation(life, PointBytes::IDENTITY);
    life.nothing();
    let unsigned = life.twin.call::<_, ()>(TOKEN_ID, "attest", &before);
    stopped(unsigned, TokenError::NotAttestor);
    let wrong = [
        (
            AttestMsg {
                as_of_height: 1 << 40,
                ..before
            },
            TokenError::BadAttestation,
        ),
        (
            AttestMsg {
                reserves: 1 << 96,
                ..before
            },
            TokenError::BadAttestation,
        ),
        (
            AttestMsg {
                issued: key(51),
                ..before
            },
            TokenError::IssuedSum,
        ),
        (
            AttestMsg {
                redeemed: key(51),
                ..before
            },
            TokenError::RedeemedSum,
        ),
    ];
    for (msg, reason) in wrong {
        stopped(attest(life, &msg), reason);
    }
    for (cleared, redeemed) in (0..).zip([PointBytes::IDENTITY, key(50)]) {
        let msg = attestation(life, redeemed);
        assert_eq!(attest(life, &msg), Ok(()));
        assert_eq!(state(life, TOKEN_ID).cleared, cleared);
        life.twin.end_block();
    }
    let bare = attestation(life, key(50));
    life.signed(ATTESTOR);
    let unproved = life.twin.call::<_, ()>(TOKEN_ID, "attest", &bare);
    stopped(unproved, TokenError::BadProof);

    stopped(issue_within(life, &issue, None), TokenError::BadProof);
    let others = issue_within(life, &issue, Some(1 << 91));
    stopped(others, TokenError::BadProof);
    assert!(issue_backed(life, &issue).is_ok());
    stopped(issue_backed(life, &issue), TokenError::Nonce);
    life.twin.end_block();
}

/// Payments and redemptions use up places of one quota, until it is lifted.
pub fn limits(life: &mut Life) {
    let place = |life: &mut Life, tag| VelocityPlace {
        period: RULE.period(state(life, TOKEN_ID).velocity_serial, life.twin.now()),
        tag: number(tag),
    };
    let paid = |life: &mut Life, first, place| TransferLimitedMsg {
        transfer: payment(life, first),
        place,
    };
    let redeemed = |life: &mut Life, first, place| RedeemLimitedMsg {
        redeem: redemption(life, first),
        place,
    };
    let early = place(life, 700);
    let off = paid(life, 43, early);
    let off = transfer_limited(life, &off, RULE.quota);
    stopped(off, TokenError::VelocityOff);
    let off = redeemed(life, 53, early);
    stopped(
        redeem_limited(life, &off, RULE.quota),
        TokenError::VelocityOff,
    );
    let to = (OPERATOR, TOKEN_ID);
    let set = SetVelocityMsg { rule: Some(RULE) };
    managed(life, to, "set_velocity", &set);
    let none = VelocityRule { quota: 0, ..RULE };
    let none = SetVelocityMsg { rule: Some(none) };
    let none = life.twin.call::<_, ()>(TOKEN_ID, "set_velocity", &none);
    stopped(none, TokenError::BadInit);
    life.twin.end_block();

    let first = place(life, 700);
    let payment = paid(life, 43, first);
    stopped(life.transfer(&payment.transfer), TokenError::VelocityNeeded);
    assert!(transfer_limited(life, &payment, RULE.quota).is_ok());
    let out = redeemed(life, 53, first);
    stopped(redeem(life, &out.redeem), TokenError::VelocityNeeded);
    let used = redeem_limited(life, &out, RULE.quota);
    stopped(used, TokenError::VelocityUsed);
    let second = place(life, 701);
    let out = redeemed(life, 53, second);
    let wrong = redeem_limited(life, &out, RULE.quota + 1);
    stopped(wrong, TokenError::BadProof);
    assert!(redeem_limited(life, &out, RULE.quota).is_ok());
    let used = paid(life, 63, second);
    stopped(
        transfer_limited(life, &used, RULE.quota),
        TokenError::VelocityUsed,
    );
    life.twin.end_block();

    // The next period has begun, and the last one is taken a little longer.
    let period = 1_000 * u64::from(RULE.period_seconds);
    let last = place(life, 702);
    life.twin.set_time((life.twin.now() / period + 1) * period);
    let grace = paid(life, 63, last);
    assert!(transfer_limited(life, &grace, RULE.quota).is_ok());
    life.twin.end_block();
    let now = (life.twin.now() / period + 1) * period;
    life.twin
        .set_time(now + 1_000 * u64::from(RULE.grace_seconds));
    let late = redeemed(life, 73, last);
    stopped(
        redeem_limited(life, &late, RULE.quota),
        TokenError::VelocityPeriod,
    );
    // The used places of both are forgotten.
    let later = place(life, 700);
    let out = redeemed(life, 73, later);
    assert!(redeem_limited(life, &out, RULE.quota).is_ok());
    let later = place(life, 701);
    let again = paid(life, 83, later);
    let again = TransferLimitedMsg {
        transfer: TransferMsg {
            nf1: out.redeem.nf1,
            ..again.transfer
        },
        ..again
    };
    stopped(
        transfer_limited(life, &again, RULE.quota),
        TokenError::DoubleSpend,
    );
    life.twin.end_block();
}

/// Notes move once the operator has named the successor, and while no quota is in force.
pub fn moves(life: &mut Life) {
    let msg = migrate_msg(redemption(life, 93));
    stopped(migrate(life, FRESH, &msg), TokenError::NotSuccessor);
    stopped(migrate(life, TOKEN_ID, &msg), TokenError::NoPredecessor);
    life.signed(OPERATOR);
    let unknown = SetSuccessorMsg { contract: FAILED };
    let unknown = life.twin.call::<_, ()>(TOKEN_ID, "set_successor", &unknown);
    stopped(unknown, TokenError::NotFrozenCode);
    let to = (OPERATOR, TOKEN_ID);
    let named = SetSuccessorMsg { contract: FRESH };
    managed(life, to, "set_successor", &named);
    let again = life.twin.call::<_, ()>(TOKEN_ID, "set_successor", &named);
    stopped(again, TokenError::SuccessorFixed);

    stopped(migrate(life, FRESH, &msg), TokenError::VelocityNeeded);
    life.signed(OPERATOR);
    let lifted = SetVelocityMsg { rule: None };
    accept(life, TOKEN_ID, "set_velocity", &lifted);
    let alone = life.twin.call::<_, u64>(TOKEN_ID, "migrate_out", &msg.out);
    stopped(alone, TokenError::NotSuccessor);
    let before = state(life, TOKEN_ID).redeemed;
    assert_eq!(migrate(life, FRESH, &msg), Ok(0));
    let after = life.twin.maths().point_add(&before, &msg.out.cv);
    assert_eq!(state(life, TOKEN_ID).redeemed, after);
    assert_eq!(state(life, FRESH).issued, msg.out.cv);
    stopped(migrate(life, FRESH, &msg), TokenError::DoubleSpend);
    life.twin.end_block();
}

/// Frozen notes are paid by order after the delay, though the token is paused.
pub fn seizures(life: &mut Life) {
    let payment = payment(life, 103);
    life.signed(REGISTRAR);
    accept(life, REGISTRY_ID, "freeze", &SlotMsg { slot: 1 });
    let registry = life.state();
    let msg = SeizeMsg {
        transfer: TransferMsg {
            sender_root: registry.frozen_root,
            recipient_root: registry.active_root,
            ..payment
        },
        case: [21; 32],
    };
    let early = seize(life, &msg);
    assert_eq!(refused(early), code(RegistryError::SeizureEarly));
    for _ in 0..SEIZURE_DELAY {
        life.twin.end_block();
    }
    let mut active = msg.clone();
    active.transfer.sender_root = registry.active_root;
    let active = seize(life, &active);
    assert_eq!(refused(active), code(RegistryError::FrozenRoot));
    life.twin.tx.role_keys.clear();
    let unsigned = life.twin.call::<_, u64>(TOKEN_ID, "seize", &msg);
    stopped(unsigned, TokenError::NotIssuer);
    switch(life, false);
    stopped(seize(life, &msg), TokenError::CircuitOff);
    switch(life, true);
    assert!(seize(life, &msg).is_ok());
    stopped(seize(life, &msg), TokenError::DoubleSpend);
}

fn switch(life: &mut Life, enabled: bool) {
    life.signed(OPERATOR);
    let msg = SetSwitchMsg {
        circuit: Circuit::Transfer,
        enabled,
    };
    accept(life, TOKEN_ID, "set_switch", &msg);
}

/// The circuits' versions: the first, and the one that began with a pinned key.
pub fn versions(life: &mut Life) {
    for (from, numbers) in [(0, vec![0, 1]), (1, vec![1]), (2, Vec::new())] {
        let msg = VersionsMsg { from };
        asked(life, TOKEN_ID, "versions", &msg);
        let page = life
            .twin
            .query::<_, Vec<Version>>(TOKEN_ID, "versions", &msg);
        let page = page.expect("a page").into_iter();
        let found: Vec<u32> = page.map(|version| version.number).collect();
        assert_eq!(found, numbers);
    }
}
