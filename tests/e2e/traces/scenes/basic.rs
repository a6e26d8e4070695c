//! The token, and calls that scenarios of registry and token share.

use obolus_abi::ContractId;
use obolus_abi::registry::{ApproveContractMsg, OpenDealMsg};
use obolus_abi::token::{
    Circuit, RECIPIENT_MEMO_LEN, RedeemMsg, ReservesRule, SELF_MEMO_LEN, SetPausedMsg, SetPinMsg,
    SetSwitchMsg, TokenInit, TokenState, TransferDealMsg, TransferMsg,
};
use obolus_contract_hostile::messages::{ForwardMsg, OpenMsg, Raw, ReleaseMsg};
use obolus_contract_token as token_code;
use obolus_contracts as wasm;
use obolus_protocol::curve::deal_point;
use obolus_sdk::BorshSerialize;

use super::{FAILED, FRESH, Scene, malformed, powers};
use crate::contracts::acts::{redeem, redeem_msg};
use crate::contracts::stage::{
    ATTESTOR, DEAL, DEALER_ID, ISSUER, Life, OPERATOR, PINS, REGISTER_KEY, REGISTRAR, REGISTRY_ID,
    TOKEN_ID, append_root, key, number, role,
};
use crate::contracts::twin::encode;

/// A call whose reply does not matter.
#[track_caller]
pub fn accept<M: BorshSerialize>(life: &mut Life, contract: ContractId, entry: &str, msg: &M) {
    let outcome = life.twin.call::<_, Raw>(contract, entry, msg);
    assert!(outcome.is_ok(), "{entry}: {outcome:?}");
}

/// A call that must be refused.
#[track_caller]
pub fn refuse<M: BorshSerialize>(life: &mut Life, contract: ContractId, entry: &str, msg: &M) {
    let outcome = life.twin.call::<_, Raw>(contract, entry, msg);
    assert!(outcome.is_err(), "{entry} was accepted");
}

/// A call that the role's key must sign.
#[track_caller]
pub fn managed<M: BorshSerialize>(
    life: &mut Life,
    (key, contract): (obolus_abi::RoleKey, ContractId),
    entry: &str,
    msg: &M,
) {
    life.nothing();
    refuse(life, contract, entry, msg);
    life.signed(key);
    accept(life, contract, entry, msg);
}

/// A query that is answered, and one that is not understood.
#[track_caller]
pub fn asked<M: BorshSerialize>(life: &mut Life, contract: ContractId, entry: &str, msg: &M) {
    let bad = life.twin.query::<_, Raw>(contract, entry, &malformed());
    assert!(bad.is_err());
    life.twin
        .query::<_, Raw>(contract, entry, msg)
        .expect("an answer");
}

/// Lets the dealer open deals and pass payments on, and opens a deal of its own.
pub fn approve_and_open(life: &mut Life) {
    let open = OpenMsg {
        registry: REGISTRY_ID,
        deal: OpenDealMsg {
            deal: DEAL,
            owner: number(70),
            limit: 500,
            r: key(71),
            c1: number(72),
        },
    };
    life.nothing();
    refuse(life, DEALER_ID, "open", &open);
    let approve = ApproveContractMsg {
        contract: DEALER_ID,
    };
    managed(life, (REGISTRAR, REGISTRY_ID), "approve_contract", &approve);
    life.nothing();
    let context = life.twin.context(REGISTRY_ID, Some(DEALER_ID), "open_deal");
    let ak = deal_point(&DEALER_ID, &DEAL).encode();
    let inputs = open.deal.inputs(&ak, &life.auditor, context).to_array();
    life.prove(REGISTER_KEY, &inputs);
    accept(life, DEALER_ID, "open", &open);
    refuse(life, REGISTRY_ID, "open_deal", &open.deal);
}

/// A transfer that a contract makes or passes on: proved for this entry, by this caller.
fn prove_below(life: &mut Life, msg: &TransferMsg, entry: &str) {
    life.nothing();
    life.twin.tx.memos = vec![RECIPIENT_MEMO_LEN as u32, SELF_MEMO_LEN as u32];
    life.twin.tx.spend_keys.insert(msg.rk);
    let context = life.twin.context(TOKEN_ID, Some(DEALER_ID), entry);
    let inputs = msg.inputs(&life.auditor, context).to_array();
    life.prove(PINS.transfer, &inputs);
}

fn payments(life: &mut Life) {
    let first = life.transfer_msg();
    assert_eq!(life.transfer(&first), Ok(2));
    assert!(life.transfer(&first).is_err());
    life.twin.end_block();
    let leaves = [number(100), number(101), first.cm1, first.cm2];
    let anchor = append_root(&leaves);

    let passed = TransferMsg {
        anchor,
        nf1: number(13),
        nf2: number(14),
        ..life.transfer_msg()
    };
    prove_below(life, &passed, "transfer_for");
    let forward = ForwardMsg {
        contract: TOKEN_ID,
        entry: "transfer_for".into(),
        input: encode(&passed),
        fuel: u64::MAX,
    };
    accept(life, DEALER_ID, "forward", &forward);
    refuse(life, DEALER_ID, "forward", &forward);
    refuse(life, TOKEN_ID, "transfer_for", &passed);

    let transfer = TransferMsg {
        anchor,
        nf1: number(23),
        nf2: number(24),
        rk: deal_point(&DEALER_ID, &DEAL).encode(),
        ..life.transfer_msg()
    };
    prove_below(life, &transfer, "transfer_deal");
    // Nobody can sign under a deal's key.
    life.twin.tx.spend_keys.clear();
    let release = ReleaseMsg {
        token: TOKEN_ID,
        payment: TransferDealMsg {
            deal: DEAL,
            transfer,
        },
    };
    accept(life, DEALER_ID, "release", &release);
    refuse(life, TOKEN_ID, "transfer_deal", &release.payment);
    life.twin.end_block();

    let msg = RedeemMsg {
        anchor,
        nf1: number(33),
        nf2: number(34),
        ..redeem_msg(life)
    };
    life.nothing();
    life.twin.tx.memos = vec![SELF_MEMO_LEN as u32];
    life.twin.tx.spend_keys.insert(msg.rk);
    refuse(life, TOKEN_ID, "redeem", &msg);
    assert!(redeem(life, &msg).is_ok());
    life.twin.end_block();
}

pub fn token() -> Scene {
    let mut life = Life::new();
    approve_and_open(&mut life);
    life.twin.end_block();
    let from = life.twin.script.len();
    let init = TokenInit {
        name: "Euro deposit".into(),
        unit: "EUR".into(),
        exponent: 2,
        registry: REGISTRY_ID,
        issuer: role(ISSUER),
        operator: role(OPERATOR),
        pins: PINS,
        reserves: Some(ReservesRule {
            attestor: role(ATTESTOR),
            strict: true,
        }),
        velocity: None,
        predecessor: Some(TOKEN_ID),
    };
    let (entries, module) = (token_code::ENTRIES, wasm::TOKEN);
    life.nothing();
    let fresh = life.twin.instantiate(FRESH, entries, module, &init);
    assert_eq!(fresh, Ok(()));
    let without = TokenInit {
        registry: FAILED,
        ..init
    };
    let failed = life.twin.instantiate(FAILED, entries, module, &without);
    assert!(failed.is_err());

    assert_eq!(life.issue(1), Ok(1));
    assert!(life.issue(1).is_err());
    life.twin.end_block();
    payments(&mut life);
    powers::reserves(&mut life);
    powers::limits(&mut life);
    powers::moves(&mut life);

    let to = (OPERATOR, TOKEN_ID);
    managed(
        &mut life,
        to,
        "set_switch",
        &SetSwitchMsg {
            circuit: Circuit::Issue,
            enabled: false,
        },
    );
    assert!(life.issue(2).is_err());
    let pin = SetPinMsg {
        circuit: Circuit::Redeem,
        key: obolus_abi::KeyId([36; 32]),
    };
    managed(&mut life, to, "set_pin", &pin);
    managed(&mut life, to, "set_paused", &SetPausedMsg { paused: true });
    let paused = life.transfer_msg();
    assert!(life.transfer(&paused).is_err());
    powers::seizures(&mut life);
    life.twin.end_block();
    asked(&mut life, TOKEN_ID, "state", &());
    asked(&mut life, TOKEN_ID, "spent", &number(3));
    asked(&mut life, TOKEN_ID, "spent", &number(1_000));
    powers::versions(&mut life);
    let state = life.twin.query::<_, TokenState>(TOKEN_ID, "state", &());
    assert!(state.expect("an answer").paused);
    Scene {
        name: "token",
        module,
        contract: TOKEN_ID,
        script: life.twin.script,
        from,
    }
}
