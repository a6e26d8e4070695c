//! Miller loops and multiples on lanes that carry the bounds of each instruction set.

use ark_bn254::{Bn254, Fr};
use ark_ec::CurveGroup;
use ark_ec::pairing::{MillerLoopOutput, Pairing};
use ark_ff::UniformRand;
use rand::SeedableRng;
use rand::rngs::StdRng;

use super::*;
use crate::lanes::bounds::Rules;
use crate::lanes::traced::{NoIsa, Traced};
use crate::pairing::endomorphism;

/// An identity, a point twice and beside its negative.
fn pairs(count: usize) -> Vec<(G1Affine, G2Affine)> {
    let rng = &mut StdRng::seed_from_u64(1);
    let mut pairs: Vec<_> = (0..count)
        .map(|_| {
            let p = G1Affine::generator() * Fr::rand(rng);
            let q = G2Affine::generator() * Fr::rand(rng);
            (p.into_affine(), q.into_affine())
        })
        .collect();
    pairs[2].0 = G1Affine::identity();
    pairs[3].1 = pairs[4].1;
    pairs[1].1 = -pairs[4].1;
    pairs
}

fn miller_loops_keep_within<L: Rules<N, Modulus = Base>, const N: usize>(groups: usize) {
    let mut pairs = pairs(N * groups - 1);
    let product = run::<Traced<L, N>, N>(NoIsa, &pairs).unwrap();
    let (p, q): (Vec<_>, Vec<_>) = pairs.iter().copied().unzip();
    let value = Bn254::final_exponentiation(MillerLoopOutput(product)).unwrap();
    assert_eq!(value, Bn254::multi_pairing(p, q));
    // Whose denominators are zero.
    pairs[1].1 = G2Affine::identity();
    let outside = run::<Traced<L, N>, N>(NoIsa, &pairs).unwrap_err();
    assert_eq!(outside, Outside(vec![1]));
}

fn multiples_keep_within<L: Rules<N, Modulus = Base>, const N: usize>() {
    let rng = &mut StdRng::seed_from_u64(2);
    let points: Vec<G1Affine> = (1..3 * N as u64)
        .map(|k| (G1Affine::generator() * Fr::from(k)).into_affine())
        .collect();
    let by: Vec<_> = points
        .iter()
        .map(|_| Coefficient {
            low: u64::rand(rng),
            high: u64::rand(rng),
        })
        .collect();
    let scaled = scale::multiples::<Traced<L, N>, N>(NoIsa, &points, &by);
    for ((point, by), scaled) in points.iter().zip(&by).zip(scaled) {
        assert_eq!((*point * by.to_fr()).into_affine(), scaled);
        assert_ne!(*point, endomorphism(point));
    }
}

#[test]
fn miller_loops_keep_within_the_bounds() {
    miller_loops_keep_within::<Single<Base, 1>, 1>(10);
    // Products of so many denominators are nearly as large as those of any number.
    miller_loops_keep_within::<Four<Base>, 4>(10);
    miller_loops_keep_within::<Eight<Base>, 8>(4);
}

#[test]
fn multiples_keep_within_the_bounds() {
    multiples_keep_within::<Single<Base, 1>, 1>();
    multiples_keep_within::<Four<Base>, 4>();
    multiples_keep_within::<Eight<Base>, 8>();
}
