//! Random histories.

use obolus_abi::token::Circuit;
use proptest::prelude::*;
use proptest::sample::select;

use super::act::{Act, FIRST, NEXT, Part, Step, When, rule};
use super::play::Play;

fn part() -> impl Strategy<Value = Part> {
    prop_oneof![3 => (1..600_u64).prop_map(Part::Of), 1 => Just(Part::All)]
}

/// Two participants, rarely one and the same.
fn pair() -> impl Strategy<Value = (usize, usize)> {
    let apart = prop_oneof![1 => Just(0_usize), 9 => 1..3_usize];
    (0..6_usize, apart).prop_map(|(one, apart)| (one, one + apart))
}

fn circuit() -> impl Strategy<Value = Circuit> {
    use Circuit::{Issue, Redeem, Supply, Transfer, Velocity};
    select(vec![Transfer, Issue, Redeem, Supply, Velocity])
}

fn limit() -> impl Strategy<Value = u64> {
    prop_oneof![2 => 0..600_u64, 1 => Just(u64::MAX)]
}

/// What the operator decides: more often back than forth, so that histories go on.
fn rules() -> impl Strategy<Value = Act> {
    prop_oneof![
        1 => Just(Act::Pause(true)),
        2 => Just(Act::Pause(false)),
        1 => circuit().prop_map(|circuit| Act::Switch(circuit, false)),
        3 => circuit().prop_map(|circuit| Act::Switch(circuit, true)),
        1 => circuit().prop_map(|circuit| Act::Pin(circuit, false)),
        3 => circuit().prop_map(|circuit| Act::Pin(circuit, true)),
        2 => (0..4_u32, 1..7_u32, 0..5_u32).prop_map(|(quota, period, grace)| {
            Act::Rule(rule(quota, period, grace))
        }),
        2 => Just(Act::Rule(None)),
    ]
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![30 => payments(), 8 => deals(), 14 => powers(), 5 => rules()]
}

fn payments() -> impl Strategy<Value = Act> {
    let who = || 0..6_usize;
    prop_oneof![
        4 => (who(), 1..500_u64).prop_map(|(to, amount)| Act::Issue(to, amount)),
        6 => (pair(), part()).prop_map(|((from, to), part)| Act::Pay(from, to, part)),
        2 => (who(), part()).prop_map(|(from, part)| Act::Redeem(from, part)),
        1 => who().prop_map(Act::Merge),
        1 => (pair(), 1..600_u64).prop_map(|((from, to), amount)| Act::Overpay(from, to, amount)),
        3 => (who(), who(), part()).prop_map(|(from, to, part)| Act::Move(from, to, part)),
        2 => select(vec![FIRST, NEXT]).prop_map(Act::Turn),
        2 => Just(Act::Rest),
        4 => who().prop_map(Act::Submit),
    ]
}

fn deals() -> impl Strategy<Value = Act> {
    let (which, side) = (|| 0..3_usize, || 0..2_usize);
    let open = (pair(), [1..300_u64, 1..300_u64], 2..16_u64);
    prop_oneof![
        3 => (pair(), [1..300_u64, 1..300_u64]).prop_map(|((first, second), amounts)| {
            Act::Swap(first, second, amounts)
        }),
        4 => open.prop_map(|((first, second), amounts, seconds)| Act::Deal(first, second, amounts, seconds)),
        5 => (which(), side()).prop_map(|(deal, leg)| Act::Deposit(deal, leg)),
        3 => (which(), side()).prop_map(|(deal, by)| Act::Settle(deal, by)),
        3 => (which(), side(), side()).prop_map(|(deal, leg, by)| Act::Refund(deal, leg, by)),
    ]
}

fn powers() -> impl Strategy<Value = Act> {
    let who = || 0..6_usize;
    prop_oneof![
        3 => who().prop_map(Act::Freeze),
        3 => who().prop_map(Act::Unfreeze),
        3 => (who(), limit()).prop_map(|(who, limit)| Act::Limit(who, limit)),
        5 => (pair(), part(), any::<bool>()).prop_map(|((from, to), part, eager)| {
            Act::Seize { from, to, part, eager }
        }),
        2 => (0..4_u64).prop_map(Act::Epoch),
        1 => who().prop_map(Act::OldKey),
        1 => Just(Act::Join),
        2 => who().prop_map(Act::Rotate),
        2 => who().prop_map(Act::Recover),
        2 => Just(Act::Succeed),
    ]
}

fn when() -> impl Strategy<Value = When> {
    prop_oneof![6 => Just(When::Now), 2 => Just(When::Together), 2 => Just(When::HeldBack)]
}

/// Acts that make sense one after another, each at its time.
fn scene() -> impl Strategy<Value = Vec<Act>> {
    let deal = (pair(), 2..16_u64, 0..3_usize);
    let deal = deal.prop_map(|((first, second), seconds, end)| {
        vec![
            Act::Deal(first, second, [60, 40], seconds),
            Act::Deposit(0, 0),
            Act::Deposit(0, 1),
            [Act::Settle(0, 0), Act::Settle(0, 1), Act::Refund(0, 0, 0)][end],
        ]
    });
    let quota = (1..3_u32, 2..7_u32, 0..3_u32, pair());
    let quota = quota.prop_map(|(quota, period, grace, (from, to))| {
        let pay = |amount| Act::Pay(from, to, Part::Of(amount));
        vec![
            Act::Rule(rule(quota, period, grace)),
            pay(3),
            pay(4),
            Act::Redeem(from, Part::Of(5)),
            pay(6),
            Act::Rule(None),
        ]
    });
    let moves = (pair(), part()).prop_map(|((from, to), part)| {
        vec![
            Act::Succeed,
            Act::Move(from, to, part),
            Act::Turn(NEXT),
            Act::Pay(to, from, Part::Of(7)),
            Act::Move(from, from, Part::Of(8)),
        ]
    });
    prop_oneof![16 => act().prop_map(|act| vec![act]), 2 => deal, 1 => quota, 1 => moves]
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let scene = scene().prop_flat_map(|acts| {
        let acts = acts.into_iter();
        acts.map(|act| (Just(act), when())).collect::<Vec<_>>()
    });
    prop::collection::vec(scene, 16..48).prop_map(|scenes| scenes.concat())
}

/// As many as there is time for; more if the environment says so.
fn cases() -> u32 {
    let wanted = std::env::var("PROPTEST_CASES").ok();
    wanted.and_then(|cases| cases.parse().ok()).unwrap_or(8)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), max_shrink_iters: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn wallets_ledger_index_and_oracle_agree_to_the_unit(steps in steps()) {
        let mut play = Play::new();
        for step in steps {
            play.step(step);
        }
        play.finish();
    }
}
