//! Random histories, and one in which everything happens.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::play::{Act, Part, Play, Step, When};

fn part() -> impl Strategy<Value = Part> {
    prop_oneof![3 => (1..600_u64).prop_map(Part::Of), 1 => Just(Part::All)]
}

fn act() -> impl Strategy<Value = Act> {
    let who = || 0..6_usize;
    prop_oneof![
        4 => (who(), 1..500_u64).prop_map(|(to, amount)| Act::Issue(to, amount)),
        6 => (who(), who(), part()).prop_map(|(from, to, part)| Act::Pay(from, to, part)),
        2 => (who(), part()).prop_map(|(from, part)| Act::Redeem(from, part)),
        1 => who().prop_map(Act::Merge),
        3 => who().prop_map(Act::Freeze),
        3 => who().prop_map(Act::Unfreeze),
        1 => Just(Act::Pause(true)),
        2 => Just(Act::Pause(false)),
        5 => (who(), who(), part(), any::<bool>()).prop_map(|(from, to, part, eager)| {
            Act::Seize { from, to, part, eager }
        }),
        2 => (0..4_u64).prop_map(Act::Epoch),
        1 => who().prop_map(Act::OldKey),
        1 => Just(Act::Join),
        2 => who().prop_map(Act::Rotate),
        2 => who().prop_map(Act::Recover),
        2 => Just(Act::Rest),
        4 => who().prop_map(Act::Submit),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let when =
        prop_oneof![4 => Just(When::Now), 2 => Just(When::Together), 2 => Just(When::HeldBack)];
    (act(), when)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, max_shrink_iters: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn wallets_ledger_index_and_oracle_agree_to_the_unit(steps in prop::collection::vec(step(), 10..40)) {
        let mut play = Play::new();
        for step in steps {
            play.step(step);
        }
        play.finish();
    }
}

const fn seize(from: usize, to: usize, part: Part, eager: bool) -> Act {
    Act::Seize {
        from,
        to,
        part,
        eager,
    }
}

/// What the random histories may or may not meet: each power, and each refusal for each reason.
#[test]
fn a_history_with_every_power_and_every_refusal() {
    use Act::*;
    use Part::{All, Of};
    use When::{HeldBack, Now, Together};

    let mut play = Play::new();
    let history: &[Step] = &[
        // Payments, merges, redemptions.
        (Pay(0, 1, Of(300)), Now),
        (Pay(1, 1, Of(1)), Now),
        (Issue(1, 10), Now),
        (Issue(1, 20), Together),
        (Issue(1, 30), Now),
        (Issue(1, 40), Now),
        (Merge(1), Now),
        (Redeem(1, Of(50)), Now),
        // A pause stops what is under way, not what is decided.
        (Pay(0, 2, Of(5)), HeldBack),
        (Pause(true), Now),
        (Submit(0), Now),
        (Pause(false), Now),
        // A freeze stops payments of everybody that were proved before, and issues.
        (Pay(0, 1, Of(7)), HeldBack),
        (Issue(0, 9), HeldBack),
        (Freeze(2), Now),
        (Submit(0), Now),
        (Submit(0), Now),
        (Freeze(2), Now),
        (Pay(2, 0, Of(1)), Now),
        (Pay(0, 2, Of(1)), Now),
        (Issue(2, 1), Now),
        // In the same block the freeze is first.
        (Pay(1, 0, Of(11)), Together),
        (Freeze(0), Now),
        (Unfreeze(0), Now),
        // Seizures: of part, again, of all; not of somebody active, nor of one who is so again.
        (seize(2, 1, Of(100), true), Now),
        (seize(0, 1, Of(100), true), Now),
        (seize(2, 1, Of(100), false), Now),
        (seize(2, 1, All, true), HeldBack),
        (Unfreeze(2), Now),
        (Submit(0), Now),
        // One waits for the delay, and takes the notes of a payment that was under way.
        (Pay(2, 0, Of(1)), HeldBack),
        (Freeze(2), Now),
        (seize(2, 1, Of(1), true), Now),
        (seize(2, 1, Of(1), false), Now),
        (Rest, Now),
        (seize(2, 1, All, false), Now),
        (Unfreeze(2), Now),
        (Submit(0), Now),
        (Unfreeze(2), Now),
        // The auditor's key changes: within its window the one before is taken, then no more.
        (Pay(1, 0, Of(2)), HeldBack),
        (Pay(0, 2, Of(3)), HeldBack),
        (Join, HeldBack),
        (Epoch(2), Now),
        (Submit(0), Now),
        (Rest, Now),
        (Submit(0), Now),
        (Submit(0), Now),
        (Pay(0, 1, Of(4)), Together),
        (Epoch(0), Now),
        (OldKey(2), Now),
        (OldKey(0), Now),
        (Pay(0, 1, Of(4)), Now),
        // New keys: given up, lost, and neither.
        (Rotate(0), Now),
        (Rotate(0), Now),
        (Pay(1, 0, Of(1)), Now),
        (Pay(0, 3, All), Now),
        (Recover(1), Now),
        (Freeze(1), Now),
        (Rotate(1), Now),
        (Recover(1), Now),
        (seize(1, 4, All, false), Now),
        (Rest, Now),
        (Rest, Now),
        (seize(1, 4, All, false), Now),
        (Pay(4, 3, Of(8)), Now),
    ];
    for step in history {
        play.step(*step);
    }
    let met = play.finish();
    let expected = [
        "Frozen",
        "NotFrozen",
        "PaysItself",
        "Superseded",
        "auditor_reused",
        "auditor_unchanged",
        "double_spend",
        "freeze_state",
        "frozen_root_stale",
        "issue_nonce",
        "proof_refused",
        "recipient_root_stale",
        "register_proof",
        "seizure_early",
        "sender_root_stale",
        "slot_superseded",
        "token_paused",
    ];
    assert_eq!(
        met,
        expected
            .into_iter()
            .map(String::from)
            .collect::<BTreeSet<_>>()
    );
}
