//! Miller loops of many pairs at once, which also tell whether the points of G2 are in their subgroup.
//!
//! All pairs walk the same steps, so the slopes of one step share one inversion and points stay affine: a step then
//! costs less than half of what it does in projective coordinates. The squarings of the accumulator are shared too.
//! The last point of the walk decides membership in the subgroup at the cost of one comparison. Formulas, the
//! proof of that test and the cases that cannot occur are in docs/spec/pairing.md.

use ark_bn254::{Config, Fq, Fq2, Fq12, G1Affine, G2Affine};
use ark_ec::bn::BnConfig;
use ark_ff::{Field, batch_inversion};

mod line;
mod scale;
mod walk;

#[cfg(test)]
mod tests;

pub(crate) use scale::{Coefficient, endomorphism, scale};

use line::{At, multiply};
use walk::Walk;

/// Positions of points outside the subgroup of order r.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Outside(pub(crate) Vec<usize>);

/// The product of f(Pᵢ, Qᵢ), before the final exponentiation.
///
/// It differs from the library's by factors in the base field, which the final exponentiation removes. A Pᵢ that is the
/// identity makes its factor 1.
///
/// # Errors
/// [`Outside`] with the positions of all Qᵢ that are the identity or not in the subgroup; then there is no product.
pub(crate) fn miller_loop(pairs: &[(G1Affine, G2Affine)]) -> Result<Fq12, Outside> {
    let at = places(pairs.iter().map(|(p, _)| p));
    let mut walk = Walk::new(pairs.iter().map(|(_, q)| *q).collect());
    let mut f = Fq12::ONE;
    // Digits of 6u + 2, the least significant first; the leading one is where the walk starts.
    for digit in <Config as BnConfig>::ATE_LOOP_COUNT.iter().rev().skip(1) {
        f.square_in_place();
        multiply(&mut f, walk.double(), &at);
        match digit {
            1 => multiply(&mut f, walk.add_start(), &at),
            -1 => multiply(&mut f, walk.subtract_start(), &at),
            _ => {}
        }
    }
    multiply(&mut f, walk.add_first_image(), &at);
    multiply(&mut f, walk.subtract_second_image(), &at);
    let outside: Vec<usize> = walk
        .is_outside()
        .enumerate()
        .filter_map(|(i, outside)| outside.then_some(i))
        .collect();
    if outside.is_empty() {
        Ok(f)
    } else {
        Err(Outside(outside))
    }
}

/// What a line needs of the point in G1 at which it is taken. No point of the curve has y = 0, for its order would be 2;
/// the identity is kept with y = 0, has no inverse and gets the line 1.
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

/// ψ, the Frobenius endomorphism carried over to the twist. It acts on the subgroup as multiplication by q.
fn frobenius(x: Fq2, y: Fq2) -> (Fq2, Fq2) {
    let conjugate = |v: Fq2| Fq2::new(v.c0, -v.c1);
    (
        conjugate(x) * <Config as BnConfig>::TWIST_MUL_BY_Q_X,
        conjugate(y) * <Config as BnConfig>::TWIST_MUL_BY_Q_Y,
    )
}
