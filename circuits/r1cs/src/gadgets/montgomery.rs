//! Points in Montgomery coordinates, `v² = u³ + A·u² + u`, and their incomplete operations.
//!
//! Here an addition costs three constraints, but it is sound only for points that are not equal,
//! and satisfiable only for points that are not opposite. No function of this module checks that:
//! `docs/spec/curve.md` proves it for every place that calls them.

use ark_ec::twisted_edwards::MontCurveConfig;
use ark_ff::One;
use obolus_protocol::Fr;
use taceo_ark_babyjubjub::EdwardsConfig;

use super::{chain::Inverses, edwards::EdwardsPoint};
use crate::{builder::Builder, lc::Lc};

/// A point of the prime-order subgroup, not the neutral element.
#[derive(Clone)]
pub(crate) struct MontgomeryPoint {
    pub(crate) u: Lc,
    pub(crate) v: Lc,
}

const A: Fr = <EdwardsConfig as MontCurveConfig>::COEFF_A;

/// The Montgomery form of an Edwards point: `u = (1 + y)/(1 − y)`, `v = u/x`.
/// Needs a point of the subgroup that is not neutral: then y ≠ 1 and x ≠ 0.
pub(crate) fn from_edwards(cs: &mut Builder, p: &EdwardsPoint) -> MontgomeryPoint {
    cs.gadget("curve_forms", |cs| {
        let numerator = p.y.clone().plus_constant(Fr::one());
        let denominator = (-&p.y).plus_constant(Fr::one());
        let u = cs.quotient("u", &numerator, &denominator);
        let v = cs.quotient("v", &u, &p.x);
        MontgomeryPoint { u, v }
    })
}

/// The Edwards form: `x = u/v`, `y = (u − 1)/(u + 1)`. For a point of the subgroup that is not
/// neutral v ≠ 0, and u ≠ −1 on the whole curve.
pub(crate) fn to_edwards(cs: &mut Builder, p: &MontgomeryPoint) -> EdwardsPoint {
    cs.gadget("curve_forms", |cs| {
        let numerator = p.u.clone().plus_constant(-Fr::one());
        let denominator = p.u.clone().plus_constant(Fr::one());
        let x = cs.quotient("x", &p.u, &p.v);
        let y = cs.quotient("y", &numerator, &denominator);
        EdwardsPoint { x, y }
    })
}

/// `p + q` for p ≠ q; unsatisfiable for p = −q. Takes the next of a chain's inverses.
pub(crate) fn add(
    cs: &mut Builder,
    p: &MontgomeryPoint,
    q: &MontgomeryPoint,
    chain: &mut Inverses,
) -> MontgomeryPoint {
    let slope = cs.quotient_by("slope", &(&q.v - &p.v), &(&q.u - &p.u), chain.take());
    third_point(cs, &slope, p, &q.u)
}

/// `2·p`; p has odd order, so v ≠ 0.
pub(crate) fn double(cs: &mut Builder, p: &MontgomeryPoint) -> MontgomeryPoint {
    let square = cs.product("u2", &p.u, &p.u);
    let numerator = &(&square.double() + &square) + &p.u.scale(A + A).plus_constant(Fr::one());
    let slope = cs.quotient("slope", &numerator, &p.v.double());
    third_point(cs, &slope, p, &p.u)
}

/// `2·q + p` as (q + p) + q for p ≠ q; unsatisfiable for p = −q and for p = −2q. The v of q + p is
/// never computed. Takes the next two of a chain's inverses.
pub(crate) fn double_and_add(
    cs: &mut Builder,
    q: &MontgomeryPoint,
    p: &MontgomeryPoint,
    chain: &mut Inverses,
) -> MontgomeryPoint {
    let slope = cs.quotient_by("slope", &(&p.v - &q.v), &(&p.u - &q.u), chain.take());
    let u = third_u(cs, "sum_u", &slope, &p.u, &q.u);
    // The line through q and q + p has slope −(slope) − 2v/(u' − u).
    let back = cs.quotient_by("chord", &(-&q.v.double()), &(&u - &q.u), chain.take());
    let second = &back - &slope;
    third_point(cs, &second, q, &u)
}

/// The sum's u from the slope of the line through two points.
fn third_u(cs: &mut Builder, name: &str, slope: &Lc, u1: &Lc, u2: &Lc) -> Lc {
    let rest = (u1 + u2).plus_constant(A);
    let u = cs.witness(name, slope.value() * slope.value() - rest.value());
    cs.constrain(slope, slope, &(&u + &rest));
    u
}

/// The sum of p and a point at `other_u`, from the slope of the line through both.
fn third_point(cs: &mut Builder, slope: &Lc, p: &MontgomeryPoint, other_u: &Lc) -> MontgomeryPoint {
    let u = third_u(cs, "u", slope, &p.u, other_u);
    let run = &p.u - &u;
    let v = cs.witness("v", slope.value() * run.value() - p.v.value());
    cs.constrain(&run, slope, &(&v + &p.v));
    MontgomeryPoint { u, v }
}

#[cfg(test)]
mod tests;
