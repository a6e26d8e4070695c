use ark_ec::{AffineRepr, CurveGroup, twisted_edwards::TECurveConfig};
use ark_ff::{Field, PrimeField, UniformRand, Zero};
use rand::{SeedableRng, rngs::StdRng};
use taceo_ark_babyjubjub::{EdwardsAffine, EdwardsConfig};

use super::*;
use crate::{curve::Point, field::Scalar};

/// The definition: ℓ·P is the identity.
fn by_definition(point: &EdwardsAffine) -> bool {
    point.mul_bigint(Scalar::MODULUS).is_zero()
}

/// A point of the whole curve.
fn random(rng: &mut StdRng) -> EdwardsAffine {
    loop {
        let y = Fr::rand(rng);
        let y2 = y.square();
        let x2 = (Fr::ONE - y2) / (EdwardsConfig::COEFF_A - EdwardsConfig::COEFF_D * y2);
        if let Some(x) = x2.sqrt() {
            return EdwardsAffine::new_unchecked(x, y);
        }
    }
}

/// A point of order 8.
fn order_eight(rng: &mut StdRng) -> EdwardsAffine {
    loop {
        let point = random(rng).mul_bigint(Scalar::MODULUS);
        if !(point + point + point + point).is_zero() {
            return point.into_affine();
        }
    }
}

#[test]
fn the_constants_belong_to_a_point_of_order_eight() {
    // v(2T)² = a, and 2T is of order 4, since its u is 1.
    assert_eq!(ROOT.square(), EdwardsConfig::COEFF_A);
    // The tangent v = SLOPE·u + OFFSET meets v² = u³ + A·u² + u in T twice and in −2T: u is 1 there and v is −ROOT.
    assert_eq!(SLOPE + OFFSET, -ROOT);
    // Sum of the three roots in u: 2·u(T) + 1 = SLOPE² − A. Their product: u(T)²·1 = OFFSET².
    let a = EdwardsConfig::COEFF_A - Fr::from(2_u64);
    let u = (SLOPE.square() - a - Fr::ONE) / Fr::from(2_u64);
    assert_eq!(u.square(), OFFSET.square());
    let v = SLOPE * u + OFFSET;
    assert_eq!(v.square(), u * (u * (u + a) + Fr::ONE));
    let t = EdwardsAffine::new_unchecked(u / v, (u - Fr::ONE) / (u + Fr::ONE));
    assert!(t.is_on_curve());
    let double = (t + t).into_affine();
    assert!(double.y.is_zero() && double.x * ROOT == Fr::ONE);
}

#[test]
fn every_coset_of_small_order_is_told_apart() {
    let mut rng = StdRng::seed_from_u64(8);
    let small = order_eight(&mut rng);
    for _ in 0..64 {
        let inside = Point::generator().mul(&Scalar::rand(&mut rng)).0;
        let mut point = inside.into_group();
        for multiple in 0..8 {
            let affine = point.into_affine();
            assert_eq!(contains(affine.x, affine.y), multiple == 0, "{multiple}");
            assert_eq!(by_definition(&affine), multiple == 0);
            point += small;
        }
    }
}

#[test]
fn points_of_small_order_and_their_opposites() {
    let mut rng = StdRng::seed_from_u64(9);
    let small = order_eight(&mut rng);
    let mut point = small.into_group();
    for multiple in 1..=8 {
        let affine = point.into_affine();
        assert_eq!(contains(affine.x, affine.y), multiple == 8, "{multiple}");
        point += small;
    }
}

#[test]
fn random_points_agree_with_the_definition() {
    let mut rng = StdRng::seed_from_u64(10);
    let mut inside = 0;
    for _ in 0..256 {
        let point = random(&mut rng);
        let found = contains(point.x, point.y);
        assert_eq!(found, by_definition(&point));
        inside += usize::from(found);
    }
    // One in eight.
    assert!((10..70).contains(&inside), "{inside}");
}

#[test]
fn the_power_is_the_one_that_is_meant() {
    let mut rng = StdRng::seed_from_u64(11);
    let exponent = (-Fr::ONE / Fr::from(8_u64)).into_bigint();
    for base in [Fr::ONE, -Fr::ONE, Fr::rand(&mut rng), Fr::rand(&mut rng)] {
        assert_eq!(eighth(base), base.pow(exponent));
    }
    assert_eq!(eighth(Fr::ZERO), Fr::ZERO);
}
