//! Random multiples of many points of G1, eight points in step.

use std::arch::x86_64::*;

use ark_bn254::{Fq, G1Affine};
use ark_ec::AffineRepr;
use ark_ff::batch_inversion;

use super::{WIDTH, lanes};
use crate::field::{LaneField, One};
use crate::pairing::{Coefficient, endomorphism};

/// Four points on their way.
struct Group {
    now: [One; 2],
    /// P + φ(P) and P − φ(P).
    table: [[One; 2]; 2],
    low: __m256i,
    high: __m256i,
}

impl Group {
    #[target_feature(enable = "avx2,fma")]
    fn new(points: &[G1Affine], by: &[Coefficient]) -> Self {
        // What fills up the last group is thrown away.
        let p: [G1Affine; WIDTH] =
            std::array::from_fn(|i| points.get(i).copied().unwrap_or(G1Affine::generator()));
        let word = |i: usize, half: fn(&Coefficient) -> u64| by.get(i).map_or(0, half) as i64;
        let words = |half: fn(&Coefficient) -> u64| {
            _mm256_set_epi64x(word(3, half), word(2, half), word(1, half), word(0, half))
        };
        let image = p.map(|p| endomorphism(&p));
        let y = lanes(&p.map(|p| p.y));
        Self {
            now: [lanes(&p.map(|p| p.x)), y],
            table: [[lanes(&image.map(|p| p.x)), y]; 2],
            low: words(|by| by.low),
            high: words(|by| by.high),
        }
    }

    /// The point for the signs at a position.
    #[inline]
    #[target_feature(enable = "avx2,fma")]
    fn entry(&self, bit: u32) -> [One; 2] {
        let up = _mm_cvtsi32_si128(63 - bit as i32);
        let low = _mm256_castsi256_pd(_mm256_sll_epi64(self.low, up));
        let high = _mm256_castsi256_pd(_mm256_sll_epi64(self.high, up));
        let differ = _mm256_xor_pd(low, high);
        let [[sum_x, sum_y], [difference_x, difference_y]] = &self.table;
        let (mut x, mut y) = (*sum_x, *sum_y);
        for (to, from) in x.limbs.iter_mut().zip(&difference_x.limbs) {
            *to = _mm256_blendv_pd(*to, *from, differ);
        }
        for (to, from) in y.limbs.iter_mut().zip(&difference_y.limbs) {
            *to = _mm256_blendv_pd(*to, *from, differ);
        }
        let minus = _mm256_andnot_pd(low, _mm256_set1_pd(-0.0));
        [x, y.negate_where(minus)]
    }
}

/// [`crate::pairing::multiples`]; why no addition needs a case distinction is said there.
#[target_feature(enable = "avx2,fma")]
pub(super) fn multiples(points: &[G1Affine], by: &[Coefficient]) -> Vec<G1Affine> {
    let mut groups = Vec::new();
    for (points, by) in points.chunks(2 * WIDTH).zip(by.chunks(2 * WIDTH)) {
        let (points, more) = points.split_at(points.len().min(WIDTH));
        let (by, more_by) = by.split_at(by.len().min(WIDTH));
        groups.push([Group::new(points, by), Group::new(more, more_by)]);
    }
    let mut steps = Steps {
        denominators: Vec::with_capacity(groups.len()),
        prefixes: Vec::with_capacity(groups.len()),
    };
    steps.fill_tables(&mut groups);
    for bit in (0..u64::BITS).rev() {
        if bit == u64::BITS - 1 {
            for group in groups.iter_mut().flatten() {
                group.now = group.entry(bit);
            }
        } else {
            steps.double(&mut groups);
            steps.add(&mut groups, bit);
        }
    }
    let mut out = Vec::with_capacity(points.len() + 2 * WIDTH);
    for group in groups.iter().flatten() {
        let [x, y] = &group.now;
        // SAFETY: the processor has the instructions.
        let (x, y) = unsafe { (x.elements(), y.elements()) };
        out.extend(
            x.iter()
                .zip(&y)
                .map(|(x, y)| G1Affine::new_unchecked(*x, *y)),
        );
    }
    out.truncate(points.len());
    out
}

/// Denominators of a step, in two chains, so that one waits less for the other.
struct Steps {
    denominators: Vec<[One; 2]>,
    prefixes: Vec<[One; 2]>,
}

impl Steps {
    /// From P and φ(P) to their sum and difference.
    #[target_feature(enable = "avx2,fma")]
    fn fill_tables(&mut self, groups: &mut [[Group; 2]]) {
        self.denominators.clear();
        for [a, b] in groups.iter() {
            self.denominators
                .push([a.table[0][0].sub(&a.now[0]), b.table[0][0].sub(&b.now[0])]);
        }
        let mut rest = self.invert();
        let steps = self.prefixes.iter().zip(&self.denominators).rev();
        for ([a, b], (prefixes, denominators)) in groups.iter_mut().rev().zip(steps) {
            let inverses = next(&mut rest, prefixes, denominators);
            let [ax, ay] = a.now;
            let [bx, by] = b.now;
            let [a_image, b_image] = [a.table[0][0], b.table[0][0]];
            // y is the same for both and the slope of the sum 0: the sum is (−x − x′, −y).
            let minus = _mm256_set1_pd(-0.0);
            a.table[0] = [
                ax.add(&a_image).tidy().negate_where(minus),
                ay.negate_where(minus),
            ];
            b.table[0] = [
                bx.add(&b_image).tidy().negate_where(minus),
                by.negate_where(minus),
            ];
            let rises = [ay.add(&ay).tidy(), by.add(&by).tidy()].map(|y| y.negate_where(minus));
            let slopes = One::mul_two([&inverses[0], &rises[0]], [&inverses[1], &rises[1]]);
            [a.table[1], b.table[1]] = third([&a.now, &b.now], [&a_image, &b_image], &slopes);
        }
    }

    #[target_feature(enable = "avx2,fma")]
    fn double(&mut self, groups: &mut [[Group; 2]]) {
        self.denominators.clear();
        for [a, b] in groups.iter() {
            let ([_, ay], [_, by]) = (&a.now, &b.now);
            self.denominators.push([ay.add(ay), by.add(by)]);
        }
        let mut rest = self.invert();
        let steps = self.prefixes.iter().zip(&self.denominators).rev();
        for ([a, b], (prefixes, denominators)) in groups.iter_mut().rev().zip(steps) {
            let [c, d] = next(&mut rest, prefixes, denominators);
            let ([ax, _], [bx, _]) = (a.now, b.now);
            let [s, t] = ax.square_two(&bx);
            let (s, t) = (s.add(&s).add(&s).tidy(), t.add(&t).add(&t).tidy());
            let slopes = One::mul_two([&c, &s], [&d, &t]);
            [a.now, b.now] = third([&a.now, &b.now], [&ax, &bx], &slopes);
        }
    }

    #[target_feature(enable = "avx2,fma")]
    fn add(&mut self, groups: &mut [[Group; 2]], bit: u32) {
        self.denominators.clear();
        for [a, b] in groups.iter() {
            let ([x, _], [y, _]) = (a.entry(bit), b.entry(bit));
            self.denominators.push([x.sub(&a.now[0]), y.sub(&b.now[0])]);
        }
        let mut rest = self.invert();
        let steps = self.prefixes.iter().zip(&self.denominators).rev();
        for ([a, b], (prefixes, denominators)) in groups.iter_mut().rev().zip(steps) {
            let [c, d] = next(&mut rest, prefixes, denominators);
            let ([ax, ay], [bx, by]) = (a.entry(bit), b.entry(bit));
            let (s, t) = (ay.sub(&a.now[1]), by.sub(&b.now[1]));
            let slopes = One::mul_two([&c, &s], [&d, &t]);
            [a.now, b.now] = third([&a.now, &b.now], [&ax, &bx], &slopes);
        }
    }

    /// Multiplies the denominators up and inverts the ends. None is zero.
    #[target_feature(enable = "avx2,fma")]
    fn invert(&mut self) -> [One; 2] {
        // SAFETY: the processor has the instructions.
        let one = unsafe { One::one() };
        let mut chains = [one; 2];
        self.prefixes.clear();
        for [first, second] in &self.denominators {
            self.prefixes.push(chains);
            let [a, b] = &chains;
            chains = One::mul_two([a, first], [b, second]);
        }
        // SAFETY: the processor has the instructions.
        let [mut a, mut b]: [[Fq; WIDTH]; 2] = unsafe { chains.map(|chain| chain.elements()) };
        batch_inversion(&mut a);
        batch_inversion(&mut b);
        [lanes(&a), lanes(&b)]
    }
}

/// The inverses of these denominators; `rest` goes on to the ones before.
#[inline]
#[target_feature(enable = "avx2,fma")]
fn next(rest: &mut [One; 2], prefixes: &[One; 2], denominators: &[One; 2]) -> [One; 2] {
    let [c, d] = &*rest;
    let inverses = One::mul_two([c, &prefixes[0]], [d, &prefixes[1]]);
    *rest = One::mul_two([c, &denominators[0]], [d, &denominators[1]]);
    inverses
}

/// The negatives of the third points on lines through (x, y) and the points at `other`.
#[inline]
#[target_feature(enable = "avx2,fma")]
fn third(points: [&[One; 2]; 2], other: [&One; 2], [s, t]: &[One; 2]) -> [[One; 2]; 2] {
    let [[ax, ay], [bx, by]] = points;
    let [s2, t2] = s.square_two(t);
    let x = s2.sub(ax).sub(other[0]).tidy();
    let v = t2.sub(bx).sub(other[1]).tidy();
    let [y, w] = One::mul_two([s, &ax.sub(&x)], [t, &bx.sub(&v)]);
    [[x, y.sub(ay).tidy()], [v, w.sub(by).tidy()]]
}
