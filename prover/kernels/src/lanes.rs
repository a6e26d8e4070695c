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

use crate::radix51::{LIMBS, Modulus, limbs, reduce_once};

mod product;
#[cfg(test)]
mod tests;

use product::{
    HIGH, LOW, MASK, PLAIN, complex_sums, largest, product_sums, products, spread, squares,
};

/// Four elements, limb by limb.
#[derive(Clone, Copy)]
pub(crate) struct Lanes<M> {
    pub(crate) limbs: [__m256d; LIMBS],
    modulus: PhantomData<M>,
}

impl<M: Modulus> Lanes<M> {
    #[inline]
    pub(crate) fn of(limbs: [__m256d; LIMBS]) -> Self {
        Self {
            limbs,
            modulus: PhantomData,
        }
    }

    #[inline]
    #[target_feature(enable = "avx2,fma")]
    pub(crate) fn zero() -> Self {
        Self::of([_mm256_setzero_pd(); LIMBS])
    }

    /// The same element in every lane, from its words.
    #[inline]
    #[target_feature(enable = "avx2,fma")]
    pub(crate) fn splat(words: &[u64; 4]) -> Self {
        Self::of(limbs(words).map(|limb| _mm256_set1_pd(limb as f64)))
    }

    /// a·b / 2^255. Where speed matters, [`Self::mul_two`].
    #[inline]
    #[target_feature(enable = "avx2,fma")]
    pub(crate) fn mul(&self, other: &Self) -> Self {
        let factors = [&self.limbs, &other.limbs];
        let [out, _] = products(factors, factors);
        out
    }

    /// Two products, which take less time together than one after the other.
    #[inline]
    #[target_feature(enable = "avx2,fma")]
    pub(crate) fn mul_two([a, b]: [&Self; 2], [d, e]: [&Self; 2]) -> [Self; 2] {
        products([&a.limbs, &b.limbs], [&d.limbs, &e.limbs])
    }

    /// (a·b + d·e) / 2^255, for two such sums.
    #[inline]
    #[target_feature(enable = "avx2,fma")]
    pub(crate) fn mul_sums(
        [[a, b], [d, e]]: [[&Self; 2]; 2],
        [[f, g], [h, i]]: [[&Self; 2]; 2],
    ) -> [Self; 2] {
        product_sums(
            [[&a.limbs, &b.limbs], [&d.limbs, &e.limbs]],
            [[&f.limbs, &g.limbs], [&h.limbs, &i.limbs]],
        )
    }

    /// Both parts of Σ a·x / 2^255 in the field with u² = −1. Factors are given as their parts and the sum of these; the
    /// sum of one of the two is tidy.
    #[inline]
    #[target_feature(enable = "avx2,fma")]
    pub(crate) fn complex_sums<const N: usize>(terms: [[[&Self; 3]; 2]; N]) -> [Self; 2] {
        const { assert!(N <= 4, "columns would overflow") };
        complex_sums(&terms)
    }

    /// a² / 2^255 for two elements with limbs of at most 2^50.5.
    #[inline]
    #[target_feature(enable = "avx2,fma")]
    pub(crate) fn square_two(&self, other: &Self) -> [Self; 2] {
        squares(&self.limbs, &other.limbs)
    }

    #[inline]
    #[target_feature(enable = "avx2,fma")]
    pub(crate) fn add(&self, other: &Self) -> Self {
        let mut out = *self;
        for (a, b) in out.limbs.iter_mut().zip(&other.limbs) {
            *a = _mm256_add_pd(*a, *b);
        }
        out
    }

    #[inline]
    #[target_feature(enable = "avx2,fma")]
    pub(crate) fn sub(&self, other: &Self) -> Self {
        let mut out = *self;
        for (a, b) in out.limbs.iter_mut().zip(&other.limbs) {
            *a = _mm256_sub_pd(*a, *b);
        }
        out
    }

    /// Negates the lanes whose sign bit is set in `signs`.
    #[inline]
    #[target_feature(enable = "avx2,fma")]
    pub(crate) fn negate_where(&self, signs: __m256d) -> Self {
        let mut out = *self;
        for a in &mut out.limbs {
            *a = _mm256_xor_pd(*a, signs);
        }
        out
    }

    /// The same element as a number of at most 0.51·p with limbs of at most 2^50 + 8, from one
    /// whose limbs stay below 2^53 after that: at most 2.5·p with limbs of at most 2^52 + 2^10, or 3.5·p with limbs of at
    /// most 3·(2^50 + 2^8).
    #[inline]
    #[target_feature(enable = "avx2,fma")]
    pub(crate) fn tidy(&self) -> Self {
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

    /// Reads four elements, each of four words.
    ///
    /// # Safety
    /// Every pointer is valid for reading four words.
    #[inline]
    #[target_feature(enable = "avx2,fma")]
    pub(crate) unsafe fn load(from: [*const u64; 4]) -> Self {
        let [a, b, c, d] = from;
        // SAFETY: the caller's promise; these loads need no alignment.
        let rows = unsafe {
            [
                _mm256_loadu_pd(a.cast()),
                _mm256_loadu_pd(b.cast()),
                _mm256_loadu_pd(c.cast()),
                _mm256_loadu_pd(d.cast()),
            ]
        };
        let [a, b, c, d] = transpose(rows);
        let (a, b) = (_mm256_castpd_si256(a), _mm256_castpd_si256(b));
        let (c, d) = (_mm256_castpd_si256(c), _mm256_castpd_si256(d));
        let mask = _mm256_set1_epi64x(MASK);
        let join = |low, high| _mm256_and_si256(_mm256_or_si256(low, high), mask);
        let plain = _mm256_set1_pd(PLAIN);
        let double = |integer| {
            let bits = _mm256_or_si256(integer, _mm256_castpd_si256(plain));
            _mm256_sub_pd(_mm256_castsi256_pd(bits), plain)
        };
        Self::of([
            double(_mm256_and_si256(a, mask)),
            double(join(_mm256_srli_epi64::<51>(a), _mm256_slli_epi64::<13>(b))),
            double(join(_mm256_srli_epi64::<38>(b), _mm256_slli_epi64::<26>(c))),
            double(join(_mm256_srli_epi64::<25>(c), _mm256_slli_epi64::<39>(d))),
            double(_mm256_srli_epi64::<12>(d)),
        ])
    }

    /// The words of the four elements, each below p.
    #[inline]
    #[target_feature(enable = "avx2,fma")]
    pub(crate) fn words(&self) -> [[u64; 4]; 4] {
        let mut limbs = [[0.0; 4]; LIMBS];
        for (out, limb) in limbs.iter_mut().zip(&self.tidy().limbs) {
            // SAFETY: four doubles are written to an array of four.
            unsafe { _mm256_storeu_pd(out.as_mut_ptr(), *limb) };
        }
        std::array::from_fn(|lane| {
            let signed: [i64; LIMBS] = std::array::from_fn(|i| limbs[i][lane] as i64);
            canonical(&signed, &M::PRIME)
        })
    }
}

/// The number 0..p for limbs of a number of at most 0.6·p, positive or negative.
fn canonical(signed: &[i64; LIMBS], p: &[u64; 4]) -> [u64; 4] {
    let prime = limbs(p);
    let mut carry = 0_i64;
    // p is added, so that the whole is positive; only a carry between limbs can be negative.
    let [a, b, c, d, e] = std::array::from_fn(|i| {
        let sum = signed[i] + prime[i] as i64 + carry;
        carry = sum >> 51;
        (sum & MASK) as u64
    });
    let words = [
        a | b << 51,
        b >> 13 | c << 38,
        c >> 26 | d << 25,
        d >> 39 | e << 12,
    ];
    reduce_once(words, p)
}

/// Four rows become four columns.
#[inline]
#[target_feature(enable = "avx2,fma")]
pub(crate) fn transpose([a, b, c, d]: [__m256d; 4]) -> [__m256d; 4] {
    let ab_even = _mm256_unpacklo_pd(a, b);
    let ab_odd = _mm256_unpackhi_pd(a, b);
    let cd_even = _mm256_unpacklo_pd(c, d);
    let cd_odd = _mm256_unpackhi_pd(c, d);
    [
        _mm256_permute2f128_pd::<0x20>(ab_even, cd_even),
        _mm256_permute2f128_pd::<0x20>(ab_odd, cd_odd),
        _mm256_permute2f128_pd::<0x31>(ab_even, cd_even),
        _mm256_permute2f128_pd::<0x31>(ab_odd, cd_odd),
    ]
}
