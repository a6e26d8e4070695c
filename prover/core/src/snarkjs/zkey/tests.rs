use ark_bn254::{Fq, Fq2, Fr, G2Affine};
use ark_ff::{BigInt, BigInteger, One, PrimeField};
use proptest::prelude::*;

use super::sample::{Sample, g2, put_g1, put_g2, put_limbs};
use super::*;
use crate::relation::tests::cubes;
use crate::setup::tests::name;
use crate::snarkjs::{ImportedProveError, ImportedProver, Witness};
use obolus_ceremony::container::ContainerError;
use obolus_verifier::PointError;

fn sample() -> Sample {
    Sample::of(&cubes(1).0)
}

fn refusal(sample: &Sample) -> ZkeyError {
    read(&name(), &sample.bytes(), &()).map(|_| ()).unwrap_err()
}

/// What `change` of one section leads to.
fn changed(section: u32, change: impl FnOnce(&mut Vec<u8>)) -> ZkeyError {
    let mut sample = sample();
    change(sample.section(section));
    refusal(&sample)
}

fn container(reason: ContainerError) -> ZkeyError {
    ZkeyError::File(reason.into())
}

fn length(section: u32, expected: u64, given: u64) -> ZkeyError {
    container(ContainerError::Length {
        section,
        expected,
        given,
    })
}

/// The bytes are refused, or give the original key, or give one that makes no proof: coefficients
/// can change into others, and only the points know which ones belong to them.
fn check_damaged(bytes: &[u8]) {
    let Ok(prover) = ImportedProver::read(&name(), bytes, &()) else {
        return;
    };
    let (_, original) = read(&name(), &sample().bytes(), &()).unwrap();
    let (_, read_again) = read(&name(), bytes, &()).unwrap();
    if read_again != original {
        assert_eq!(read_again.verifying_key, original.verifying_key);
        let witness = Witness::new(cubes(1).1).unwrap();
        let error = prover.prove(&witness).unwrap_err();
        assert!(matches!(error, ImportedProveError::Refused(_)), "{error}");
    }
}

#[test]
fn every_truncation_is_refused() {
    let bytes = sample().bytes();
    for length in 0..bytes.len() {
        assert!(read(&name(), &bytes[..length], &()).is_err(), "{length}");
    }
    let trailing = [bytes.as_slice(), &[0]].concat();
    let error = read(&name(), &trailing, &()).unwrap_err();
    assert_eq!(error, container(ContainerError::Trailing(1)));
}

#[test]
fn every_flipped_byte_is_refused_or_harmless() {
    let bytes = sample().bytes();
    for position in 0..bytes.len() {
        for flip in [1 << (position % 8), 0xff] {
            let mut changed = bytes.clone();
            changed[position] ^= flip;
            check_damaged(&changed);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn overwritten_ranges_are_refused_or_harmless(
        start in any::<prop::sample::Index>(),
        new in prop::collection::vec(any::<u8>(), 1..64),
    ) {
        let mut bytes = sample().bytes();
        let start = start.index(bytes.len());
        for (old, new) in bytes[start..].iter_mut().zip(new) {
            *old = new;
        }
        check_damaged(&bytes);
    }

    #[test]
    fn hostile_section_tables_are_refused(
        entries in prop::collection::vec((0_u32..12, any::<u64>(), 0_u32..64), 0..20),
        count in prop_oneof![0_u32..20, any::<u32>()],
    ) {
        let mut bytes = b"zkey\x01\0\0\0".to_vec();
        bytes.extend_from_slice(&count.to_le_bytes());
        for (id, length, shift) in entries {
            bytes.extend_from_slice(&id.to_le_bytes());
            bytes.extend_from_slice(&(length >> shift).to_le_bytes());
        }
        prop_assert!(read(&name(), &bytes, &()).is_err());
    }
}

#[test]
fn sections_must_be_there_once() {
    for id in 1..=9 {
        let mut without = sample();
        without.sections.retain(|(known, _)| *known != id);
        assert_eq!(refusal(&without), container(ContainerError::Missing(id)));
        let mut twice = sample();
        let copy = twice.section(id).clone();
        twice.sections.push((id, copy));
        assert_eq!(refusal(&twice), container(ContainerError::Repeated(id)));
    }
    // In any order, with unknown ones and without contributions.
    let mut other = sample();
    other.sections.reverse();
    other.sections[0] = (77, vec![1, 2, 3]);
    let original = read(&name(), &sample().bytes(), &()).unwrap().1;
    let (_, key) = read(&name(), &other.bytes(), &()).unwrap();
    assert_eq!(key, original);
}

/// Lengths and counts that the file does not have are refused before anything is set aside.
#[test]
fn claims_of_gigabytes_are_refused() {
    for id in 3..=9_usize {
        let mut bytes = sample().bytes();
        let before: usize = sample().sections[..id - 1]
            .iter()
            .map(|(_, content)| 12 + content.len())
            .sum();
        let at = 12 + before + 4;
        bytes[at..at + 8].copy_from_slice(&(1_u64 << 30).to_le_bytes());
        let error = read(&name(), &bytes, &()).unwrap_err();
        assert_eq!(error, container(ContainerError::Truncated), "{id}");
    }
    // Counts of variables, domain and coefficients.
    let gigantic = 1_u32 << 30;
    let count = gigantic.to_le_bytes();
    let wide = u64::from(gigantic);
    let error = changed(2, |bytes| bytes[72..76].copy_from_slice(&count));
    assert_eq!(error, length(5, wide * 64, 4 * 64));
    let error = changed(2, |bytes| bytes[80..84].copy_from_slice(&count));
    assert_eq!(error, length(9, wide * 64, 8 * 64));
    let given = sample().section(4).len() as u64;
    let error = changed(4, |bytes| bytes[..4].copy_from_slice(&count));
    assert_eq!(error, length(4, wide * 44 + 4, given));
}

#[test]
fn the_header_must_be_bn254s() {
    let error = changed(1, |bytes| bytes[0] = 2);
    assert_eq!(error, ZkeyFileError::Protocol(2).into());
    for at in [0, 4, 36, 40] {
        let error = changed(2, |bytes| bytes[at] ^= 1);
        assert_eq!(error, ZkeyFileError::Field.into());
    }
    let count = |at: usize, number: u32| {
        changed(2, |bytes| {
            bytes[at..at + 4].copy_from_slice(&number.to_le_bytes());
        })
    };
    let inputs = |public_inputs, variables| {
        ZkeyError::File(ZkeyFileError::Inputs {
            public_inputs,
            variables,
        })
    };
    assert_eq!(count(72, 0), inputs(1, 0));
    assert_eq!(count(72, 1), inputs(1, 1));
    assert_eq!(count(76, 4), inputs(4, 4));
    assert_eq!(count(80, 0), ZkeyFileError::Domain(0).into());
    assert_eq!(count(80, 12), ZkeyFileError::Domain(12).into());
    // A larger domain with bases for it, and a smaller one.
    for (domain, bases) in [(16_u32, 16), (4, 4)] {
        let mut sample = sample();
        sample.section(2)[80..84].copy_from_slice(&domain.to_le_bytes());
        let mut h = sample.section(9).clone();
        h.extend(h.clone());
        h.truncate(bases * 64);
        *sample.section(9) = h;
        assert!(matches!(
            refusal(&sample),
            ZkeyError::Domain(_) | ZkeyError::File(ZkeyFileError::Coefficient(_))
        ));
    }
}

fn point(section: u32, index: usize, reason: PointError) -> ZkeyError {
    ZkeyError::File(ZkeyFileError::Point {
        section,
        index,
        reason,
    })
}

/// The same number with the modulus added.
fn add_modulus<F: PrimeField<BigInt = BigInt<4>>>(bytes: &mut [u8]) {
    let mut sum = F::MODULUS;
    let words = bytes.chunks(8).map(|word| word.try_into().unwrap());
    let limbs: Vec<_> = words.map(u64::from_le_bytes).collect();
    assert!(!sum.add_with_carry(&BigInt(limbs.try_into().unwrap())));
    let mut out = Vec::new();
    put_limbs(&mut out, &sum);
    bytes.copy_from_slice(&out);
}

#[test]
fn points_are_checked() {
    let invalid = PointError::Invalid;
    // One point of every section that is not the identity: 2 is a variable of A and B.
    for (section, index, size) in [
        (3, 1, 64),
        (5, 2, 64),
        (6, 2, 64),
        (7, 2, 128),
        (8, 1, 64),
        (9, 1, 64),
    ] {
        let (x, y) = (index * size, index * size + size / 2);
        let error = changed(section, |bytes| bytes.copy_within(x..y, y));
        assert_eq!(error, point(section, index, invalid));
        let error = changed(section, |bytes| add_modulus::<Fq>(&mut bytes[x..x + 32]));
        assert_eq!(error, point(section, index, PointError::NotCanonical));
    }
    for (index, at) in [84, 148, 212, 340, 468, 532].into_iter().enumerate() {
        let error = changed(2, |bytes| bytes[at] ^= 1);
        assert_eq!(error, point(2, index, invalid));
        let error = changed(2, |bytes| add_modulus::<Fq>(&mut bytes[at..at + 32]));
        assert_eq!(error, point(2, index, PointError::NotCanonical));
    }
}

#[test]
fn points_outside_the_subgroup_are_refused() {
    let mut x = Fq2::one();
    let outside = loop {
        match G2Affine::get_point_from_x_unchecked(x, false) {
            Some(p) if !p.is_in_correct_subgroup_assuming_on_curve() => break p,
            _ => x += Fq2::one(),
        }
    };
    let mut encoded = Vec::new();
    put_g2(&mut encoded, &outside);
    for (section, index, at) in [
        (2, 2, 212),
        (2, 3, 340),
        (2, 5, 532),
        (7, 0, 0),
        (7, 3, 384),
    ] {
        let error = changed(section, |bytes| {
            bytes[at..at + 128].copy_from_slice(&encoded);
        });
        assert_eq!(error, point(section, index, PointError::Invalid));
    }
}

#[test]
fn the_verifying_key_is_linted() {
    let mut generator = Vec::new();
    put_g2(&mut generator, &g2(Fr::one()));
    // As `snarkjs groth16 setup` leaves it, before any contribution; γ is the generator too.
    let error = changed(2, |bytes| bytes[532..660].copy_from_slice(&generator));
    assert_eq!(error, ZkeyError::Key(KeyError::DeltaIsGamma));
    let mut identity = Vec::new();
    put_g1(&mut identity, &ark_bn254::G1Affine::identity());
    let error = changed(3, |bytes| bytes[..64].copy_from_slice(&identity));
    assert!(matches!(
        error,
        ZkeyError::Key(KeyError::Point { point: "ic", .. })
    ));
}

#[test]
fn coefficients_are_checked() {
    let set = |entry: usize, field: usize, number: u32| {
        changed(4, |bytes| {
            let at = 4 + 44 * entry + 4 * field;
            bytes[at..at + 4].copy_from_slice(&number.to_le_bytes());
        })
    };
    assert_eq!(set(2, 0, 2), ZkeyFileError::Coefficient(2).into());
    assert_eq!(set(2, 1, 8), ZkeyFileError::Coefficient(2).into());
    assert_eq!(set(2, 2, 4), ZkeyFileError::Coefficient(2).into());
    let error = changed(4, |bytes| add_modulus::<Fr>(&mut bytes[16..48]));
    assert_eq!(error, ZkeyFileError::Coefficient(0).into());
}

#[test]
fn the_rows_of_the_inputs_must_be_there() {
    // Six coefficients of constraints, then rows 3 and 4 for the constant and the input.
    let entries = sample().section(4).len() / 44;
    assert_eq!(entries, 8);
    let at = |entry: usize| 4 + 44 * entry;
    let wrong = [
        changed(4, |bytes| bytes[at(7)] = 1),
        changed(4, |bytes| bytes[at(7) + 8] = 2),
        changed(4, |bytes| bytes.copy_within(at(6)..at(7), at(7))),
        changed(4, |bytes| bytes.copy_within(at(2) + 12..at(3), at(7) + 12)),
        changed(4, |bytes| {
            bytes.truncate(at(7));
            bytes[0] = 7;
        }),
        changed(4, |bytes| {
            bytes.truncate(4);
            bytes[0] = 0;
        }),
    ];
    for (case, error) in wrong.into_iter().enumerate() {
        assert_eq!(error, ZkeyError::InputRows, "{case}");
    }
}

#[test]
fn the_order_of_coefficients_does_not_matter() {
    let mut reversed = sample();
    let section = reversed.section(4);
    let entries: Vec<Vec<u8>> = section[4..].chunks(44).map(<[u8]>::to_vec).collect();
    let entries: Vec<u8> = entries.into_iter().rev().flatten().collect();
    section[4..].copy_from_slice(&entries);
    let prover = ImportedProver::read(&name(), &reversed.bytes(), &()).unwrap();
    let witness = Witness::new(cubes(1).1).unwrap();
    assert!(prover.prove(&witness).is_ok());
}
