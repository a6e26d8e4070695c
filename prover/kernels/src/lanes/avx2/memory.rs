//! Four elements in memory: packed words, and points between additions as limbs.
//!
//! A point has a block of four limbs for each coordinate, then a block of their last limbs, which a transposition turns into lanes.

use std::arch::x86_64::*;

use super::Four;
use super::product::{MASK, PLAIN};
use super::radix51::{LIMBS, limbs};
use crate::prime::{Modulus, reduce_once};

/// Limbs of a point of G1: four of x, four of y, the last ones of both.
#[derive(Clone, Copy)]
#[repr(C, align(32))]
pub(crate) struct Point1(pub(super) [f64; 12]);

/// Limbs of a point of G2: four each of x₀, x₁, y₀, y₁, then the last ones of all.
#[derive(Clone, Copy)]
#[repr(C, align(32))]
pub(crate) struct Point2(pub(super) [f64; 20]);

impl<M: Modulus> Four<M> {
    /// Reads four elements, each of four words.
    ///
    /// # Safety
    /// Every pointer is valid for reading four words.
    #[inline]
    #[target_feature(enable = "avx2,fma")]
    pub(super) unsafe fn loaded(from: [*const u64; 4]) -> Self {
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
    pub(super) fn canonical(&self) -> [[u64; 4]; 4] {
        let mut limbs = [[0.0; 4]; LIMBS];
        for (out, limb) in limbs.iter_mut().zip(&self.tidied().limbs) {
            // SAFETY: four doubles are written to an array of four.
            unsafe { _mm256_storeu_pd(out.as_mut_ptr(), *limb) };
        }
        std::array::from_fn(|lane| {
            let signed: [i64; LIMBS] = std::array::from_fn(|i| limbs[i][lane] as i64);
            reduced(&signed, &M::PRIME)
        })
    }

    /// [`super::Lanes::read`].
    ///
    /// # Safety
    /// As there.
    #[inline]
    #[target_feature(enable = "avx2,fma")]
    pub(super) unsafe fn read_points<const PARTS: usize, const OF: usize>(
        from: [*const f64; 4],
    ) -> [Self; PARTS] {
        // SAFETY: a point has a block for each coordinate and one more.
        unsafe {
            let last = read_block(from, OF);
            let mut out = [Self::of([_mm256_setzero_pd(); LIMBS]); PARTS];
            for (number, (out, last)) in out.iter_mut().zip(last).enumerate() {
                let [a, b, c, d] = read_block(from, number);
                *out = Self::of([a, b, c, d, last]);
            }
            out
        }
    }

    /// [`super::Lanes::write`].
    ///
    /// # Safety
    /// As there.
    #[inline]
    #[target_feature(enable = "avx2,fma")]
    pub(super) unsafe fn write_points<const OF: usize>(parts: [&Self; OF], to: [*mut f64; 4]) {
        let mut last = [_mm256_setzero_pd(); 4];
        // SAFETY: a point has a block for each coordinate and one more.
        unsafe {
            for (number, (part, last)) in parts.iter().zip(&mut last).enumerate() {
                let [a, b, c, d, end] = part.limbs;
                write_block([a, b, c, d], to, number);
                *last = end;
            }
            write_block(last, to, OF);
        }
    }

    /// [`super::Lanes::turn`].
    #[inline]
    #[target_feature(enable = "avx2,fma")]
    pub(super) fn turned(blocks: &mut [Self; 4]) {
        for i in 0..LIMBS {
            let [a, b, c, d] = &*blocks;
            let rows = transpose([a.limbs[i], b.limbs[i], c.limbs[i], d.limbs[i]]);
            for (block, row) in blocks.iter_mut().zip(rows) {
                block.limbs[i] = row;
            }
        }
    }
}

/// Block number `block` of four points, transposed.
///
/// # Safety
/// Every pointer is valid for reading `4·block + 4` doubles and aligned to 32 bytes.
#[inline]
#[target_feature(enable = "avx2,fma")]
unsafe fn read_block(from: [*const f64; 4], block: usize) -> [__m256d; 4] {
    let [a, b, c, d] = from;
    // SAFETY: the caller's promise.
    unsafe {
        transpose([
            _mm256_load_pd(a.add(4 * block)),
            _mm256_load_pd(b.add(4 * block)),
            _mm256_load_pd(c.add(4 * block)),
            _mm256_load_pd(d.add(4 * block)),
        ])
    }
}

/// # Safety
/// As [`read_block`], for writing.
#[inline]
#[target_feature(enable = "avx2,fma")]
unsafe fn write_block(columns: [__m256d; 4], to: [*mut f64; 4], block: usize) {
    for (row, point) in transpose(columns).into_iter().zip(to) {
        // SAFETY: the caller's promise.
        unsafe { _mm256_store_pd(point.add(4 * block), row) };
    }
}

/// The number 0..p for limbs of a number of at most 0.6·p, positive or negative.
fn reduced(signed: &[i64; LIMBS], p: &[u64; 4]) -> [u64; 4] {
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
fn transpose([a, b, c, d]: [__m256d; 4]) -> [__m256d; 4] {
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
