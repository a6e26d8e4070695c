//! Four field elements at a time with AVX2 and FMA.
//!
//! A product of two limbs a·b, both integers in doubles, is split at bit 51 by rounding: `high` is
//! fma(a, b, 1.5·2^103), whose last place is worth 2^51, and `low` the exact rest. Both are read as
//! integers straight from the bits of the doubles and summed up in 64-bit columns; the columns start
//! with constants that cancel the exponents. The processor's default rounding is used throughout.
//!
//! Bounds, which callers keep: limbs of a and b with |aᵢ·bⱼ| ≤ 2^102. A product of values |a| ≤ k·p
//! and |b| ≤ l·p is at most (0.38·k·l + 0.5)·p, its limbs at most 2^50 + 2^8. `docs/kernels.md`
//! derives them.

use std::arch::x86_64::*;
use std::marker::PhantomData;

use super::{Isa, Lanes, detected};
use crate::prime::{Modulus, divide, power_of_two};

mod memory;
mod product;
mod radix51;
#[cfg(test)]
mod rules;
#[cfg(test)]
mod tests;

use memory::{Point1, Point2};
use product::{HIGH, LOW, PLAIN, complex_sums, largest, product_sums, products, spread, squares};
use radix51::{LIMBS, Radix51, limbs};

/// Evidence of AVX2 and FMA.
#[derive(Clone, Copy)]
pub(crate) struct Avx2(());

impl Isa for Avx2 {
    fn detect() -> Option<Self> {
        (is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma")).then_some(Self(()))
    }

    #[inline(always)]
    fn run<R>(self, work: impl FnOnce() -> R) -> R {
        #[target_feature(enable = "avx2,fma")]
        fn here<R>(work: impl FnOnce() -> R) -> R {
            work()
        }
        detected!(here(work))
    }
}

/// Four elements, limb by limb.
#[derive(Clone, Copy)]
pub(crate) struct Four<M> {
    limbs: [__m256d; LIMBS],
    modulus: PhantomData<M>,
}

impl<M: Modulus> Four<M> {
    #[inline]
    fn of(limbs: [__m256d; LIMBS]) -> Self {
        Self {
            limbs,
            modulus: PhantomData,
        }
    }

    /// The same element in every lane, from its words.
    #[inline]
    #[target_feature(enable = "avx2,fma")]
    fn splatted(words: &[u64; 4]) -> Self {
        Self::of(limbs(words).map(|limb| _mm256_set1_pd(limb as f64)))
    }

    #[inline]
    #[target_feature(enable = "avx2,fma")]
    fn plus(&self, other: &Self) -> Self {
        let mut out = *self;
        for (a, b) in out.limbs.iter_mut().zip(&other.limbs) {
            *a = _mm256_add_pd(*a, *b);
        }
        out
    }

    #[inline]
    #[target_feature(enable = "avx2,fma")]
    fn minus(&self, other: &Self) -> Self {
        let mut out = *self;
        for (a, b) in out.limbs.iter_mut().zip(&other.limbs) {
            *a = _mm256_sub_pd(*a, *b);
        }
        out
    }

    /// The other where the sign bit is set.
    #[inline]
    #[target_feature(enable = "avx2,fma")]
    fn blended(&self, other: &Self, signs: __m256d) -> Self {
        let mut out = *self;
        for (a, b) in out.limbs.iter_mut().zip(&other.limbs) {
            *a = _mm256_blendv_pd(*a, *b, signs);
        }
        out
    }

    /// Negates the lanes whose sign bit is set in `signs`.
    #[inline]
    #[target_feature(enable = "avx2,fma")]
    fn negated_at(&self, signs: __m256d) -> Self {
        let mut out = *self;
        for a in &mut out.limbs {
            *a = _mm256_xor_pd(*a, signs);
        }
        out
    }

    /// The same element as a number of at most 0.51·p with limbs of at most 2^50 + 8, from one
    /// whose limbs stay below 2^53 after that: at most 2.4·p with limbs of at most 2^52 + 2^10, or 3.4·p with limbs of at
    /// most 3·(2^50 + 2^8).
    #[inline]
    #[target_feature(enable = "avx2,fma")]
    fn tidied(&self) -> Self {
        let mut out = *self;
        let l = &mut out.limbs;
        // Adding 1.5·2^52 rounds to an integer.
        let low = _mm256_set1_pd(LOW);
        let times = _mm256_sub_pd(_mm256_fmadd_pd(l[4], _mm256_set1_pd(M::PER_TOP), low), low);
        for (limb, p) in l.iter_mut().zip(spread(&M::LIMBS)) {
            *limb = _mm256_fnmadd_pd(times, *p, *limb);
        }
        debug_assert!(largest(l) < 2.0 * PLAIN, "a limb was rounded");
        // Adding 1.5·2^103 rounds to a multiple of 2^51.
        let high = _mm256_set1_pd(HIGH);
        let mut carry = _mm256_setzero_pd();
        for limb in l.iter_mut().take(4) {
            let whole = _mm256_sub_pd(_mm256_add_pd(*limb, high), high);
            let rest = _mm256_sub_pd(*limb, whole);
            *limb = _mm256_fmadd_pd(carry, _mm256_set1_pd(1.0 / (1_u64 << 51) as f64), rest);
            carry = whole;
        }
        l[4] = _mm256_fmadd_pd(carry, _mm256_set1_pd(1.0 / (1_u64 << 51) as f64), l[4]);
        out
    }
}

impl<M: Modulus> Lanes<4> for Four<M> {
    type Isa = Avx2;
    type Modulus = M;
    type Point1 = Point1;
    type Point2 = Point2;
    const EMPTY: (Point1, Point2) = (Point1([0.0; 12]), Point2([0.0; 20]));
    const ONE: [u64; 4] = power_of_two(&M::PRIME, 255);
    const UNSCALE: [u64; 4] = power_of_two(&M::PRIME, 257);
    const INTEGER: [u64; 4] = divide(&M::PRIME, &[1, 0, 0, 0], 2);

    #[inline(always)]
    fn splat(_: Avx2, words: &[u64; 4]) -> Self {
        detected!(Self::splatted(words))
    }

    #[inline(always)]
    unsafe fn load(_: Avx2, from: [*const u64; 4]) -> Self {
        detected!(Self::loaded(from))
    }

    /// Tidy, or a difference of a positive and a negative one would have too long limbs.
    #[inline(always)]
    unsafe fn load_signed(_: Avx2, from: [*const u64; 4], negative: u8) -> Self {
        detected!(Self::loaded(from).tidied().negated_at(signs(negative)))
    }

    #[inline(always)]
    fn words(&self) -> [[u64; 4]; 4] {
        detected!(self.canonical())
    }

    #[inline(always)]
    unsafe fn read<const PARTS: usize, const OF: usize>(
        _: Avx2,
        from: [*const u64; 4],
    ) -> [Self; PARTS] {
        detected!(Self::read_points::<PARTS, OF>(
            from.map(|point| point.cast())
        ))
    }

    #[inline(always)]
    unsafe fn write<const OF: usize>(parts: [&Self; OF], to: [*mut u64; 4]) {
        detected!(Self::write_points(parts, to.map(|point| point.cast())));
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

    /// Of elements with limbs of at most 2^50.5.
    #[inline(always)]
    fn square_two(&self, other: &Self) -> [Self; 2] {
        detected!(squares(&self.limbs, &other.limbs))
    }

    /// Two reductions for four products.
    #[inline(always)]
    fn complex_product([a, b]: [&Self; 2], [x, y]: [&Self; 2]) -> [Self; 2] {
        let minus = b.negated();
        let [re, im] = detected!(product_sums(
            [[&a.limbs, &x.limbs], [&minus.limbs, &y.limbs]],
            [[&a.limbs, &y.limbs], [&b.limbs, &x.limbs]],
        ));
        [re.tidy(), im.tidy()]
    }

    #[inline(always)]
    fn complex_sums<const K: usize>(terms: [[[&Self; 3]; 2]; K]) -> [Self; 2] {
        const { assert!(K <= 4, "columns would overflow") };
        detected!(complex_sums(&terms))
    }

    #[inline(always)]
    fn left_sum(&self, other: &Self) -> Self {
        self.add(other).tidy()
    }

    #[inline(always)]
    fn right_sum(&self, other: &Self) -> Self {
        self.add(other)
    }

    /// Eight times the element is taken in steps that stay exact.
    #[inline(always)]
    fn nine_plus(&self, other: &Self) -> Self {
        let twice = self.add(self).tidy();
        let four = twice.add(&twice);
        let eight = four.add(&four).tidy();
        eight.add(self).add(other).tidy()
    }

    #[inline(always)]
    fn rescaled(&self) -> Self {
        self.add(self)
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
        detected!(self.negated_at(_mm256_set1_pd(-0.0)))
    }

    #[inline(always)]
    fn negate_where(&self, negative: u8) -> Self {
        detected!(self.negated_at(signs(negative)))
    }

    #[inline(always)]
    fn select(&self, other: &Self, where_set: u8) -> Self {
        detected!(self.blended(other, signs(where_set)))
    }

    /// Signed limbs need no borrow.
    #[inline(always)]
    fn ready(&self) -> Self {
        *self
    }

    #[inline(always)]
    fn tidy(&self) -> Self {
        detected!(self.tidied())
    }

    #[inline(always)]
    fn turn(blocks: &mut [Self; 4]) {
        detected!(Self::turned(blocks));
    }
}

/// Sign bits of lanes from bits; the other bits are zero.
#[inline]
#[target_feature(enable = "avx2,fma")]
fn signs(bits: u8) -> __m256d {
    let all = _mm256_set1_epi64x(i64::from(bits));
    let shifted = _mm256_sllv_epi64(all, _mm256_set_epi64x(60, 61, 62, 63));
    _mm256_and_pd(_mm256_castsi256_pd(shifted), _mm256_set1_pd(-0.0))
}
