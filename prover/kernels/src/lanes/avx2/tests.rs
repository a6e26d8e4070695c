//! Limbs and values at the edge of what callers may give.

use ark_ff::{AdditiveGroup, Field};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use super::*;
use crate::prime::Base;

#[test]
fn limbs_at_the_bounds() {
    if Avx2::detect().is_none() {
        return;
    }
    #[target_feature(enable = "avx2,fma")]
    fn run() {
        let limit = (1_u64 << 51) as f64;
        let edges = [limit, -limit, limit - 1.0, 1.0 - limit, 0.0];
        let mut rng = StdRng::seed_from_u64(8);
        for _ in 0..2000 {
            let mut limbs = || {
                let mut out = [0.0; LIMBS];
                for limb in &mut out {
                    *limb = edges[rng.gen_range(0..5)];
                }
                out[4] = f64::from(rng.gen_range(-1_i32..=1)) * (1_u64 << 49) as f64;
                out
            };
            let (a, b) = (limbs(), limbs());
            let value = |limbs: &[f64; LIMBS]| {
                limbs.iter().rev().fold(ark_bn254::Fq::ZERO, |sum, limb| {
                    sum * ark_bn254::Fq::from(1_u64 << 51) + ark_bn254::Fq::from(*limb as i64)
                })
            };
            let lanes =
                |limbs: &[f64; LIMBS]| Four::<Base>::of(limbs.map(|limb| _mm256_set1_pd(limb)));
            let product = lanes(&a).mul(&lanes(&b));
            let r = ark_bn254::Fq::from(2_u64).pow([255_u64]);
            let raw =
                |words: [u64; 4]| Base::from_raw(words) * ark_bn254::Fq::from(2_u64).pow([256_u64]);
            assert_eq!(raw(product.words()[2]) * r, value(&a) * value(&b));
        }
    }
    // SAFETY: the processor has the instructions.
    unsafe { run() };
}

/// Sums of products in Fq2, with parts at the edge of what callers may give.
#[test]
fn complex_sums_at_the_bounds() {
    if Avx2::detect().is_none() {
        return;
    }
    type Part = [f64; LIMBS];
    fn value([re, im]: &[Part; 2]) -> ark_bn254::Fq2 {
        let part = |limbs: &Part| {
            limbs.iter().rev().fold(ark_bn254::Fq::ZERO, |sum, limb| {
                sum * ark_bn254::Fq::from(1_u64 << 51) + ark_bn254::Fq::from(*limb as i64)
            })
        };
        ark_bn254::Fq2::new(part(re), part(im))
    }
    #[target_feature(enable = "avx2,fma")]
    fn check<const N: usize>(rng: &mut StdRng) {
        let limit = (1_u64 << 50) as f64 + 256.0;
        let edges = [limit, -limit, limit - 1.0, 1.0 - limit, 0.0];
        let mut element = || -> [Part; 2] {
            std::array::from_fn(|_| {
                let mut limbs = [0.0; LIMBS];
                for limb in &mut limbs {
                    *limb = edges[rng.gen_range(0..5)];
                }
                limbs[4] = f64::from(rng.gen_range(-1_i32..=1)) * (1_u64 << 48) as f64;
                limbs
            })
        };
        let terms: [[[Part; 2]; 2]; N] = std::array::from_fn(|_| [element(), element()]);
        let lanes = |limbs: &Part| Four::<Base>::of(limbs.map(|limb| _mm256_set1_pd(limb)));
        let factors = terms.each_ref().map(|[a, x]| {
            let ([a, b], [x, y]) = (a.each_ref().map(lanes), x.each_ref().map(lanes));
            [[a, b, a.left_sum(&b)], [x, y, x.right_sum(&y)]]
        });
        let references = factors
            .each_ref()
            .map(|[a, x]| [a.each_ref(), x.each_ref()]);
        let parts = Four::complex_sums(references);
        let [re, im] = parts.map(|part| Base::from_raw(part.words()[1]));
        // A word w is read as w / 2^256, and sums are divided by 2^255.
        let scale = ark_bn254::Fq::from(2_u64).pow([511_u64]);
        let expected: ark_bn254::Fq2 = terms.iter().map(|[a, x]| value(a) * value(x)).sum();
        assert_eq!([re * scale, im * scale], [expected.c0, expected.c1]);
    }
    let mut rng = StdRng::seed_from_u64(9);
    for _ in 0..1000 {
        // SAFETY: the processor has the instructions.
        unsafe {
            check::<1>(&mut rng);
            check::<2>(&mut rng);
            check::<3>(&mut rng);
            check::<4>(&mut rng);
        }
    }
}
