use obolus_abi::RoleKey;
use obolus_abi::RoleSet;
use obolus_protocol::rate::RateError;
use obolus_protocol::{FullViewingKey, Seed};
use rand::SeedableRng;
use rand::rngs::StdRng;

use super::*;

fn party(seed: u8) -> Party {
    let keys = FullViewingKey::from_seed(&Seed::new([seed; 32]));
    Party {
        owner: keys.owner(),
        ak: keys.ak,
        epk: keys.ivk.encryption_key(),
    }
}

fn leg(token: u8, amount: u64) -> LegPlan {
    LegPlan {
        token: ContractId([token; 32]),
        amount: Amount::new(amount),
    }
}

fn terms(kind: Kind, legs: Vec<LegPlan>) -> Terms {
    Terms {
        contract: ContractId([9; 32]),
        kind,
        parties: [party(1), party(2)],
        legs,
        secret: DealSecret::random(&mut StdRng::seed_from_u64(1)),
        text: "trade 7".into(),
    }
}

fn dvp() -> Terms {
    terms(Kind::Dvp { expiry_ms: 5 }, vec![leg(1, 10), leg(2, 20)])
}

fn pvp(p: u64, q: u64, amounts: [u64; 2]) -> Terms {
    let rate = Rate::new(p, q).unwrap();
    let legs = vec![leg(1, amounts[0]), leg(2, amounts[1])];
    terms(Kind::Pvp { expiry_ms: 5, rate }, legs)
}

fn conditional(condition: Condition) -> Terms {
    let kind = Kind::Conditional {
        expiry_ms: 5,
        condition,
    };
    terms(kind, vec![leg(1, 10)])
}

fn standing(due_ms: Vec<u64>, legs: Vec<LegPlan>) -> Terms {
    terms(Kind::Standing { due_ms }, legs)
}

fn all() -> [Terms; 5] {
    [
        dvp(),
        pvp(109, 100, [1_000, 1_090]),
        conditional(Condition::Time(5)),
        standing(vec![1, 2], vec![leg(1, 10), leg(1, 11)]),
        standing((0..8).collect(), vec![leg(1, 1); 8]),
    ]
}

#[test]
fn terms_survive_their_encoding_and_fit_a_memo() {
    for terms in all() {
        terms.check().unwrap();
        let bytes = terms.encode();
        assert!(bytes.len() <= MAX_CONTENT);
        let decoded = Terms::decode(&bytes).unwrap();
        assert_eq!(decoded.encode(), bytes);
        assert_eq!(decoded.id(), terms.id());
        for at in [0, bytes.len() - 1] {
            assert_eq!(
                Terms::decode(&bytes[..at]).err(),
                Some(TermsError::Malformed)
            );
        }
        let mut longer = bytes.clone();
        longer.push(0);
        assert_eq!(Terms::decode(&longer).err(), Some(TermsError::Malformed));
        let mut other = bytes;
        other[0] = 2;
        assert_eq!(Terms::decode(&other).err(), Some(TermsError::Malformed));
    }
}

#[test]
fn every_note_of_a_deal_is_another_one() {
    for terms in all() {
        let mut seen = std::collections::BTreeSet::new();
        for leg in terms.legs() {
            for which in [LegNote::Deposit, LegNote::Release, LegNote::Refund] {
                let note = terms.note(leg, which).unwrap();
                assert_eq!(note.value, terms.leg(leg).unwrap().amount);
                assert!(seen.insert(note.commitment().to_bytes()));
            }
            let payer = terms.party(terms.payer_of(leg)).owner;
            assert_eq!(terms.note(leg, LegNote::Refund).unwrap().owner, payer);
            assert_ne!(terms.note(leg, LegNote::Release).unwrap().owner, payer);
        }
    }
}

#[test]
fn each_party_of_a_pair_pays_one_leg() {
    let pair = dvp();
    assert_eq!([pair.payer_of(0), pair.payer_of(1)], [0, 1]);
    let order = standing(vec![1, 2], vec![leg(1, 10), leg(1, 11)]);
    assert_eq!([order.payer_of(0), order.payer_of(1)], [0, 0]);
    assert_eq!(pair.leg(2).err(), Some(TermsError::NoSuchLeg(2)));
}

#[test]
fn what_is_agreed_is_in_the_id() {
    let base = dvp();
    let mut others = vec![dvp(), dvp(), dvp()];
    others[0].secret = DealSecret::random(&mut StdRng::seed_from_u64(2));
    others[1].kind = Kind::Dvp { expiry_ms: 6 };
    others[2].parties = [party(2), party(1)];
    for other in others {
        assert_ne!(other.id(), base.id());
    }
    // Amounts are in the commitments, which both parties compare.
    let mut richer = dvp();
    richer.legs[0].amount = Amount::new(11);
    assert_eq!(richer.id(), base.id());
    assert_ne!(
        richer.note(0, LegNote::Deposit).unwrap().commitment(),
        base.note(0, LegNote::Deposit).unwrap().commitment()
    );
}

#[test]
fn terms_that_cannot_be_are_refused() {
    let refused = |terms: Terms| terms.check().err();
    let approvers = |keys: Vec<RoleKey>, threshold| {
        conditional(Condition::Approvals(RoleSet { keys, threshold }))
    };
    let mut zero = dvp();
    zero.legs[1].amount = Amount::ZERO;
    let mut alone = dvp();
    alone.parties = [party(1), party(1)];
    let mut wordy = dvp();
    wordy.text = "x".repeat(257);
    let mut three = dvp();
    three.legs.push(leg(3, 1));
    let mut none = dvp();
    none.legs.clear();
    for (terms, error) in [
        (zero, TermsError::ZeroAmount),
        (alone, TermsError::SameParty),
        (wordy, TermsError::Text),
        (three, TermsError::Legs),
        (none, TermsError::Legs),
        (
            terms(Kind::Dvp { expiry_ms: 5 }, vec![leg(1, 1), leg(1, 2)]),
            TermsError::Tokens,
        ),
        (pvp(0, 1, [1, 1]), TermsError::ZeroRate),
        (pvp(2, 3, [10, 7]), TermsError::Rate { expected: 6 }),
        (
            pvp(u64::MAX, 1, [u64::MAX, 1]),
            TermsError::Conversion(RateError::TooLarge),
        ),
        (conditional(Condition::Time(6)), TermsError::Times),
        (approvers(vec![], 1), TermsError::Approvers),
        (approvers(vec![RoleKey([1; 32])], 2), TermsError::Approvers),
        (standing(vec![1], vec![leg(1, 1); 2]), TermsError::Legs),
        (
            standing((0..9).collect(), vec![leg(1, 1); 9]),
            TermsError::Legs,
        ),
        (
            standing(vec![1, 2], vec![leg(1, 1), leg(2, 1)]),
            TermsError::Tokens,
        ),
        (standing(vec![2, 2], vec![leg(1, 1); 2]), TermsError::Times),
    ] {
        assert_eq!(refused(terms), Some(error));
    }
    assert_eq!(refused(pvp(2, 3, [10, 6])), None);
}
