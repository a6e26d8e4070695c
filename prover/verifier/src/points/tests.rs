use ark_bn254::Fr;
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::UniformRand;
use ark_serialize::{CanonicalDeserialize, Compress, Validate};
use rand::rngs::StdRng;
use rand::{RngCore, SeedableRng};

use super::*;
use crate::trapdoor::{g1 as g1_multiple, g2 as g2_multiple};

/// What the library says, but for the bytes of an identity, which it does not look at.
fn library<P: AffineRepr + CanonicalDeserialize>(bytes: &[u8]) -> Option<P> {
    let point = P::deserialize_with_mode(bytes, Compress::Yes, Validate::No).ok()?;
    (!point.is_zero()).then_some(point)
}

#[test]
fn encodings_are_those_of_the_library() {
    let rng = &mut StdRng::seed_from_u64(1);
    for _ in 0..200 {
        let (a, b) = (g1_multiple(Fr::rand(rng)), g2_multiple(Fr::rand(rng)));
        for a in [a, -a] {
            assert_eq!(decode_g1(&encode(&a).unwrap()), Ok(a));
        }
        for b in [b, -b] {
            assert_eq!(decode_g2(&encode(&b).unwrap()), Ok(b));
        }
    }
}

#[test]
fn random_bytes_are_read_as_the_library_reads_them() {
    let rng = &mut StdRng::seed_from_u64(2);
    let (mut found, mut refused) = (0, 0);
    for _ in 0..2_000 {
        let mut bytes = [0; 64];
        rng.fill_bytes(&mut bytes);
        // Half of the numbers are below the modulus, and half of those are of a point.
        bytes[31] &= 0x3f;
        let on_curve = decode_g2_on_curve(&bytes).ok();
        assert_eq!(on_curve, library::<G2Affine>(&bytes), "{bytes:?}");
        if let Some(point) = on_curve {
            assert!(point.is_on_curve());
        }
        let half: [u8; 32] = bytes[32..].try_into().unwrap();
        assert_eq!(
            decode_g1(&half).ok(),
            library::<G1Affine>(&half),
            "{half:?}"
        );
        match on_curve {
            Some(_) => found += 1,
            None => refused += 1,
        }
    }
    assert!(found > 100 && refused > 100, "{found} {refused}");
}

#[test]
fn numbers_at_the_edges() {
    let modulus: [u8; 32] = std::array::from_fn(|i| Fq::MODULUS.0[i / 8].to_le_bytes()[i % 8]);
    for value in 0..4 {
        let mut bytes = [0; 32];
        bytes[0] = value;
        for flags in [0, NEGATIVE] {
            bytes[31] = flags;
            assert_eq!(decode_g1(&bytes).ok(), library(&bytes), "{value}");
        }
    }
    assert_eq!(decode_g1(&modulus), Err(PointError::Invalid));
    let mut both = [0; 64];
    both[..32].copy_from_slice(&modulus);
    assert_eq!(decode_g2_on_curve(&both), Err(PointError::Invalid));
    let mut infinity = [0; 32];
    infinity[31] = INFINITY;
    assert_eq!(decode_g1(&infinity), Err(PointError::Identity));
    infinity[3] = 1;
    assert_eq!(decode_g1(&infinity), Err(PointError::NotCanonical));
    infinity[31] = INFINITY | NEGATIVE;
    assert_eq!(decode_g1(&infinity), Err(PointError::Invalid));
}

#[test]
fn roots_are_roots() {
    let rng = &mut StdRng::seed_from_u64(3);
    for _ in 0..100 {
        let (a, b) = (Fq::rand(rng), Fq2::rand(rng));
        let root = root::of_fq(a.square()).unwrap();
        assert!(root == a || root == -a);
        let root = root::of_fq2(b.square()).unwrap();
        assert!(root == b || root == -b);
        assert_eq!(root::of_fq(a).is_some(), a.legendre().is_qr());
        assert_eq!(root::of_fq2(b).is_some(), b.legendre().is_qr());
    }
    // Elements of F_q have roots in F_q² always, real or imaginary; so have multiples of i.
    for k in 0..50_u64 {
        for a in [Fq::from(k), -Fq::from(k)] {
            let root = root::of_fq2(Fq2::new(a, Fq::from(0))).unwrap();
            assert_eq!(root.square(), Fq2::new(a, Fq::from(0)));
            let imaginary = Fq2::new(Fq::from(0), a);
            let root = root::of_fq2(imaginary);
            assert_eq!(root.is_some(), k == 0 || imaginary.legendre().is_qr());
        }
    }
}

#[test]
fn points_outside_the_subgroup_are_told() {
    let outside = crate::trapdoor::g2_outside_subgroup();
    let bytes = encode(&outside).unwrap();
    assert_eq!(decode_g2_on_curve(&bytes), Ok(outside));
    assert_eq!(decode_g2(&bytes), Err(PointError::Invalid));
    let inside = outside.mul_by_cofactor_to_group().into_affine();
    assert_eq!(decode_g2(&encode(&inside).unwrap()), Ok(inside));
}
