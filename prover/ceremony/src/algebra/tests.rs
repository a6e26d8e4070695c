use ark_ec::CurveGroup;

use super::*;

fn g1(scalar: u64) -> G1Affine {
    (G1Affine::generator() * Fr::from(scalar)).into_affine()
}

fn g2(scalar: u64) -> G2Affine {
    (G2Affine::generator() * Fr::from(scalar)).into_affine()
}

#[test]
fn ratios() {
    assert!(same_ratio([g1(3), g1(15)], [g2(7), g2(35)]));
    assert!(!same_ratio([g1(3), g1(15)], [g2(7), g2(36)]));
    assert!(!same_ratio([g1(15), g1(3)], [g2(7), g2(35)]));
    // The identity has every ratio to itself, and none.
    assert!(!same_ratio([g1(0), g1(0)], [g2(7), g2(35)]));
    assert!(!same_ratio([g1(3), g1(15)], [g2(0), g2(0)]));
    assert!(!same_ratio([g1(3), g1(0)], [g2(7), g2(0)]));
}

#[test]
fn coefficients_are_fresh() {
    let list = coefficients(1000).unwrap();
    let mut distinct: Vec<_> = list.iter().map(ToString::to_string).collect();
    distinct.sort();
    distinct.dedup();
    assert_eq!(distinct.len(), 1000);
    assert_ne!(list, coefficients(1000).unwrap());
}

#[test]
fn sums_are_those_of_their_parts() {
    let scalars = coefficients(3000).unwrap();
    let points: Vec<G1Affine> = (1..=3000).map(g1).collect();
    let expected: Fr = (1_u64..).zip(&scalars).map(|(i, s)| Fr::from(i) * s).sum();
    assert_eq!(sum(&points, &scalars), G1Affine::generator() * expected);
}
