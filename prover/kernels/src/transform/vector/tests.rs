//! Transforms on lanes that carry the bounds of each instruction set.

use ark_ff::UniformRand;
use rand::SeedableRng;
use rand::rngs::StdRng;

use super::*;
use crate::lanes::bounds::Rules;
use crate::lanes::traced::Traced;
use crate::transform::Transform;

fn keep_within<L: Rules<N, Modulus = Scalar>, const N: usize>() {
    let rng = &mut StdRng::seed_from_u64(1);
    for size in [N * N, 2 * N * N, 64 * N * N] {
        let transform = Transform::new(size, Path::Portable).unwrap();
        let polynomials =
            [(); 3].map(|()| Zeroizing::new((0..size).map(|_| Fr::rand(rng)).collect::<Vec<_>>()));
        let levels = Levels::<Traced<L, N>, N>::new(&transform.roots).unwrap();
        let mut out = vec![BigInt::zero(); size];
        levels.odd_values(&polynomials, &mut out);
        assert_eq!(out, *transform.odd_values(polynomials));
    }
}

#[test]
fn transforms_keep_within_the_bounds() {
    keep_within::<Single<Scalar, 4>, 4>();
    keep_within::<Four<Scalar>, 4>();
    keep_within::<Eight<Scalar>, 8>();
}
