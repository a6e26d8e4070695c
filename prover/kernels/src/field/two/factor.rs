//! Elements of Fq2 as factors of sums of products.
//!
//! What is multiplied is tidy or the result of a product; sums and differences are tidied or made ready
//! first. `docs/kernels.md` has the bounds.

use ark_bn254::Fq2;

use super::{LaneField, Two};
use crate::lanes::Lanes;
use crate::prime::Base;

/// An element with the sum of its parts.
pub(crate) struct Factor<'a, L, const N: usize> {
    of: &'a Two<L, N>,
    sum: L,
}

impl<const N: usize, L: Lanes<N, Modulus = Base>> Two<L, N> {
    /// The same element in every lane.
    #[inline(always)]
    pub(crate) fn splat(isa: L::Isa, element: Fq2) -> Self {
        Self::lanes(isa, &[element; N])
    }

    /// Elements, tidy.
    #[inline(always)]
    pub(crate) fn lanes(isa: L::Isa, elements: &[Fq2; N]) -> Self {
        Self::from_elements(isa, elements).tidied()
    }

    /// The first factor of a product.
    #[inline(always)]
    pub(crate) fn left(&self) -> Factor<'_, L, N> {
        let sum = self.re.left_sum(&self.im);
        Factor { of: self, sum }
    }

    /// The second factor.
    #[inline(always)]
    pub(crate) fn right(&self) -> Factor<'_, L, N> {
        let sum = self.re.right_sum(&self.im);
        Factor { of: self, sum }
    }

    /// Σ a·x over at most four pairs of a left and a right factor.
    #[inline(always)]
    pub(crate) fn sum_of_products<const K: usize>(terms: [[&Factor<'_, L, N>; 2]; K]) -> Self {
        Self::of(L::complex_sums(terms.map(|pair| {
            pair.map(|factor| [&factor.of.re, &factor.of.im, &factor.sum])
        })))
    }

    #[inline(always)]
    pub(crate) fn times(&self, other: &Self) -> Self {
        Self::sum_of_products([[&self.left(), &other.right()]])
    }

    /// (a + bu)² = (a + b)(a − b) + 2ab·u.
    #[inline(always)]
    pub(crate) fn squared(&self) -> Self {
        let sum = self.re.left_sum(&self.im);
        let rest = self.re.sub(&self.im).ready();
        let twice = self.re.right_sum(&self.re);
        Self::of(L::mul_two([&sum, &rest], [&twice, &self.im]))
    }

    /// The product with an element of Fq.
    #[inline(always)]
    pub(crate) fn scaled(&self, by: &L) -> Self {
        Self::of(L::mul_two([&self.re, by], [&self.im, by]))
    }

    #[inline(always)]
    pub(crate) fn plus(&self, other: &Self) -> Self {
        Self::of([self.re.add(&other.re), self.im.add(&other.im)])
    }

    #[inline(always)]
    pub(crate) fn minus(&self, other: &Self) -> Self {
        Self::of([self.re.sub(&other.re), self.im.sub(&other.im)])
    }

    #[inline(always)]
    pub(crate) fn tidied(&self) -> Self {
        Self::of([self.re.tidy(), self.im.tidy()])
    }

    #[inline(always)]
    pub(crate) fn negated(&self) -> Self {
        Self::of([self.re.negated(), self.im.negated()])
    }

    /// The conjugate as a factor.
    #[inline(always)]
    pub(crate) fn conjugated(&self) -> Self {
        Self::of([self.re, self.im.negated().ready()])
    }

    /// The product with ξ = 9 + u, tidy.
    #[inline(always)]
    pub(crate) fn times_xi(&self) -> Self {
        Self::of([
            self.re.nine_plus(&self.im.negated()),
            self.im.nine_plus(&self.re),
        ])
    }
}
