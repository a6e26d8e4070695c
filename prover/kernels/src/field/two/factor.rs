//! Elements of Fq2 as factors of sums of products.
//!
//! What is multiplied is tidy or the result of a product, so its limbs are at most 2^50 + 2^8; sums and differences are
//! tidied first. `docs/kernels.md` has the bounds.

use std::arch::x86_64::*;

use ark_bn254::Fq2;

use super::{LaneField, One, Two};

/// An element with the sum of its parts.
pub(crate) struct Factor<'a> {
    of: &'a Two,
    sum: One,
}

impl Two {
    /// The same element in every lane.
    #[target_feature(enable = "avx2,fma")]
    pub(crate) fn splat(element: Fq2) -> Self {
        Self::lanes(&[element; 4])
    }

    /// Four elements, tidy.
    #[target_feature(enable = "avx2,fma")]
    pub(crate) fn lanes(elements: &[Fq2; 4]) -> Self {
        // SAFETY: the processor has the instructions.
        let lanes = unsafe { <Self as LaneField>::from_elements(elements) };
        lanes.tidied()
    }

    /// The four elements.
    #[target_feature(enable = "avx2,fma")]
    pub(crate) fn to_elements(self) -> [Fq2; 4] {
        // SAFETY: the processor has the instructions.
        unsafe { <Self as LaneField>::elements(&self) }
    }

    /// The first factor of a product.
    #[inline]
    #[target_feature(enable = "avx2,fma")]
    pub(crate) fn left(&self) -> Factor<'_> {
        let sum = self.re.add(&self.im).tidy();
        Factor { of: self, sum }
    }

    /// The second factor.
    #[inline]
    #[target_feature(enable = "avx2,fma")]
    pub(crate) fn right(&self) -> Factor<'_> {
        let sum = self.re.add(&self.im);
        Factor { of: self, sum }
    }

    /// Σ a·x over at most four pairs of a left and a right factor.
    #[inline]
    #[target_feature(enable = "avx2,fma")]
    pub(crate) fn sum_of_products<const N: usize>(terms: [[&Factor<'_>; 2]; N]) -> Self {
        let [re, im] = One::complex_sums(
            terms.map(|pair| pair.map(|factor| [&factor.of.re, &factor.of.im, &factor.sum])),
        );
        Self { re, im }
    }

    #[inline]
    #[target_feature(enable = "avx2,fma")]
    pub(crate) fn times(&self, other: &Self) -> Self {
        Self::sum_of_products([[&self.left(), &other.right()]])
    }

    /// (a + bu)² = (a + b)(a − b) + 2ab·u.
    #[inline]
    #[target_feature(enable = "avx2,fma")]
    pub(crate) fn squared(&self) -> Self {
        let (sum, rest) = (self.re.add(&self.im).tidy(), self.re.sub(&self.im));
        let twice = self.re.add(&self.re);
        let [re, im] = One::mul_two([&sum, &rest], [&twice, &self.im]);
        Self { re, im }
    }

    /// The product with an element of Fq.
    #[inline]
    #[target_feature(enable = "avx2,fma")]
    pub(crate) fn scaled(&self, by: &One) -> Self {
        let [re, im] = One::mul_two([&self.re, by], [&self.im, by]);
        Self { re, im }
    }

    #[inline]
    #[target_feature(enable = "avx2,fma")]
    pub(crate) fn plus(&self, other: &Self) -> Self {
        Self {
            re: self.re.add(&other.re),
            im: self.im.add(&other.im),
        }
    }

    #[inline]
    #[target_feature(enable = "avx2,fma")]
    pub(crate) fn minus(&self, other: &Self) -> Self {
        Self {
            re: self.re.sub(&other.re),
            im: self.im.sub(&other.im),
        }
    }

    #[inline]
    #[target_feature(enable = "avx2,fma")]
    pub(crate) fn tidied(&self) -> Self {
        Self {
            re: self.re.tidy(),
            im: self.im.tidy(),
        }
    }

    #[inline]
    #[target_feature(enable = "avx2,fma")]
    pub(crate) fn negated(&self) -> Self {
        let signs = _mm256_set1_pd(-0.0);
        Self {
            re: self.re.negate_where(signs),
            im: self.im.negate_where(signs),
        }
    }

    #[inline]
    #[target_feature(enable = "avx2,fma")]
    pub(crate) fn conjugated(&self) -> Self {
        Self {
            re: self.re,
            im: self.im.negate_where(_mm256_set1_pd(-0.0)),
        }
    }

    /// The product with ξ = 9 + u, tidy. Eight times a part is taken in steps that stay exact.
    #[inline]
    #[target_feature(enable = "avx2,fma")]
    pub(crate) fn times_xi(&self) -> Self {
        let twice = self.plus(self).tidied();
        let four = twice.plus(&twice);
        let eight = four.plus(&four).tidied();
        Self {
            re: eight.re.add(&self.re).sub(&self.im).tidy(),
            im: eight.im.add(&self.im).add(&self.re).tidy(),
        }
    }
}
