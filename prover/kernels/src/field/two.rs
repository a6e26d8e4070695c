//! Fq2 = Fq[u]/(u² + 1), four elements at a time.

use std::arch::x86_64::*;

use ark_bn254::Fq2;

use super::{LaneField, ONE, One, join, read_block, split, unpack, write_block};
use crate::lanes::Lanes;

mod factor;

pub(crate) use factor::Factor;

/// Limbs of a point of G2: four each of x₀, x₁, y₀, y₁, then the last ones of all.
#[derive(Clone, Copy)]
#[repr(C, align(32))]
pub(crate) struct Point2([f64; 20]);

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
