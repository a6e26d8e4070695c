//! What can be done follows the contracts' rules, by the clock.

use obolus_abi::ContractId;
use obolus_protocol::deal::DealSecret;
use obolus_protocol::{Amount, FullViewingKey, Seed};
use obolus_wallet::deal::{LegPlan, LegRecord, Party, Terms};
use rand::rngs::OsRng;

use super::*;

const LOCKED: LegState = LegState::Locked { position: 3 };

fn party(seed: u8) -> Party {
    let keys = FullViewingKey::from_seed(&Seed::new([seed; 32]));
    Party {
        owner: keys.owner(),
        ak: keys.ak,
        epk: keys.ivk.encryption_key(),
    }
}

fn deal(kind: Kind, states: &[LegState]) -> Deal {
    let plan = |token: u8| LegPlan {
        token: ContractId([token; 32]),
        amount: Amount::new(5),
    };
    Deal {
        terms: Terms {
            contract: ContractId([9; 32]),
            kind,
            parties: [party(1), party(2)],
            legs: (0..states.len()).map(|_| plan(1)).collect(),
            secret: DealSecret::random(&mut OsRng),
            text: String::new(),
        },
        legs: states
            .iter()
            .map(|state| LegRecord {
                state: *state,
                position: None,
            })
            .collect(),
        verdict: Verdict::Open,
        approvals: 0,
        cancelled_ms: None,
        equivocated: false,
    }
}

fn verbs(deal: &Deal, party: u8, now: u64) -> Vec<String> {
    let told = next(deal, party, now).into_iter();
    told.map(|next| match (next.leg, next.from_ms) {
        (Some(leg), Some(_)) => format!("{} {leg} later", next.verb),
        (Some(leg), None) => format!("{} {leg}", next.verb),
        (None, _) => next.verb.to_owned(),
    })
    .collect()
}

#[test]
fn a_pair() {
    let pair = |states: &[LegState]| deal(Kind::Dvp { expiry_ms: 100 }, states);
    let (empty, gone) = (LegState::Empty, LegState::Refunded);
    assert_eq!(verbs(&pair(&[empty, empty]), 0, 100), ["deposit 0"]);
    assert_eq!(verbs(&pair(&[empty, empty]), 1, 100), ["deposit 1"]);
    assert_eq!(verbs(&pair(&[LOCKED, empty]), 0, 50), ["refund 0"]);
    assert_eq!(verbs(&pair(&[LOCKED, empty]), 1, 50), ["deposit 1"]);
    assert_eq!(
        verbs(&pair(&[LOCKED, LOCKED]), 0, 100),
        ["settle", "refund 0 later", "refund 1 later"]
    );
    assert_eq!(
        verbs(&pair(&[LOCKED, LOCKED]), 0, 101),
        ["refund 0", "refund 1"]
    );
    assert_eq!(verbs(&pair(&[gone, LOCKED]), 1, 50), ["refund 1"]);
    assert!(verbs(&pair(&[gone, empty]), 1, 50).is_empty());
    assert!(verbs(&pair(&[LegState::Released; 2]), 0, 50).is_empty());
}

#[test]
fn a_conditional_payment() {
    let condition = Condition::Time(60);
    let kind = Kind::Conditional {
        expiry_ms: 100,
        condition,
    };
    let mut timed = deal(kind, &[LOCKED]);
    assert_eq!(verbs(&timed, 0, 59), ["release 0 later"]);
    assert_eq!(verbs(&timed, 1, 60), ["release 0", "decline"]);
    assert_eq!(verbs(&timed, 1, 1_000), ["release 0", "decline"]);
    timed.verdict = Verdict::Failed;
    assert_eq!(verbs(&timed, 1, 60), ["refund 0"]);
    let kind = Kind::Conditional {
        expiry_ms: 100,
        condition: Condition::Oracle {
            key: obolus_abi::RoleKey([1; 32]),
            statement: [2; 32],
        },
    };
    let told = deal(kind.clone(), &[LOCKED]);
    assert_eq!(verbs(&told, 0, 100), ["attest"]);
    assert_eq!(verbs(&told, 0, 101), ["refund 0"]);
    let fresh = deal(kind, &[LegState::Empty]);
    assert_eq!(verbs(&fresh, 0, 100), ["deposit 0", "attest"]);
    assert!(verbs(&fresh, 0, 101).is_empty());
}

#[test]
fn a_standing_order() {
    let kind = Kind::Standing {
        due_ms: vec![10, 20],
    };
    let mut order = deal(kind, &[LOCKED, LegState::Empty]);
    assert_eq!(
        verbs(&order, 0, 5),
        ["release 0 later", "deposit 1", "cancel"]
    );
    assert_eq!(verbs(&order, 1, 10), ["release 0"]);
    order.cancelled_ms = Some(5);
    assert_eq!(verbs(&order, 0, 15), ["refund 0"]);
    order.cancelled_ms = Some(10);
    assert_eq!(verbs(&order, 1, 15), ["release 0"]);
}
