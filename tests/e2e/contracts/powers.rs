//! Seizures, reserves, quotas and moves to a successor, natively and as WASM.

use obolus_abi::registry::{RegistryError, SlotMsg};
use obolus_abi::token::{
    AttestMsg, IssueMsg, MigrateMsg, RECIPIENT_MEMO_LEN, RedeemMsg, SELF_MEMO_LEN, SeizeMsg,
    SetSuccessorMsg, SetVelocityMsg, TokenError, TokenInit, TokenState, TransferLimitedMsg,
    TransferMsg, VELOCITY_PERIOD_TAG, VelocityPlace, VelocityRule, supply_inputs, velocity_period,
};
use obolus_abi::{ContractId, FieldBytes, KeyId, PointBytes};
use obolus_contract_token as token;
use obolus_contracts::TOKEN;

use super::stage::{
    ATTESTOR, ISSUER, Life, OPERATOR, PINS, REGISTRAR, REGISTRY_ID, SEIZURE_DELAY, TOKEN_ID,
    append_root, code, key, number,
};
use super::twin::Refusal;

const SUCCESSOR_ID: ContractId = ContractId([5; 32]);

fn refused<T>(outcome: Result<T, Refusal>) -> Option<u16> {
    outcome.err().and_then(|refusal| refusal.code())
}

fn state(life: &mut Life, contract: ContractId) -> TokenState {
    life.twin.query(contract, "state", &()).expect("a state")
}

/// Carries one more proof.
fn also(life: &mut Life, key: Option<KeyId>, inputs: Vec<FieldBytes>) {
    let key = key.expect("a pinned key");
    life.twin.tx.proofs.insert((key, inputs));
}

fn pair(life: &mut Life) {
    life.twin.tx.memos = vec![RECIPIENT_MEMO_LEN as u32, SELF_MEMO_LEN as u32];
}

fn seize(life: &mut Life, msg: &SeizeMsg) -> Result<u64, Refusal> {
    life.signed(ISSUER);
    pair(life);
    let context = life.twin.context(TOKEN_ID, None, "seize");
    let inputs = msg.transfer.inputs(&life.auditor, context).to_array();
    life.prove(PINS.transfer, &inputs);
    life.twin.call(TOKEN_ID, "seize", msg)
}

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

fn redeem_msg(life: &mut Life) -> RedeemMsg {
    RedeemMsg {
        anchor: append_root(&[number(100)]),
        sender_root: life.state().active_root,
        nf1: number(3),
        nf2: number(4),
        cm2: number(6),
        rk: key(7),
        cv: key(50),
        r: key(8),
        c1: number(9),
        c2: number(10),
        payout_reference: [11; 32],
    }
}

fn attest(life: &mut Life, redeemed: PointBytes) -> Result<(), Refusal> {
    let token = state(life, TOKEN_ID);
    let msg = AttestMsg {
        reserves: 1 << 90,
        as_of_height: 1,
        document: [12; 32],
        issued: token.issued,
        redeemed,
    };
    life.signed(ATTESTOR);
    // A sum that is no point is refused before it is subtracted.
    if life.twin.maths().check_point(&redeemed).is_ok() {
        let supply = life.twin.maths().point_sub(&msg.issued, &redeemed);
        let context = life.twin.context(TOKEN_ID, None, "attest");
        let inputs = supply_inputs(&supply, msg.reserves, context);
        also(life, PINS.supply, inputs.to_array().to_vec());
    }
    life.twin.call(TOKEN_ID, "attest", &msg)
}

fn issue_backed(life: &mut Life, msg: &IssueMsg) -> Result<u64, Refusal> {
    let token = state(life, TOKEN_ID);
    life.signed(ISSUER);
    life.twin.tx.memos = vec![RECIPIENT_MEMO_LEN as u32];
    let context = life.twin.context(TOKEN_ID, None, "issue_backed");
    let inputs = msg.inputs(&life.auditor, context).to_array();
    life.prove(PINS.issue, &inputs);
    if let Some(backing) = token.backing {
        let issued = life.twin.maths().point_add(&token.issued, &msg.cv);
        let supply = life.twin.maths().point_sub(&issued, &backing.redeemed);
        let inputs = supply_inputs(&supply, backing.reserves, context);
        also(life, PINS.supply, inputs.to_array().to_vec());
    }
    life.twin.call(TOKEN_ID, "issue_backed", msg)
}

#[test]
fn reserves_agree() {
    let mut life = Life::new();
    let msg = IssueMsg {
        recipient_root: life.state().active_root,
        cm1: number(101),
        cv: key(201),
        r: key(300),
        c1: number(2),
        c2: number(3),
        c3: number(4),
        nonce: 1,
    };
    let early = issue_backed(&mut life, &msg);
    assert_eq!(refused(early), code(TokenError::NotAttested));

    let redemption = redeem_msg(&mut life);
    life.nothing();
    life.twin.tx.memos = vec![SELF_MEMO_LEN as u32];
    life.twin.tx.spend_keys.insert(redemption.rk);
    let context = life.twin.context(TOKEN_ID, None, "redeem");
    let inputs = redemption.inputs(&life.auditor, context).to_array();
    life.prove(PINS.redeem, &inputs);
    assert_eq!(life.twin.call(TOKEN_ID, "redeem", &redemption), Ok(1u64));

    for stranger in [key(51), PointBytes([0xff; 64])] {
        let refusal = attest(&mut life, stranger);
        assert_eq!(refused(refusal), code(TokenError::RedeemedSum));
    }
    assert_eq!(attest(&mut life, PointBytes::IDENTITY), Ok(()));
    assert_eq!(state(&mut life, TOKEN_ID).cleared, 0);
    assert_eq!(attest(&mut life, redemption.cv), Ok(()));
    assert_eq!(state(&mut life, TOKEN_ID).cleared, 1);

    assert_eq!(issue_backed(&mut life, &msg), Ok(2));
    let again = issue_backed(&mut life, &msg);
    assert_eq!(refused(again), code(TokenError::Nonce));
}

fn limited(life: &mut Life, msg: &TransferLimitedMsg, quota: u32) -> Result<u64, Refusal> {
    life.nothing();
    pair(life);
    life.twin.tx.spend_keys.insert(msg.transfer.rk);
    let context = life.twin.context(TOKEN_ID, None, "transfer_limited");
    let inputs = msg.transfer.inputs(&life.auditor, context).to_array();
    life.prove(PINS.transfer, &inputs);
    let [low, high, period] = velocity_period(&TOKEN_ID, msg.place.period);
    let maths = life.twin.maths();
    let period = maths.hash3(VELOCITY_PERIOD_TAG.as_bytes(), [&low, &high, &period]);
    let inputs = msg.place.inputs(msg.transfer.nf1, period, quota, context);
    also(life, PINS.velocity, inputs.to_array().to_vec());
    life.twin.call(TOKEN_ID, "transfer_limited", msg)
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
    let off = limited(&mut life, &msg, rule.quota);
    assert_eq!(refused(off), code(TokenError::VelocityOff));
    life.signed(OPERATOR);
    let rules = SetVelocityMsg { rule: Some(rule) };
    assert_eq!(life.twin.call(TOKEN_ID, "set_velocity", &rules), Ok(()));
    let plain = life.transfer(&msg.transfer);
    assert_eq!(refused(plain), code(TokenError::VelocityNeeded));
    assert_eq!(limited(&mut life, &msg, rule.quota), Ok(1));

    let mut second = msg.clone();
    (second.transfer.nf1, second.transfer.nf2) = (number(13), number(14));
    let used = limited(&mut life, &second, rule.quota);
    assert_eq!(refused(used), code(TokenError::VelocityUsed));
    second.place.tag = number(701);
    let wrong = limited(&mut life, &second, rule.quota + 1);
    assert_eq!(refused(wrong), code(TokenError::BadProof));
    assert_eq!(limited(&mut life, &second, rule.quota), Ok(3));

    // A later period: the first places are forgotten.
    life.twin.end_block();
    life.twin
        .set_time(life.twin.now() + 2000 * u64::from(rule.period_seconds));
    let late = limited(&mut life, &msg, rule.quota);
    assert_eq!(refused(late), code(TokenError::VelocityPeriod));
    let mut third = second;
    (third.transfer.nf1, third.transfer.nf2) = (number(23), number(24));
    third.place.period = rule.period(1, life.twin.now());
    assert_eq!(limited(&mut life, &third, rule.quota), Ok(5));
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
    let out = redeem_msg(&mut life);
    let msg = MigrateMsg {
        recipient_root: out.sender_root,
        out,
        cm1: number(600),
        r: key(601),
        c1: number(602),
        c2: number(603),
        c3: number(604),
    };
    let carry = |life: &mut Life| {
        life.nothing();
        pair(life);
        life.twin.tx.spend_keys.insert(msg.out.rk);
        let context = life.twin.context(SUCCESSOR_ID, None, "migrate_in");
        let inputs = msg.inputs(&life.auditor, context).to_array();
        life.prove(PINS.issue, &inputs);
        let caller = Some(SUCCESSOR_ID);
        let context = life.twin.context(TOKEN_ID, caller, "migrate_out");
        let inputs = msg.out.inputs(&life.auditor, context).to_array();
        also(life, Some(PINS.redeem), inputs.to_vec());
        life.twin.call::<_, u64>(SUCCESSOR_ID, "migrate_in", &msg)
    };
    let early = carry(&mut life);
    assert_eq!(refused(early), code(TokenError::NotSuccessor));
    life.signed(OPERATOR);
    let named = SetSuccessorMsg {
        contract: SUCCESSOR_ID,
    };
    assert_eq!(life.twin.call(TOKEN_ID, "set_successor", &named), Ok(()));
    assert_eq!(carry(&mut life), Ok(0));
    let (old, new) = (state(&mut life, TOKEN_ID), state(&mut life, SUCCESSOR_ID));
    assert_eq!((old.redeemed, new.issued), (msg.out.cv, msg.out.cv));
    let again = carry(&mut life);
    assert_eq!(refused(again), code(TokenError::DoubleSpend));
}
