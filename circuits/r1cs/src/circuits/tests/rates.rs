//! The conversion of `ratio`: native check and circuit agree at the edges and on random numbers, and
//! only numbers of 64 bits are a rate.

use obolus_protocol::{Amount, Rate};
use rand::{Rng, SeedableRng, rngs::StdRng};

use super::*;

fn witness(p: u64, q: u64, v1: u64, v2: u64) -> RatioWitness {
    let mut witness = sample::ratio(1);
    witness.rate = Rate::new(p, q).expect("q is not zero");
    witness.first.value = Amount::new(v1);
    witness.second.value = Amount::new(v2);
    witness
}

/// What both say to these numbers, with commitments that fit.
fn holds(shape: &R1csShape, p: u64, q: u64, v1: u64, v2: u64) -> bool {
    let witness = witness(p, q, v1, v2);
    let public = witness.public_inputs(sample::context(1));
    let native = ratio::check(&witness, &public).is_ok();
    let circuit = assign::<Ratio>(&witness, &public).check(shape).is_ok();
    assert_eq!(native, circuit, "{v1} at {p}:{q} to {v2}");
    native
}

#[test]
fn both_agree_at_the_edges() {
    const EDGES: [u64; 7] = [0, 1, 2, 1 << 32, 1 << 63, u64::MAX - 1, u64::MAX];
    let shape = shape::<Ratio>();
    for p in EDGES {
        for q in EDGES.into_iter().skip(1) {
            for v1 in EDGES {
                let product = u128::from(v1) * u128::from(p);
                let exact = u64::try_from(product / u128::from(q)).ok();
                // The product's low bits are what a wrapping multiplication would give.
                let wrapped = v1.wrapping_mul(p) / q;
                let near = exact.unwrap_or(wrapped);
                for v2 in [near.wrapping_sub(1), near, near.wrapping_add(1), wrapped] {
                    assert_eq!(holds(&shape, p, q, v1, v2), exact == Some(v2));
                }
            }
        }
    }
}

#[test]
fn both_agree_on_random_numbers() {
    let shape = shape::<Ratio>();
    let mut rng = StdRng::seed_from_u64(91);
    for _ in 0..200 {
        // Of every length.
        let mut number = || rng.r#gen::<u64>() >> rng.gen_range(0..64);
        let (p, q, v1) = (number(), number().max(1), number());
        let rate = Rate::new(p, q).expect("q is not zero");
        let exact = rate.convert(Amount::new(v1)).ok().map(Amount::get);
        for v2 in [exact.unwrap_or(u64::MAX), number()] {
            assert_eq!(holds(&shape, p, q, v1, v2), exact == Some(v2));
        }
    }
}

/// Why a contract takes `p` and `q` as 64-bit numbers: with an element of the field in place of `p`
/// any two amounts stand in the rate. The native check refuses it.
#[test]
fn an_element_of_the_field_is_no_rate() {
    let shape = shape::<Ratio>();
    let witness = witness(1, 1, 3, 1_000_000);
    let mut public = witness.public_inputs(sample::context(1));
    public.p = Fr::from(1_000_000_u64) / Fr::from(3_u64);
    assert_eq!(assign::<Ratio>(&witness, &public).check(&shape), Ok(()));
    assert_eq!(ratio::check(&witness, &public), Err(Rule::Rate));
}

/// With `q = 0` no remainder is small enough, whatever the amounts are.
#[test]
fn a_zero_denominator_has_no_proof() {
    let shape = shape::<Ratio>();
    for (p, v1, v2) in [
        (0_u64, 0, 0),
        (0, 5, 0),
        (1, 0, 0),
        (1, 1, 1),
        (u64::MAX, u64::MAX, 1),
    ] {
        let witness = witness(p, 1, v1, v2);
        let mut public = witness.public_inputs(sample::context(1));
        public.q = Fr::from(0_u64);
        let refused = assign::<Ratio>(&witness, &public).check(&shape);
        assert!(matches!(
            refused,
            Err(crate::Unsatisfied::Constraint { rule: "rate", .. })
        ));
        assert_eq!(ratio::check(&witness, &public), Err(Rule::Rate));
    }
}
