use ark_ff::UniformRand;
use proptest::prelude::*;
use rand::{SeedableRng, rngs::StdRng};

use super::*;

fn naive(terms: &[(Point, Scalar)]) -> Point {
    terms.iter().fold(Point::IDENTITY, |sum, (point, scalar)| {
        sum.add(&point.mul(scalar))
    })
}

#[test]
fn digits_add_up() {
    let mut rng = StdRng::seed_from_u64(1);
    let edges = [
        Scalar::from(0_u64),
        Scalar::from(1_u64),
        -Scalar::from(1_u64),
    ];
    for scalar in edges
        .into_iter()
        .chain((0..32).map(|_| Scalar::rand(&mut rng)))
    {
        for width in 2..=14 {
            let mut digits = vec![0; (BITS / width + 1) as usize];
            split(&scalar, width, &mut digits);
            let half = 1 << (width - 1);
            assert!(digits.iter().all(|digit| (-half..=half).contains(digit)));
            let base = Scalar::from(1_u64 << width);
            let sum = digits.iter().rev().fold(Scalar::from(0_u64), |sum, digit| {
                sum * base + Scalar::from(i64::from(*digit))
            });
            assert_eq!(sum, scalar, "{width}");
        }
    }
}

#[test]
fn nothing_is_the_identity() {
    assert_eq!(sum_vartime(&[]), Point::IDENTITY);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// With few bases, so that equal and opposite ones meet in a bucket, and with the identity, zero and small scalars.
    #[test]
    fn sums_are_those_of_single_multiples(
        terms in prop::collection::vec((0_u64..6, 0_u8..5, any::<u64>()), 0..60),
    ) {
        let terms: Vec<_> = terms
            .into_iter()
            .map(|(base, kind, seed)| {
                let mut rng = StdRng::seed_from_u64(seed);
                let scalar = match kind {
                    0 => Scalar::from(0_u64),
                    1 => -Scalar::from(1_u64),
                    2 => Scalar::from(u128::from(seed) << 64),
                    3 => Scalar::from(seed % 4),
                    _ => Scalar::rand(&mut rng),
                };
                let point = Point::generator().mul(&Scalar::from(base / 2));
                (if base % 2 == 0 { point } else { point.neg() }, scalar)
            })
            .collect();
        prop_assert_eq!(sum_vartime(&terms), naive(&terms));
    }
}
