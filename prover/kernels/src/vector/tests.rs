//! Sums on lanes that carry the bounds of each instruction set.

use ark_bn254::{Fr, g1, g2};
use ark_ec::CurveGroup;
use ark_ec::short_weierstrass::Projective;
use ark_ff::{PrimeField, UniformRand};
use rand::SeedableRng;
use rand::rngs::StdRng;

use super::*;
use crate::digits::Layout;
use crate::field::{One, Two};
use crate::lanes::adx::Single;
use crate::lanes::avx2::Four;
use crate::lanes::avx512::Eight;
use crate::lanes::bounds::Rules;
use crate::lanes::traced::Traced;
use crate::msm;
use crate::prime::Base;

/// A table of bases and doubles of them, with equal and opposite ones, and a sum over it.
fn keep_within<P: Curve, L: LaneField<N, Element = P::BaseField>, const N: usize>() {
    let adder = Vector::<L, N>::detect().unwrap();
    let rng = &mut StdRng::seed_from_u64(1);
    let mut bases: Vec<Affine<P>> = (0..150)
        .map(|_| (P::GENERATOR * Fr::rand(rng)).into_affine())
        .collect();
    bases[40] = bases[41];
    bases[60] = -bases[61];
    let mut scalars: Vec<Fr> = bases.iter().map(|_| Fr::rand(rng)).collect();
    scalars[40] = scalars[41];
    scalars[60] = scalars[61];
    let point = |base| Adder::<P>::point(&adder, base);
    let mut points: Vec<L::Point> = bases.iter().map(point).collect();
    let mut scratch = Scratch::default();
    for _ in 0..40 {
        Adder::<P>::double(&adder, &mut points, &mut scratch);
    }
    let mut words = vec![0; 2 * L::WORDS * points.len()];
    for (point, words) in points.iter().zip(words.chunks_mut(2 * L::WORDS)) {
        Adder::<P>::pack(&adder, point, words);
    }
    let integers: Vec<_> = scalars.iter().map(|scalar| scalar.into_bigint()).collect();
    let layout = Layout::new(5, 1);
    let sum = msm::sum::<P, _>(adder, &words, points.len(), &layout, &[], &integers);
    let terms = bases.iter().zip(&scalars);
    let expected: Projective<P> = terms.map(|(base, scalar)| *base * scalar).sum();
    assert_eq!(sum, expected * Fr::from(1_u64 << 40));
}

fn both_groups<L: Rules<N, Modulus = Base>, const N: usize>() {
    keep_within::<g1::Config, One<Traced<L, N>, N>, N>();
    keep_within::<g2::Config, Two<Traced<L, N>, N>, N>();
}

#[test]
fn sums_keep_within_the_bounds() {
    both_groups::<Single<Base, 1>, 1>();
    both_groups::<Four<Base>, 4>();
    both_groups::<Eight<Base>, 8>();
}
