//! t members open what one auditor would; fewer do not; a wrong answer is refused and named.

use obolus_abi::{ChainId, ContractId, FieldBytes, PointBytes, TxDigest};
use obolus_protocol::{
    Amount, Fr, Point, Scalar,
    audit::{self, AuditError, AuditScalar, SharedSecret},
    curve::PointError,
    field::{fr_to_bytes, scalar_to_bytes},
    note::{Nullifier, Rcm, Slot},
    pedersen::Blinding,
    statement::sample,
};
use proptest::prelude::*;

use super::{
    dleq::{DleqError, DleqProof, Statement},
    *,
};
use crate::{
    group::{GroupError, GroupKey, Purpose},
    lagrange::interpolate,
    share::{KeyShare, split_auditor},
    testing::{self, any_threshold, member, threshold},
};

fn request(ephemeral: &Point) -> OpenRequest {
    OpenRequest {
        case: CaseNumber::new("2026/0417-AML").unwrap(),
        reason: Reason::new("Verdacht auf Geldwäsche (§ 261 StGB) – 3 Zahlungen").unwrap(),
        requester: Requester::new("Financial Intelligence Unit").unwrap(),
        chain: ChainId([1; 32]),
        token: ContractId([2; 32]),
        ciphertext: CiphertextRef::new(TxDigest([3; 32]), CiphertextKind::Transfer, *ephemeral)
            .unwrap(),
    }
}

fn reason() -> Reason {
    Reason::new("Verdacht auf Geldwäsche").unwrap()
}

fn answers(shares: &[&KeyShare], request: &OpenRequest) -> Vec<PartialDecryption> {
    let mut rng = testing::rng(5);
    let answer = |share: &&KeyShare| PartialDecryption::create(share, request, &mut rng).unwrap();
    shares.iter().map(answer).collect()
}

fn some() -> (GroupKey, Vec<KeyShare>, OpenRequest) {
    let (group, shares) = testing::group(Purpose::Auditor, threshold(2, 3), 1);
    let r = AuditScalar::random(&mut testing::rng(9));
    (group, shares, request(&r.ephemeral()))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn any_quorum_opens_every_kind(threshold in any_threshold(), seed: u64, from in 0_usize..7) {
        let mut rng = testing::rng(seed);
        let auditor = sample::auditor(seed);
        let shares = split_auditor(&auditor, threshold, &mut rng).unwrap();
        let group = shares[0].group();
        let quorum: Vec<_> = shares.iter().cycle().skip(from).take(threshold.needed().into()).collect();
        let open = |r: &AuditScalar| -> SharedSecret {
            let request = request(&r.ephemeral());
            combine(group, &request, &answers(&quorum, &request)).unwrap()
        };

        let witness = sample::transfer(seed);
        let public = witness.public_inputs(Fr::from(0_u64));
        let nf1 = Nullifier::new(public.nf1);
        let opened = audit::transfer::open_with(&open(&witness.r), nf1, public.c1, public.c2);
        let alone = audit::transfer::open(&auditor, &witness.r.ephemeral(), nf1, public.c1, public.c2);
        prop_assert!(opened.is_ok() && opened == alone);

        let witness = sample::redeem(seed);
        let public = witness.public_inputs(Fr::from(0_u64));
        let nf1 = Nullifier::new(public.nf1);
        let opened = audit::redeem::open_with(&open(&witness.r), nf1, public.c1, public.c2).unwrap();
        prop_assert_eq!((opened.redeemed, opened.change), (witness.redeemed, witness.change));

        let witness = sample::issue(seed);
        let public = witness.public_inputs(Fr::from(0_u64));
        let ciphertext = (public.c1, public.c2, public.c3);
        let opened = audit::issue::open_with(&open(&witness.r), witness.nonce, ciphertext).unwrap();
        prop_assert_eq!(opened.value, witness.value);

        let witness = sample::register(seed);
        let public = witness.public_inputs(Fr::from(0_u64));
        let (owner, ak) = (witness.owner(), witness.ak.point());
        let opened = audit::register::open_with(&open(&witness.r), owner, ak, public.c1).unwrap();
        prop_assert!(opened == witness.nk);
    }

    /// t − 1 answers make another point, which opens nothing.
    #[test]
    fn fewer_open_nothing(needed in 2_u8..=7, seed: u64) {
        let auditor = sample::auditor(seed);
        let threshold = threshold(needed, 7);
        let shares = split_auditor(&auditor, threshold, &mut testing::rng(seed)).unwrap();
        let witness = sample::transfer(seed);
        let public = witness.public_inputs(Fr::from(0_u64));
        let request = request(&witness.r.ephemeral());
        let few: Vec<_> = shares.iter().take(usize::from(needed) - 1).collect();
        let few = answers(&few, &request);
        let refused = combine(shares[0].group(), &request, &few);
        let given = few.len();
        prop_assert_eq!(refused.err(), Some(OpenError::TooFew { given, needed }));

        let points: Vec<_> = few.iter().map(|a| (a.member(), *a.point())).collect();
        let guess = interpolate(&points, Scalar::from(0_u64)).unwrap();
        prop_assert_ne!(guess, auditor.public().point().mul(witness.r.scalar()));
        let guess = SharedSecret::new(&guess).unwrap();
        let opened = audit::transfer::open_with(&guess, Nullifier::new(public.nf1), public.c1, public.c2);
        prop_assert_eq!(opened.err(), Some(AuditError::Garbage));
    }
}

/// The key never was in one place, and what is sealed to it opens.
#[test]
fn an_auditor_made_together_opens() {
    let shares = testing::made_together(Purpose::Auditor, threshold(3, 5), 1);
    let group = shares[0].group();
    let mut rng = testing::rng(1);
    let r = AuditScalar::random(&mut rng);
    let keys = audit::issue::keys(&r, &group.auditor_key().unwrap(), 4.into());
    let (value, slot) = (Amount::new(1_000_000), Slot::new(7).unwrap());
    let (rcm, blinding) = (Rcm::new(Fr::from(5_u64)), Blinding::random(&mut rng));
    let sealed = audit::issue::seal(&keys, value, slot, &rcm, &blinding);
    let request = request(&r.ephemeral());
    let quorum = [&shares[4], &shares[0], &shares[2]];
    let shared = combine(group, &request, &answers(&quorum, &request)).unwrap();
    let opened = audit::issue::open_with(&shared, 4.into(), sealed).unwrap();
    assert_eq!((opened.value, opened.recipient), (value, slot));
}

/// More than t may answer, and a wrong one among them is named all the same.
#[test]
fn wrong_answers_are_refused_and_named() {
    let (group, shares, asked) = some();
    let all: Vec<_> = shares.iter().collect();
    let honest = answers(&all, &asked);
    assert!(combine(&group, &asked, &honest).is_ok());
    let refused = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = honest[1].to_bytes();
        change(&mut bytes);
        let changed = PartialDecryption::from_bytes(&bytes).unwrap();
        combine(&group, &asked, &[honest[0], honest[2], changed]).err()
    };
    let wrong = |reason| {
        let member = member(2);
        Some(OpenError::Wrong { member, reason })
    };
    // Head, group, request, member, point, c, z.
    let (at_member, at_point, at_c, at_z) = (66, 67, 131, 163);
    let point = honest[1].point().add(&Point::generator()).encode();
    let mismatch = wrong(DleqError::Mismatch);
    let change_point = |bytes: &mut Vec<u8>| bytes[at_point..at_c].copy_from_slice(&point.0);
    assert_eq!(refused(&change_point), mismatch);
    assert_eq!(refused(&|bytes| bytes[at_c] ^= 1), mismatch);
    assert_eq!(refused(&|bytes| bytes[at_z] ^= 1), mismatch);
    let non_canonical = wrong(DleqError::NonCanonical);
    assert_eq!(
        refused(&|bytes| bytes[at_c..at_z].fill(0xff)),
        non_canonical
    );
    assert_eq!(refused(&|bytes| bytes[at_z..].fill(0xff)), non_canonical);
    let unknown = OpenError::Group(GroupError::UnknownMember(member(5)));
    assert_eq!(refused(&|bytes| bytes[at_member] = 5), Some(unknown));
    assert_eq!(
        refused(&|bytes| bytes[2] ^= 1),
        Some(OpenError::OtherGroup(member(2)))
    );
    assert_eq!(
        refused(&|bytes| bytes[34] ^= 1),
        Some(OpenError::OtherRequest(member(2)))
    );

    // Member 1's answer under member 2's number.
    let mut bytes = honest[0].to_bytes();
    bytes[at_member] = 2;
    let borrowed = PartialDecryption::from_bytes(&bytes).unwrap();
    assert_eq!(
        combine(&group, &asked, &[borrowed, honest[2]]).err(),
        mismatch
    );
    let twice = combine(&group, &asked, &[honest[0], honest[0]]);
    assert_eq!(twice.err(), Some(OpenError::Twice(member(1))));
}

#[test]
fn an_answer_is_for_one_request() {
    let (group, shares, asked) = some();
    let first = answers(&[&shares[0]], &asked)[0];
    let mut others = [
        asked.clone(),
        asked.clone(),
        asked.clone(),
        asked.clone(),
        asked.clone(),
    ];
    others[0].case = CaseNumber::new("2026/0418").unwrap();
    others[1].reason = reason();
    others[1].requester = Requester::new("Somebody else").unwrap();
    others[2].chain = ChainId([9; 32]);
    others[3].token = ContractId([9; 32]);
    let (tx, r) = (*asked.ciphertext.tx(), *asked.ciphertext.ephemeral());
    others[4].ciphertext = CiphertextRef::new(tx, CiphertextKind::Redeem, r).unwrap();
    for other in &others {
        assert_ne!(other.digest(), asked.digest());
        let refused = first.verify(&group, other);
        assert_eq!(refused, Err(OpenError::OtherRequest(member(1))));
        // Under the other request's name, the proof does not hold.
        let mut bytes = first.to_bytes();
        bytes[34..66].copy_from_slice(other.digest().as_bytes());
        let renamed = PartialDecryption::from_bytes(&bytes).unwrap();
        let refused = renamed.verify(&group, other);
        assert!(matches!(refused, Err(OpenError::Wrong { .. })));
    }
}

/// A spending key never answers for points that others choose.
#[test]
fn a_treasury_opens_nothing() {
    let (_, _, asked) = some();
    let (group, shares) = testing::group(Purpose::Treasury, threshold(2, 3), 1);
    let treasury = OpenError::Group(GroupError::Purpose(Purpose::Treasury));
    let refused = PartialDecryption::create(&shares[0], &asked, &mut testing::rng(1));
    assert_eq!(refused.err(), Some(treasury));
    assert_eq!(combine(&group, &asked, &[]).err(), Some(treasury));
}

fn small_order() -> [PointBytes; 2] {
    let minus_one = fr_to_bytes(&-Fr::from(1_u64));
    // (0, −1) has order 2; G + (0, −1) = (−x, −y) has order 2ℓ.
    let g = Point::generator();
    let mixed = PointBytes::from_xy(&fr_to_bytes(&-g.x()), &fr_to_bytes(&-g.y()));
    [PointBytes::from_xy(&FieldBytes::ZERO, &minus_one), mixed]
}

/// With a component of small order in R, an answer would tell the share modulo that order.
#[test]
fn no_share_meets_a_bad_point() {
    let (_, shares, asked) = some();
    let [torsion, mixed] = small_order();
    assert_eq!(Point::decode(&mixed), Err(PointError::OutsideSubgroup));
    let refused = CiphertextRef::new(TxDigest([3; 32]), CiphertextKind::Issue, Point::IDENTITY);
    assert_eq!(refused, Err(PointError::Identity));
    let answer = answers(&[&shares[0]], &asked)[0];
    for bad in [
        torsion,
        mixed,
        Point::IDENTITY.encode(),
        PointBytes([0xff; 64]),
    ] {
        let mut bytes = asked.to_bytes();
        let at = bytes.len() - PointBytes::LEN;
        bytes[at..].copy_from_slice(&bad.0);
        assert!(OpenRequest::from_bytes(&bytes).is_err());
        let mut bytes = answer.to_bytes();
        bytes[67..131].copy_from_slice(&bad.0);
        assert!(PartialDecryption::from_bytes(&bytes).is_err());
    }
}

#[test]
fn proofs_of_equal_logarithms() {
    let mut rng = testing::rng(1);
    let x = Scalar::from(1234_u64);
    let base = Point::generator().mul(&Scalar::from(99_u64));
    let (public, result) = (Point::generator().mul(&x), base.mul(&x));
    let statement = Statement {
        base: &base,
        public: &public,
        result: &result,
        binding: &[1; 32],
    };
    let proof = dleq::prove(&statement, &x, &mut rng).unwrap();
    assert_eq!(dleq::verify(&statement, &proof), Ok(()));
    let other = Point::generator();
    let binding = [2; 32];
    for changed in [
        Statement {
            base: &other,
            ..statement
        },
        Statement {
            public: &other,
            ..statement
        },
        Statement {
            result: &other,
            ..statement
        },
        Statement {
            binding: &binding,
            ..statement
        },
    ] {
        assert_eq!(dleq::verify(&changed, &proof), Err(DleqError::Mismatch));
        // Neither does a prover get one for what is not so.
        if changed.binding == statement.binding {
            let lie = dleq::prove(&changed, &x, &mut rng).unwrap();
            assert_eq!(dleq::verify(&changed, &lie), Err(DleqError::Mismatch));
        }
    }
    let none = Point::IDENTITY;
    for degenerate in [
        Statement {
            base: &none,
            ..statement
        },
        Statement {
            public: &none,
            ..statement
        },
        Statement {
            result: &none,
            ..statement
        },
    ] {
        assert_eq!(dleq::verify(&degenerate, &proof), Err(DleqError::Identity));
        let refused = dleq::prove(&degenerate, &x, &mut rng);
        assert_eq!(refused.err(), Some(DleqError::Identity));
    }
    // The order added to z is the same proof in other bytes.
    let zero = DleqProof {
        challenge: scalar_to_bytes(&Scalar::from(0_u64)),
        ..proof
    };
    assert_eq!(dleq::verify(&statement, &zero), Err(DleqError::Mismatch));
    let again = dleq::prove(&statement, &x, &mut rng).unwrap();
    assert_ne!(again, proof, "the nonce is fresh");
}

/// What a public log holds of answers: it changes with each of them and with their order.
#[test]
fn answers_have_one_hash() {
    let (_, shares, asked) = some();
    let all = answers(&[&shares[0], &shares[1]], &asked);
    let hashes = [
        AnswersHash::of(&all),
        AnswersHash::of(&all[..1]),
        AnswersHash::of(&[all[1], all[0]]),
        AnswersHash::of(&[]),
    ];
    let distinct: std::collections::BTreeSet<_> = hashes.iter().collect();
    assert_eq!(distinct.len(), hashes.len());
    assert_eq!(AnswersHash::of(&all), hashes[0]);
}

#[test]
fn texts_are_plain() {
    assert!(CaseNumber::new(&"9".repeat(64)).is_ok());
    assert!(CaseNumber::new(&"9".repeat(65)).is_err());
    for bad in ["", "tab\there", "line\n", "Ümlaut", "nul\0"] {
        assert!(CaseNumber::new(bad).is_err(), "{bad:?}");
    }
    assert!(Reason::new("Geldwäsche; マネーロンダリング").is_ok());
    for bad in [
        "",
        "a\u{202e}b",
        "a\u{200b}b",
        "a\u{a0}b",
        "two\nlines",
        "bell\u{7}",
    ] {
        assert!(Reason::new(bad).is_err(), "{bad:?}");
        assert!(Requester::new(bad).is_err(), "{bad:?}");
    }
    assert!(Reason::new(&"a".repeat(257)).is_err());
}

#[test]
fn the_wire_forms_are_strict() {
    let (_, shares, asked) = some();
    testing::check_wire(&asked.to_bytes(), |bytes| {
        OpenRequest::from_bytes(bytes).map(|request| request.to_bytes())
    });
    let answer = answers(&[&shares[1]], &asked)[0];
    testing::check_wire(&answer.to_bytes(), |bytes| {
        PartialDecryption::from_bytes(bytes).map(|answer| answer.to_bytes())
    });
}
