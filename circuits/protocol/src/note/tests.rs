use borsh::BorshDeserialize;
use rand::{SeedableRng, rngs::StdRng};

use super::*;
use crate::poseidon2::permutation;

fn note() -> Note {
    Note {
        value: Amount::new(12_345),
        owner: Owner::new(Fr::from(6_u64)),
        rcm: Rcm::new(Fr::from(7_u64)),
    }
}

fn nk() -> NullifierKey {
    NullifierKey::new(Fr::from(8_u64))
}

fn position(index: u64) -> Position {
    Position::new(index).unwrap()
}

#[test]
fn a_commitment_is_the_tagged_hash_of_all_fields() {
    let [value, owner, rcm] = [12_345_u64, 6, 7].map(Fr::from);
    let expected = permutation(&[value, owner, rcm, tags::NOTE.value()])[0];
    assert_eq!(note().commitment().get(), expected);
    for changed in [
        Note {
            value: Amount::new(12_346),
            ..note()
        },
        Note {
            owner: Owner::new(Fr::from(7_u64)),
            ..note()
        },
        Note {
            rcm: Rcm::new(Fr::from(6_u64)),
            ..note()
        },
    ] {
        assert_ne!(changed.commitment(), note().commitment());
    }
}

#[test]
fn a_nullifier_is_the_tagged_hash_of_key_randomness_and_place() {
    let at = 5_u64;
    let expect = |place: u64| {
        let [nk, rcm, place] = [8, 7, place].map(Fr::from);
        permutation(&[nk, rcm, place, tags::NULLIFIER.value()])[0]
    };
    let real = note().nullifier(&nk(), position(at), Dummy::No);
    assert_eq!(real.get(), expect(at));
    let dummy = note().nullifier(&nk(), position(at), Dummy::Yes);
    assert_eq!(dummy.get(), expect(at + (1 << 34)));
}

#[test]
fn no_dummy_shares_a_nullifier_with_a_real_note() {
    let last = position(Position::COUNT - 1);
    let all = [
        note().nullifier(&nk(), position(0), Dummy::No),
        note().nullifier(&nk(), position(0), Dummy::Yes),
        note().nullifier(&nk(), last, Dummy::No),
        note().nullifier(&nk(), last, Dummy::Yes),
        Nullifier::derive(&nk(), &Rcm::new(Fr::from(9_u64)), position(0), Dummy::No),
        Nullifier::derive(
            &NullifierKey::new(Fr::from(9_u64)),
            &note().rcm,
            position(0),
            Dummy::No,
        ),
    ];
    for (i, a) in all.iter().enumerate() {
        for b in &all[..i] {
            assert_ne!(a, b);
        }
    }
}

#[test]
fn positions_and_slots_end_with_their_trees() {
    assert_eq!(Position::COUNT, 1 << 34);
    assert_eq!(Slot::COUNT, obolus_abi::registry::REGISTRY_SLOTS);
    assert!(Position::new(Position::COUNT - 1).is_ok());
    assert_eq!(
        Position::new(Position::COUNT),
        Err(NoteError::Position(Position::COUNT))
    );
    assert!(Slot::new(Slot::COUNT - 1).is_ok());
    assert_eq!(Slot::new(Slot::COUNT), Err(NoteError::Slot(Slot::COUNT)));
    assert!(Position::try_from_slice(&Position::COUNT.to_le_bytes()).is_err());
    assert!(Slot::try_from_slice(&Slot::COUNT.to_le_bytes()).is_err());
    assert_eq!(position(3).get(), 3);
    assert_eq!(Slot::try_from_slice(&[4, 0, 0, 0]).unwrap().get(), 4);
}

#[test]
fn a_registry_leaf_binds_owner_and_limit() {
    let owner = Owner::new(Fr::from(3_u64));
    let [three, four, zero] = [3_u64, 4, 0].map(Fr::from);
    let expected = permutation(&[three, four, zero, tags::REGISTRY.value()])[0];
    assert_eq!(registry_leaf(owner, Amount::new(4)), expected);
    assert_ne!(registry_leaf(owner, Amount::new(5)), expected);
    let other = Owner::new(four);
    assert_ne!(registry_leaf(other, Amount::new(4)), expected);
}

#[test]
fn a_note_round_trips_and_is_never_printed() {
    let bytes = borsh::to_vec(&note()).unwrap();
    assert_eq!(bytes.len(), 72);
    assert!(Note::try_from_slice(&bytes).unwrap() == note());
    assert!(Note::try_from_slice(&bytes[..71]).is_err());
    let mut bad = bytes.clone();
    bad[71] = 0xff;
    assert!(Note::try_from_slice(&bad).is_err());
    assert_eq!(format!("{:?}", note()), "Note(redacted)");
    assert_eq!(format!("{:?}", note().rcm), "Rcm(redacted)");
}

#[test]
fn randomness_is_fresh() {
    let mut rng = StdRng::seed_from_u64(3);
    assert!(Rcm::random(&mut rng) != Rcm::random(&mut rng));
    assert_eq!(Dummy::from(true), Dummy::Yes);
    assert_eq!(Dummy::from(false), Dummy::No);
}
