//! Deals of all kinds, and statements beside them. The third, the fourth and the fifth participant have keys that are in force.

use obolus_abi::token::Circuit::{Supply, Transfer};

use super::super::act::Act::*;
use super::super::act::Cover::{Over, Short};
use super::super::act::Part::{All, Of};
use super::super::act::Term::{After, Approved, Attested};
use super::super::act::When::{HeldBack, Now, Together};
use super::super::act::{Act, FIRST, NEXT, Step, rule};

const fn attest(genuine: bool, outcome: bool) -> Act {
    Attest {
        deal: 0,
        genuine,
        outcome,
    }
}

/// Deals, the first party of which pays in the first token, and the second one in the next.
pub const DEALS: &[Step] = &[
    (Turn(FIRST), Together),
    (Switch(Transfer, true), Now),
    (Issue(2, 200), Now),
    (Issue(2, 100), Now),
    (Turn(NEXT), Together),
    (Issue(4, 200), Now),
    (Issue(4, 100), Now),
    (Turn(FIRST), Together),
    // Settled: once, when both legs are locked, each of them once.
    (Deal(2, 4, [50, 70], 1_000), Now),
    (Deposit(0, 0), Now),
    (Settle(0, 0), Now),
    (Refund(0, 0, 1), Now),
    (Deposit(0, 1), HeldBack),
    (Deposit(0, 1), HeldBack),
    (Submit(0), Now),
    (Submit(0), Now),
    (Refund(0, 0, 0), HeldBack),
    (Refund(0, 0, 0), Now),
    (Settle(0, 1), Now),
    (Submit(0), Now),
    (Deposit(0, 0), Now),
    // Called off by whose leg stands alone.
    (Deal(2, 4, [30, 40], 1_000), Now),
    (Deposit(0, 0), Now),
    (Refund(0, 0, 0), Now),
    (Deposit(0, 1), Now),
    // Not settled in time: each leg goes back, by whichever party.
    (Deal(2, 4, [30, 40], 5), Now),
    (Deposit(0, 0), Now),
    (Deposit(0, 1), Now),
    (Settle(0, 0), HeldBack),
    (Rest, Now),
    (Rest, Now),
    (Rest, Now),
    (Rest, Now),
    (Submit(0), Now),
    (Refund(0, 0, 1), Now),
    (Refund(0, 1, 1), Now),
    (Deal(2, 4, [30, 40], 1), HeldBack),
    (Rest, Now),
    (Rest, Now),
    (Submit(0), Now),
    // At once, or not at all.
    (Swap(2, 4, [20, 10]), Now),
    (Swap(2, 2, [20, 10]), Now),
    (Swap(2, 4, [20, 10]), HeldBack),
    (Turn(NEXT), Together),
    (Pause(true), Now),
    (Submit(0), Now),
    (Pause(false), Now),
    (Turn(FIRST), Together),
    // A quota stops deposits and no settlement; a freeze of a payee does.
    (Deal(2, 4, [30, 40], 1_000), Now),
    (Rule(rule(1, 1_000, 0)), Now),
    (Deposit(0, 0), Now),
    (Rule(None), Now),
    (Deposit(0, 0), Now),
    (Deposit(0, 1), Now),
    (Rule(rule(1, 1_000, 0)), Now),
    (Settle(0, 0), HeldBack),
    (Freeze(4), Now),
    (Submit(0), Now),
    (Settle(0, 0), Now),
    (Unfreeze(4), Now),
    (Settle(0, 0), Now),
    (Rule(None), Now),
];

/// Exchanges at a rate. From here on the fourth participant takes part again, who was frozen.
pub const EXCHANGES: &[Step] = &[
    (Unfreeze(3), Now),
    (Issue(2, 300), Now),
    (Issue(2, 100), Now),
    (Issue(3, 300), Now),
    (Issue(4, 300), Now),
    (Turn(NEXT), Together),
    (Issue(2, 300), Now),
    (Issue(3, 300), Now),
    (Issue(4, 300), Now),
    (Turn(FIRST), Together),
    // At the rate, and at no other; what was agreed, and no unit less.
    (Misprice(2, 4, 50, [3, 2]), Now),
    (Exchange(2, 4, 51, [3, 2], 1_000), Now),
    (Underfund(0, 0), Now),
    (Deposit(0, 0), Now),
    (Underfund(0, 1), Now),
    (Deposit(0, 1), Now),
    (Settle(0, 1), Now),
    // Not in time: what stands alone goes back.
    (Exchange(2, 4, 9, [1, 1], 3), Now),
    (Deposit(0, 0), Now),
    (Rest, Now),
    (Rest, Now),
    (Deposit(0, 1), Now),
    (Refund(0, 0, 1), Now),
];

/// Payments that wait.
pub const PROMISES: &[Step] = &[
    // For an oracle, whose first word counts; its contrary is put on record.
    (Promise(2, 4, 20, Attested, 1_000), Now),
    (Release(0, 0, 1), Now),
    (Approve(0, 0), Now),
    (Underfund(0, 0), Now),
    (Deposit(0, 0), HeldBack),
    (Deposit(0, 0), HeldBack),
    (Submit(0), Now),
    (Submit(0), Now),
    (Release(0, 0, 1), Now),
    (attest(false, true), Now),
    (attest(true, true), Now),
    (attest(true, true), Now),
    (attest(true, false), Now),
    (Refund(0, 0, 0), Now),
    (Decline(0, 0), Now),
    (Release(0, 0, 0), HeldBack),
    (Release(0, 0, 1), Now),
    (Submit(0), Now),
    (Decline(0, 1), Now),
    // For two approvers of three; the payee may give up what it was not paid.
    (Promise(4, 2, 20, Approved, 1_000), Now),
    (Deposit(0, 0), Now),
    (attest(true, true), Now),
    (Approve(0, 3), Now),
    (Approve(0, 1), Now),
    (Approve(0, 1), Now),
    (Refund(0, 0, 0), Now),
    (Approve(0, 2), Now),
    (Approve(0, 0), Now),
    (Decline(0, 0), Now),
    (Decline(0, 1), Now),
    (Decline(0, 1), Now),
    (Release(0, 0, 1), Now),
    (Refund(0, 0, 1), Now),
    // For a time; then the claim does not lapse. A freeze of the payee holds it up.
    (Promise(2, 4, 20, After(4), 5), Now),
    (Deposit(0, 0), Now),
    (Release(0, 0, 0), HeldBack),
    (Submit(0), Now),
    (Rest, Now),
    (Rest, Now),
    (Rest, Now),
    (Rest, Now),
    (Refund(0, 0, 0), Now),
    (Release(0, 0, 1), HeldBack),
    (Freeze(4), Now),
    (Submit(0), Now),
    (Release(0, 0, 1), Now),
    (Unfreeze(4), Now),
    (Release(0, 0, 1), Now),
    // Nobody says anything in time.
    (Promise(2, 4, 20, Attested, 3), Now),
    (Deposit(0, 0), Now),
    (Rest, Now),
    (Rest, Now),
    (attest(true, true), Now),
    (Release(0, 0, 1), Now),
    (Refund(0, 0, 1), Now),
    // What has failed takes no deposit.
    (Promise(2, 4, 20, Attested, 1_000), Now),
    (attest(true, false), Now),
    (Deposit(0, 0), Now),
];

/// Scheduled payments, and payments in a circle.
pub const ORDERS: &[Step] = &[
    (Order(2, 4, [10, 20], [5, 100]), Now),
    (Deposit(0, 0), Now),
    (Deposit(0, 1), Now),
    (Release(0, 0, 1), Now),
    (Refund(0, 1, 0), Now),
    (Cancel(0, 1), Now),
    (Rest, Now),
    (Release(0, 0, 1), Now),
    (Cancel(0, 0), HeldBack),
    (Cancel(0, 0), Now),
    (Submit(0), Now),
    (Release(0, 1, 0), Now),
    (Refund(0, 1, 1), Now),
    (Order(2, 4, [10, 20], [5, 100]), Now),
    (Underfund(0, 1), Now),
    (Cancel(0, 0), Now),
    (Deposit(0, 1), Now),
    // All or none, and all of them sign.
    (Net(2, [5, 6, 7], Some(1)), Now),
    (Net(2, [5, 6, 7], None), HeldBack),
    (Rule(rule(1, 1_000, 0)), Now),
    (Submit(0), Now),
    (Rule(None), Now),
    (Net(2, [5, 6, 7], None), Now),
    (Again(0), Now),
];

/// Reserves and balances.
pub const STATEMENTS: &[Step] = &[
    (Reserves(Over(0), 0), Now),
    (Reserves(Short, 0), Now),
    // Issues since count, redemptions after the count do not; counts go forwards, and not ahead.
    (Reserves(Over(9), 0), HeldBack),
    (Issue(2, 7), Now),
    (Submit(0), Now),
    (Redeem(2, Of(3)), Now),
    (Reserves(Over(0), -1), Now),
    (Reserves(Short, -1), Now),
    (Reserves(Over(0), 1), Now),
    (Reserves(Over(0), -2), Now),
    (Reserves(Over(0), 9), Now),
    (Pause(true), Now),
    (Reserves(Over(5), 0), Now),
    (Pause(false), Now),
    (Pin(Supply, false), Now),
    (Reserves(Over(0), 0), Now),
    (Switch(Supply, false), Now),
    (Reserves(Over(0), 0), Now),
    (Show(2, All), Now),
    (Show(4, Of(1)), Now),
    (Show(4, Of(1_000_000)), Now),
];
