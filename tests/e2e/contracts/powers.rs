//! Seizures, reserves, quotas and moves to a successor, natively and as WASM.

use obolus_abi::registry::{RegistryError, SlotMsg};
use obolus_abi::token::{
    SeizeMsg, SetSuccessorMsg, SetVelocityMsg, TokenError, TokenInit, TransferLimitedMsg,
    TransferMsg, VelocityPlace, VelocityRule,
};
use obolus_abi::{ContractId, PointBytes};
use obolus_contract_token as token;
use obolus_contracts::TOKEN;

use super::acts::{
    attest, attestation, issue_backed, issue_msg, migrate, migrate_msg, redeem, redeem_msg,
    refused, seize, state, transfer_limited,
};
use super::stage::{
    Life, OPERATOR, REGISTRAR, REGISTRY_ID, SEIZURE_DELAY, TOKEN_ID, code, key, number,
};

const SUCCESSOR_ID: ContractId = ContractId([5; 32]);

#[test]
fn seizures_agree() {
    let mut life = Life::new();
    let payment = life.transfer_msg();
    life.signed(REGISTRAR);
    let freeze = life.twin.call(REGISTRY_ID, "freeze", &SlotMsg { slot: 1 });
    assert_eq!(freeze, Ok(()));
    let registry = life.state();
    let msg = SeizeMsg {
        transfer: TransferMsg {
            sender_root: registry.frozen_root,
            recipient_root: registry.active_root,
            ..payment
        },
        case: [21; 32],
    };
    let early = seize(&mut life, &msg);
    assert_eq!(refused(early), code(RegistryError::SeizureEarly));
    for _ in 0..SEIZURE_DELAY {
        life.twin.end_block();
    }
    let mut active = msg.clone();
    active.transfer.sender_root = registry.active_root;
    let active = seize(&mut life, &active);
    assert_eq!(refused(active), code(RegistryError::FrozenRoot));
    assert_eq!(seize(&mut life, &msg), Ok(1));
    let again = seize(&mut life, &msg);
    assert_eq!(refused(again), code(TokenError::DoubleSpend));
}

#[test]
fn reserves_agree() {
    let mut life = Life::new();
    let msg = issue_msg(&mut life, 1);
    let early = issue_backed(&mut life, &msg);
    assert_eq!(refused(early), code(TokenError::NotAttested));

    let redemption = redeem_msg(&mut life);
    assert_eq!(redeem(&mut life, &redemption), Ok(1));

    for stranger in [key(51), PointBytes([0xff; 64])] {
        let other = attestation(&mut life, stranger);
        let refusal = attest(&mut life, &other);
        assert_eq!(refused(refusal), code(TokenError::RedeemedSum));
    }
    for (cleared, redeemed) in (0..).zip([PointBytes::IDENTITY, redemption.cv]) {
        let figures = attestation(&mut life, redeemed);
        assert_eq!(attest(&mut life, &figures), Ok(()));
        assert_eq!(state(&mut life, TOKEN_ID).cleared, cleared);
    }

    assert_eq!(issue_backed(&mut life, &msg), Ok(2));
    let again = issue_backed(&mut life, &msg);
    assert_eq!(refused(again), code(TokenError::Nonce));
}

#[test]
fn limited_payments_agree() {
    let mut life = Life::new();
    let rule = VelocityRule {
        quota: 3,
        period_seconds: 600,
        grace_seconds: 60,
    };
    let msg = TransferLimitedMsg {
        transfer: life.transfer_msg(),
        place: VelocityPlace {
            period: rule.period(1, life.twin.now()),
            tag: number(700),
        },
    };
    let off = transfer_limited(&mut life, &msg, rule.quota);
    assert_eq!(refused(off), code(TokenError::VelocityOff));
    life.signed(OPERATOR);
    let rules = SetVelocityMsg { rule: Some(rule) };
    assert_eq!(life.twin.call(TOKEN_ID, "set_velocity", &rules), Ok(()));
    let plain = life.transfer(&msg.transfer);
    assert_eq!(refused(plain), code(TokenError::VelocityNeeded));
    assert_eq!(transfer_limited(&mut life, &msg, rule.quota), Ok(1));

    let mut second = msg.clone();
    (second.transfer.nf1, second.transfer.nf2) = (number(13), number(14));
    let used = transfer_limited(&mut life, &second, rule.quota);
    assert_eq!(refused(used), code(TokenError::VelocityUsed));
    second.place.tag = number(701);
    let wrong = transfer_limited(&mut life, &second, rule.quota + 1);
    assert_eq!(refused(wrong), code(TokenError::BadProof));
    assert_eq!(transfer_limited(&mut life, &second, rule.quota), Ok(3));

    // A later period: the first places are forgotten.
    life.twin.end_block();
    life.twin
        .set_time(life.twin.now() + 2000 * u64::from(rule.period_seconds));
    let late = transfer_limited(&mut life, &msg, rule.quota);
    assert_eq!(refused(late), code(TokenError::VelocityPeriod));
    let mut third = second;
    (third.transfer.nf1, third.transfer.nf2) = (number(23), number(24));
    third.place.period = rule.period(1, life.twin.now());
    assert_eq!(transfer_limited(&mut life, &third, rule.quota), Ok(5));
}

#[test]
fn moves_agree() {
    let mut life = Life::new();
    let settings = state(&mut life, TOKEN_ID).settings;
    let init = TokenInit {
        predecessor: Some(TOKEN_ID),
        ..settings
    };
    life.nothing();
    let made = life
        .twin
        .instantiate(SUCCESSOR_ID, token::ENTRIES, TOKEN, &init);
    assert_eq!(made, Ok(()));
    let msg = migrate_msg(redeem_msg(&mut life));
    let early = migrate(&mut life, SUCCESSOR_ID, &msg);
    assert_eq!(refused(early), code(TokenError::NotSuccessor));
    life.signed(OPERATOR);
    let named = SetSuccessorMsg {
        contract: SUCCESSOR_ID,
    };
    assert_eq!(life.twin.call(TOKEN_ID, "set_successor", &named), Ok(()));
    assert_eq!(migrate(&mut life, SUCCESSOR_ID, &msg), Ok(0));
    let (old, new) = (state(&mut life, TOKEN_ID), state(&mut life, SUCCESSOR_ID));
    assert_eq!((old.redeemed, new.issued), (msg.out.cv, msg.out.cv));
    let again = migrate(&mut life, SUCCESSOR_ID, &msg);
    assert_eq!(refused(again), code(TokenError::DoubleSpend));
}
