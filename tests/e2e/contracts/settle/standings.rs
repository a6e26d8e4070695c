//! What standing orders refuse, and that the orders go on afterwards as if nothing had happened.

use obolus_abi::deal::DealError as E;
use obolus_abi::deal::standing::OpenStandingMsg;
use obolus_abi::registry::RegistryError;
use obolus_abi::token::TokenError;
use obolus_abi::{ContractId, DealId};

use super::calls::{Way, relayed};
use super::cases::Cases;
use super::ground::Ground;
use super::plans::StandingPlan;
use super::stage::{HOSTILE, Stage};

const HOUR: u64 = 3_600_000;
const NOWHERE: DealId = DealId([0xee; 32]);

/// Two orders of four payments; one, two, three and four hours from the start. Payment 3 is never locked.
struct Orders {
    start: u64,
    /// Payment 0 was released.
    open: StandingPlan,
    /// Cancelled exactly when payment 1 was due; payment 0 was released and payment 2 refunded.
    cancelled: StandingPlan,
}

fn orders(stage: &mut Stage) -> Orders {
    let start = stage.ground.now();
    let payments: Vec<(u64, u64)> = (1..=4).map(|n| (start + n * HOUR, 20)).collect();
    let [open, cancelled] = [(); 2].map(|()| {
        let plan = stage.standing(0, [0, 1], &payments);
        let call = stage.open_standing(&plan.terms);
        assert_eq!(stage.accept::<_, DealId>(call), plan.id);
        for leg in 0..3 {
            let note = stage.fund(0, 0, 20);
            let (deposit, _) = stage.deposit(&plan, leg, &[note]);
            stage.accept::<_, u64>(deposit);
        }
        stage.end_block();
        plan
    });
    stage.ground.set_time(start + 2 * HOUR);
    for plan in [&open, &cancelled] {
        let release = stage.pay_out(plan, 0, Way::Release);
        stage.accept::<_, ()>(release);
    }
    let key = cancelled.terms.header.payer;
    let cancel = stage.about(&cancelled, "cancel", &[key]);
    stage.accept::<_, ()>(cancel);
    let refund = stage.pay_out(&cancelled, 2, Way::Refund);
    stage.accept::<_, ()>(refund);
    Orders {
        start,
        open,
        cancelled,
    }
}

fn opening(cases: &mut Cases, stage: &mut Stage, orders: &Orders) {
    let o = "open";
    let start = orders.start;
    let payments = [(start + HOUR, 20), (start + 2 * HOUR, 20)];
    let new = stage.standing(0, [0, 1], &payments).terms;
    let call = stage.open_standing(&new);
    cases.add((o, "by a contract"), E::UserOnly, relayed(&call));
    let many: Vec<(u64, u64)> = (1..=9).map(|n| (start + n * HOUR, 20)).collect();
    let nine = stage.standing(0, [0, 1], &many).terms;
    let nine = stage.open_standing(&nine);
    cases.add((o, "nine payments"), E::BadTerms, nine);
    type Change<'a> = &'a dyn Fn(&mut OpenStandingMsg);
    let terms: [(&str, E, Change); 8] = [
        ("no payments", E::BadTerms, &|m| {
            m.header.due_ms.clear();
            m.legs.clear();
        }),
        ("more times than legs", E::BadTerms, &|m| {
            m.header.due_ms.push(start + 3 * HOUR);
        }),
        ("more legs than times", E::BadTerms, &|m| {
            m.header.due_ms.pop();
        }),
        ("two at one time", E::BadTerms, &|m| {
            m.header.due_ms[1] = m.header.due_ms[0];
        }),
        ("times out of order", E::BadTerms, &|m| {
            m.header.due_ms.reverse()
        }),
        ("a leg of another token", E::BadTerms, &|m| {
            m.legs[1].token = HOSTILE
        }),
        ("an order that exists", E::DealExists, &|m| {
            *m = orders.open.terms.clone()
        }),
        ("no contract as token", E::NoToken, &|m| {
            m.header.token = ContractId([99; 32]);
            m.legs
                .iter_mut()
                .for_each(|leg| leg.token = ContractId([99; 32]));
        }),
    ];
    for (name, error, change) in terms {
        let mut msg = new.clone();
        change(&mut msg);
        let call = stage.open_standing(&msg);
        cases.add((o, name), error, call);
    }
    let unsigned = call.clone().but(|_, tx| tx.spend_keys.clear());
    cases.add((o, "without a signature"), E::NotParty, unsigned);
    let common = call.clone().but(|m, _| m.legs[1].owner = m.legs[0].owner);
    let name = (o, "one owner for two payments");
    cases.add(name, RegistryError::Duplicate, common);
    let bare = call.but(|_, tx| {
        tx.proofs.pop_last();
    });
    let name = (o, "one nullifier key not escrowed");
    cases.add(name, RegistryError::BadProof, bare);
}

fn depositing(cases: &mut Cases, stage: &mut Stage, orders: &Orders) {
    let d = "deposit";
    let note = stage.fund(0, 0, 20);
    let open = &orders.open;
    let (call, _) = stage.deposit(open, 3, &[note]);
    cases.add((d, "by a contract"), E::UserOnly, relayed(&call));
    let nowhere = call.clone().but(|m, _| m.deal = NOWHERE);
    cases.add((d, "no such order"), E::NoSuchDeal, nowhere);
    let fifth = call.clone().but(|m, _| m.leg = 4);
    cases.add((d, "a fifth payment"), E::NoSuchLeg, fifth);
    let last = call.clone().but(|m, _| m.leg = u8::MAX);
    cases.add((d, "the largest number"), E::NoSuchLeg, last);
    for leg in [2, 3] {
        let (call, _) = stage.deposit(&orders.cancelled, leg, &[note]);
        cases.add((d, "cancelled"), E::Cancelled, call);
    }
    let unsigned = call
        .clone()
        .but(|m, tx| tx.spend_keys = [m.transfer.rk].into());
    cases.add((d, "without the payer's key"), E::NotParty, unsigned);
    for (name, plan, leg) in [
        ("locked already", open, 1),
        ("released", open, 0),
        ("due, in a cancelled order", &orders.cancelled, 1),
    ] {
        let (call, _) = stage.deposit(plan, leg, &[note]);
        cases.add((d, name), E::NotEmpty, call);
    }
    let (wrong, _) = stage.deposit_of(open, 3, &[note], open.legs[2].deposit);
    cases.add((d, "another payment's note"), E::OtherNote, wrong);
    let unproven = call.but(|_, tx| tx.proofs.clear());
    cases.add((d, "without a proof"), TokenError::BadProof, unproven);
}

fn paying(cases: &mut Cases, stage: &mut Stage, orders: &Orders) {
    let Orders {
        start,
        open,
        cancelled,
    } = orders;
    let (release, refund) = ("release", "refund");
    for (entry, way, ready, leg, wrong) in [
        (release, Way::Release, open, 1, open.legs[1].refund),
        (refund, Way::Refund, cancelled, 3, cancelled.legs[3].release),
    ] {
        let call = stage.pay_out(ready, leg, way);
        cases.add((entry, "by a contract"), E::UserOnly, relayed(&call));
        let nowhere = call.clone().but(|m, _| m.deal = NOWHERE);
        cases.add((entry, "no such order"), E::NoSuchDeal, nowhere);
        let fifth = call.clone().but(|m, _| m.leg = 4);
        cases.add((entry, "a fifth payment"), E::NoSuchLeg, fifth);
        // Payment 3 of the cancelled order is not locked, so that is what is refused there.
        let call = stage.pay_out_of(ready, leg, entry, wrong);
        let error = if entry == release {
            E::OtherNote
        } else {
            E::NotLocked
        };
        cases.add((entry, "to the other party"), error, call);
    }
    let later = stage.pay_out(open, 2, Way::Release);
    cases.add((release, "an hour early"), E::NotDue, later.clone());
    for (name, plan, leg, way, error) in [
        ("cancelled", cancelled, 3, Way::Release, E::Cancelled),
        (
            "cancelled and refunded",
            cancelled,
            2,
            Way::Release,
            E::Cancelled,
        ),
        ("released", open, 0, Way::Release, E::NotLocked),
        (
            "released in a cancelled order",
            cancelled,
            0,
            Way::Release,
            E::NotLocked,
        ),
        (
            "due in a cancelled order",
            cancelled,
            1,
            Way::Refund,
            E::Bound,
        ),
        (
            "released in a cancelled order",
            cancelled,
            0,
            Way::Refund,
            E::Bound,
        ),
        ("refunded", cancelled, 2, Way::Refund, E::NotLocked),
        ("due", open, 1, Way::Refund, E::Bound),
        ("not due, not cancelled", open, 2, Way::Refund, E::Bound),
    ] {
        let call = stage.pay_out(plan, leg, way);
        let entry = if way == Way::Release { release } else { refund };
        cases.add((entry, name), error, call);
    }
    let unproven = stage
        .pay_out(open, 1, Way::Release)
        .but(|_, tx| tx.proofs.clear());
    cases.add((release, "unproven"), TokenError::BadProof, unproven);
    // A payment that was proved for one leg is no use at another.
    let crossed = stage.pay_out(open, 1, Way::Release).but(|m, _| m.leg = 0);
    cases.add((release, "at a paid leg"), E::NotLocked, crossed);
    cases.at(start + 3 * HOUR - 1);
    cases.add((release, "one ms early"), E::NotDue, later);
    cases.at(start + 3 * HOUR);
    let call = stage.pay_out(open, 1, Way::Release).but(|m, _| m.leg = 2);
    cases.add((release, "another payment's note"), E::OtherNote, call);
    let call = stage.pay_out(open, 3, Way::Release);
    cases.add((release, "not due, not locked"), E::NotDue, call);
    cases.at(start + 4 * HOUR);
    let call = stage.pay_out(open, 3, Way::Release);
    cases.add((release, "due, never locked"), E::NotLocked, call);
}

fn cancelling(cases: &mut Cases, stage: &mut Stage, orders: &Orders) {
    let c = "cancel";
    let key = orders.open.terms.header.payer;
    let call = stage.about(&orders.open, c, &[key]);
    cases.add((c, "by a contract"), E::UserOnly, relayed(&call));
    let nowhere = call.clone().but(|m, _| m.deal = NOWHERE);
    cases.add((c, "no such order"), E::NoSuchDeal, nowhere);
    let other = orders.cancelled.terms.header.payer;
    let strange = call.but(|_, tx| tx.spend_keys = [other].into());
    cases.add(
        (c, "the payer's key of another order"),
        E::NotParty,
        strange,
    );
    let again = stage.about(&orders.cancelled, c, &[other]);
    cases.add((c, "twice"), E::Cancelled, again);
}

#[test]
fn standing_refuses_every_wrong_call_and_its_orders_go_on() {
    let mut stage = Stage::new(Ground::twin(), 1);
    let orders = orders(&mut stage);
    let now = stage.ground.now();
    let mut cases = Cases::default();
    for build in [depositing, paying, cancelling, opening] {
        cases.at(now);
        build(&mut cases, &mut stage, &orders);
    }
    // A refund to another note than agreed needs a cancelled payment that is still locked.
    let locked = {
        let plan = stage.standing(0, [0, 1], &[(now + HOUR, 20)]);
        let open = stage.open_standing(&plan.terms);
        stage.accept::<_, DealId>(open);
        let note = stage.fund(0, 0, 20);
        let (deposit, _) = stage.deposit(&plan, 0, &[note]);
        stage.accept::<_, u64>(deposit);
        stage.end_block();
        let key = plan.terms.header.payer;
        let cancel = stage.about(&plan, "cancel", &[key]);
        stage.accept::<_, ()>(cancel);
        plan
    };
    cases.at(now + 10 * HOUR);
    let wrong = stage.pay_out_of(&locked, 0, "refund", locked.legs[0].release);
    cases.add(("refund", "to the payee"), E::OtherNote, wrong);
    let late = stage.pay_out(&locked, 0, Way::Release);
    cases.add(
        ("release", "its time came after it was cancelled"),
        E::Cancelled,
        late,
    );
    cases.run(&mut stage);
    let common = [E::UserOnly, E::NoSuchDeal];
    cases.cover(&[
        (
            "open",
            &[
                E::UserOnly,
                E::BadTerms,
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
                E::Cancelled,
                E::NotParty,
                E::NotEmpty,
                E::OtherNote,
            ],
        ),
        ("release", &common),
        (
            "release",
            &[
                E::NoSuchLeg,
                E::Cancelled,
                E::NotDue,
                E::NotLocked,
                E::OtherNote,
            ],
        ),
        ("refund", &common),
        (
            "refund",
            &[E::NoSuchLeg, E::Bound, E::NotLocked, E::OtherNote],
        ),
        ("cancel", &common),
        ("cancel", &[E::NotParty, E::Cancelled]),
    ]);

    // The orders go on: each payment in the very ms when it is due; long afterwards; and back after a cancellation.
    let open = &orders.open;
    stage.ground.set_time(orders.start + 3 * HOUR);
    let release = stage.pay_out(open, 2, Way::Release);
    stage.accept::<_, ()>(release);
    stage.ground.set_time(orders.start + 1_000 * HOUR);
    for plan in [open, &orders.cancelled] {
        let release = stage.pay_out(plan, 1, Way::Release);
        stage.accept::<_, ()>(release);
    }
    let refund = stage.pay_out(&locked, 0, Way::Refund);
    stage.accept::<_, ()>(refund);
    // What is due can still be locked and paid.
    let note = stage.fund(0, 0, 20);
    let (deposit, _) = stage.deposit(open, 3, &[note]);
    stage.accept::<_, u64>(deposit);
    stage.end_block();
    let release = stage.pay_out(open, 3, Way::Release);
    stage.accept::<_, ()>(release);
}
