mod spoiled;

use proptest::{prelude::*, sample::Index};

use super::*;
use crate::{
    Amount,
    field::{Fr, Scalar, fr_to_bytes, scalar_to_bytes},
    note::{Dummy, Position},
    schnorr::Randomizer,
    statement::{
        BalanceWitness, IssueWitness, RatioWitness, RedeemWitness, RegisterWitness, SupplyWitness,
        TransferWitness, VelocityWitness, balance, issue, ratio, redeem, register, sample, supply,
        transfer, velocity,
    },
    tree::MerklePath,
};

fn fr(value: &Fr) -> [u8; 32] {
    fr_to_bytes(value).0
}

/// Bytes that decode are the encoding of what they decode to.
fn is_canonical<W: WitnessCodec>(bytes: &[u8]) -> bool {
    W::decode(bytes).is_ok_and(|witness| *witness.encode() == bytes)
}

/// The length of two witnesses of one statement.
fn len_of_both<W: WitnessCodec>(_: &W, _: &W) -> usize {
    W::ENCODED_LEN
}

macro_rules! round_trip {
    ($module:ident, $witness:expr) => {
        let witness = $witness;
        let bytes = witness.encode();
        let decoded = WitnessCodec::decode(&bytes).unwrap();
        assert_eq!(bytes.len(), len_of_both(&witness, &decoded));
        assert_eq!(bytes.capacity(), bytes.len(), "the buffer never moved");
        assert_eq!(*decoded.encode(), *bytes);
        let context = sample::context(1);
        let public = decoded.public_inputs(context);
        assert_eq!(public, witness.public_inputs(context));
        assert_eq!($module::check(&decoded, &public), Ok(()));
    };
}

#[test]
fn samples_survive() {
    for seed in 0..8 {
        round_trip!(transfer, sample::transfer(seed));
        round_trip!(transfer, sample::transfer_with_dummy(seed));
        round_trip!(issue, sample::issue(seed));
        round_trip!(redeem, sample::redeem(seed));
        round_trip!(redeem, sample::redeem_with_dummy(seed));
        round_trip!(register, sample::register(seed));
        round_trip!(ratio, sample::ratio(seed));
        round_trip!(ratio, sample::ratio_at_the_edge(seed));
        round_trip!(balance, sample::balance(seed));
        round_trip!(balance, sample::balance_with_dummies(seed));
        round_trip!(supply, sample::supply(seed));
        round_trip!(supply, sample::supply_at_the_edge(seed));
        round_trip!(velocity, sample::velocity(seed));
        round_trip!(velocity, sample::velocity_at_the_edge(seed));
    }
}

/// The codec is not the judge of a statement's rules.
#[test]
fn what_types_allow_survives() {
    let mut witness = sample::transfer_with_dummy(1);
    witness.alpha = Randomizer::zero();
    witness.pay = Amount::MAX;
    witness.change = Amount::ZERO;
    witness.inputs[1].note_value = Amount::MAX;
    let siblings = *witness.inputs[0].path.siblings();
    witness.inputs[0].path = MerklePath::new(Position::COUNT - 1, siblings).unwrap();
    let bytes = witness.encode();
    let decoded = TransferWitness::decode(&bytes).unwrap();
    assert_eq!(*decoded.alpha.scalar(), Scalar::from(0_u64));
    assert!(decoded.pay == Amount::MAX && decoded.change == Amount::ZERO);
    assert!(decoded.inputs[1].note_value == Amount::MAX);
    assert_eq!(decoded.inputs[1].dummy, Dummy::Yes);
    assert_eq!(decoded.inputs[0].position().get(), Position::COUNT - 1);
    assert_eq!(*decoded.encode(), *bytes);
}

/// The parts in the order of the format, with borsh's encoding of what has one.
#[test]
fn encodings_are_the_parts_in_order() {
    let witness = sample::register(1);
    let mut by_hand = vec![4, WITNESS_VERSION];
    by_hand.extend(witness.ak.point().encode().as_bytes());
    by_hand.extend(fr(&witness.nk.get()));
    by_hand.extend(scalar_to_bytes(witness.r.scalar()));
    by_hand.extend(witness.auditor.encode().as_bytes());
    assert_eq!(*witness.encode(), by_hand);

    let witness = sample::ratio(1);
    let mut by_hand = vec![5, WITNESS_VERSION];
    by_hand.extend(borsh::to_vec(&(&witness.first, &witness.second, witness.rate)).unwrap());
    assert_eq!(*witness.encode(), by_hand);

    let witness = sample::supply(1);
    let mut by_hand = vec![7, WITNESS_VERSION];
    by_hand.extend(witness.total.get().to_le_bytes());
    by_hand.extend(scalar_to_bytes(witness.s.scalar()));
    by_hand.extend(witness.reserves.get().to_le_bytes());
    assert_eq!(*witness.encode(), by_hand);

    let witness = sample::velocity_at_the_edge(1);
    let mut by_hand = vec![8, WITNESS_VERSION];
    let note = (&witness.nk, &witness.rcm, witness.position, witness.dummy);
    by_hand.extend(borsh::to_vec(&note).unwrap());
    by_hand.extend(witness.period.to_bytes().0);
    by_hand.extend([0, 0, 1, 0, 0xff, 0xff]);
    assert_eq!(*witness.encode(), by_hand);

    let witness = sample::balance_with_dummies(1);
    let mut by_hand = vec![6, WITNESS_VERSION];
    by_hand.extend(borsh::to_vec(&(witness.ak, &witness.nk)).unwrap());
    for input in &witness.inputs {
        let fields = (input.note_value, &input.rcm, &input.path, input.dummy);
        by_hand.extend(borsh::to_vec(&fields).unwrap());
    }
    by_hand.extend(witness.threshold.get().to_le_bytes());
    assert_eq!(*witness.encode(), by_hand);

    let witness = sample::redeem_with_dummy(1);
    let mut by_hand = vec![3, WITNESS_VERSION];
    by_hand.extend(borsh::to_vec(&(witness.ak, &witness.nk)).unwrap());
    by_hand.extend(scalar_to_bytes(witness.alpha.scalar()));
    for input in &witness.inputs {
        let fields = (input.note_value, &input.rcm, &input.path, input.dummy);
        by_hand.extend(borsh::to_vec(&fields).unwrap());
    }
    let leaf = &witness.sender_leaf;
    let fields = (witness.redeemed, witness.change, leaf.limit, &leaf.path);
    by_hand.extend(borsh::to_vec(&fields).unwrap());
    by_hand.extend(scalar_to_bytes(witness.s.scalar()));
    by_hand.extend(scalar_to_bytes(witness.r.scalar()));
    by_hand.extend(witness.auditor.encode().as_bytes());
    assert_eq!(*witness.encode(), by_hand);
}

/// The format is fixed: a change must raise the version.
#[test]
fn encodings_are_known_answers() {
    let known = |bytes: &[u8]| (bytes.len(), blake3::hash(bytes).to_hex().to_string());
    let encodings = [
        known(&sample::transfer_with_dummy(1).encode()),
        known(&sample::issue(1).encode()),
        known(&sample::redeem_with_dummy(1).encode()),
        known(&sample::register(1).encode()),
        known(&sample::ratio(1).encode()),
        known(&sample::balance_with_dummies(1).encode()),
        known(&sample::supply(1).encode()),
        known(&sample::velocity(1).encode()),
    ];
    let expected = [
        (
            5428,
            "b3eb95a83f83f3bb897e0e8c98b96f71f88b5ffea63fd4c72ab8f142959232ac",
        ),
        (
            1114,
            "5aba824a003792872b49961477cdf67b5fa7789c5b6f63de2fcc5566b5f4d7a2",
        ),
        (
            4516,
            "0b8b5cf7cae1c6f4d2033ecbaa7c1d91fd6caf508bcd75bc1f6bd2a72fb98e97",
        ),
        (
            194,
            "e97167614a7d26962073ad7290107126ef2b2fbd90bc5cfcda88b114350cdc1e",
        ),
        (
            162,
            "069e770a0e00848442124520a35e986422047a2d82a4dba21c56a8a902c4c745",
        ),
        (
            13554,
            "d24715d6b416221585cba29706610494809db49ab235ea3bcbe4b837ee91cae8",
        ),
        (
            66,
            "b0b778c804282b6d0c7c5459bfb00f4037d7108ec4137631aa66213a486fb788",
        ),
        (
            113,
            "aafe2dc2e9839a624c9f3567516670191f887e021b6f6f82c4c248c45663e844",
        ),
    ];
    assert_eq!(
        encodings,
        expected.map(|(len, hash)| (len, hash.to_owned()))
    );
}

#[test]
fn a_witness_is_no_witness_of_another_statement() {
    fn refuses<W: WitnessCodec>(others: &[&[u8]]) {
        for other in others {
            // Neither as it is nor with the length that this statement wants.
            let mut resized = other.to_vec();
            resized.resize(W::ENCODED_LEN, 0);
            for bytes in [other, &resized[..]] {
                let error = W::decode(bytes).err();
                assert_eq!(error, Some(WitnessCodecError::OtherStatement(W::NAME)));
            }
        }
    }
    let all: [Vec<u8>; 8] = core::array::from_fn(|at| bytes_of_a_sample(at, 1));
    let others = |own: usize| -> Vec<&[u8]> {
        let other = all.iter().enumerate().filter(|(at, _)| *at != own);
        let other = other.map(|(_, bytes)| bytes.as_slice());
        other.chain([&[][..], &[0], &[9]]).collect()
    };
    refuses::<TransferWitness>(&others(0));
    refuses::<IssueWitness>(&others(1));
    refuses::<RedeemWitness>(&others(2));
    refuses::<RegisterWitness>(&others(3));
    refuses::<RatioWitness>(&others(4));
    refuses::<BalanceWitness>(&others(5));
    refuses::<SupplyWitness>(&others(6));
    refuses::<VelocityWitness>(&others(7));
}

#[test]
fn only_the_known_version_is_read() {
    let mut bytes = sample::register(1).encode();
    for version in [0, 1, 3, 255] {
        bytes[1] = version;
        assert_eq!(
            RegisterWitness::decode(&bytes).err(),
            Some(WitnessCodecError::Version("register"))
        );
    }
}

#[test]
fn every_other_length_is_refused() {
    fn refuses<W: WitnessCodec>(witness: &W) {
        let mut bytes = witness.encode().to_vec();
        let wrong = Some(WitnessCodecError::Length {
            statement: W::NAME,
            expected: W::ENCODED_LEN,
        });
        for len in 1..bytes.len() {
            assert_eq!(W::decode(&bytes[..len]).err(), wrong);
        }
        bytes.push(0);
        assert_eq!(W::decode(&bytes).err(), wrong);
        // Nothing in here is taken for a length.
        bytes.resize(1 << 24, 0xff);
        assert_eq!(W::decode(&bytes).err(), wrong);
        bytes[2..].fill(0xff);
        bytes.truncate(10);
        assert_eq!(W::decode(&bytes).err(), wrong);
    }
    refuses(&sample::transfer(1));
    refuses(&sample::issue(1));
    refuses(&sample::redeem(1));
    refuses(&sample::register(1));
    refuses(&sample::ratio(1));
    refuses(&sample::supply(1));
    refuses(&sample::velocity(1));
}

/// Neither the spending key nor the seed it comes from is in the bytes.
#[test]
fn the_spending_key_never_travels() {
    let ask = scalar_to_bytes(sample::holder_spending_key(1).scalar());
    for bytes in [
        sample::transfer(1).encode(),
        sample::redeem(1).encode(),
        sample::register(1).encode(),
        sample::balance(1).encode(),
        sample::velocity(1).encode(),
    ] {
        assert!(!bytes.windows(32).any(|window| window == ask));
        assert!(
            !bytes
                .windows(32)
                .any(|window| window == sample::holder_seed(1).expose())
        );
    }
}

fn bytes_of_a_sample(statement: usize, seed: u64) -> Vec<u8> {
    let bytes = match statement {
        0 => sample::transfer_with_dummy(seed).encode(),
        1 => sample::issue(seed).encode(),
        2 => sample::redeem(seed).encode(),
        3 => sample::register(seed).encode(),
        4 => sample::ratio(seed).encode(),
        5 => sample::balance_with_dummies(seed).encode(),
        6 => sample::supply(seed).encode(),
        _ => sample::velocity(seed).encode(),
    };
    bytes.to_vec()
}

/// Every decoder either refuses, or reads exactly the canonical encoding of what it returns.
fn judged_alike(bytes: &[u8]) -> usize {
    fn accepts<W: WitnessCodec>(bytes: &[u8]) -> bool {
        let accepted = W::decode(bytes).is_ok();
        assert_eq!(accepted, is_canonical::<W>(bytes));
        accepted
    }
    usize::from(accepts::<TransferWitness>(bytes))
        + usize::from(accepts::<IssueWitness>(bytes))
        + usize::from(accepts::<RedeemWitness>(bytes))
        + usize::from(accepts::<RegisterWitness>(bytes))
        + usize::from(accepts::<RatioWitness>(bytes))
        + usize::from(accepts::<BalanceWitness>(bytes))
        + usize::from(accepts::<SupplyWitness>(bytes))
        + usize::from(accepts::<VelocityWitness>(bytes))
}

proptest! {
    #[test]
    fn a_changed_byte_is_refused_or_another_witness(
        statement in 0_usize..8, seed in 0_u64..4, at: Index, flip in 1_u8..,
    ) {
        let mut bytes = bytes_of_a_sample(statement, seed);
        let at = at.index(bytes.len());
        bytes[at] ^= flip;
        prop_assert!(judged_alike(&bytes) <= 1);
    }

    #[test]
    fn an_overwritten_stretch_is_refused_or_another_witness(
        statement in 0_usize..8, seed in 0_u64..4, at: Index, other: [u8; 32], len in 1_usize..=32,
    ) {
        let mut bytes = bytes_of_a_sample(statement, seed);
        let at = at.index(bytes.len() - len);
        bytes[at..at + len].copy_from_slice(&other[..len]);
        prop_assert!(judged_alike(&bytes) <= 1);
    }

    #[test]
    fn other_lengths_are_refused(
        statement in 0_usize..8, cut: Index, more in prop::collection::vec(any::<u8>(), 1..100),
    ) {
        let bytes = bytes_of_a_sample(statement, 1);
        prop_assert_eq!(judged_alike(&bytes), 1);
        prop_assert_eq!(judged_alike(&bytes[..cut.index(bytes.len())]), 0);
        prop_assert_eq!(judged_alike(&[bytes, more].concat()), 0);
    }

    #[test]
    fn noise_never_panics(bytes in prop::collection::vec(any::<u8>(), 0..6000), tag in 0_u8..10) {
        let mut bytes = bytes;
        prop_assert!(judged_alike(&bytes) == 0);
        bytes.splice(..bytes.len().min(2), [tag, WITNESS_VERSION]);
        bytes.resize(LENGTHS[usize::from(tag)], 7);
        // A ratio has neither points nor scalars, so noise may be one.
        prop_assert!(judged_alike(&bytes) <= usize::from(tag == 5));
    }
}

/// By the statement's byte.
const LENGTHS: [usize; 10] = [
    0,
    5428,
    1114,
    4516,
    194,
    162,
    BalanceWitness::ENCODED_LEN,
    SupplyWitness::ENCODED_LEN,
    VelocityWitness::ENCODED_LEN,
    0,
];
