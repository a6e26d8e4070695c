//! The coordinates of both groups as lanes: elements of Fq here, of Fq2 in [`two`].

use std::arch::x86_64::*;

use ark_bn254::Fq;
use ark_ff::{AdditiveGroup, Field};

use crate::curve::Coordinate;
use crate::lanes::{Lanes, transpose};
use crate::radix51::{Base, Modulus, reduce_once};

mod two;

pub(crate) use two::{Factor, Two};

/// Four coordinates at a time, in the form x·2^255 mod p.
///
/// All functions want a processor with AVX2 and FMA: that is the whole of their safety contract where
/// no other is given. Results of `mul`, `mul_two`, `square_two` and `tidy` may be multiplied with anything that is a
/// sum of two results or packed elements.
pub(crate) trait LaneField: Copy + 'static {
    /// The field in the library's form.
    type Element: Field;
    /// A point between additions: limbs of both coordinates.
    type Point: Copy + Send + Sync + 'static;
    /// Words of a packed element.
    const WORDS: usize;
    /// A point for filling memory with.
    const EMPTY: Self::Point;

    /// # Safety
    /// See the trait.
    unsafe fn one() -> Self;
    /// # Safety
    /// See the trait.
    unsafe fn mul(&self, other: &Self) -> Self;
    /// Two products, in less time than one after the other.
    ///
    /// # Safety
    /// See the trait.
    unsafe fn mul_two(first: [&Self; 2], second: [&Self; 2]) -> [Self; 2];
    /// Two squares.
    ///
    /// # Safety
    /// See the trait. Both are results.
    unsafe fn square_two(&self, other: &Self) -> [Self; 2];
    /// # Safety
    /// See the trait.
    unsafe fn add(&self, other: &Self) -> Self;
    /// # Safety
    /// See the trait.
    unsafe fn sub(&self, other: &Self) -> Self;
    /// # Safety
    /// See the trait.
    unsafe fn tidy(&self) -> Self;
    /// # Safety
    /// See the trait.
    unsafe fn negate_where(&self, signs: __m256d) -> Self;
    /// # Safety
    /// See the trait. Every pointer is valid for reading [`Self::WORDS`] words.
    unsafe fn load(from: [*const u64; 4]) -> Self;
    /// # Safety
    /// See the trait.
    unsafe fn elements(&self) -> [Self::Element; 4];
    /// # Safety
    /// See the trait.
    unsafe fn from_elements(elements: &[Self::Element; 4]) -> Self;
    /// The first coordinates alone.
    ///
    /// # Safety
    /// See the trait. Every pointer is valid for reading a point.
    unsafe fn load_x(from: [*const Self::Point; 4]) -> Self;
    /// # Safety
    /// See the trait. Every pointer is valid for reading a point.
    unsafe fn load_xy(from: [*const Self::Point; 4]) -> [Self; 2];
    /// # Safety
    /// See the trait. Every pointer is valid for writing a point; where two are the same, the later
    /// lane stays.
    unsafe fn store_xy(xy: &[Self; 2], to: [*mut Self::Point; 4]);
}

/// 2^255 mod p.
const ONE: [u64; 4] = {
    let p = &Base::PRIME;
    let mut x = [0, 0, 0, 1 << 63];
    // 2^255 is a little more than twice p.
    let mut i = 0;
    while i < 3 {
        x = reduce_once(x, p);
        i += 1;
    }
    x
};

/// An element of the base field as packed words.
pub(crate) fn pack(element: &Fq) -> [u64; 4] {
    // The library's words are x·2^256.
    Base::raw(&element.halved())
}

/// An element of the base field from packed words below p.
pub(crate) fn unpack(words: [u64; 4]) -> Fq {
    Base::from_raw(words).double()
}

/// Four lanes of Fq.
pub(crate) type One = Lanes<Base>;

/// Limbs of a point of G1: four of x, four of y, the last ones of both.
#[derive(Clone, Copy)]
#[repr(C, align(32))]
pub(crate) struct Point1([f64; 12]);

/// Four lanes of an element of Fq from its block of four limbs and its last limb.
#[inline]
fn join([a, b, c, d]: [__m256d; 4], last: __m256d) -> One {
    One::of([a, b, c, d, last])
}

#[inline]
fn split(element: &One) -> ([__m256d; 4], __m256d) {
    let [a, b, c, d, last] = element.limbs;
    ([a, b, c, d], last)
}

/// Block number `block` of four points, transposed.
///
/// # Safety
/// AVX2; every pointer is valid for reading `4·block + 4` doubles and aligned to 32 bytes.
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

impl LaneField for One {
    type Element = Fq;
    type Point = Point1;
    const WORDS: usize = 4;
    const EMPTY: Point1 = Point1([0.0; 12]);

    #[inline]
    #[target_feature(enable = "avx2,fma")]
    unsafe fn one() -> Self {
        Self::splat(&ONE)
    }

    #[inline]
    #[target_feature(enable = "avx2,fma")]
    unsafe fn mul(&self, other: &Self) -> Self {
        Lanes::mul(self, other)
    }

    #[inline]
    #[target_feature(enable = "avx2,fma")]
    unsafe fn mul_two(first: [&Self; 2], second: [&Self; 2]) -> [Self; 2] {
        Lanes::mul_two(first, second)
    }

    #[inline]
    #[target_feature(enable = "avx2,fma")]
    unsafe fn square_two(&self, other: &Self) -> [Self; 2] {
        Lanes::square_two(self, other)
    }

    #[inline]
    #[target_feature(enable = "avx2,fma")]
    unsafe fn add(&self, other: &Self) -> Self {
        Lanes::add(self, other)
    }

    #[inline]
    #[target_feature(enable = "avx2,fma")]
    unsafe fn sub(&self, other: &Self) -> Self {
        Lanes::sub(self, other)
    }

    #[inline]
    #[target_feature(enable = "avx2,fma")]
    unsafe fn tidy(&self) -> Self {
        Lanes::tidy(self)
    }

    #[inline]
    #[target_feature(enable = "avx2,fma")]
    unsafe fn negate_where(&self, signs: __m256d) -> Self {
        Lanes::negate_where(self, signs)
    }

    #[inline]
    #[target_feature(enable = "avx2,fma")]
    unsafe fn load(from: [*const u64; 4]) -> Self {
        // SAFETY: the caller's promise.
        unsafe { Lanes::load(from) }
    }

    #[target_feature(enable = "avx2,fma")]
    unsafe fn elements(&self) -> [Fq; 4] {
        self.words().map(unpack)
    }

    #[target_feature(enable = "avx2,fma")]
    unsafe fn from_elements(elements: &[Fq; 4]) -> Self {
        let words = elements.each_ref().map(pack);
        // SAFETY: each pointer is to an array of four words.
        unsafe { Lanes::load(words.each_ref().map(|words| words.as_ptr())) }
    }

    #[inline]
    #[target_feature(enable = "avx2,fma")]
    unsafe fn load_x(from: [*const Point1; 4]) -> Self {
        let from = from.map(|point| point.cast::<f64>());
        // SAFETY: a point has three blocks and is aligned.
        unsafe {
            let [last, ..] = read_block(from, 2);
            join(read_block(from, 0), last)
        }
    }

    #[inline]
    #[target_feature(enable = "avx2,fma")]
    unsafe fn load_xy(from: [*const Point1; 4]) -> [Self; 2] {
        let from = from.map(|point| point.cast::<f64>());
        // SAFETY: a point has three blocks and is aligned.
        unsafe {
            let [x, y, ..] = read_block(from, 2);
            [join(read_block(from, 0), x), join(read_block(from, 1), y)]
        }
    }

    #[inline]
    #[target_feature(enable = "avx2,fma")]
    unsafe fn store_xy([x, y]: &[Self; 2], to: [*mut Point1; 4]) {
        let to = to.map(|point| point.cast::<f64>());
        let ((x, x_last), (y, y_last)) = (split(x), split(y));
        let zero = _mm256_setzero_pd();
        // SAFETY: a point has three blocks and is aligned.
        unsafe {
            write_block(x, to, 0);
            write_block(y, to, 1);
            write_block([x_last, y_last, zero, zero], to, 2);
        }
    }
}
