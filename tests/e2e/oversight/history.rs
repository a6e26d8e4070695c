//! One history in which everything happens: what random ones may or may not meet.

use std::collections::BTreeSet;

use obolus_abi::token::Circuit::{Issue as Issues, Redeem as Redemptions, Transfer, Velocity};

use super::act::Act::*;
use super::act::Part::{All, Of};
use super::act::When::{HeldBack, Now, Together};
use super::act::{Act, FIRST, NEXT, Part, Step, rule};
use super::play::Play;

mod deals;

use deals::{DEALS, EXCHANGES, ORDERS, PROMISES, STATEMENTS};

const fn seize(from: usize, to: usize, part: Part, eager: bool) -> Act {
    Seize {
        from,
        to,
        part,
        eager,
    }
}

/// Payments, and the powers over them.
const POWERS: &[Step] = &[
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

/// How much participants may pay at a time. The third, the fourth and the fifth are left with keys that are in force.
const LIMITS: &[Step] = &[
    (Issue(2, 500), Now),
    (Issue(2, 300), Now),
    (Issue(3, 500), Now),
    (Issue(3, 200), Now),
    // As much as the limit passes; more is what no wallet assembles, and what cannot be proved under the leaf as it is.
    (Limit(2, 100), Now),
    (Pay(2, 3, Of(100)), Now),
    (Pay(2, 3, Of(101)), Now),
    (Redeem(2, Of(100)), Now),
    (Redeem(2, Of(101)), Now),
    (Overpay(2, 3, 150), Now),
    (Overpay(3, 2, 15), Now),
    // A lowered limit stops what was proved under the one before, a raised one does not.
    (Pay(2, 3, Of(90)), HeldBack),
    (Limit(2, 80), Now),
    (Submit(0), Now),
    (Pay(3, 2, Of(90)), HeldBack),
    (Limit(2, 200), Now),
    (Submit(0), Now),
    (Merge(2), Now),
    // Nobody gets a higher one by a new key.
    (Rotate(2), HeldBack),
    (Limit(2, 50), Now),
    (Submit(0), Now),
    // It holds for seizures, which another one stops.
    (Freeze(2), Now),
    (Rest, Now),
    (Rest, Now),
    (Rest, Now),
    (seize(2, 3, Of(60), false), Now),
    (seize(2, 3, Of(50), false), HeldBack),
    (Limit(2, 40), Now),
    (Submit(0), Now),
    (seize(2, 3, Of(40), false), Now),
    (Limit(2, u64::MAX), Now),
    (Unfreeze(2), Now),
    (Pay(2, 3, Of(1)), Now),
];

/// How often they may.
const QUOTAS: &[Step] = &[
    (Issue(2, 30), Now),
    (Issue(2, 30), Now),
    (Rule(rule(0, 10, 0)), Now),
    (Pay(3, 2, Of(1)), HeldBack),
    (Rule(rule(2, 1_000, 0)), Now),
    (Submit(0), Now),
    // Payments and redemptions are counted together, merges too; each participant's are its own.
    (Pay(3, 2, Of(1)), Now),
    (Redeem(3, Of(1)), Now),
    (Pay(3, 2, Of(1)), Now),
    (Redeem(3, Of(1)), Now),
    (Merge(3), Now),
    (Pay(2, 3, Of(1)), Now),
    // Two payments with the last place.
    (Pay(2, 3, Of(1)), HeldBack),
    (Pay(2, 3, Of(2)), HeldBack),
    (Submit(0), Now),
    (Submit(0), Now),
    // Another rule begins anew. A period's end stops what was proved in it, unless there is a grace.
    (Rule(rule(1, 3, 0)), Now),
    (Pay(3, 2, Of(1)), HeldBack),
    (Rest, Now),
    (Rest, Now),
    (Submit(0), Now),
    (Rule(rule(1, 3, 3)), Now),
    (Pay(3, 2, Of(1)), HeldBack),
    (Rest, Now),
    (Rest, Now),
    (Submit(0), Now),
    (Pay(3, 2, Of(1)), Now),
    (Pay(3, 2, Of(1)), Now),
    (Rest, Now),
    (Rest, Now),
    (Pay(3, 2, Of(1)), Now),
    // Seizures take no place.
    (Freeze(2), Now),
    (Rest, Now),
    (Rest, Now),
    (Rest, Now),
    (seize(2, 3, Of(1), false), Now),
    (Unfreeze(2), Now),
    // Proofs of places have a key of their own.
    (Pin(Velocity, false), Now),
    (Pay(2, 3, Of(1)), Now),
    (Pin(Velocity, true), Now),
    // In the same block the rule is first.
    (Pay(2, 3, Of(1)), Together),
    (Rule(None), Now),
    (Pay(2, 3, Of(1)), Now),
];

/// Versions of the circuits, and a second token.
const TOKENS: &[Step] = &[
    (Pay(2, 3, Of(1)), HeldBack),
    (Pin(Transfer, false), Now),
    (Pay(2, 3, Of(1)), Now),
    (Pin(Transfer, true), Now),
    (Submit(0), Now),
    (Switch(Redemptions, false), Now),
    (Redeem(3, Of(1)), Now),
    (Switch(Redemptions, true), Now),
    (Redeem(3, Of(1)), Now),
    // Moves begin when the next token is named, which it is once.
    (Move(3, 3, Of(50)), Now),
    (Succeed, Now),
    (Succeed, Now),
    (Move(3, 3, Of(50)), Now),
    (Move(3, 2, Of(30)), Now),
    (Move(2, 4, All), Now),
    (Pin(Redemptions, false), Now),
    (Move(3, 3, Of(1)), Now),
    (Pin(Redemptions, true), Now),
    (Pin(Issues, true), Now),
    // Life in the next one, whose operator decides for itself.
    (Turn(NEXT), Together),
    (Issue(4, 9), Now),
    (Pay(3, 2, Of(20)), Now),
    (Redeem(2, Of(5)), Now),
    (Limit(3, 10), Now),
    (Pay(3, 2, Of(20)), Now),
    (Move(3, 3, Of(20)), Now),
    (Limit(3, u64::MAX), Now),
    (Move(3, 3, Of(2)), HeldBack),
    (Rule(rule(1, 1_000, 0)), Now),
    (Submit(0), Now),
    (Move(3, 3, Of(2)), Now),
    (Pay(3, 2, Of(1)), Now),
    (Pay(3, 2, Of(1)), Now),
    (Rule(None), Now),
    (Pause(true), Now),
    (Move(3, 3, Of(2)), Now),
    (Turn(FIRST), Together),
    (Pay(3, 2, Of(1)), Now),
    (Turn(NEXT), Together),
    (Pause(false), Now),
    (Switch(Issues, false), Now),
    (Move(3, 3, Of(2)), Now),
    (Switch(Issues, true), Now),
    (Pin(Issues, false), Now),
    (Move(3, 3, Of(2)), Now),
    (Issue(3, 1), Now),
    (Pin(Issues, true), Now),
    // Payments of the first one stop, moves out of it do not.
    (Turn(FIRST), Together),
    (Switch(Transfer, false), Now),
    (Pay(3, 2, Of(1)), Now),
    (Move(3, 3, Of(2)), Now),
    // One who is frozen is so in both, and seized from in each.
    (Move(3, 3, Of(2)), HeldBack),
    (Freeze(3), Now),
    (Submit(0), Now),
    (Move(3, 3, Of(2)), Now),
    (Rest, Now),
    (Rest, Now),
    (Rest, Now),
    (seize(3, 4, Of(1), false), Now),
    (Turn(NEXT), Together),
    (seize(3, 4, All, false), Now),
    (Epoch(1), Now),
    (Pay(4, 2, Of(3)), Now),
    (Move(4, 4, Of(1)), Now),
];

#[test]
fn a_history_with_every_power_and_every_refusal() {
    let mut play = Play::new();
    let powers = [POWERS, LIMITS, QUOTAS, TOKENS].concat();
    let deals = [DEALS, EXCHANGES, PROMISES, ORDERS, STATEMENTS].concat();
    for step in powers.into_iter().chain(deals) {
        play.step(step);
    }
    let met = play.finish().met;
    let expected = [
        "Frozen",
        "LegState",
        "MovesClosed",
        "NotCovered",
        "NotFrozen",
        "OffRate",
        "OtherParty",
        "OverLimit",
        "PaysItself",
        "QuotaUsed",
        "Superseded",
        "already_committed",
        "auditor_reused",
        "auditor_unchanged",
        "bad_attestation",
        "circuit_off",
        "condition_decided",
        "condition_open",
        "deal_bad_terms",
        "deal_bound",
        "deal_cancelled",
        "deal_expired",
        "deal_not_due",
        "double_spend",
        "freeze_state",
        "frozen_root_stale",
        "issue_nonce",
        "issued_sum",
        "leg_not_empty",
        "leg_not_locked",
        "not_approver",
        "not_authorised",
        "not_deal_party",
        "not_successor",
        "other_note",
        "proof_refused",
        "rate_proof_refused",
        "recipient_root_stale",
        "register_proof",
        "rotated_limit",
        "seizure_early",
        "sender_root_stale",
        "slot_superseded",
        "successor_fixed",
        "token_bad_init",
        "token_paused",
        "velocity_needed",
        "velocity_off",
        "velocity_period",
        "velocity_used",
    ];
    let expected = expected.map(String::from);
    assert_eq!(met, BTreeSet::from(expected));
}
