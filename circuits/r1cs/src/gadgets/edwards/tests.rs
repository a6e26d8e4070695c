use ark_ff::{Field, UniformRand};
use obolus_protocol::Scalar;

use super::{
    super::testing::{coordinates, input_point, rng, run, value_of},
    *,
};

/// What completeness rests on.
#[test]
fn a_is_a_square_and_d_is_not() {
    assert!(EdwardsConfig::COEFF_A.legendre().is_qr());
    assert!(EdwardsConfig::COEFF_D.legendre().is_qnr());
}

#[test]
fn addition_equals_native_for_every_kind_of_pair() {
    let mut rng = rng();
    let p = Point::generator().mul(&Scalar::rand(&mut rng));
    let q = Point::generator().mul(&Scalar::rand(&mut rng));
    let neutral = Point::IDENTITY;
    for (p, q) in [
        (p, q),
        (p, p),
        (p, p.neg()),
        (p, neutral),
        (neutral, p),
        (neutral, neutral),
    ] {
        let sum = p.add(&q);
        let outcome = run(|cs| {
            let (p, q) = (input_point(cs, "p", &p), input_point(cs, "q", &q));
            value_of(&add(cs, &p, &q))
        });
        assert_eq!(outcome.constraints, 6);
        assert_eq!(outcome.satisfied(), coordinates(&sum));
        let given = |sum: Point| {
            run(move |cs| {
                let (p, q) = (input_point(cs, "p", &p), input_point(cs, "q", &q));
                let sum = input_point(cs, "sum", &sum);
                add_to(cs, &p, &q, &sum);
            })
        };
        given(sum).satisfied();
        assert!(given(sum.add(&Point::generator())).is_refused());
        assert!(given(sum.add(&Point::generator()).neg()).is_refused());
    }
}
