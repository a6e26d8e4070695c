use ark_bn254::{Fq, Fr};
use ark_ff::{BigInteger, One, PrimeField};

use super::*;
use crate::trapdoor::{Trapdoor, g1, g2, g2_outside_subgroup};

fn sample() -> [u8; Proof::LEN] {
    Proof::new(g1(Fr::from(2)), g2(Fr::from(3)), g1(Fr::from(5)))
        .unwrap()
        .encode()
        .unwrap()
}

fn refused(point: char, reason: PointError) -> Result<Proof, ProofError> {
    Err(ProofError::Point { point, reason })
}

#[test]
fn round_trip() {
    let mut trapdoor = Trapdoor::new(2, 3);
    for _ in 0..20 {
        let inputs = trapdoor.inputs();
        let proof = trapdoor.prove(&inputs);
        assert_eq!(Proof::decode(&proof.encode().unwrap()), Ok(proof));
    }
}

#[test]
fn wrong_lengths_are_refused() {
    let bytes = sample();
    for length in [0, 1, 32, 96, 127] {
        assert_eq!(
            Proof::decode_slice(&bytes[..length]),
            Err(ProofError::Length(length))
        );
    }
    let long = [bytes.as_slice(), &[0]].concat();
    assert_eq!(Proof::decode_slice(&long), Err(ProofError::Length(129)));
}

#[test]
fn every_bit_flip_changes_the_proof_or_is_refused() {
    let bytes = sample();
    let proof = Proof::decode(&bytes).unwrap();
    for position in 0..Proof::LEN {
        for bit in 0..8 {
            let mut changed = bytes;
            changed[position] ^= 1 << bit;
            if let Ok(other) = Proof::decode(&changed) {
                assert_ne!(other, proof, "byte {position} bit {bit}");
                assert_eq!(
                    other.encode().unwrap(),
                    changed,
                    "byte {position} bit {bit}"
                );
            }
        }
    }
}

/// Adds the modulus to the 32-byte little-endian coordinate at `at`, keeping the two flag bits.
fn add_modulus(bytes: &mut [u8; Proof::LEN], at: usize) {
    let flags = bytes[at + 31] & 0xc0;
    let mut carry = 0_u16;
    bytes[at + 31] &= 0x3f;
    for (byte, p) in bytes[at..at + 32].iter_mut().zip(Fq::MODULUS.to_bytes_le()) {
        carry += u16::from(*byte) + u16::from(p);
        *byte = carry as u8;
        carry >>= 8;
    }
    // 2p is below 2^255, so the sum may reach into the flag bits only if it is not representable.
    assert_eq!(bytes[at + 31] & 0xc0, 0, "coordinate too large to shift");
    bytes[at + 31] |= flags;
}

#[test]
fn coordinates_above_the_modulus_are_refused() {
    // The generator of G1 has x = 1, so x + p fits in 254 bits.
    let proof = Proof::new(g1(Fr::one()), g2(Fr::from(3)), g1(Fr::one())).unwrap();
    let bytes = proof.encode().unwrap();
    for (at, name) in [(0, 'A'), (96, 'C')] {
        let mut changed = bytes;
        add_modulus(&mut changed, at);
        assert_eq!(
            Proof::decode(&changed),
            refused(name, PointError::Invalid),
            "{name}"
        );
    }
    // In G2 either half of x: look for a point whose halves are small enough.
    let b = (1_u64..)
        .map(|k| g2(Fr::from(k)))
        .find(|b| {
            let small = |x: Fq| x.into_bigint().num_bits() < 252;
            small(b.x.c0) && small(b.x.c1)
        })
        .unwrap();
    let bytes = Proof::new(g1(Fr::one()), b, g1(Fr::one()))
        .unwrap()
        .encode()
        .unwrap();
    for at in [32, 64] {
        let mut changed = bytes;
        add_modulus(&mut changed, at);
        assert_eq!(Proof::decode(&changed), refused('B', PointError::Invalid));
    }
}

#[test]
fn infinity_is_refused_in_every_spelling() {
    for (at, end, name) in [(0, 32, 'A'), (32, 96, 'B'), (96, 128, 'C')] {
        let mut zero = sample();
        zero[at..end].fill(0);
        zero[end - 1] = 0x40;
        assert_eq!(Proof::decode(&zero), refused(name, PointError::Identity));
        // The flag beside a coordinate: not the encoding of anything.
        let mut dressed = sample();
        dressed[end - 1] = (dressed[end - 1] & 0x3f) | 0x40;
        assert_eq!(
            Proof::decode(&dressed),
            refused(name, PointError::NotCanonical)
        );
        // Both flags.
        let mut both = sample();
        both[end - 1] |= 0xc0;
        assert_eq!(Proof::decode(&both), refused(name, PointError::Invalid));
    }
    let (a, b) = (g1(Fr::one()), g2(Fr::one()));
    assert_eq!(
        Proof::new(G1Affine::identity(), b, a),
        refused('A', PointError::Identity)
    );
    assert_eq!(
        Proof::new(a, G2Affine::identity(), a),
        refused('B', PointError::Identity)
    );
    assert_eq!(
        Proof::new(a, b, G1Affine::identity()),
        refused('C', PointError::Identity)
    );
}

#[test]
fn points_outside_the_subgroup_are_refused() {
    let outside = g2_outside_subgroup();
    let encoded: [u8; 64] = points::encode(&outside).unwrap();
    let mut bytes = sample();
    bytes[32..96].copy_from_slice(&encoded);
    assert_eq!(Proof::decode(&bytes), refused('B', PointError::Invalid));
    assert_eq!(
        Proof::new(g1(Fr::one()), outside, g1(Fr::one())),
        refused('B', PointError::Invalid)
    );
}

#[test]
fn points_off_the_curve_are_refused() {
    let mut off = g1(Fr::one());
    off.y += Fq::one();
    let good = g1(Fr::one());
    assert_eq!(
        Proof::new(off, g2(Fr::one()), good),
        refused('A', PointError::Invalid)
    );
    assert_eq!(
        Proof::new(good, g2(Fr::one()), off),
        refused('C', PointError::Invalid)
    );
}
