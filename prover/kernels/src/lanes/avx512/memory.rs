//! Eight elements in memory: four words each, in tables and between additions alike.

use std::arch::x86_64::*;

use super::Eight;
use super::radix52::{LIMBS, MASK};
use crate::prime::{Modulus, reduce_once};

/// Words of a point of G1: x and y, a line of the cache.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
pub(crate) struct Point1(pub(super) [u64; 8]);

/// Words of a point of G2: x₀, x₁, y₀, y₁.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
pub(crate) struct Point2(pub(super) [u64; 16]);

impl<M: Modulus> Eight<M> {
    /// [`super::Lanes::load`].
    ///
    /// # Safety
    /// As there.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq")]
    pub(super) unsafe fn loaded(from: [*const u64; 8]) -> Self {
        let mut rows = [_mm256_setzero_si256(); 8];
        for (row, words) in rows.iter_mut().zip(from) {
            // SAFETY: the caller's promise; these loads need no alignment.
            *row = unsafe { _mm256_loadu_si256(words.cast()) };
        }
        let [a, b, c, d] = to_columns(rows);
        let mask = _mm512_set1_epi64(MASK);
        let (b_up, c_up) = (_mm512_slli_epi64::<12>(b), _mm512_slli_epi64::<24>(c));
        let d_up = _mm512_slli_epi64::<36>(d);
        let second = _mm512_or_si512(_mm512_srli_epi64::<52>(a), b_up);
        let third = _mm512_or_si512(_mm512_srli_epi64::<40>(b), c_up);
        let fourth = _mm512_or_si512(_mm512_srli_epi64::<28>(c), d_up);
        Self::of([
            _mm512_and_si512(a, mask),
            _mm512_and_si512(second, mask),
            _mm512_and_si512(third, mask),
            _mm512_and_si512(fourth, mask),
            _mm512_srli_epi64::<16>(d),
        ])
    }

    /// Four words of each element; results are below 2^256.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq")]
    fn joined(&self) -> [__m512i; 4] {
        let [a, b, c, d, e] = self.limbs;
        [
            _mm512_or_si512(a, _mm512_slli_epi64::<52>(b)),
            _mm512_or_si512(_mm512_srli_epi64::<12>(b), _mm512_slli_epi64::<40>(c)),
            _mm512_or_si512(_mm512_srli_epi64::<24>(c), _mm512_slli_epi64::<28>(d)),
            _mm512_or_si512(_mm512_srli_epi64::<36>(d), _mm512_slli_epi64::<16>(e)),
        ]
    }

    /// Writes four words of each element.
    ///
    /// # Safety
    /// Every pointer is valid for writing four words.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq")]
    unsafe fn store(&self, to: [*mut u64; 8]) {
        for (row, to) in to_rows(self.joined()).into_iter().zip(to) {
            // SAFETY: the caller's promise; these stores need no alignment.
            unsafe { _mm256_storeu_si256(to.cast(), row) };
        }
    }

    /// [`super::Lanes::read`].
    ///
    /// # Safety
    /// As there.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq")]
    pub(super) unsafe fn read_points<const PARTS: usize>(from: [*const u64; 8]) -> [Self; PARTS] {
        let mut out = [Self::of([_mm512_setzero_si512(); LIMBS]); PARTS];
        for (number, out) in out.iter_mut().enumerate() {
            let mut from = from;
            // SAFETY: a point has four words for each coordinate.
            unsafe {
                for words in &mut from {
                    *words = words.add(4 * number);
                }
                *out = Self::loaded(from);
            }
        }
        out
    }

    /// [`super::Lanes::write`].
    ///
    /// # Safety
    /// As there.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq")]
    pub(super) unsafe fn write_points<const OF: usize>(parts: [&Self; OF], to: [*mut u64; 8]) {
        for (number, part) in parts.into_iter().enumerate() {
            let mut to = to;
            // SAFETY: a point has four words for each coordinate.
            unsafe {
                for words in &mut to {
                    *words = words.add(4 * number);
                }
                part.store(to);
            }
        }
    }

    /// [`super::Lanes::words`].
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq")]
    pub(super) fn canonical(&self) -> [[u64; 4]; 8] {
        let mut out = [[0; 4]; 8];
        // SAFETY: each pointer is to an array of four words.
        unsafe {
            self.tidied()
                .store(out.each_mut().map(|words| words.as_mut_ptr()));
        }
        // Below 2.3·p.
        out.map(|words| reduce_once(reduce_once(words, &M::PRIME), &M::PRIME))
    }

    /// [`super::Lanes::turn`].
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq")]
    pub(super) fn turned(blocks: &mut [Self; 8]) {
        for i in 0..LIMBS {
            let mut rows = [_mm512_setzero_si512(); 8];
            for (row, block) in rows.iter_mut().zip(&*blocks) {
                *row = block.limbs[i];
            }
            let rows = transpose(rows);
            for (block, row) in blocks.iter_mut().zip(rows) {
                block.limbs[i] = row;
            }
        }
    }
}

/// Rows of four words, one for each lane, become four columns.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq")]
fn to_columns(rows: [__m256i; 8]) -> [__m512i; 4] {
    let [a, b, c, d, e, f, g, h] = rows;
    let (ac, bd, eg, fh) = (join(a, c), join(b, d), join(e, g), join(f, h));
    let (ab_even, ab_odd) = (_mm512_unpacklo_epi64(ac, bd), _mm512_unpackhi_epi64(ac, bd));
    let (cd_even, cd_odd) = (_mm512_unpacklo_epi64(eg, fh), _mm512_unpackhi_epi64(eg, fh));
    [
        _mm512_shuffle_i64x2::<0x88>(ab_even, cd_even),
        _mm512_shuffle_i64x2::<0x88>(ab_odd, cd_odd),
        _mm512_shuffle_i64x2::<0xdd>(ab_even, cd_even),
        _mm512_shuffle_i64x2::<0xdd>(ab_odd, cd_odd),
    ]
}

/// Two rows in one register.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq")]
fn join(low: __m256i, high: __m256i) -> __m512i {
    _mm512_inserti64x4::<1>(_mm512_castsi256_si512(low), high)
}

#[inline]
#[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq")]
fn low(rows: __m512i) -> __m256i {
    _mm512_castsi512_si256(rows)
}

#[inline]
#[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq")]
fn high(rows: __m512i) -> __m256i {
    _mm512_extracti64x4_epi64::<1>(rows)
}

/// And back.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq")]
fn to_rows([a, b, c, d]: [__m512i; 4]) -> [__m256i; 8] {
    let (ab_even, ab_odd) = (_mm512_unpacklo_epi64(a, b), _mm512_unpackhi_epi64(a, b));
    let (cd_even, cd_odd) = (_mm512_unpacklo_epi64(c, d), _mm512_unpackhi_epi64(c, d));
    let front = _mm512_set_epi64(11, 10, 3, 2, 9, 8, 1, 0);
    let back = _mm512_set_epi64(15, 14, 7, 6, 13, 12, 5, 4);
    let even = _mm512_permutex2var_epi64(ab_even, front, cd_even);
    let odd = _mm512_permutex2var_epi64(ab_odd, front, cd_odd);
    let more_even = _mm512_permutex2var_epi64(ab_even, back, cd_even);
    let more_odd = _mm512_permutex2var_epi64(ab_odd, back, cd_odd);
    [
        low(even),
        low(odd),
        high(even),
        high(odd),
        low(more_even),
        low(more_odd),
        high(more_even),
        high(more_odd),
    ]
}

/// Eight rows of eight become eight columns.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq")]
fn transpose(rows: [__m512i; 8]) -> [__m512i; 8] {
    let mut halves = [[_mm256_setzero_si256(); 8]; 2];
    for (i, row) in rows.into_iter().enumerate() {
        halves[0][i] = _mm512_castsi512_si256(row);
        halves[1][i] = _mm512_extracti64x4_epi64::<1>(row);
    }
    let [a, b, c, d] = to_columns(halves[0]);
    let [e, f, g, h] = to_columns(halves[1]);
    [a, b, c, d, e, f, g, h]
}
