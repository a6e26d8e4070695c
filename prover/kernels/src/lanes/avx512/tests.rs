//! Limbs and values at the edge of what callers may give.

use ark_bn254::{Fq, Fq2};
use ark_ff::{AdditiveGroup, Field};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use super::radix52::LIMBS;
use super::*;
use crate::prime::Base;

type Part = [i64; LIMBS];

fn value(limbs: &Part) -> Fq {
    let base = Fq::from(1_u64 << 52);
    let sum = |sum: Fq, limb: &i64| sum * base + Fq::from(*limb);
    limbs.iter().rev().fold(Fq::ZERO, sum)
}

/// The value that lanes stand for, of which all are the same.
fn read(lanes: &Eight<Base>) -> Fq {
    let words = lanes.words();
    assert_eq!(words, [words[0]; 8]);
    Base::from_raw(words[0]) * Fq::from(2_u64).pow([256_u64])
}

#[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq")]
fn lanes(limbs: &Part) -> Eight<Base> {
    Eight::of(spread(limbs))
}

/// Long and short limbs below the highest, which is given.
fn limbs(rng: &mut StdRng, top: i64) -> Part {
    let edges = [0, 1, MASK - 1, MASK];
    let mut out = [0; LIMBS];
    for limb in &mut out {
        *limb = edges[rng.gen_range(0..4)];
    }
    out[4] = top;
    out
}

#[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq")]
fn products() {
    let r = Fq::from(2_u64).pow([260_u64]);
    let mut rng = StdRng::seed_from_u64(8);
    // Values of 84.6·p beside 2.6·p, and 10.6·p beside 10.6·p and 21.2·p.
    for tops in [[MASK, 1 << 47], [8 << 46, 8 << 46], [0, 0]] {
        for _ in 0..1000 {
            let [a, b] = tops.map(|top| {
                let top = at_most(&mut rng, top);
                limbs(&mut rng, top)
            });
            let (x, y) = (lanes(&a), lanes(&b));
            let [first, second] = Eight::mul_two([&x, &y], [&y, &y.right_sum(&y)]);
            assert_eq!(read(&first) * r, value(&a) * value(&b));
            if tops[1] < 1 << 49 {
                assert_eq!(read(&second) * r, value(&b).square().double());
            }
            if tops[0] < MASK {
                let [first, second] = x.square_two(&y);
                assert_eq!(read(&first) * r, value(&a).square());
                assert_eq!(read(&second) * r, value(&b).square());
            }
        }
    }
}

/// The largest or a random smaller one.
fn at_most(rng: &mut StdRng, top: i64) -> i64 {
    if rng.r#gen() {
        top
    } else {
        rng.gen_range(0..=top)
    }
}

/// Sums of four results of either sign, and what is just above and below multiples of 2^254.
#[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq")]
fn sums() {
    let mut rng = StdRng::seed_from_u64(9);
    for _ in 0..10_000 {
        let edge = rng.gen_range(-4_i64..4) << 46;
        let near = edge.max((-4 << 46) + (1 << 10)) + rng.gen_range(-260..260);
        let mut sum = [0, 0, 0, 0, near];
        for _ in 0..4 {
            let sign = rng.gen_range(-1..=1);
            for (sum, limb) in sum.iter_mut().zip(limbs(&mut rng, 0)) {
                *sum += sign * limb;
            }
        }
        let tidy = lanes(&sum).tidy();
        assert_eq!(read(&tidy), value(&sum));
        assert!(tidy.below(23, 10) && are_factors(&tidy.limbs));
        if sum[4] > -2 * Base::LIMBS[4] {
            let ready = lanes(&sum).ready();
            assert!(are_factors(&ready.limbs));
            let one = lanes(&[1, 0, 0, 0, 0]);
            let r = Fq::from(2_u64).pow([260_u64]);
            assert_eq!(read(&ready.mul(&one)) * r, value(&sum));
        }
    }
    // Small numbers of either sign, with limbs of either sign.
    for small in -3..=3_i64 {
        for sum in [
            [small, 0, 0, 0, 0],
            [small + (1 << 52), -1, 0, 0, 0],
            [small - (1 << 52), 1, 0, 0, 0],
            [small, 0, 0, 3 << 52, -3],
            [small, 0, 0, -3 << 52, 3],
        ] {
            assert_eq!(read(&lanes(&sum).tidy()), value(&sum));
        }
    }
}

/// Sums of products in Fq2, with factors of 2.3·p and of 12·p.
#[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq")]
fn complex<const K: usize>(rng: &mut StdRng) {
    let top = Base::LIMBS[4] * 23 / 10;
    let mut element = |top: i64| -> [Part; 2] {
        std::array::from_fn(|_| {
            let top = at_most(rng, top);
            limbs(rng, top)
        })
    };
    let terms: [[[Part; 2]; 2]; K] =
        std::array::from_fn(|i| [element(top), element(if i == 0 { top * 4 } else { top })]);
    let factors = terms.each_ref().map(|[a, x]| {
        let [[a, b], [x, y]] = [a, x].map(|parts| parts.each_ref().map(|part| lanes(part)));
        [[a, b, a.left_sum(&b)], [x, y, x.right_sum(&y)]]
    });
    let references = factors
        .each_ref()
        .map(|[a, x]| [a.each_ref(), x.each_ref()]);
    let [re, im] = Eight::complex_sums(references);
    let r = Fq::from(2_u64).pow([260_u64]);
    let of = |parts: &[Part; 2]| Fq2::new(value(&parts[0]), value(&parts[1]));
    let expected: Fq2 = terms.iter().map(|[a, x]| of(a) * of(x)).sum();
    assert_eq!([read(&re) * r, read(&im) * r], [expected.c0, expected.c1]);
}

#[test]
fn limbs_at_the_bounds() {
    if Avx512::detect().is_none() {
        return;
    }
    let mut rng = StdRng::seed_from_u64(10);
    // SAFETY: the processor has the instructions.
    unsafe {
        products();
        sums();
        for _ in 0..1000 {
            complex::<1>(&mut rng);
            complex::<2>(&mut rng);
            complex::<3>(&mut rng);
            complex::<4>(&mut rng);
        }
    }
}
