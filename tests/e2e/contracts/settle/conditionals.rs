//! What conditional payments refuse, and that the deals go on afterwards as if nothing had happened.

mod deciding;
mod opening;

use obolus_abi::deal::DealError as E;
use obolus_abi::deal::conditional::Condition;
use obolus_abi::token::TokenError;
use obolus_abi::{DealId, RoleKey, RoleSet};

use super::calls::{Way, relayed};
use super::cases::Cases;
use super::ground::Ground;
use super::plans::ConditionalPlan;
use super::stage::Stage;
use deciding::deciding;
use opening::opening;

const HOUR: u64 = 3_600_000;
const NOWHERE: DealId = DealId([0xee; 32]);
const STATEMENT: [u8; 32] = [3; 32];
const ORACLE: u8 = 5;
const APPROVERS: [RoleKey; 3] = [RoleKey([1; 32]), RoleKey([2; 32]), RoleKey([3; 32])];

/// Deals in every state; locked unless it says otherwise.
struct Deals {
    /// Nothing is locked, nothing decided.
    empty: ConditionalPlan,
    /// Waits for the oracle.
    oracle: ConditionalPlan,
    /// Has one of two approvals.
    approvals: ConditionalPlan,
    /// Waits for half the time until the expiry.
    time: ConditionalPlan,
    fulfilled: ConditionalPlan,
    failed: ConditionalPlan,
    /// Nothing was locked, and the payee declined.
    declined: ConditionalPlan,
    released: ConditionalPlan,
    refunded: ConditionalPlan,
}

fn oracle(stage: &Stage) -> Condition {
    Condition::Oracle {
        key: stage.ground.oracle(ORACLE),
        statement: STATEMENT,
    }
}

fn approvals() -> Condition {
    Condition::Approvals(RoleSet {
        keys: APPROVERS.to_vec(),
        threshold: 2,
    })
}

fn opened(stage: &mut Stage, condition: Condition, expiry: u64) -> ConditionalPlan {
    let plan = stage.conditional((0, 20), [0, 1], condition, expiry);
    let open = stage.open_conditional(&plan.terms);
    assert_eq!(stage.accept::<_, DealId>(open), plan.id);
    plan
}

fn locked(stage: &mut Stage, plan: ConditionalPlan) -> ConditionalPlan {
    let note = stage.fund(0, 0, 20);
    let (deposit, _) = stage.deposit(&plan, 0, &[note]);
    stage.accept::<_, u64>(deposit);
    stage.end_block();
    plan
}

fn attested(stage: &mut Stage, expiry: u64, outcome: bool) -> ConditionalPlan {
    let condition = oracle(stage);
    let plan = opened(stage, condition, expiry);
    let plan = locked(stage, plan);
    let attest = stage.attest(&plan, ORACLE, &STATEMENT, outcome);
    stage.accept::<_, ()>(attest);
    plan
}

fn deals(stage: &mut Stage, expiry: u64) -> Deals {
    let empty = opened(stage, oracle(stage), expiry);
    let waiting = opened(stage, oracle(stage), expiry);
    let waiting = locked(stage, waiting);
    let approving = opened(stage, approvals(), expiry);
    let approving = locked(stage, approving);
    let approve = stage
        .about(&approving, "approve", &[])
        .but(|_, tx| tx.role_keys = [APPROVERS[1]].into());
    stage.accept::<_, ()>(approve);
    let time = opened(stage, Condition::Time(expiry - HOUR / 2), expiry);
    let time = locked(stage, time);
    let declined = opened(stage, approvals(), expiry);
    let payee = declined.terms.header.payee;
    let decline = stage.about(&declined, "decline", &[payee]);
    stage.accept::<_, ()>(decline);
    let [fulfilled, failed, released, refunded] =
        [true, false, true, false].map(|outcome| attested(stage, expiry, outcome));
    let release = stage.pay_out(&released, 0, Way::Release);
    stage.accept::<_, ()>(release);
    let refund = stage.pay_out(&refunded, 0, Way::Refund);
    stage.accept::<_, ()>(refund);
    Deals {
        empty,
        oracle: waiting,
        approvals: approving,
        time,
        fulfilled,
        failed,
        declined,
        released,
        refunded,
    }
}

fn depositing(cases: &mut Cases, stage: &mut Stage, deals: &Deals) {
    let d = "deposit";
    let expiry = deals.empty.terms.header.expiry_ms;
    let note = stage.fund(0, 0, 20);
    let (call, _) = stage.deposit(&deals.empty, 0, &[note]);
    cases.add((d, "by a contract"), E::UserOnly, relayed(&call));
    let nowhere = call.clone().but(|m, _| m.deal = NOWHERE);
    cases.add((d, "no such deal"), E::NoSuchDeal, nowhere);
    let second = call.clone().but(|m, _| m.leg = 1);
    cases.add((d, "a second leg"), E::NoSuchLeg, second);
    for (name, plan) in [
        ("after the payee declined", &deals.declined),
        ("after the contrary was attested", &deals.failed),
    ] {
        let (call, _) = stage.deposit(plan, 0, &[note]);
        cases.add((d, name), E::Decided, call);
    }
    let payee = deals.empty.terms.header.payee;
    let stranger = call
        .clone()
        .but(|m, tx| tx.spend_keys = [m.transfer.rk, payee].into());
    cases.add((d, "with the payee's key"), E::NotParty, stranger);
    for (name, plan) in [
        ("locked already", &deals.oracle),
        ("locked and fulfilled", &deals.fulfilled),
        ("paid out", &deals.released),
    ] {
        let (call, _) = stage.deposit(plan, 0, &[note]);
        cases.add((d, name), E::NotEmpty, call);
    }
    let home = stage.gift(0, 20, 0);
    let (wrong, _) = stage.deposit_of(&deals.empty, 0, &[note], home);
    cases.add((d, "a note to itself"), E::OtherNote, wrong);
    let unproven = call.clone().but(|_, tx| tx.proofs.clear());
    cases.add((d, "without a proof"), TokenError::BadProof, unproven);
    cases.at(expiry + 1);
    cases.add((d, "one ms after the expiry"), E::Expired, call);
}

fn paying(cases: &mut Cases, stage: &mut Stage, deals: &Deals) {
    let now = stage.ground.now();
    let expiry = deals.empty.terms.header.expiry_ms;
    for (entry, way, ready) in [
        ("release", Way::Release, &deals.fulfilled),
        ("refund", Way::Refund, &deals.failed),
    ] {
        cases.at(now);
        let call = stage.pay_out(ready, 0, way);
        cases.add((entry, "by a contract"), E::UserOnly, relayed(&call));
        let nowhere = call.clone().but(|m, _| m.deal = NOWHERE);
        cases.add((entry, "no such deal"), E::NoSuchDeal, nowhere);
        let second = call.clone().but(|m, _| m.leg = 1);
        cases.add((entry, "a second leg"), E::NoSuchLeg, second);
        for (name, plan) in [
            ("before the oracle spoke", &deals.oracle),
            ("before enough approved", &deals.approvals),
            ("before the time", &deals.time),
        ] {
            let call = stage.pay_out(plan, 0, way);
            cases.add((entry, name), E::ConditionOpen, call);
        }
        let paid = match way {
            Way::Release => ready.legs[0].refund,
            Way::Refund => ready.legs[0].release,
        };
        let wrong = stage.pay_out_of(ready, 0, entry, paid);
        cases.add((entry, "to the other party"), E::OtherNote, wrong);
        let own = stage.gift(0, 20, 1);
        let own = stage.pay_out_of(ready, 0, entry, own);
        cases.add((entry, "to another note"), E::OtherNote, own);
        let unproven = call.but(|_, tx| tx.proofs.clear());
        cases.add((entry, "unproven"), TokenError::BadProof, unproven);
    }
    cases.at(now);
    for (entry, way, name, plan, error) in [
        (
            "release",
            Way::Release,
            "the contrary attested",
            &deals.failed,
            E::ConditionOpen,
        ),
        (
            "release",
            Way::Release,
            "refunded",
            &deals.refunded,
            E::ConditionOpen,
        ),
        (
            "release",
            Way::Release,
            "released",
            &deals.released,
            E::NotLocked,
        ),
        (
            "refund",
            Way::Refund,
            "fulfilled",
            &deals.fulfilled,
            E::ConditionOpen,
        ),
        (
            "refund",
            Way::Refund,
            "released",
            &deals.released,
            E::ConditionOpen,
        ),
        (
            "refund",
            Way::Refund,
            "refunded",
            &deals.refunded,
            E::NotLocked,
        ),
        (
            "refund",
            Way::Refund,
            "never locked",
            &deals.declined,
            E::NotLocked,
        ),
    ] {
        let call = stage.pay_out(plan, 0, way);
        cases.add((entry, name), error, call);
    }
    // One ms decides.
    cases.at(expiry - HOUR / 2 - 1);
    let early = stage.pay_out(&deals.time, 0, Way::Release);
    cases.add(
        ("release", "one ms before the time"),
        E::ConditionOpen,
        early,
    );
    cases.at(expiry);
    let early = stage.pay_out(&deals.oracle, 0, Way::Refund);
    cases.add(("refund", "exactly at the expiry"), E::ConditionOpen, early);
    cases.at(expiry + 1);
    let never = stage.pay_out(&deals.time, 0, Way::Refund);
    cases.add(("refund", "a time that came"), E::ConditionOpen, never);
    let late = stage.pay_out(&deals.oracle, 0, Way::Release);
    cases.add(("release", "lapsed"), E::ConditionOpen, late);
}

#[test]
fn conditional_refuses_every_wrong_call_and_its_deals_go_on() {
    let mut stage = Stage::new(Ground::twin(), 1);
    let now = stage.ground.now();
    let expiry = now + HOUR;
    let deals = deals(&mut stage, expiry);
    let mut cases = Cases::default();
    for build in [depositing, paying, deciding, opening] {
        cases.at(now);
        build(&mut cases, &mut stage, &deals);
    }
    cases.run(&mut stage);
    let common = [E::UserOnly, E::NoSuchDeal];
    let payout = [E::NoSuchLeg, E::ConditionOpen, E::NotLocked, E::OtherNote];
    cases.cover(&[
        (
            "open",
            &[
                E::UserOnly,
                E::BadTerms,
                E::Expired,
                E::NotParty,
                E::DealExists,
                E::NoToken,
            ],
        ),
        ("deposit", &common),
        (
            "deposit",
            &[
                E::NoSuchLeg,
                E::Expired,
                E::Decided,
                E::NotParty,
                E::NotEmpty,
                E::OtherNote,
            ],
        ),
        ("release", &common),
        ("release", &payout),
        ("refund", &common),
        ("refund", &payout),
        ("attest", &common),
        ("attest", &[E::BadTerms, E::BadAttestation, E::Decided]),
        ("approve", &common),
        ("approve", &[E::BadTerms, E::Decided, E::NotApprover]),
        ("decline", &common),
        ("decline", &[E::NotParty, E::Decided]),
    ]);

    // The deals go on; attestation and approval come in the last ms.
    stage.ground.set_time(expiry);
    let attest = stage.attest(&deals.oracle, ORACLE, &STATEMENT, true);
    stage.accept::<_, ()>(attest);
    let approve = stage
        .about(&deals.approvals, "approve", &[])
        .but(|_, tx| tx.role_keys = [APPROVERS[2]].into());
    stage.accept::<_, ()>(approve);
    let (deposit, _) = {
        let note = stage.fund(0, 0, 20);
        stage.deposit(&deals.empty, 0, &[note])
    };
    stage.accept::<_, u64>(deposit);
    stage.end_block();
    stage.ground.set_time(expiry + 1);
    for plan in [
        &deals.oracle,
        &deals.approvals,
        &deals.time,
        &deals.fulfilled,
    ] {
        let release = stage.pay_out(plan, 0, Way::Release);
        stage.accept::<_, ()>(release);
    }
    for plan in [&deals.empty, &deals.failed] {
        let refund = stage.pay_out(plan, 0, Way::Refund);
        stage.accept::<_, ()>(refund);
    }
}
