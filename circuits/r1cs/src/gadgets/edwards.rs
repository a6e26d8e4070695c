//! Points in twisted Edwards coordinates and their complete addition.
//!
//! `a` is a square and `d` is not, so the addition law has no exceptional pair on the curve: the
//! denominators below never vanish, for equal, opposite and neutral points alike.

use ark_ec::twisted_edwards::TECurveConfig;
use ark_ff::One;
use obolus_protocol::{Fr, Point};
use taceo_ark_babyjubjub::EdwardsConfig;

use crate::{builder::Builder, lc::Lc};

/// An affine point of the curve. The type does not show that it is on the curve: each maker says
/// why it is.
#[derive(Clone)]
pub(crate) struct EdwardsPoint {
    pub(crate) x: Lc,
    pub(crate) y: Lc,
}

impl EdwardsPoint {
    /// A constant point.
    pub(crate) fn constant(point: &Point) -> Self {
        Self {
            x: Lc::constant(point.x()),
            y: Lc::constant(point.y()),
        }
    }
}

/// The sum of two curve points, as new variables.
pub(crate) fn add(cs: &mut Builder, p: &EdwardsPoint, q: &EdwardsPoint) -> EdwardsPoint {
    cs.gadget("edwards_add", |cs| {
        let parts = products(cs, p, q);
        EdwardsPoint {
            x: cs.quotient("x", &parts.x_numerator, &parts.x_denominator),
            y: cs.quotient("y", &parts.y_numerator, &parts.y_denominator),
        }
    })
}

/// Demands `p + q = sum` of two curve points.
pub(crate) fn add_to(cs: &mut Builder, p: &EdwardsPoint, q: &EdwardsPoint, sum: &EdwardsPoint) {
    cs.gadget("edwards_add", |cs| {
        let parts = products(cs, p, q);
        cs.constrain(&parts.x_denominator, &sum.x, &parts.x_numerator);
        cs.constrain(&parts.y_denominator, &sum.y, &parts.y_numerator);
    });
}

struct Parts {
    x_numerator: Lc,
    x_denominator: Lc,
    y_numerator: Lc,
    y_denominator: Lc,
}

/// Numerators and denominators of
/// `x = (x1y2 + y1x2) / (1 + d·x1x2y1y2)`, `y = (y1y2 − a·x1x2) / (1 − d·x1x2y1y2)`.
fn products(cs: &mut Builder, p: &EdwardsPoint, q: &EdwardsPoint) -> Parts {
    let (a, d) = (EdwardsConfig::COEFF_A, EdwardsConfig::COEFF_D);
    let beta = cs.product("x1y2", &p.x, &q.y);
    let gamma = cs.product("y1x2", &p.y, &q.x);
    let delta = cs.product("cross", &(&p.y - &(&p.x * a)), &(&q.x + &q.y));
    let tau = cs.product("x1x2y1y2", &beta, &gamma);
    let scaled = &tau * d;
    Parts {
        x_numerator: &beta + &gamma,
        x_denominator: scaled.clone().plus_constant(Fr::one()),
        // (y1 − a·x1)(x2 + y2) = y1y2 − a·x1x2 + y1x2 − a·x1y2
        y_numerator: &(&delta + &(&beta * a)) - &gamma,
        y_denominator: (-&scaled).plus_constant(Fr::one()),
    }
}

#[cfg(test)]
mod tests;
