//! What a verifying key must not be.
//!
//! A key that fails here either accepts proofs that anybody can make, or does not bind some
//! public input. The lint cannot tell a well-run ceremony from a bad one: a δ whose discrete
//! logarithm relative to γ is known to somebody looks like any other.

use ark_bn254::{G1Affine, G2Affine};
use ark_ec::AffineRepr;
use ark_ec::short_weierstrass::{Affine, SWCurveConfig};

use super::{KeyError, KeyPoints};
use crate::circuit::CircuitName;
use crate::points::PointError;

pub(super) fn check(
    circuit: &CircuitName,
    public_inputs: usize,
    key: &KeyPoints,
) -> Result<(), KeyError> {
    let KeyPoints {
        alpha_g1,
        beta_g2,
        gamma_g2,
        delta_g2,
        ic,
    } = key;
    check_point(alpha_g1, "alpha")?;
    check_point(beta_g2, "beta")?;
    check_point(gamma_g2, "gamma")?;
    check_point(delta_g2, "delta")?;
    for point in ic {
        // An identity leaves its public input out of the equation: the same proof would hold for
        // every value of it.
        check_point(point, "ic")?;
    }
    let expected = circuit.public_inputs().unwrap_or(public_inputs);
    if public_inputs != expected || ic.len() != expected + 1 {
        return Err(KeyError::IcLength {
            expected: expected + 1,
            given: ic.len(),
        });
    }
    // With δ = ±γ the forger puts ∓Σ x_j·IC_j into C, A = α, B = β, and needs no witness.
    if same_up_to_sign(delta_g2, gamma_g2) {
        return Err(KeyError::DeltaIsGamma);
    }
    // A fresh snarkjs key before its first contribution has δ = generator, so its discrete
    // logarithm is known to all.
    if same_up_to_sign(delta_g2, &G2Affine::generator()) {
        return Err(KeyError::DeltaIsGenerator);
    }
    // With β = ±δ the forger shows A = Σ x_j·IC_j, B = γ, C = ∓α; with β = ±γ he shows
    // A = Σ x_j·IC_j ± α, B = γ + δ, C = A.
    for (other, point) in [("gamma", gamma_g2), ("delta", delta_g2)] {
        if same_up_to_sign(beta_g2, point) {
            return Err(KeyError::BetaIs(other));
        }
    }
    check_distinct(ic)
}

fn check_point<P: SWCurveConfig>(point: &Affine<P>, name: &'static str) -> Result<(), KeyError> {
    let reason = if point.is_zero() {
        PointError::Identity
    } else if !point.is_on_curve() || !point.is_in_correct_subgroup_assuming_on_curve() {
        PointError::Invalid
    } else {
        return Ok(());
    };
    Err(KeyError::Point {
        point: name,
        reason,
    })
}

/// Equal x means equal or opposite on a short Weierstrass curve.
fn check_distinct(ic: &[G1Affine]) -> Result<(), KeyError> {
    for (j, point) in ic.iter().enumerate() {
        if let Some(i) = ic.iter().take(j).position(|p| p.x == point.x) {
            return Err(KeyError::RepeatedIc(i, j));
        }
    }
    Ok(())
}

fn same_up_to_sign(a: &G2Affine, b: &G2Affine) -> bool {
    a.x == b.x
}
