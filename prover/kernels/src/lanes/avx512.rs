//! Eight field elements at a time with AVX-512's products of 52-bit integers (IFMA).
//!
//! An element is five limbs, R is 2^260. The products take the lower 52 bits of their operands as unsigned numbers, so factors
//! have no sign and no long limbs; sums of a few have, until [`Eight::made_ready`] or [`Eight::tidied`]
//! add what makes them positive and pass the carries on.
//!
//! Bounds: results of `tidied` are below 2.3·p; a product of values below k·p and l·p is below (k·l/84.6 + 1.01)·p, and
//! every factor is below 2^260 = 84.6·p. `docs/kernels.md` derives them.

use std::arch::x86_64::*;
use std::marker::PhantomData;

use super::{Isa, Lanes, detected};
use crate::prime::{Modulus, power_of_two};

mod memory;
mod product;
mod radix52;
#[cfg(test)]
mod rules;
#[cfg(test)]
mod tests;

use memory::{Point1, Point2};
use product::{Limbs, add, are_factors, carry, complex_sums, products, spread, squares};
use radix52::{MASK, Radix52, limbs};

/// Evidence of AVX-512 with IFMA.
#[derive(Clone, Copy)]
pub(crate) struct Avx512(());

impl Isa for Avx512 {
    fn detect() -> Option<Self> {
        (is_x86_feature_detected!("avx512f")
            && is_x86_feature_detected!("avx512ifma")
            && is_x86_feature_detected!("avx512vl")
            && is_x86_feature_detected!("avx512dq"))
        .then_some(Self(()))
    }

    #[inline(always)]
    fn run<R>(self, work: impl FnOnce() -> R) -> R {
        #[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq")]
        fn here<R>(work: impl FnOnce() -> R) -> R {
            work()
        }
        detected!(here(work))
    }
}

/// Eight elements, limb by limb.
#[derive(Clone, Copy)]
pub(crate) struct Eight<M> {
    limbs: Limbs,
    modulus: PhantomData<M>,
}

impl<M: Modulus> Eight<M> {
    #[inline]
    fn of(limbs: Limbs) -> Self {
        Self {
            limbs,
            modulus: PhantomData,
        }
    }

    /// The same element in every lane, from its words.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq")]
    fn splatted(words: &[u64; 4]) -> Self {
        Self::of(spread(&limbs(words)))
    }

    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq")]
    fn plus(&self, other: &Self) -> Self {
        let mut out = *self;
        for (a, b) in out.limbs.iter_mut().zip(&other.limbs) {
            *a = add(*a, *b);
        }
        out
    }

    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq")]
    fn minus(&self, other: &Self) -> Self {
        let mut out = *self;
        for (a, b) in out.limbs.iter_mut().zip(&other.limbs) {
            *a = _mm512_sub_epi64(*a, *b);
        }
        out
    }

    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq")]
    fn negated_at(&self, negative: __mmask8) -> Self {
        let mut out = *self;
        let zero = _mm512_setzero_si512();
        for a in &mut out.limbs {
            *a = _mm512_mask_sub_epi64(*a, negative, zero, *a);
        }
        out
    }

    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq")]
    fn blended(&self, other: &Self, set: __mmask8) -> Self {
        let mut out = *self;
        for (a, b) in out.limbs.iter_mut().zip(&other.limbs) {
            *a = _mm512_mask_blend_epi64(set, *a, *b);
        }
        out
    }

    /// Passes carries on: limbs of 52 bits, of a number from 0 on, unless it is below 0 or 2^260 or more.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq")]
    fn carried(&self) -> Self {
        let mask = _mm512_set1_epi64(MASK);
        let [a, mut b, mut c, mut d, mut e] = self.limbs;
        b = add(b, carry(a));
        c = add(c, carry(b));
        d = add(d, carry(c));
        e = add(e, carry(d));
        let out = [
            _mm512_and_si512(a, mask),
            _mm512_and_si512(b, mask),
            _mm512_and_si512(c, mask),
            _mm512_and_si512(d, mask),
            e,
        ];
        debug_assert!(are_factors(&out), "negative, or too large");
        Self::of(out)
    }

    /// From between −3·p and 80·p to a factor, 3·p more.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq")]
    fn made_ready(&self) -> Self {
        self.plus(&Self::of(spread(&M::OFFSETS))).carried()
    }

    /// From between −5.29·p and 5.29·p to between 0 and 2.3·p; from less than 3.96·p to less than 2.04·p.
    ///
    /// The highest limb tells which of eight intervals of 2^254 = 1.3226·p the number is in, but for the carries of lower limbs,
    /// which are below 2^8: so much is taken off, so that nothing negative passes for positive.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq")]
    fn tidied(&self) -> Self {
        let mut out = *self;
        let top = _mm512_sub_epi64(out.limbs[4], _mm512_set1_epi64(1 << 8));
        let interval = _mm512_srai_epi64::<46>(top);
        debug_assert!(
            _mm512_cmplt_epi64_mask(interval, _mm512_set1_epi64(-4)) == 0
                && _mm512_cmpgt_epi64_mask(interval, _mm512_set1_epi64(3)) == 0,
            "a sum of too many"
        );
        for (limb, multiples) in out.limbs.iter_mut().zip(&M::MULTIPLES) {
            // SAFETY: eight aligned words.
            let multiples = unsafe { _mm512_load_si512(multiples.0.as_ptr().cast()) };
            *limb = add(*limb, _mm512_permutexvar_epi64(interval, multiples));
        }
        let out = out.carried();
        debug_assert!(out.below(23, 10), "not tidy");
        out
    }

    /// From between 0 and 40·p to below 1.01·p.
    ///
    /// The quotient is the highest limb's by a little more than p's, so never too large.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq")]
    fn shortened(&self) -> Self {
        let Self { limbs, .. } = self.carried();
        let mut out = limbs;
        let per_top = _mm512_set1_epi64(M::PER_TOP);
        let times = _mm512_madd52hi_epu64(_mm512_setzero_si512(), limbs[4], per_top);
        let times = _mm512_srli_epi64::<45>(times);
        let zero = _mm512_setzero_si512();
        for (i, p) in spread(&M::LIMBS).into_iter().enumerate() {
            let low = _mm512_madd52lo_epu64(zero, times, p);
            out[i] = _mm512_sub_epi64(out[i], low);
            if let Some(next) = out.get_mut(i + 1) {
                let high = _mm512_madd52hi_epu64(zero, times, p);
                *next = _mm512_sub_epi64(*next, high);
            }
        }
        Self::of(out).carried()
    }

    /// Whether the value is below `parts`/`of` times p, for assertions.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq")]
    fn below(&self, parts: i64, of: i64) -> bool {
        let limit = M::LIMBS[4] * parts / of + 1;
        _mm512_cmpgt_epi64_mask(self.limbs[4], _mm512_set1_epi64(limit)) == 0
    }
}

impl<M: Modulus> Lanes<8> for Eight<M> {
    type Isa = Avx512;
    type Modulus = M;
    type Point1 = Point1;
    type Point2 = Point2;
    const EMPTY: (Point1, Point2) = (Point1([0; 8]), Point2([0; 16]));
    const ONE: [u64; 4] = power_of_two(&M::PRIME, 260);
    const UNSCALE: [u64; 4] = power_of_two(&M::PRIME, 252);
    const INTEGER: [u64; 4] = power_of_two(&M::PRIME, 8);

    #[inline(always)]
    fn splat(_: Avx512, words: &[u64; 4]) -> Self {
        detected!(Self::splatted(words))
    }

    #[inline(always)]
    unsafe fn load(_: Avx512, from: [*const u64; 8]) -> Self {
        detected!(Self::loaded(from))
    }

    #[inline(always)]
    unsafe fn load_signed(_: Avx512, from: [*const u64; 8], negative: u8) -> Self {
        detected!(Self::loaded(from).negated_at(negative))
    }

    #[inline(always)]
    fn words(&self) -> [[u64; 4]; 8] {
        detected!(self.canonical())
    }

    #[inline(always)]
    unsafe fn read<const PARTS: usize, const OF: usize>(
        _: Avx512,
        from: [*const u64; 8],
    ) -> [Self; PARTS] {
        detected!(Self::read_points::<PARTS>(from))
    }

    #[inline(always)]
    unsafe fn write<const OF: usize>(parts: [&Self; OF], to: [*mut u64; 8]) {
        detected!(Self::write_points(parts, to));
    }

    #[inline(always)]
    fn mul(&self, other: &Self) -> Self {
        let factors = [&self.limbs, &other.limbs];
        let [out, _] = detected!(products(factors, factors));
        out
    }

    #[inline(always)]
    fn mul_two([a, b]: [&Self; 2], [d, e]: [&Self; 2]) -> [Self; 2] {
        detected!(products([&a.limbs, &b.limbs], [&d.limbs, &e.limbs]))
    }

    #[inline(always)]
    fn square_two(&self, other: &Self) -> [Self; 2] {
        detected!(squares(&self.limbs, &other.limbs))
    }

    #[inline(always)]
    fn complex_product([a, b]: [&Self; 2], [x, y]: [&Self; 2]) -> [Self; 2] {
        let (left, right) = (a.left_sum(b), x.right_sum(y));
        Self::complex_sums([[[a, b, &left], [x, y, &right]]])
    }

    #[inline(always)]
    fn complex_sums<const K: usize>(terms: [[[&Self; 3]; 2]; K]) -> [Self; 2] {
        const { assert!(K <= 4, "bounds are derived for four") };
        detected!(complex_sums(&terms))
    }

    #[inline(always)]
    fn left_sum(&self, other: &Self) -> Self {
        detected!(self.plus(other).carried())
    }

    #[inline(always)]
    fn right_sum(&self, other: &Self) -> Self {
        detected!(self.plus(other).carried())
    }

    #[inline(always)]
    fn nine_plus(&self, other: &Self) -> Self {
        let mut eight = *self;
        for limb in &mut eight.limbs {
            *limb = detected!(_mm512_slli_epi64::<3>(*limb));
        }
        let sum = eight.add(self).add(other);
        detected!(sum.plus(&Self::of(spread(&M::OFFSETS))).shortened())
    }

    #[inline(always)]
    fn rescaled(&self) -> Self {
        let scale = detected!(Self::splatted(&power_of_two(&M::PRIME, 256)));
        self.mul(&scale)
    }

    #[inline(always)]
    fn add(&self, other: &Self) -> Self {
        detected!(self.plus(other))
    }

    #[inline(always)]
    fn sub(&self, other: &Self) -> Self {
        detected!(self.minus(other))
    }

    #[inline(always)]
    fn negated(&self) -> Self {
        detected!(self.negated_at(!0))
    }

    #[inline(always)]
    fn negate_where(&self, negative: u8) -> Self {
        detected!(self.negated_at(negative))
    }

    #[inline(always)]
    fn select(&self, other: &Self, where_set: u8) -> Self {
        detected!(self.blended(other, where_set))
    }

    #[inline(always)]
    fn ready(&self) -> Self {
        detected!(self.made_ready())
    }

    #[inline(always)]
    fn tidy(&self) -> Self {
        detected!(self.tidied())
    }

    #[inline(always)]
    fn turn(blocks: &mut [Self; 8]) {
        detected!(Self::turned(blocks));
    }
}
