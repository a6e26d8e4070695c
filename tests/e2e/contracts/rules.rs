//! Reserves and quotas on a whole ledger, with real proofs of the statements `supply` and `velocity`, and natively beside
//! it.

use obolus_abi::token::VelocityRule;
use obolus_protocol::Amount;
use obolus_protocol::tx::{EntryName, Height, Transaction};
use obolus_tests::bank::signed;
use obolus_wallet::AssembleError;

use super::both::Both;

/// Later than any clock that a wallet may look at: periods follow the chain's time.
const FAR_AHEAD: u64 = 4_102_444_800_000;
const DAY: u64 = 86_400_000;

/// One payment a day.
const RULE: VelocityRule = VelocityRule {
    quota: 1,
    period_seconds: 86_400,
    grace_seconds: 0,
};

/// A bank with two participants, of whom the first holds two notes of 250,000.
fn found() -> Both {
    let mut both = Both::found();
    for slot in 0..2_u32 {
        let tx = both.bank.apply(Amount::new(1_000_000));
        assert_eq!(both.taken::<u32>(&tx), slot);
    }
    for _ in 0..2 {
        let tx = both.bank.issue(0, 250_000);
        both.taken::<u64>(&tx);
    }
    both
}

fn unsigned(tx: &Transaction) -> Transaction {
    Transaction {
        role_signatures: Vec::new(),
        ..tx.clone()
    }
}

/// With the first proof alone.
fn half_proved(tx: &Transaction) -> Transaction {
    Transaction {
        proofs: tx.proofs[..1].to_vec(),
        ..tx.clone()
    }
}

#[test]
fn reserves_bound_issues_with_real_proofs() {
    let mut both = found();
    let tip = |both: &Both| Height(both.bank.ledger.tip().height);
    let plain = both.bank.unproven_issue(1, 5).unwrap();
    let mut body = plain.body().clone();
    body.entry = EntryName::new("issue_backed").unwrap();
    let early = signed(body, &both.bank.issuer);
    both.refused(&early, "not_attested");

    let redemption = both.bank.redeem(0, 100_000);
    both.taken::<u64>(&redemption);
    let height = tip(&both);
    let short = both.bank.attest(399_999, height);
    assert_eq!(short.err(), Some(AssembleError::NotCovered));
    let exact = both.bank.attest(400_000, height).unwrap();
    both.refused(&unsigned(&exact), "not_attestor");
    let bare = Transaction {
        proofs: Vec::new(),
        ..exact.clone()
    };
    both.refused(&bare, "proof_refused");
    both.taken::<()>(&exact);
    // Reserves of before the last attestation's are none now.
    let older = both.bank.attest(500_000, Height(height.0 - 1));
    let older = older.unwrap();
    both.refused(&older, "bad_attestation");

    // Everything is in circulation that the reserves cover.
    let full = both.bank.issue_backed(1, 1);
    assert_eq!(full.err(), Some(AssembleError::NotCovered));
    // What is redeemed since counts among these reserves still.
    let redemption = both.bank.redeem(0, 50_000);
    both.taken::<u64>(&redemption);
    let full = both.bank.issue_backed(1, 1);
    assert_eq!(full.err(), Some(AssembleError::NotCovered));

    let height = tip(&both);
    let more = both.bank.attest(380_000, height).unwrap();
    both.taken::<()>(&more);
    let over = both.bank.issue_backed(1, 30_001);
    assert_eq!(over.err(), Some(AssembleError::NotCovered));
    let rival = both.bank.issue_backed(1, 1).unwrap();
    let backed = both.bank.issue_backed(1, 30_000).unwrap();
    both.refused(&unsigned(&backed), "not_issuer");
    both.refused(&half_proved(&backed), "proof_refused");
    // The proof that another amount fits is of no use.
    let borrowed = Transaction {
        proofs: vec![backed.proofs[0].clone(), rival.proofs[1].clone()],
        ..backed.clone()
    };
    both.refused(&borrowed, "proof_refused");
    both.taken::<u64>(&backed);
    both.refused(&rival, "issue_nonce");
    let full = both.bank.issue_backed(1, 1);
    assert_eq!(full.err(), Some(AssembleError::NotCovered));
    assert_eq!(both.bank.members[1].wallet.balance().total(), 30_000);
}

#[test]
fn quotas_bound_payments_with_real_proofs() {
    let mut both = found();
    let plain = both.bank.pay(0, 1, 10);
    both.wait_until(FAR_AHEAD);
    let rule = both.bank.set_velocity(Some(RULE));
    both.refused(&unsigned(&rule), "not_operator");
    both.taken::<()>(&rule);
    both.refused(&plain, "velocity_needed");
    both.bank.release(0, &plain);

    // Two payments of the same day, made before the first is seen.
    let first = both.bank.pay(0, 1, 200_000);
    let second = both.bank.pay(0, 1, 240_000);
    both.refused(&half_proved(&first), "proof_refused");
    let borrowed = Transaction {
        proofs: vec![first.proofs[0].clone(), second.proofs[1].clone()],
        ..first.clone()
    };
    both.refused(&borrowed, "proof_refused");
    both.taken::<u64>(&first);
    both.refused(&second, "velocity_used");
    both.bank.release(0, &second);
    let third = both.bank.try_pay(0, 1, 1);
    assert_eq!(third.err(), Some(AssembleError::QuotaUsed(1)));

    // Redemptions are counted with payments; the other participant has a quota of its own.
    let redemption = both.bank.redeem(1, 5);
    both.taken::<u64>(&redemption);
    let another = both.bank.try_redeem(1, 5);
    assert_eq!(another.err(), Some(AssembleError::QuotaUsed(1)));

    // The next day, when a payment of the day before comes too late.
    both.wait_until(FAR_AHEAD + DAY);
    let late = both.bank.pay(0, 1, 7);
    both.wait_until(FAR_AHEAD + 2 * DAY);
    both.refused(&late, "velocity_period");
    both.bank.release(0, &late);
    let limited = both.bank.pay(0, 1, 7);
    both.taken::<u64>(&limited);

    // The rule is lifted.
    let limited = both.bank.redeem(1, 7);
    let lifted = both.bank.set_velocity(None);
    both.taken::<()>(&lifted);
    both.refused(&limited, "velocity_off");
    both.bank.release(1, &limited);
    let plain = both.bank.pay(1, 0, 2);
    both.taken::<u64>(&plain);
    let held = |member: usize| both.bank.members[member].wallet.balance().total();
    assert_eq!((held(0), held(1)), (299_995, 200_000));
}
