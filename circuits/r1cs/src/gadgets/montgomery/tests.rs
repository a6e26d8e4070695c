use ark_ec::twisted_edwards::TECurveConfig;
use ark_ff::{Field, UniformRand, Zero};
use obolus_protocol::{Point, Scalar};

use super::{
    super::{
        testing::{Outcome, coordinates, input_point, rng, run, value_of},
        window::montgomery,
    },
    *,
};

fn random_point() -> Point {
    Point::generator().mul(&Scalar::rand(&mut rng()))
}

fn input(cs: &mut Builder, name: &str, point: &Point) -> MontgomeryPoint {
    let (u, v) = montgomery(point);
    MontgomeryPoint {
        u: cs.input(&format!("{name}_u"), u),
        v: cs.input(&format!("{name}_v"), v),
    }
}

fn value(point: &MontgomeryPoint) -> (Fr, Fr) {
    (point.u.value(), point.v.value())
}

/// A = a − 2 = d + 2 and B = 1, so that the maps need no factor; u = −1 is on no point.
#[test]
fn the_two_forms_have_the_stated_coefficients() {
    let two = Fr::from(2_u64);
    assert_eq!(A, <EdwardsConfig as TECurveConfig>::COEFF_A - two);
    assert_eq!(A, EdwardsConfig::COEFF_D + two);
    assert_eq!(<EdwardsConfig as MontCurveConfig>::COEFF_B, Fr::one());
    assert!((A - two).legendre().is_qnr());
}

#[test]
fn forms_convert_both_ways() {
    for point in [random_point(), Point::generator(), Point::generator().neg()] {
        let outcome = run(|cs| {
            let edwards = input_point(cs, "p", &point);
            let montgomery = from_edwards(cs, &edwards);
            (value(&montgomery), value_of(&to_edwards(cs, &montgomery)))
        });
        assert_eq!(outcome.constraints, 4);
        let (u, v) = montgomery(&point);
        assert_eq!(v.square(), u * u * u + A * u * u + u);
        assert_eq!(outcome.satisfied(), ((u, v), coordinates(&point)));
    }
}

fn sum(p: Point, q: Point) -> Outcome<(Fr, Fr)> {
    run(move |cs| {
        let (p, q) = (input(cs, "p", &p), input(cs, "q", &q));
        value(&add(cs, &p, &q, &mut Inverses::none()))
    })
}

fn double_sum(q: Point, p: Point) -> Outcome<(Fr, Fr)> {
    run(move |cs| {
        let (q, p) = (input(cs, "q", &q), input(cs, "p", &p));
        value(&double_and_add(cs, &q, &p, &mut Inverses::none()))
    })
}

#[test]
fn sums_and_doubles_equal_native() {
    let (p, q) = (random_point(), Point::generator());
    let outcome = sum(p, q);
    assert_eq!(outcome.constraints, 3);
    assert_eq!(outcome.satisfied(), montgomery(&p.add(&q)));

    let outcome = run(|cs| {
        let p = input(cs, "p", &p);
        value(&double(cs, &p))
    });
    assert_eq!(outcome.constraints, 4);
    assert_eq!(outcome.satisfied(), montgomery(&p.add(&p)));

    let outcome = double_sum(q, p);
    assert_eq!(outcome.constraints, 5);
    assert_eq!(outcome.satisfied(), montgomery(&q.add(&q).add(&p)));
}

/// Opposite points, and a sum that would be neutral: no solution, as the tables of
/// docs/spec/curve.md say.
#[test]
fn opposite_points_are_unsatisfiable() {
    let p = random_point();
    assert!(sum(p, p.neg()).is_refused());
    assert!(double_sum(p, p.neg()).is_refused());
    assert!(double_sum(p, p.add(&p).neg()).is_refused());
}

/// Equal points: any slope satisfies the constraints. This is the case that the proofs of
/// docs/spec/curve.md exclude wherever these functions are called.
#[test]
fn equal_points_would_leave_the_slope_open() {
    let p = random_point();
    let outcome = sum(p, p);
    let wrong = outcome.output;
    assert_eq!(outcome.verdict, Ok(()));
    assert_ne!(wrong, montgomery(&p.add(&p)));
    assert!(!wrong.0.is_zero());
}
