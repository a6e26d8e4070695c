//! Acts that make sense one after another, each at its time.

use proptest::prelude::*;

use super::super::act::{Act, Cover, NEXT, Part, Term, rule};
use super::{pair, part};

/// Of each kind.
pub fn scenes() -> impl Strategy<Value = Vec<Vec<Act>>> {
    vec![
        trade().boxed(),
        trade().boxed(),
        quota().boxed(),
        moves().boxed(),
        exchange().boxed(),
        called_off().boxed(),
        promise(attested()).boxed(),
        promise(approved()).boxed(),
        promise(due()).boxed(),
        promise(declined()).boxed(),
        order().boxed(),
        circle().boxed(),
        seizure().boxed(),
        reserves().boxed(),
        twice().boxed(),
    ]
}

/// Two of those who are there from the beginning, and hold something of both tokens.
fn founders() -> impl Strategy<Value = (usize, usize)> {
    (0..3_usize, 1..3_usize).prop_map(|(one, apart)| (one, (one + apart) % 3))
}

fn trade() -> impl Strategy<Value = Vec<Act>> {
    (founders(), 4..30_u64, ends()).prop_map(|((first, second), seconds, end)| {
        let deal = Act::Deal(first, second, [60, 40], seconds);
        vec![deal, Act::Deposit(0, 0), Act::Deposit(0, 1), end]
    })
}

/// How a pair may end, or not yet.
fn ends() -> impl Strategy<Value = Act> {
    prop_oneof![
        3 => (0..2_usize).prop_map(|by| Act::Settle(0, by)),
        1 => (0..2_usize).prop_map(|leg| Act::Refund(0, leg, leg)),
    ]
}

fn quota() -> impl Strategy<Value = Vec<Act>> {
    let quota = (1..3_u32, 2..7_u32, 0..3_u32, pair());
    quota.prop_map(|(quota, period, grace, (from, to))| {
        let pay = |amount| Act::Pay(from, to, Part::Of(amount));
        vec![
            Act::Rule(rule(quota, period, grace)),
            pay(3),
            pay(4),
            Act::Redeem(from, Part::Of(5)),
            pay(6),
            Act::Rule(None),
        ]
    })
}

fn moves() -> impl Strategy<Value = Vec<Act>> {
    (pair(), part()).prop_map(|((from, to), part)| {
        vec![
            Act::Succeed,
            Act::Move(from, to, part),
            Act::Turn(NEXT),
            Act::Pay(to, from, Part::Of(7)),
            Act::Move(from, from, Part::Of(8)),
        ]
    })
}

fn exchange() -> impl Strategy<Value = Vec<Act>> {
    let rate = [1..4_u64, 1..4_u64];
    let exchange = (founders(), 4..60_u64, rate, 6..30_u64, ends());
    exchange.prop_map(|((first, second), amount, rate, seconds, end)| {
        vec![
            Act::Misprice(first, second, amount, rate),
            Act::Exchange(first, second, amount, rate, seconds),
            Act::Underfund(0, 1),
            Act::Deposit(0, 0),
            Act::Deposit(0, 1),
            end,
        ]
    })
}

fn called_off() -> impl Strategy<Value = Vec<Act>> {
    (founders(), 4..60_u64, 0..2_usize).prop_map(|((first, second), amount, leg)| {
        vec![
            Act::Exchange(first, second, amount, [1, 1], 30),
            Act::Deposit(0, leg),
            Act::Refund(0, leg, 1 - leg),
            Act::Refund(0, leg, leg),
            Act::Deposit(0, 1 - leg),
        ]
    })
}

/// A payment that waits, what is tried too early, what decides it, and what is tried then.
fn promise(term: impl Strategy<Value = (Term, Vec<Act>)>) -> impl Strategy<Value = Vec<Act>> {
    let promise = (founders(), 1..90_u64, term, 6..40_u64, 0..2_usize);
    promise.prop_map(|((first, second), amount, (term, decide), seconds, by)| {
        let mut acts = vec![
            Act::Promise(first, second, amount, term, seconds),
            Act::Deposit(0, 0),
            Act::Release(0, 0, by),
            Act::Refund(0, 0, 1 - by),
        ];
        acts.extend(decide);
        acts.extend([
            Act::Release(0, 0, by),
            Act::Refund(0, 0, by),
            Act::Decline(0, 1),
        ]);
        acts
    })
}

fn attested() -> impl Strategy<Value = (Term, Vec<Act>)> {
    any::<bool>().prop_map(|outcome| {
        let says = [(false, outcome), (true, outcome), (true, !outcome)];
        let says = says.map(|(genuine, outcome)| Act::Attest {
            deal: 0,
            genuine,
            outcome,
        });
        (Term::Attested, says.into())
    })
}

fn approved() -> impl Strategy<Value = (Term, Vec<Act>)> {
    (0..3_usize).prop_map(|first| {
        let approvers = [3, first, first, (first + 1) % 3];
        let approvals = approvers.map(|approver| Act::Approve(0, approver));
        (Term::Approved, approvals.into())
    })
}

fn due() -> impl Strategy<Value = (Term, Vec<Act>)> {
    (1..6_u64).prop_map(|wait| (Term::After(wait), vec![Act::Rest, Act::Rest]))
}

fn declined() -> impl Strategy<Value = (Term, Vec<Act>)> {
    let acts = vec![Act::Decline(0, 0), Act::Decline(0, 1)];
    Just((Term::Attested, acts))
}

fn order() -> impl Strategy<Value = Vec<Act>> {
    let order = (founders(), [1..90_u64, 1..90_u64], 1..7_u64, 3..30_u64);
    order.prop_map(|((first, second), amounts, wait, more)| {
        vec![
            Act::Order(first, second, amounts, [wait, more]),
            Act::Deposit(0, 0),
            Act::Deposit(0, 1),
            Act::Release(0, 0, 1),
            Act::Release(0, 1, 1),
            Act::Cancel(0, 1),
            Act::Cancel(0, 0),
            Act::Refund(0, 1, 0),
            Act::Release(0, 0, 0),
        ]
    })
}

fn seizure() -> impl Strategy<Value = Vec<Act>> {
    (pair(), part(), 2..5_usize).prop_map(|((from, to), part, wait)| {
        let seize = |eager| Act::Seize {
            from,
            to,
            part,
            eager,
        };
        let mut acts = vec![Act::Freeze(from), seize(true)];
        acts.extend(vec![Act::Rest; wait]);
        acts.extend([seize(false), Act::Unfreeze(from)]);
        acts
    })
}

fn reserves() -> impl Strategy<Value = Vec<Act>> {
    (0..6_usize, 0..500_u64).prop_map(|(who, amount)| {
        vec![
            Act::Reserves(Cover::Over(amount), 0),
            Act::Redeem(who, Part::Of(9)),
            Act::Reserves(Cover::Over(0), -1),
            Act::Reserves(Cover::Short, 0),
            Act::Reserves(Cover::Over(0), -9),
        ]
    })
}

fn circle() -> impl Strategy<Value = Vec<Act>> {
    let amounts = [1..90_u64, 1..90_u64, 1..90_u64];
    (0..6_usize, amounts).prop_map(|(first, amounts)| {
        vec![
            Act::Net(first, amounts, Some(first)),
            Act::Net(first, amounts, None),
            Act::Swap(first, first + 1, [amounts[0], amounts[1]]),
            Act::Show(first, Part::All),
        ]
    })
}

fn twice() -> impl Strategy<Value = Vec<Act>> {
    pair().prop_map(|(from, to)| {
        vec![
            Act::Pay(from, to, Part::Of(11)),
            Act::Again(0),
            Act::Show(to, Part::All),
        ]
    })
}
