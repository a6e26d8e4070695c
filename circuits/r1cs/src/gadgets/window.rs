//! Table lookups by signed digits.
//!
//! A function of digits e_i = ±1 is a polynomial in them of degree one in each; its coefficients
//! are averages over the table. A window of an odd function's argument, such as
//! `(e0 + 2·e1 + 4·e2)·B`, has an even u and an odd v, and two products give both.

use ark_ff::{AdditiveGroup, Field, One, Zero};
use obolus_protocol::{Fr, Point};
use taceo_ark_babyjubjub::EdwardsAffine;

use super::{edwards::EdwardsPoint, montgomery::MontgomeryPoint};
use crate::{builder::Builder, lc::Lc};

/// The eight points `(±1 ± 2 ± 4)·B` in Montgomery form.
pub(crate) struct SignedWindow {
    /// `u = u0 + q01·e0e1 + q02·e0e2 + q12·e1e2`, of which u0 − α·q01, α, q01 and q02 are kept:
    /// `u = (u0 − α·q01) + (e0 + α·e1)(q01·e1 + q02·e2)` with `α = q12/q02`, since e1² = 1.
    shifted: Fr,
    alpha: Fr,
    q01: Fr,
    q02: Fr,
    /// `v = Σ d_i·e_i + d3·e0e1e2 = κ·e0·u + Σ m_i·e_i` with `κ = d3/q12`.
    kappa: Fr,
    m: [Fr; 3],
    /// The points 1, 3, 5 and 7 times B.
    odd: [EdwardsAffine; 4],
}

impl SignedWindow {
    /// The window of a base point that is not neutral.
    pub(crate) fn new(base: &Point) -> Self {
        let double = base.add(base);
        let three = double.add(base);
        let five = three.add(&double);
        let points = [*base, three, five, five.add(&double)];
        let odd = points.each_ref().map(montgomery);
        // Index bit i set means e_i = +1; the entry at ~i is the opposite point.
        let table = |coordinate: fn(&(Fr, Fr)) -> Fr, sign: Fr| {
            let [one, three, five, seven] = odd.each_ref().map(coordinate);
            walsh([
                seven * sign,
                five * sign,
                three * sign,
                one * sign,
                one,
                three,
                five,
                seven,
            ])
        };
        let [u0, _, _, q01, _, q02, q12, _] = table(|p| p.0, Fr::one());
        let [_, d0, d1, _, d2, _, _, d3] = table(|p| p.1, -Fr::one());
        let alpha = q12 * invert(q02);
        let kappa = d3 * invert(q12);
        Self {
            shifted: u0 - alpha * q01,
            alpha,
            q01,
            q02,
            kappa,
            m: [d0 - kappa * u0, d1 - kappa * q01, d2 - kappa * q02],
            odd: points.map(|p| EdwardsAffine::new_unchecked(p.x(), p.y())),
        }
    }

    /// The same point as [`Self::lookup`] finds, without constraints. What is not 1 counts as −1.
    pub(crate) fn point(&self, digits: [&Lc; 3]) -> EdwardsAffine {
        let [e0, e1, e2] = digits.map(|e| e.value().is_one());
        let [one, three, five, seven] = self.odd;
        let point = match (e0 == e2, e1 == e2) {
            (false, false) => one,
            (true, false) => three,
            (false, true) => five,
            (true, true) => seven,
        };
        if e2 { point } else { -point }
    }

    /// `(e0 + 2·e1 + 4·e2)·B`, two constraints.
    pub(crate) fn lookup(&self, cs: &mut Builder, digits: [&Lc; 3]) -> MontgomeryPoint {
        let [e0, e1, e2] = digits;
        let left = e0 + &e1.scale(self.alpha);
        let right = &e1.scale(self.q01) + &e2.scale(self.q02);
        let u = cs
            .product("even", &left, &right)
            .plus_constant(self.shifted);
        let odd = cs.product("odd", &u, e0);
        let [m0, m1, m2] = self.m;
        let v = Lc::weighted([(&odd, self.kappa), (e0, m0), (e1, m1), (e2, m2)]);
        MontgomeryPoint { u, v }
    }
}

/// Four points by two digits.
pub(crate) struct Lookup2 {
    x: [Fr; 4],
    y: [Fr; 4],
}

impl Lookup2 {
    /// Index bit i set means e_i = +1.
    pub(crate) fn new(table: [Point; 4]) -> Self {
        Self {
            x: walsh(table.map(|p| p.x())),
            y: walsh(table.map(|p| p.y())),
        }
    }

    /// The point, one constraint.
    pub(crate) fn lookup(&self, cs: &mut Builder, digits: [&Lc; 2]) -> EdwardsPoint {
        let [e0, e1] = digits;
        let both = cs.product("e0e1", e0, e1);
        let part = |c: &[Fr; 4]| quarter(c, [e0, e1, &both]);
        EdwardsPoint {
            x: part(&self.x),
            y: part(&self.y),
        }
    }
}

/// Eight points by three digits.
pub(crate) struct Lookup3 {
    x: [[Fr; 4]; 2],
    y: [[Fr; 4]; 2],
}

impl Lookup3 {
    /// Index bit i set means e_i = +1.
    pub(crate) fn new(table: [Point; 8]) -> Self {
        let halves = |[a, b, c, d, e, f, g, h]: [Fr; 8]| [[a, b, c, d], [e, f, g, h]];
        Self {
            x: halves(walsh(table.map(|p| p.x()))),
            y: halves(walsh(table.map(|p| p.y()))),
        }
    }

    /// The point, three constraints.
    pub(crate) fn lookup(&self, cs: &mut Builder, digits: [&Lc; 3]) -> EdwardsPoint {
        let [e0, e1, e2] = digits;
        let both = cs.product("e0e1", e0, e1);
        let mut coordinate = |name, [even, odd]: &[[Fr; 4]; 2]| {
            let odd = quarter(odd, [e0, e1, &both]);
            &quarter(even, [e0, e1, &both]) + &cs.product(name, &odd, e2)
        };
        EdwardsPoint {
            x: coordinate("x", &self.x),
            y: coordinate("y", &self.y),
        }
    }
}

/// `c0 + c1·e0 + c2·e1 + c3·e0e1`.
fn quarter(coefficients: &[Fr; 4], [e0, e1, both]: [&Lc; 3]) -> Lc {
    let [c0, c1, c2, c3] = *coefficients;
    Lc::weighted([(e0, c1), (e1, c2), (both, c3)]).plus_constant(c0)
}

/// Coefficients of the polynomial in ±1 digits that takes the values of a table; entry i of either
/// has the digits (of the coefficient: the factors) that i's bits name.
fn walsh<const N: usize>(mut table: [Fr; N]) -> [Fr; N] {
    let mut half = 1;
    let mut scale = Fr::one();
    while half < N {
        for block in table.chunks_exact_mut(2 * half) {
            let (minus, plus) = block.split_at_mut(half);
            for (low, high) in minus.iter_mut().zip(plus) {
                (*low, *high) = (*high + *low, *high - *low);
            }
        }
        half *= 2;
        scale.double_in_place();
    }
    let scale = invert(scale);
    table.map(|entry| entry * scale)
}

/// Montgomery form of a constant point of the subgroup that is not neutral.
pub(crate) fn montgomery(point: &Point) -> (Fr, Fr) {
    let u = (Fr::one() + point.y()) * invert(Fr::one() - point.y());
    (u, u * invert(point.x()))
}

/// Inverse of a constant that the tests show to be non-zero.
fn invert(value: Fr) -> Fr {
    value.inverse().unwrap_or(Fr::zero())
}

#[cfg(test)]
mod tests;
