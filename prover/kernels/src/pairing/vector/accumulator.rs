//! The product of lines, one for each lane.

use ark_bn254::{Fq2, Fq6, Fq12};
use ark_ff::{AdditiveGroup, Field};

use crate::field::{LaneField, Two};
use crate::lanes::Lanes;
use crate::prime::Base;

/// Coefficients of an element of Fq12: of 1, v, v², w, v·w, v²·w. Always tidy.
pub(super) struct Accumulator<L, const N: usize>([Two<L, N>; 6]);

impl<const N: usize, L: Lanes<N, Modulus = Base>> Accumulator<L, N> {
    #[inline(always)]
    pub(super) fn one(isa: L::Isa) -> Self {
        let (one, zero) = (Two::splat(isa, Fq2::ONE), Two::splat(isa, Fq2::ZERO));
        Self([one, zero, zero, zero, zero, zero])
    }

    /// Times 1 + a·w + b·w³, where w² = v and v³ = ξ.
    ///
    /// Every coefficient of the product is one of f and a sum of two products, which is reduced once.
    #[inline(always)]
    pub(super) fn multiply(&mut self, [a, b]: &[Two<L, N>; 2]) {
        let (xi_a, xi_b) = (a.times_xi(), b.times_xi());
        let (a, b) = (&a.left(), &b.left());
        let (xi_a, xi_b) = (&xi_a.left(), &xi_b.left());
        let [f0, f1, f2, f3, f4, f5] = &self.0;
        let (f0, f1, f2) = (&f0.right(), &f1.right(), &f2.right());
        let (f3, f4, f5) = (&f3.right(), &f4.right(), &f5.right());
        let sums = [
            Two::sum_of_products([[xi_a, f5], [xi_b, f4]]),
            Two::sum_of_products([[a, f3], [xi_b, f5]]),
            Two::sum_of_products([[a, f4], [b, f3]]),
            Two::sum_of_products([[a, f0], [xi_b, f2]]),
            Two::sum_of_products([[a, f1], [b, f0]]),
            Two::sum_of_products([[a, f2], [b, f1]]),
        ];
        for (coefficient, sum) in self.0.iter_mut().zip(&sums) {
            *coefficient = coefficient.plus(sum).tidied();
        }
    }

    /// (c + dw)² = (c + d)(c + v·d) − cd − v·cd + 2cd·w.
    #[inline(always)]
    pub(super) fn square(&mut self) {
        let [c0, c1, c2, d0, d1, d2] = &self.0;
        let [p0, p1, p2] = multiply([c0, c1, c2], [d0, d1, d2]);
        // Three such sums would be too much for one `tidy`.
        let [p0, p1, p2] = &[p0.tidied(), p1.tidied(), p2.tidied()];
        let left = [
            c0.plus(d0).tidied(),
            c1.plus(d1).tidied(),
            c2.plus(d2).tidied(),
        ];
        let right = [
            c0.plus(&d2.times_xi()).tidied(),
            c1.plus(d0).tidied(),
            c2.plus(d1).tidied(),
        ];
        let [s0, s1, s2] = multiply(left.each_ref(), right.each_ref());
        self.0 = [
            s0.minus(p0).minus(&p2.times_xi()).tidied(),
            s1.minus(p1).minus(p0).tidied(),
            s2.minus(p2).minus(p1).tidied(),
            p0.plus(p0).tidied(),
            p1.plus(p1).tidied(),
            p2.plus(p2).tidied(),
        ];
    }

    /// The product of all lanes.
    #[inline(always)]
    pub(super) fn product(&self) -> Fq12 {
        let mut columns = [[Fq2::ZERO; N]; 6];
        for (column, coefficient) in columns.iter_mut().zip(&self.0) {
            *column = coefficient.elements();
        }
        let [c0, c1, c2, d0, d1, d2] = columns;
        let mut product = Fq12::ONE;
        for lane in 0..N {
            product *= Fq12::new(
                Fq6::new(c0[lane], c1[lane], c2[lane]),
                Fq6::new(d0[lane], d1[lane], d2[lane]),
            );
        }
        product
    }
}

/// The product in Fq6, each coefficient reduced once.
#[inline(always)]
fn multiply<L: Lanes<N, Modulus = Base>, const N: usize>(
    [x0, x1, x2]: [&Two<L, N>; 3],
    [y0, y1, y2]: [&Two<L, N>; 3],
) -> [Two<L, N>; 3] {
    let (xi_y1, xi_y2) = (y1.times_xi(), y2.times_xi());
    let (xi_y1, xi_y2) = (&xi_y1.right(), &xi_y2.right());
    let (x0, x1, x2) = (&x0.left(), &x1.left(), &x2.left());
    let (y0, y1, y2) = (&y0.right(), &y1.right(), &y2.right());
    [
        Two::sum_of_products([[x0, y0], [x1, xi_y2], [x2, xi_y1]]),
        Two::sum_of_products([[x0, y1], [x1, y0], [x2, xi_y2]]),
        Two::sum_of_products([[x0, y2], [x1, y1], [x2, y0]]),
    ]
}
