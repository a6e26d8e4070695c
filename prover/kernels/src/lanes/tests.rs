use ark_ff::{AdditiveGroup, Field, One, UniformRand};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use super::*;
use crate::radix51::{Base, Scalar};

/// 0, 1, 2, p − 1, p − 2, halves, powers of two around the limbs, and random ones.
fn values<M: Modulus>(rng: &mut StdRng) -> Vec<M::Element> {
    let mut out = vec![M::Element::ZERO, M::Element::one(), M::Element::from(2_u64)];
    out.push(M::Element::from(2_u64).inverse().unwrap());
    for power in [50_u64, 51, 52, 101, 102, 153, 203, 204, 253] {
        let x = M::Element::from(2_u64).pow([power]);
        out.extend([x, x - M::Element::one(), x + M::Element::one()]);
    }
    let negative: Vec<_> = out.iter().map(|x| -*x).collect();
    out.extend(negative);
    // The words themselves at their edges.
    out.extend(
        out.clone()
            .iter()
            .map(|x| *x * M::Element::from(2_u64).pow([256_u64]).inverse().unwrap()),
    );
    out.extend((0..200).map(|_| M::Element::rand(rng)));
    while !out.len().is_multiple_of(4) {
        out.push(M::Element::ZERO);
    }
    out
}

#[target_feature(enable = "avx2,fma")]
unsafe fn load<M: Modulus>(values: &[M::Element]) -> Lanes<M> {
    let words: Vec<[u64; 4]> = values.iter().map(M::raw).collect();
    // SAFETY: four words each.
    unsafe {
        Lanes::load([
            words[0].as_ptr(),
            words[1].as_ptr(),
            words[2].as_ptr(),
            words[3].as_ptr(),
        ])
    }
}

#[target_feature(enable = "avx2,fma")]
fn store<M: Modulus>(lanes: &Lanes<M>) -> Vec<M::Element> {
    lanes.words().map(M::from_raw).to_vec()
}

/// Words are x·2^256 for both; ours divides products by 2^255, so they come out doubled.
#[target_feature(enable = "avx2,fma")]
unsafe fn check<M: Modulus>() {
    let mut rng = StdRng::seed_from_u64(7);
    let all = values::<M>(&mut rng);
    let each = |f: &dyn Fn(usize) -> M::Element| (0..4).map(f).collect::<Vec<_>>();
    for a in all.chunks(4) {
        for _ in 0..60 {
            let at = 4 * rng.gen_range(0..all.len() / 4);
            let b = &all[at..at + 4];
            // SAFETY: as this function.
            let (x, y) = unsafe { (load::<M>(a), load::<M>(b)) };
            assert_eq!(store(&x), a);
            assert_eq!(store(&x.mul(&y)), each(&|i| (a[i] * b[i]).double()));
            assert_eq!(store(&x.add(&y)), each(&|i| a[i] + b[i]));
            assert_eq!(store(&x.sub(&y)), each(&|i| a[i] - b[i]));
            assert_eq!(
                store(&x.tidy().square_two(&y.tidy())[0]),
                each(&|i| a[i].square().double())
            );
            assert_eq!(
                store(&x.mul(&y).square_two(&y.tidy())[0]),
                each(&|i| (a[i] * b[i]).square() * M::Element::from(8_u64))
            );
            // Differences of differences, as additions of points make them.
            let d = x.sub(&y);
            let product = d.mul(&d.tidy());
            let square = |i: usize| (a[i] - b[i]).square().double();
            assert_eq!(store(&product), each(&square));
            let far = product.sub(&x).sub(&y).tidy();
            assert_eq!(store(&far), each(&|i| square(i) - a[i] - b[i]));
            let pairs = [[&x.tidy(), &d], [&y.tidy(), &far]];
            let [sum, again] = Lanes::mul_sums(pairs, [pairs[1], pairs[0]]);
            let expected =
                |i: usize| (a[i] * (a[i] - b[i]) + b[i] * (square(i) - a[i] - b[i])).double();
            assert_eq!(store(&sum), each(&expected));
            assert_eq!(store(&again), each(&expected));
            let [first, second] = Lanes::mul_two(pairs[0], pairs[1]);
            assert_eq!(store(&first), each(&|i| (a[i] * (a[i] - b[i])).double()));
            assert_eq!(
                store(&second),
                each(&|i| (b[i] * (square(i) - a[i] - b[i])).double())
            );
            let [first, second] = x.tidy().square_two(&y.tidy());
            assert_eq!(store(&first), each(&|i| a[i].square().double()));
            assert_eq!(store(&second), each(&|i| b[i].square().double()));
            let signs = _mm256_castsi256_pd(_mm256_set_epi64x(i64::MIN, 0, i64::MIN, 0));
            let signed = |i: usize| if i % 2 == 1 { -a[i] } else { a[i] };
            assert_eq!(store(&x.negate_where(signs)), each(&signed));
        }
    }
}

#[test]
fn both_fields_agree_with_the_library() {
    if crate::vector::available() {
        // SAFETY: the processor has the instructions.
        unsafe {
            check::<Base>();
            check::<Scalar>();
        }
    }
}

/// Limbs and values at the edge of what callers may give.
#[test]
fn limbs_at_the_bounds() {
    if !crate::vector::available() {
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
                |limbs: &[f64; LIMBS]| Lanes::<Base>::of(limbs.map(|limb| _mm256_set1_pd(limb)));
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
    if !crate::vector::available() {
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
        let lanes = |limbs: &Part| Lanes::<Base>::of(limbs.map(|limb| _mm256_set1_pd(limb)));
        let factors = terms.each_ref().map(|[a, x]| {
            let ([a, b], [x, y]) = (a.each_ref().map(lanes), x.each_ref().map(lanes));
            [[a, b, a.add(&b).tidy()], [x, y, x.add(&y)]]
        });
        let references = factors
            .each_ref()
            .map(|[a, x]| [a.each_ref(), x.each_ref()]);
        let parts = Lanes::complex_sums(references);
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
