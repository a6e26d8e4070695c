//! Miller loops of many pairs at once, which also tell whether the points of G2 are in their subgroup, and random
//! multiples of many points of G1: what a verifier of many proofs spends its time on.
//!
//! All pairs walk the same steps, so the slopes of one step share one inversion and points stay affine: a step then
//! costs less than half of what it does in projective coordinates. The squarings of the accumulator are shared too.
//! The last point of the walk decides membership in the subgroup at the cost of one comparison. Formulas, the
//! proof of that test and the cases that cannot occur are in docs/spec/pairing.md.
//!
//! Variable time, for public points.

use ark_bn254::{Config, Fq, Fq2, Fq12, G1Affine, G2Affine};
use ark_ec::bn::BnConfig;
use ark_ff::batch_inversion;

use crate::path::Path;

mod coefficient;
mod portable;
#[cfg(target_arch = "x86_64")]
mod vector;

#[cfg(test)]
mod tests;

pub use coefficient::{Coefficient, endomorphism};

/// Positions of points outside the subgroup of order r.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outside(pub Vec<usize>);

/// The product of f(Pᵢ, Qᵢ), before the final exponentiation. All Qᵢ are on the curve or the identity.
///
/// It differs from the library's by factors in the base field, which the final exponentiation removes. A Pᵢ that is the
/// identity makes its factor 1.
///
/// # Errors
/// [`Outside`] with the positions of all Qᵢ that are the identity or not in the subgroup; then there is no product.
pub fn miller_loop(pairs: &[(G1Affine, G2Affine)], path: Path) -> Result<Fq12, Outside> {
    #[cfg(target_arch = "x86_64")]
    if let Some(outcome) = vector::miller_loop(pairs, path) {
        return outcome;
    }
    let _ = path;
    portable::miller_loop(pairs)
}

/// Each point times its coefficient. No point may be the identity.
pub fn multiples(points: &[G1Affine], by: &[Coefficient], path: Path) -> Vec<G1Affine> {
    #[cfg(target_arch = "x86_64")]
    if let Some(multiples) = vector::multiples(points, by, path) {
        return multiples;
    }
    let _ = path;
    portable::multiples(points, by)
}

/// Digits of 6u + 2 after the leading one, which is where the walk starts; the most significant first.
fn digits() -> impl Iterator<Item = i8> {
    let digits = <Config as BnConfig>::ATE_LOOP_COUNT.iter();
    digits.rev().skip(1).copied()
}

/// What a line needs of the point P at which it is taken.
#[derive(Clone, Copy, Debug)]
struct At {
    minus_x_over_y: Fq,
    one_over_y: Fq,
}

/// No point of the curve has y = 0, for its order would be 2; the identity is kept with y = 0, has no inverse and gets
/// the line 1.
fn places<'a>(points: impl Iterator<Item = &'a G1Affine> + Clone) -> Vec<At> {
    let mut inverses: Vec<Fq> = points.clone().map(|p| p.y).collect();
    batch_inversion(&mut inverses);
    points
        .zip(inverses)
        .map(|(p, inverse)| At {
            minus_x_over_y: -p.x * inverse,
            one_over_y: inverse,
        })
        .collect()
}

/// The factors of ψ, the Frobenius endomorphism carried over to the twist: it conjugates and multiplies with these. It acts
/// on the subgroup as multiplication by q.
const FROBENIUS: [Fq2; 2] = [
    <Config as BnConfig>::TWIST_MUL_BY_Q_X,
    <Config as BnConfig>::TWIST_MUL_BY_Q_Y,
];
