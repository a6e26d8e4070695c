//! One part of an encoding is spoiled, and the decoder names it.

use ark_ff::PrimeField;
use obolus_abi::{FieldBytes, PointBytes};

use super::{fr, is_canonical};
use crate::{
    Point,
    field::{Fr, Scalar, scalar_to_bytes},
    note::Dummy,
    statement::{
        RatioWitness, RedeemWitness, RegisterWitness, SupplyWitness, TransferWitness,
        VelocityWitness, WitnessCodec, WitnessCodecError, sample,
    },
};

/// The integer plus a field's modulus: a second encoding of the same residue.
fn plus_modulus<F: PrimeField<BigInt = ark_ff::BigInt<4>>>(bytes: &[u8; 32]) -> [u8; 32] {
    let mut sum = [0; 32];
    let mut carry = 0_u16;
    let modulus = F::MODULUS.0.map(u64::to_le_bytes);
    for ((sum, byte), other) in sum.iter_mut().zip(bytes).zip(modulus.as_flattened()) {
        carry += u16::from(*byte) + u16::from(*other);
        *sum = carry.to_le_bytes()[0];
        carry >>= 8;
    }
    assert_eq!(carry, 0, "the sum fits into 32 bytes");
    sum
}

/// Where `part` stands in an encoding; it stands there once.
fn find(bytes: &[u8], part: &[u8]) -> usize {
    let mut places = (0..bytes.len()).filter(|at| bytes[*at..].starts_with(part));
    let place = places.next().expect("the part is encoded");
    assert_eq!(places.next(), None, "the part is encoded once");
    place
}

/// The encoding with one part replaced.
fn spoiled(bytes: &[u8], part: &[u8], other: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let place = find(&bytes, part);
    bytes[place..place + other.len()].copy_from_slice(other);
    bytes
}

#[track_caller]
fn refused<W: WitnessCodec>(bytes: &[u8], part: &str) {
    match W::decode(bytes).err() {
        Some(WitnessCodecError::Malformed { part: named, .. }) => assert_eq!(named, part),
        other => panic!("{part}: {other:?}"),
    }
}

#[test]
fn field_elements_must_be_canonical() {
    let witness = sample::transfer(1);
    let bytes = witness.encode();
    let mut elements = vec![
        (witness.nk.get(), "nk"),
        (witness.recipient.get(), "recipient"),
        (witness.rcm1.get(), "rcm1"),
        (witness.inputs[0].rcm.get(), "inputs"),
        (witness.inputs[1].rcm.get(), "inputs"),
    ];
    let path = witness.inputs[0].path.siblings();
    elements.extend([path[0][0], path[8][1]].map(|sibling| (sibling, "inputs")));
    let registry = witness.sender_leaf.path.siblings();
    elements.push((registry[0][2], "sender_leaf"));
    let registry = witness.recipient_leaf.path.siblings();
    elements.push((registry[0][0], "recipient_leaf"));
    for (element, part) in elements {
        let element = fr(&element);
        for other in [
            plus_modulus::<Fr>(&element),
            plus_modulus::<Fr>(&[0; 32]),
            [0xff; 32],
        ] {
            refused::<TransferWitness>(&spoiled(&bytes, &element, &other), part);
        }
    }
}

#[test]
fn scalars_must_be_canonical() {
    let witness = sample::redeem(1);
    let bytes = witness.encode();
    let (one, zero) = (Scalar::from(1_u64), [0; 32]);
    for (scalar, part) in [
        (witness.alpha.scalar(), "alpha"),
        (witness.s.scalar(), "s"),
        (witness.r.scalar(), "r"),
    ] {
        let scalar = scalar_to_bytes(scalar);
        for other in [
            plus_modulus::<Scalar>(&scalar),
            plus_modulus::<Scalar>(&zero),
            [0xff; 32],
        ] {
            refused::<RedeemWitness>(&spoiled(&bytes, &scalar, &other), part);
        }
    }
    let r = scalar_to_bytes(witness.r.scalar());
    for open in [zero, scalar_to_bytes(&one), scalar_to_bytes(&-one)] {
        refused::<RedeemWitness>(&spoiled(&bytes, &r, &open), "r");
    }
}

/// The last eight bytes of a ratio are `q`.
#[test]
fn a_rate_needs_a_denominator() {
    let mut bytes = sample::ratio(1).encode().to_vec();
    let q = bytes.len() - 8;
    bytes[q..].fill(0);
    refused::<RatioWitness>(&bytes, "rate");
    bytes[q] = 1;
    assert!(is_canonical::<RatioWitness>(&bytes));
    // `p` may be nothing: the rate is the contract's to judge.
    bytes[q - 8..q].fill(0);
    assert!(is_canonical::<RatioWitness>(&bytes));
}

/// Totals have 96 of 128 bits; a supply begins and ends with one.
#[test]
fn totals_have_96_bits() {
    let bytes = sample::supply(1).encode();
    let reserves = bytes.len() - 16;
    for (at, part) in [(2, "total"), (reserves, "reserves")] {
        let mut bytes = bytes.to_vec();
        bytes[at..at + 12].fill(0xff);
        assert!(is_canonical::<SupplyWitness>(&bytes));
        for high in 12..16 {
            let mut bytes = bytes.clone();
            bytes[at + high] = 1;
            refused::<SupplyWitness>(&bytes, part);
        }
    }
}

/// The last six bytes of a velocity are quota and ticket; position and flag stand before the period.
#[test]
fn quotas_tickets_and_positions_stay_in_range() {
    let bytes = sample::velocity_at_the_edge(1).encode();
    let (quota, period) = (bytes.len() - 6, bytes.len() - 38);
    let with = |at: usize, value: &[u8]| {
        let mut bytes = bytes.to_vec();
        bytes[at..at + value.len()].copy_from_slice(value);
        bytes
    };
    for wrong in [0, (1 << 16) + 1, u32::MAX] {
        refused::<VelocityWitness>(&with(quota, &wrong.to_le_bytes()), "quota");
    }
    assert!(is_canonical::<VelocityWitness>(&with(
        quota,
        &1_u32.to_le_bytes()
    )));
    refused::<VelocityWitness>(&with(period - 1, &[2]), "dummy");
    refused::<VelocityWitness>(&with(period - 9, &(1_u64 << 34).to_le_bytes()), "position");
    assert!(is_canonical::<VelocityWitness>(&with(quota + 4, &[0, 0])));
}

#[test]
fn keys_must_be_proper_points() {
    let witness = sample::register(1);
    let bytes = witness.encode();
    for (point, part) in [
        (witness.ak.point(), "ak"),
        (witness.auditor.point(), "auditor"),
    ] {
        let (x, y) = (point.x(), point.y());
        let key = point.encode();
        let coordinates =
            |x: [u8; 32], y: [u8; 32]| PointBytes::from_xy(&FieldBytes(x), &FieldBytes(y));
        for other in [
            Point::IDENTITY.encode(),
            // The sum with the point of order 2, which is (0, -1).
            coordinates(fr(&-x), fr(&-y)),
            coordinates(fr(&y), fr(&x)),
            coordinates(plus_modulus::<Fr>(&fr(&x)), fr(&y)),
            coordinates(fr(&x), plus_modulus::<Fr>(&fr(&y))),
            PointBytes([0; 64]),
            PointBytes([0xff; 64]),
        ] {
            let other = spoiled(&bytes, key.as_bytes(), other.as_bytes());
            refused::<RegisterWitness>(&other, part);
        }
    }
}

#[test]
fn tags_and_indices_stay_in_range() {
    let witness = sample::transfer_with_dummy(1);
    let bytes = witness.encode();
    for input in &witness.inputs {
        let siblings = input.path.siblings();
        let dummy = find(&bytes, &fr(&siblings[siblings.len() - 1][2])) + 32;
        assert_eq!(bytes[dummy], u8::from(input.dummy == Dummy::Yes));
        for tag in [2, 3, 128, 255] {
            let mut bytes = bytes.to_vec();
            bytes[dummy] = tag;
            refused::<TransferWitness>(&bytes, "inputs");
        }
    }
    for (first, count, part) in [
        (
            witness.inputs[0].path.siblings()[0][0],
            1_u64 << 34,
            "inputs",
        ),
        (witness.inputs[1].path.siblings()[0][0], 1 << 34, "inputs"),
        (
            witness.sender_leaf.path.siblings()[0][0],
            1 << 18,
            "sender_leaf",
        ),
        (
            witness.recipient_leaf.path.siblings()[0][0],
            1 << 18,
            "recipient_leaf",
        ),
    ] {
        let index = find(&bytes, &fr(&first)) - 8;
        for other in [count, u64::MAX] {
            let mut bytes = bytes.to_vec();
            bytes[index..index + 8].copy_from_slice(&other.to_le_bytes());
            refused::<TransferWitness>(&bytes, part);
        }
        let mut bytes = bytes.to_vec();
        bytes[index..index + 8].copy_from_slice(&(count - 1).to_le_bytes());
        assert!(is_canonical::<TransferWitness>(&bytes));
    }
}
