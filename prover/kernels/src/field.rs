//! The coordinates of both groups as lanes: elements of Fq and of Fq2 = Fq[u]/(u² + 1).

use std::arch::x86_64::*;

use ark_bn254::{Fq, Fq2};
use ark_ff::{AdditiveGroup, Field};

use crate::curve::Coordinate;
use crate::lanes::{Lanes, transpose};
use crate::radix51::{Base, Modulus, reduce_once};

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

type One = Lanes<Base>;

/// Limbs of a point of G1: four of x, four of y, the last ones of both.
#[derive(Clone, Copy)]
#[repr(C, align(32))]
pub(crate) struct Point1([f64; 12]);

/// Limbs of a point of G2: four each of x₀, x₁, y₀, y₁, then the last ones of all.
#[derive(Clone, Copy)]
#[repr(C, align(32))]
pub(crate) struct Point2([f64; 20]);

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
        let words = elements.each_ref().map(|element| pack(element));
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

/// Four lanes of Fq2.
#[derive(Clone, Copy)]
pub(crate) struct Two {
    re: One,
    im: One,
}

impl LaneField for Two {
    type Element = Fq2;
    type Point = Point2;
    const WORDS: usize = 8;
    const EMPTY: Point2 = Point2([0.0; 20]);

    #[inline]
    #[target_feature(enable = "avx2,fma")]
    unsafe fn one() -> Self {
        Self {
            re: One::splat(&ONE),
            im: One::zero(),
        }
    }

    /// Two reductions for four products.
    #[inline]
    #[target_feature(enable = "avx2,fma")]
    unsafe fn mul(&self, other: &Self) -> Self {
        let minus = self.im.negate_where(_mm256_set1_pd(-0.0));
        let [re, im] = One::mul_sums(
            [[&self.re, &other.re], [&minus, &other.im]],
            [[&self.re, &other.im], [&self.im, &other.re]],
        );
        Self {
            re: re.tidy(),
            im: im.tidy(),
        }
    }

    #[inline]
    #[target_feature(enable = "avx2,fma")]
    unsafe fn mul_two([a, b]: [&Self; 2], [d, e]: [&Self; 2]) -> [Self; 2] {
        // SAFETY: this function's contract. One product has two of Fq to do in turns already.
        unsafe { [a.mul(b), d.mul(e)] }
    }

    /// (a + bu)² = (a + b)(a − b) + 2ab·u.
    #[inline]
    #[target_feature(enable = "avx2,fma")]
    unsafe fn square_two(&self, other: &Self) -> [Self; 2] {
        let (a, b) = (self, other);
        let (a_sum, a_twice) = (Lanes::add(&a.re, &a.im).tidy(), Lanes::add(&a.re, &a.re));
        let (b_sum, b_twice) = (Lanes::add(&b.re, &b.im).tidy(), Lanes::add(&b.re, &b.re));
        let (a_rest, b_rest) = (Lanes::sub(&a.re, &a.im), Lanes::sub(&b.re, &b.im));
        let [a_re, a_im] = One::mul_two([&a_sum, &a_rest], [&a_twice, &a.im]);
        let [b_re, b_im] = One::mul_two([&b_sum, &b_rest], [&b_twice, &b.im]);
        [Self { re: a_re, im: a_im }, Self { re: b_re, im: b_im }]
    }

    #[inline]
    #[target_feature(enable = "avx2,fma")]
    unsafe fn add(&self, other: &Self) -> Self {
        Self {
            re: Lanes::add(&self.re, &other.re),
            im: Lanes::add(&self.im, &other.im),
        }
    }

    #[inline]
    #[target_feature(enable = "avx2,fma")]
    unsafe fn sub(&self, other: &Self) -> Self {
        Self {
            re: Lanes::sub(&self.re, &other.re),
            im: Lanes::sub(&self.im, &other.im),
        }
    }

    #[inline]
    #[target_feature(enable = "avx2,fma")]
    unsafe fn tidy(&self) -> Self {
        Self {
            re: Lanes::tidy(&self.re),
            im: Lanes::tidy(&self.im),
        }
    }

    #[inline]
    #[target_feature(enable = "avx2,fma")]
    unsafe fn negate_where(&self, signs: __m256d) -> Self {
        Self {
            re: Lanes::negate_where(&self.re, signs),
            im: Lanes::negate_where(&self.im, signs),
        }
    }

    #[inline]
    #[target_feature(enable = "avx2,fma")]
    unsafe fn load(from: [*const u64; 4]) -> Self {
        // SAFETY: the caller's promise: eight words each.
        unsafe {
            Self {
                re: Lanes::load(from),
                im: Lanes::load(from.map(|words| words.add(4))),
            }
        }
    }

    #[target_feature(enable = "avx2,fma")]
    unsafe fn elements(&self) -> [Fq2; 4] {
        let (re, im) = (self.re.words(), self.im.words());
        std::array::from_fn(|lane| Fq2::new(unpack(re[lane]), unpack(im[lane])))
    }

    #[target_feature(enable = "avx2,fma")]
    unsafe fn from_elements(elements: &[Fq2; 4]) -> Self {
        // SAFETY: this function's contract.
        unsafe {
            Self {
                re: One::from_elements(&elements.map(|e| e.c0)),
                im: One::from_elements(&elements.map(|e| e.c1)),
            }
        }
    }

    #[inline]
    #[target_feature(enable = "avx2,fma")]
    unsafe fn load_x(from: [*const Point2; 4]) -> Self {
        let from = from.map(|point| point.cast::<f64>());
        // SAFETY: a point has five blocks and is aligned.
        unsafe {
            let [re, im, ..] = read_block(from, 4);
            Self {
                re: join(read_block(from, 0), re),
                im: join(read_block(from, 1), im),
            }
        }
    }

    #[inline]
    #[target_feature(enable = "avx2,fma")]
    unsafe fn load_xy(from: [*const Point2; 4]) -> [Self; 2] {
        let from = from.map(|point| point.cast::<f64>());
        // SAFETY: a point has five blocks and is aligned.
        unsafe {
            let [x0, x1, y0, y1] = read_block(from, 4);
            [
                Self {
                    re: join(read_block(from, 0), x0),
                    im: join(read_block(from, 1), x1),
                },
                Self {
                    re: join(read_block(from, 2), y0),
                    im: join(read_block(from, 3), y1),
                },
            ]
        }
    }

    #[inline]
    #[target_feature(enable = "avx2,fma")]
    unsafe fn store_xy([x, y]: &[Self; 2], to: [*mut Point2; 4]) {
        let to = to.map(|point| point.cast::<f64>());
        let parts = [split(&x.re), split(&x.im), split(&y.re), split(&y.im)];
        // SAFETY: a point has five blocks and is aligned.
        unsafe {
            for (block, (limbs, _)) in parts.iter().enumerate() {
                write_block(*limbs, to, block);
            }
            write_block(parts.map(|(_, last)| last), to, 4);
        }
    }
}
