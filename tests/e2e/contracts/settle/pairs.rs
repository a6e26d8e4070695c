//! What dvp and pvp refuse in deals, and that the deals go on afterwards as if nothing had happened.

mod opening;

use obolus_abi::deal::DealError as E;
use obolus_abi::token::TokenError;
use obolus_abi::{ContractId, DealId};
use obolus_contract_hostile::messages::Raw;

use super::calls::{Way, relayed};
use super::cases::Cases;
use super::ground::Ground;
use super::notes::Owner;
use super::plans::PairPlan;
use super::stage::{DVP, PVP, Stage};
use opening::{opening, rates};

const HOUR: u64 = 3_600_000;
const NOWHERE: DealId = DealId([0xee; 32]);

/// Deals in every state.
struct Deals {
    fresh: PairPlan,
    /// Leg 0 is locked.
    half: PairPlan,
    full: PairPlan,
    settled: PairPlan,
    /// Leg 0 went back before leg 1 was locked.
    off: PairPlan,
}

fn locked(stage: &mut Stage, plan: &PairPlan, leg: u8) {
    let Owner::Party(payer) = plan.legs[usize::from(leg)].refund.owner else {
        panic!("a party pays");
    };
    let deposit = plan.legs[usize::from(leg)].deposit;
    let note = stage.fund(deposit.token, payer, deposit.value);
    let (call, _) = stage.deposit(plan, leg, &[note]);
    stage.accept::<_, u64>(call);
    stage.end_block();
}

fn deals(stage: &mut Stage, contract: ContractId, expiry: u64) -> Deals {
    let [fresh, half, full, settled, off] = [(); 5].map(|()| {
        let plan = stage.pair(contract, [0, 1], [20, 30], [0, 1], expiry);
        stage.opened_pair(&plan);
        plan
    });
    for (plan, leg) in [
        (&half, 0),
        (&full, 0),
        (&full, 1),
        (&settled, 0),
        (&settled, 1),
        (&off, 0),
    ] {
        locked(stage, plan, leg);
    }
    let settle = stage.settle(&settled);
    stage.accept::<_, ()>(settle);
    let back = stage.call_off(&off, 0);
    stage.accept::<_, ()>(back);
    Deals {
        fresh,
        half,
        full,
        settled,
        off,
    }
}

fn depositing(cases: &mut Cases, stage: &mut Stage, deals: &Deals) {
    let expiry = deals.fresh.terms.header.expiry_ms;
    let [mine, other] = [stage.fund(0, 0, 20), stage.fund(1, 1, 30)];
    let [fresh, full] = [&deals.fresh, &deals.full];
    let (call, _) = stage.deposit(fresh, 0, &[mine]);
    let d = "deposit";
    cases.add((d, "by a contract"), E::UserOnly, relayed(&call));
    let nowhere = call.clone().but(|m, _| m.deal = NOWHERE);
    cases.add((d, "no such deal"), E::NoSuchDeal, nowhere);
    let third = call.clone().but(|m, _| m.leg = 2);
    cases.add((d, "a third leg"), E::NoSuchLeg, third);
    for (name, leg, note) in [
        ("after its leg went back", 0, mine),
        ("after the other leg went back", 1, other),
    ] {
        let (call, _) = stage.deposit(&deals.off, leg, &[note]);
        cases.add((d, name), E::Cancelled, call);
    }
    let unsigned = call
        .clone()
        .but(|m, tx| tx.spend_keys = [m.transfer.rk].into());
    cases.add((d, "without the party's key"), E::NotParty, unsigned);
    let key = fresh.terms.header.parties[1];
    let stranger = call
        .clone()
        .but(|m, tx| tx.spend_keys = [m.transfer.rk, key].into());
    cases.add((d, "with the other party's key"), E::NotParty, stranger);
    for (name, plan) in [
        ("locked already", &deals.half),
        ("both locked", full),
        ("paid out", &deals.settled),
    ] {
        let (call, _) = stage.deposit(plan, 0, &[mine]);
        cases.add((d, name), E::NotEmpty, call);
    }
    let mut less = fresh.legs[0].deposit;
    less.value = 19;
    let (call_less, _) = stage.deposit_of(fresh, 0, &[mine], less);
    cases.add((d, "a smaller note"), E::OtherNote, call_less);
    let home = stage.gift(0, 20, 0);
    let (call_home, _) = stage.deposit_of(fresh, 0, &[mine], home);
    cases.add((d, "a note to itself"), E::OtherNote, call_home);
    let (wrong, _) = stage.deposit_of(fresh, 0, &[other], fresh.legs[1].deposit);
    cases.add((d, "the other leg's note"), E::OtherNote, wrong);
    let unsigned = call.clone().but(|m, tx| {
        let rk = m.transfer.rk;
        tx.spend_keys.remove(&rk);
    });
    cases.add(
        (d, "not signed under rk"),
        TokenError::NotAuthorised,
        unsigned,
    );
    let unproven = call.clone().but(|_, tx| tx.proofs.clear());
    cases.add((d, "without a proof"), TokenError::BadProof, unproven);
    let moved = call.clone().but(|_, tx| tx.digest.0[31] ^= 1);
    cases.add((d, "in another transaction"), TokenError::BadProof, moved);
    let memos = call.clone().but(|_, tx| tx.memos.clear());
    cases.add((d, "without memos"), TokenError::BadMemos, memos);
    let money = stage.fund(0, 0, 20);
    let gift = stage.gift(0, 20, 0);
    let (net, _) = stage.net(&[(vec![money], gift)]);
    stage.accept::<_, ()>(net);
    let (spent, _) = stage.deposit(fresh, 0, &[money]);
    cases.add((d, "a spent note"), TokenError::DoubleSpend, spent);
    cases.at(expiry + 1);
    cases.add((d, "one ms after the expiry"), E::Expired, call);
}

fn settling(cases: &mut Cases, stage: &mut Stage, deals: &Deals) {
    let expiry = deals.full.terms.header.expiry_ms;
    let full = &deals.full;
    let call = stage.settle(full);
    let s = "settle";
    cases.add((s, "by a contract"), E::UserOnly, relayed(&call));
    let nowhere = call.clone().but(|m, _| m.deal = NOWHERE);
    cases.add((s, "no such deal"), E::NoSuchDeal, nowhere);
    for (name, plan) in [
        ("nothing locked", &deals.fresh),
        ("one leg locked", &deals.half),
        ("called off", &deals.off),
        ("settled already", &deals.settled),
    ] {
        let call = stage.settle(plan);
        cases.add((s, name), E::NotLocked, call);
    }
    let [first, second] = [&full.legs[0], &full.legs[1]];
    for (name, paid) in [
        ("leg 0 back to its payer", [first.refund, second.release]),
        ("leg 1 back to its payer", [first.release, second.refund]),
        (
            "leg 1 to a note of its payee's own",
            [first.release, stage.gift(1, 30, 0)],
        ),
    ] {
        let call = stage.settle_of(full, paid);
        cases.add((s, name), E::OtherNote, call);
    }
    let swapped = call.clone().but(|m, _| m.transfers.swap(0, 1));
    cases.add((s, "payments swapped"), E::OtherNote, swapped);
    let elsewhere = call.clone().but(|m, _| m.deal = deals.settled.id);
    cases.add((s, "payments of another deal"), E::NotLocked, elsewhere);
    let unproven = call.clone().but(|_, tx| {
        tx.proofs.pop_last();
    });
    cases.add((s, "one proof short"), TokenError::BadProof, unproven);
    let odd = call.clone().but(|_, tx| {
        tx.memos.pop();
    });
    cases.add((s, "one memo short"), TokenError::BadMemos, odd);
    let strange = call.clone().but(|m, _| {
        let point = m.transfers[0].rk;
        m.transfers[1].rk = point;
    });
    cases.add((s, "the other leg's key"), TokenError::NotDealKey, strange);
    cases.at(expiry + 1);
    cases.add((s, "one ms after the expiry"), E::Expired, call);
}

fn refunding(cases: &mut Cases, stage: &mut Stage, deals: &Deals) {
    let expiry = deals.full.terms.header.expiry_ms;
    let r = "refund";
    let call = stage.call_off(&deals.half, 0);
    cases.add((r, "by a contract"), E::UserOnly, relayed(&call));
    let nowhere = call.clone().but(|m, _| m.deal = NOWHERE);
    cases.add((r, "no such deal"), E::NoSuchDeal, nowhere);
    let third = call.clone().but(|m, _| m.leg = 2);
    cases.add((r, "a third leg"), E::NoSuchLeg, third);
    let unsigned = call.clone().but(|_, tx| tx.spend_keys.clear());
    cases.add((r, "before the expiry, unsigned"), E::NotParty, unsigned);
    let key = deals.half.terms.header.parties[1];
    let stranger = call.clone().but(|_, tx| tx.spend_keys = [key].into());
    cases.add((r, "called off by the other party"), E::NotParty, stranger);
    for (name, plan, leg) in [
        ("both locked", &deals.full, 0),
        ("both locked, the other leg", &deals.full, 1),
        ("an empty leg while the other is locked", &deals.half, 1),
    ] {
        let call = stage.call_off(plan, leg);
        cases.add((r, name), E::Bound, call);
    }
    for (name, plan, leg) in [
        ("nothing locked", &deals.fresh, 0),
        ("released", &deals.settled, 0),
        ("released, the other leg", &deals.settled, 1),
        ("refunded", &deals.off, 0),
        ("called off before it was locked", &deals.off, 1),
    ] {
        for at_ms in [stage.ground.now(), expiry + 1] {
            cases.at(at_ms);
            let call = stage.call_off(plan, leg);
            cases.add((r, name), E::NotLocked, call);
        }
    }
    cases.at(expiry);
    let bound = stage.call_off(&deals.full, 0);
    cases.add((r, "exactly at the expiry"), E::Bound, bound);
    cases.at(expiry + 1);
    for (name, paid) in [
        ("to the payee", deals.full.legs[0].release),
        ("to a note of the payer's own", stage.gift(0, 20, 0)),
    ] {
        let call = stage.pay_out_of(&deals.full, 0, r, paid);
        cases.add((r, name), E::OtherNote, call);
    }
    let unproven = stage
        .pay_out(&deals.full, 0, Way::Refund)
        .but(|_, tx| tx.proofs.clear());
    cases.add((r, "without a proof"), TokenError::BadProof, unproven);
}

fn refusals(contract: ContractId) {
    let mut stage = Stage::new(Ground::twin(), 2);
    let now = stage.ground.now();
    let expiry = now + HOUR;
    let deals = deals(&mut stage, contract, expiry);
    let mut cases = Cases::default();
    for build in [depositing, settling, refunding] {
        cases.at(now);
        build(&mut cases, &mut stage, &deals);
    }
    cases.at(now);
    opening(&mut cases, &mut stage, contract, &deals);
    if contract == PVP {
        cases.at(now);
        rates(&mut cases, &mut stage, expiry);
    }
    cases.run(&mut stage);
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
        (
            "deposit",
            &[
                E::UserOnly,
                E::NoSuchDeal,
                E::NoSuchLeg,
                E::Cancelled,
                E::Expired,
                E::NotParty,
                E::NotEmpty,
                E::OtherNote,
            ],
        ),
        (
            "settle",
            &[
                E::UserOnly,
                E::NoSuchDeal,
                E::Expired,
                E::NotLocked,
                E::OtherNote,
            ],
        ),
        (
            "refund",
            &[
                E::UserOnly,
                E::NoSuchDeal,
                E::NoSuchLeg,
                E::Bound,
                E::NotParty,
                E::NotLocked,
                E::OtherNote,
            ],
        ),
    ]);

    // The deals go on, up to the last moment.
    stage.ground.set_time(expiry);
    let new = stage.pair(contract, [0, 1], [20, 30], [0, 1], expiry);
    stage.opened_pair(&new);
    locked(&mut stage, &deals.fresh, 0);
    let settle = stage.settle(&deals.full);
    stage.accept::<_, ()>(settle);
    let back = stage.call_off(&deals.half, 0);
    stage.accept::<_, ()>(back);
    // One ms later nobody need sign.
    stage.ground.set_time(expiry + 1);
    let back = stage.pay_out(&deals.fresh, 0, Way::Refund);
    stage.accept::<_, ()>(back);
}

#[test]
fn dvp_refuses_every_wrong_call_and_its_deals_go_on() {
    refusals(DVP);
}

#[test]
fn pvp_refuses_every_wrong_call_and_its_deals_go_on() {
    refusals(PVP);
}

#[test]
fn a_deal_that_was_never_opened_is_not_shown() {
    use obolus_abi::deal::DealMsg;
    let mut stage = Stage::new(Ground::twin(), 1);
    for contract in [DVP, PVP, super::stage::CONDITIONAL, super::stage::STANDING] {
        let answer: Result<Raw, _> =
            stage
                .ground
                .query(contract, "deal", &DealMsg { deal: NOWHERE });
        let code = obolus_abi::ContractError::from(E::NoSuchDeal).code;
        assert_eq!(answer.unwrap_err().code(), Some(code));
    }
}
