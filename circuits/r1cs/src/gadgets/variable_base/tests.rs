use ark_ff::{Field, UniformRand};
use obolus_protocol::{Fr, Point, audit::AuditScalar};

use super::{
    super::testing::{Outcome, coordinates, input_point, rng, run, scalar, value_of},
    *,
};

fn product(r: DigitValues, point: Point) -> Outcome<(Fr, Fr)> {
    run(move |cs| {
        let point = input_point(cs, "p", &point);
        let r = Digits::allocate(cs, &r);
        value_of(&multiply(cs, &r, &point))
    })
}

fn power_of_two(exponent: u64) -> Scalar {
    scalar(2).pow([exponent])
}

#[test]
fn products_equal_native() {
    let mut rng = rng();
    let point = Point::generator().mul(&Scalar::rand(&mut rng));
    let mut scalars: Vec<Scalar> = (2..8).chain(-7..-1).map(scalar).collect();
    for exponent in 247..=252 {
        let power = power_of_two(exponent);
        scalars.extend([power - scalar(1), power, power + scalar(1), -power]);
    }
    scalars.extend((0..4).map(|_| Scalar::rand(&mut rng)));
    for r in scalars {
        let outcome = product(audit_digits(&r), point);
        assert_eq!(outcome.constraints, DIGITS + 1514);
        assert_eq!(outcome.satisfied(), coordinates(&point.mul(&r)));
    }
}

/// Claim 2 of docs/spec/curve.md: exactly the scalars that `AuditScalar` refuses.
#[test]
fn refused_scalars_are_unsatisfiable() {
    let point = Point::generator();
    for r in [-2, -1, 0, 1, 2].map(scalar) {
        let refused = product(audit_digits(&r), point).is_refused();
        assert_eq!(refused, AuditScalar::new(r).is_err());
    }
}

/// A residue with two representations gives the same product from both.
#[test]
fn representations_agree() {
    // Σ e_i·2^i = 2^251 − 1 and the representative of the same residue in the other half.
    let all_plus = DigitValues::from_bits(vec![Fr::from(1_u64); DIGITS]);
    let r = power_of_two(252) + power_of_two(251) - scalar(1);
    let point = Point::generator().mul(&scalar(77));
    let expected = coordinates(&point.mul(&r));
    assert_eq!(product(all_plus, point).satisfied(), expected);
    assert_eq!(product(audit_digits(&r), point).satisfied(), expected);
}
