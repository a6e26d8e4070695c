//! Random histories.

use std::cell::RefCell;

use obolus_abi::token::Circuit;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};

use super::act::{Act, Cover, FIRST, NEXT, Part, Step, When, rule};
use super::play::Play;
use super::tally::Tally;

mod scenes;

/// Histories of the normal run.
const CASES: u32 = 5;
/// How many others, if the environment says so.
const CASES_VARIABLE: &str = "PROPTEST_CASES";

/// What each normal run has the ledger take, or a verifier believe.
const TAKEN: &[&str] = &[
    "balance shown",
    "conditional approve",
    "conditional attest",
    "conditional decline",
    "conditional deposit",
    "conditional open",
    "conditional refund",
    "conditional release",
    "dvp deposit",
    "dvp open",
    "dvp settle",
    "dvp swap",
    "netting settle",
    "pvp deposit",
    "pvp open",
    "pvp refund",
    "pvp settle",
    "standing cancel",
    "standing deposit",
    "standing open",
    "standing refund",
    "standing release",
    "token attest",
    "token issue",
    "token migrate_in",
    "token redeem",
    "token seize",
    "token transfer",
];
/// What it has the ledger refuse.
const REFUSED: &[&str] = &[
    "conditional approve: not_approver",
    "conditional attest: bad_attestation",
    "conditional decline: condition_decided",
    "conditional decline: not_deal_party",
    "conditional refund: condition_open",
    "conditional release: condition_open",
    "netting settle: not_authorised",
    "pvp deposit: other_note",
    "pvp open: rate_proof_refused",
    "standing cancel: not_deal_party",
    "standing release: deal_not_due",
    "token attest: bad_attestation",
    "token attest: proof_refused",
    "token transfer: already_committed",
];

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
    prop_oneof![40 => payments(), 8 => deals(), 8 => promises(), 4 => statements(), 14 => powers(), 5 => rules()]
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

fn promises() -> impl Strategy<Value = Act> {
    let (which, side) = (|| 0..3_usize, || 0..2_usize);
    let attest = (which(), any::<bool>(), any::<bool>());
    prop_oneof![
        2 => (which(), side(), side()).prop_map(|(deal, leg, by)| Act::Release(deal, leg, by)),
        1 => (which(), side()).prop_map(|(deal, leg)| Act::Underfund(deal, leg)),
        2 => attest.prop_map(|(deal, genuine, outcome)| Act::Attest { deal, genuine, outcome }),
        2 => (which(), 0..4_usize).prop_map(|(deal, approver)| Act::Approve(deal, approver)),
        1 => (which(), side()).prop_map(|(deal, by)| Act::Decline(deal, by)),
        1 => (which(), side()).prop_map(|(deal, by)| Act::Cancel(deal, by)),
    ]
}

fn statements() -> impl Strategy<Value = Act> {
    let cover = prop_oneof![2 => (0..500_u64).prop_map(Cover::Over), 1 => Just(Cover::Short)];
    prop_oneof![
        1 => (cover, -4..3_i64).prop_map(|(cover, shift)| Act::Reserves(cover, shift)),
        1 => (0..6_usize, part()).prop_map(|(who, part)| Act::Show(who, part)),
        1 => (0..30_usize).prop_map(Act::Again),
    ]
}

fn powers() -> impl Strategy<Value = Act> {
    let who = || 0..6_usize;
    prop_oneof![
        2 => who().prop_map(Act::Freeze),
        6 => who().prop_map(Act::Unfreeze),
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

/// So often now as in the next block with others, and as later.
fn when(now: u32) -> impl Strategy<Value = When> {
    prop_oneof![now => Just(When::Now), 1 => Just(When::Together), 1 => Just(When::HeldBack)]
}

/// Scenes of each kind among acts of their own.
fn steps() -> impl Strategy<Value = Vec<Step>> {
    let timed = |now: u32| move |act: Act| (Just(act), when(now));
    let alone = (act(), when(3)).prop_map(|step| vec![step]);
    let alone = prop::collection::vec(alone, 20..48);
    let scenes = scenes::scenes().prop_flat_map(move |scenes| {
        let scenes = scenes.into_iter();
        scenes
            .map(|acts| acts.into_iter().map(timed(14)).collect::<Vec<_>>())
            .collect::<Vec<_>>()
    });
    let both = (alone, scenes).prop_map(|(alone, scenes)| [alone, scenes].concat());
    both.prop_shuffle().prop_map(|steps| steps.concat())
}

/// The normal run plays the same histories each time, so that it is known what they meet. As many others as the environment
/// asks for are drawn anew.
#[test]
fn wallets_ledger_index_and_oracle_agree_to_the_unit() {
    let wanted = std::env::var(CASES_VARIABLE).ok();
    let wanted: Option<u32> = wanted.map(|cases| cases.parse().unwrap());
    let config = ProptestConfig {
        cases: wanted.unwrap_or(CASES),
        max_shrink_iters: 64,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let mut runner = match wanted {
        Some(_) => TestRunner::new(config),
        None => {
            let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
            TestRunner::new_with_rng(config, rng)
        }
    };
    let met = RefCell::new(Tally::default());
    let outcome = runner.run(&steps(), |steps| {
        let mut play = Play::new();
        for step in steps {
            play.step(step);
        }
        met.borrow_mut().add(play.finish());
        Ok(())
    });
    if let Err(failed) = outcome {
        panic!("{failed}");
    }
    if wanted.is_none() {
        met.into_inner().check(TAKEN, REFUSED);
    }
}
