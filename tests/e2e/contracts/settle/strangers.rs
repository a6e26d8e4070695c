//! Tokens that are none, as a leg's token or in a swap. Most run natively only: what they do is in the contracts'
//! hands, not in the machine's, which [`hostile`](super::super::hostile) tests.
//!
//! The party that is offered such a token must refuse the deal: its wallet knows the tokens that it takes. Here it does
//! not, and still loses nothing that it did not agree to pay for the stranger's promise.

use obolus_abi::deal::atomic::SwapMsg;
use obolus_abi::deal::conditional::Condition;
use obolus_abi::deal::pair::{Pair, SettleMsg};
use obolus_abi::deal::{DealError as E, DealMsg, LegState};
use obolus_abi::registry::RegistryError;
use obolus_abi::token::{TokenError as T, TokenInit, TokenState, TransferDealMsg, TransferMsg};
use obolus_abi::{ContractError, ContractId, DealId, PointBytes};
use obolus_contract_hostile::messages::RegistryMode;
use obolus_sdk::{CallError, Entry, Env};

use super::super::stage::{ISSUER, OPERATOR, PINS, role};
use super::calls::{Way, relayed};
use super::ground::Ground;
use super::notes::{Call, Note};
use super::plans::PairPlan;
use super::stage::{CONDITIONAL, DVP, HOSTILE, NETTING, Stage};

const HOUR: u64 = 3_600_000;
/// Takes the place of the second token.
const STRANGER: ContractId = ContractId([21; 32]);
/// The first token, an honest one.
const TOKEN: ContractId = ContractId([20; 32]);
const REGISTRIES: [ContractId; 2] = [ContractId([10; 32]), ContractId([11; 32])];

fn code(error: impl Into<ContractError>) -> u16 {
    error.into().code
}

/// Names an honest registry as its own, its old one.
fn state(_env: &Env, (): ()) -> Result<TokenState, ContractError> {
    named(REGISTRIES[1])
}

fn named(registry: ContractId) -> Result<TokenState, ContractError> {
    Ok(TokenState {
        settings: TokenInit {
            name: "Promise".into(),
            unit: "XXX".into(),
            exponent: 2,
            registry,
            issuer: role(ISSUER),
            operator: role(OPERATOR),
            pins: PINS,
            reserves: None,
            velocity: None,
            predecessor: None,
        },
        issued: PointBytes::IDENTITY,
        redeemed: PointBytes::IDENTITY,
        issue_nonce: 0,
        paused: false,
        enabled: [true; 5],
        redemptions: 0,
        cleared: 0,
        backing: None,
        version: 0,
        velocity_serial: 0,
        successor: None,
    })
}

fn agree(_env: &mut Env, _msg: TransferMsg) -> Result<u64, ContractError> {
    Ok(u64::MAX)
}

fn agree_deal(_env: &mut Env, _msg: TransferDealMsg) -> Result<u64, ContractError> {
    Ok(0)
}

fn refuse_deal(_env: &mut Env, _msg: TransferDealMsg) -> Result<u64, ContractError> {
    Err(T::Paused.into())
}

fn trap_deal(_env: &mut Env, _msg: TransferDealMsg) -> Result<u64, ContractError> {
    obolus_sdk::abort("on purpose")
}

fn babble_deal(_env: &mut Env, _msg: TransferDealMsg) -> Result<(), ContractError> {
    Ok(())
}

/// Tries everything with the signatures and proofs that the transaction carries, then agrees.
fn grab(env: &mut Env, msg: TransferMsg) -> Result<u64, ContractError> {
    let refused = |outcome: Result<u64, CallError>, error: ContractError| {
        assert_eq!(outcome, Err(CallError::Reverted(error)));
    };
    // The payer's payment at the honest token, in the stranger's own name.
    let outcome = env.call(&TOKEN, "transfer_for", &msg);
    refused(outcome, RegistryError::NotApproved.into());
    let outcome = env.call(&TOKEN, "transfer", &msg);
    refused(outcome, T::UserOnly.into());
    // Back into the contract that called, and into others.
    let deal = DealMsg {
        deal: DealId([0; 32]),
    };
    let again: Result<Pair, _> = env.static_call(&DVP, "deal", &deal);
    assert_eq!(again, Err(CallError::Reentered));
    let outcome = env.call(&CONDITIONAL, "decline", &deal);
    refused(outcome, E::UserOnly.into());
    Ok(0)
}

/// Reads the deal while the contract that keeps it is running.
fn curious_state(env: &Env, (): ()) -> Result<TokenState, ContractError> {
    let msg = DealMsg {
        deal: DealId([0; 32]),
    };
    let again: Result<Pair, _> = env.static_call(&DVP, "deal", &msg);
    assert_eq!(again, Err(CallError::Reentered));
    named(REGISTRIES[1])
}

/// Names the calling contract as its registry.
fn circular_state(_env: &Env, (): ()) -> Result<TokenState, ContractError> {
    named(DVP)
}

/// Names another settlement contract as its registry.
fn false_state(_env: &Env, (): ()) -> Result<TokenState, ContractError> {
    named(NETTING)
}

macro_rules! stranger {
    ($state:ident, $pay:ident, $pay_deal:ident) => {
        &[
            Entry {
                export: "q_state",
                run: || obolus_sdk::run_read($state),
            },
            Entry {
                export: "x_transfer_for",
                run: || obolus_sdk::run_write($pay),
            },
            Entry {
                export: "x_transfer_deal",
                run: || obolus_sdk::run_write($pay_deal),
            },
        ]
    };
}

const AGREES: &[Entry] = stranger!(state, agree, agree_deal);
const REFUSES: &[Entry] = stranger!(state, agree, refuse_deal);
const TRAPS: &[Entry] = stranger!(state, agree, trap_deal);
const BABBLES: &[Entry] = stranger!(state, agree, babble_deal);
const GRABS: &[Entry] = stranger!(curious_state, grab, agree_deal);
const CIRCULAR: &[Entry] = stranger!(circular_state, agree, agree_deal);
const FALSE: &[Entry] = stranger!(false_state, agree, agree_deal);

/// A stage whose second token is a stranger.
fn stage(entries: &'static [Entry]) -> Stage {
    let mut stage = Stage::new(Ground::alone(), 2);
    stage.ground.install(STRANGER, (entries, &[]));
    stage
}

/// Leg 0 at the honest token, leg 1 at the stranger.
fn opened(stage: &mut Stage) -> PairPlan {
    let expiry = stage.ground.now() + HOUR;
    let plan = stage.pair(DVP, [0, 1], [20, 30], [0, 1], expiry);
    stage.opened_pair(&plan);
    plan
}

/// Locks leg 0 with money, and leg 1 with nothing.
fn locked(stage: &mut Stage, plan: &PairPlan) {
    let note = stage.fund(0, 0, 20);
    let (deposit, _) = stage.deposit(plan, 0, &[note]);
    stage.accept::<_, u64>(deposit);
    let air = promise(stage);
    let (deposit, _) = stage.deposit(plan, 1, &[air]);
    assert_eq!(stage.accept::<_, u64>(deposit), u64::MAX);
    stage.end_block();
}

/// A note of the stranger's.
fn promise(stage: &mut Stage) -> Note {
    stage.gift(1, 30, 1)
}

fn states(stage: &mut Stage, plan: &PairPlan) -> [LegState; 2] {
    let msg = DealMsg { deal: plan.id };
    let pair: Pair = stage.ground.query(DVP, "deal", &msg).unwrap();
    pair.legs.map(|leg| leg.state)
}

#[test]
fn a_token_that_only_agrees_gets_the_agreed_note_and_no_other() {
    let mut stage = stage(AGREES);
    let honest = stage.fund(0, 2, 50);
    let other = stage.conditional((0, 50), [2, 1], Condition::Time(0), u64::MAX);
    let open = stage.open_conditional(&other.terms);
    stage.accept::<_, DealId>(open);
    let (deposit, _) = stage.deposit(&other, 0, &[honest]);
    stage.accept::<_, u64>(deposit);
    let plan = opened(&mut stage);
    locked(&mut stage, &plan);
    let before = stage.leaves(0).len();
    let settle = stage.settle(&plan);
    stage.accept::<_, ()>(settle);
    assert_eq!(states(&mut stage, &plan), [LegState::Released; 2]);
    // One payment at the honest token, of the note that was agreed.
    assert_eq!(stage.leaves(0).len(), before + 2);
    assert_eq!(stage.leaves(0)[before], plan.legs[0].release.cm());
    let spent = stage
        .ground
        .query(TOKEN, "spent", &other.legs[0].deposit.nullifier());
    assert_eq!(spent, Ok(false));
}

/// What it refuses undoes the honest token's payout too; and after the expiry it cannot keep the honest leg.
#[test]
fn a_token_that_never_pays_holds_up_nobody_after_the_expiry() {
    for (entries, error) in [
        (REFUSES, code(T::Paused)),
        (TRAPS, code(E::NoToken)),
        (BABBLES, code(E::NoToken)),
    ] {
        let mut stage = stage(entries);
        let plan = opened(&mut stage);
        locked(&mut stage, &plan);
        let settle: Call<SettleMsg> = stage.settle(&plan);
        stage.refuse("the second payout fails", error, &settle);
        stage.ground.set_time(plan.terms.header.expiry_ms + 1);
        let refund = stage.pay_out(&plan, 1, Way::Refund);
        stage.refuse("the stranger's leg", error, &refund);
        let refund = stage.pay_out(&plan, 0, Way::Refund);
        stage.accept::<_, ()>(refund);
        assert_eq!(states(&mut stage, &plan)[0], LegState::Refunded);
    }
}

#[test]
fn a_token_that_is_called_with_others_signatures_can_use_none_of_them() {
    let mut stage = stage(GRABS);
    let plan = opened(&mut stage);
    let note = stage.fund(0, 0, 20);
    let parts = [
        (vec![note], stage.gift(0, 20, 1)),
        (vec![promise(&mut stage)], stage.gift(1, 30, 0)),
    ];
    // The stranger is handed the honest payment itself, proof and signature included.
    let (swap, _) = stage.swap(&parts);
    let handed = swap.clone().but(|msg: &mut SwapMsg, _| {
        msg.payments[1].transfer = msg.payments[0].transfer.clone();
        msg.payments.swap(0, 1);
    });
    let before = stage.leaves(0).len();
    stage.accept::<_, ()>(handed);
    assert_eq!(stage.leaves(0)[before], parts[0].1.cm());
    assert_eq!(stage.leaves(0).len(), before + 2);
    assert_eq!(states(&mut stage, &plan), [LegState::Empty; 2]);
    stage.refuse(
        "by the hostile contract",
        code(E::UserOnly),
        &relayed(&swap),
    );
}

#[test]
fn a_token_whose_registry_is_none_opens_no_deal() {
    for entries in [CIRCULAR, FALSE] {
        let mut stage = stage(entries);
        let expiry = stage.ground.now() + HOUR;
        let plan = stage.pair(DVP, [0, 1], [20, 30], [0, 1], expiry);
        let open = stage.open_pair(&plan.terms);
        stage.refuse("no registry", code(E::NoToken), &open);
    }
}

/// An honest token under a registry that is none, as WASM too: the hostile contract accepts every root, but it enters no
/// legs.
#[test]
fn a_token_under_a_hostile_registry_opens_no_deal() {
    const EVIL: ContractId = ContractId([30; 32]);
    let mut stage = Stage::new(Ground::twin(), 2);
    let mode = Call {
        contract: HOSTILE,
        entry: "set_mode",
        msg: RegistryMode::Key(stage.auditor),
        tx: stage.tx(),
    };
    stage.accept::<_, ()>(mode);
    let init = named(HOSTILE).unwrap().settings;
    let tx = stage.tx();
    let code_of_token = (obolus_contract_token::ENTRIES, obolus_contracts::TOKEN);
    stage.ground.instantiate(EVIL, code_of_token, &init, &tx);
    let expiry = stage.ground.now() + HOUR;
    let mut terms = stage.pair(DVP, [0, 1], [20, 30], [0, 1], expiry).terms;
    for leg in [0, 1] {
        let honest = terms.legs[leg].token;
        terms.header.tokens[leg] = EVIL;
        terms.legs[leg].token = EVIL;
        let open = stage.open_pair(&terms);
        stage.refuse("no registry", code(E::NoToken), &open);
        terms.header.tokens[leg] = honest;
        terms.legs[leg].token = honest;
    }
}
