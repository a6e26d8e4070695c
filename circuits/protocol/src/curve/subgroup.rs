//! Whether a point of BabyJubJub is in the subgroup of prime order, by one power in the field.
//!
//! The points of order dividing 8 are the multiples of one T, so a point P is in the subgroup exactly if its reduced Tate
//! pairing with T, an eighth root of unity, is one. `docs/spec/curve.md`, "Test of the subgroup", derives the value whose power that
//! is. It takes some 340 products where ℓ·P takes 5,000.

use ark_ff::{AdditiveGroup, FftField, Field, MontFp, PrimeField};

use crate::field::Fr;

/// Slope of the tangent at T in Montgomery form.
const SLOPE: Fr =
    MontFp!("5125366436769623165205660392107939355810725029703343239946747673935168202680");
/// Where that tangent meets u = 0.
const OFFSET: Fr =
    MontFp!("2088913711335396856726546479911749303399891397513649570383271383614331769171");
/// v of 2·T, whose u is 1: a square root of a.
const ROOT: Fr =
    MontFp!("14673962723734255200314198873237586429337747973199041533368185129026308523766");

/// Whether the point of these affine coordinates, which is on the curve, has no component of small order.
pub(super) fn contains(x: Fr, y: Fr) -> bool {
    if x == Fr::ZERO {
        // The identity, or the point of order 2.
        return y == Fr::ONE;
    }
    eighth(value(x, y)) == Fr::ONE
}

/// f(P) up to eighth powers, for the function f with divisor 8·(T) − 8·(O).
fn value(x: Fr, y: Fr) -> Fr {
    // u = n/d, v = n/(d·x).
    let (n, d) = (Fr::ONE + y, Fr::ONE - y);
    let tangent = n - x * (SLOPE * n + OFFSET * d);
    let fourth = (tangent * y.double()).square();
    let second = (Fr::ONE - ROOT * x) * x;
    let d2 = d.square();
    let d4 = d2.square();
    (fourth * second).square() * (n * d) * (d2 * d4)
}

/// The power by (r − 1)/8 = 2^25 · t, t odd: four bits of t at a time, then squares.
fn eighth(base: Fr) -> Fr {
    let mut powers = [Fr::ONE; 16];
    let mut power = Fr::ONE;
    for place in powers.iter_mut().skip(1) {
        power *= base;
        *place = power;
    }
    let mut out = Fr::ONE;
    for limb in Fr::TRACE.0.iter().rev() {
        for shift in (0..64).step_by(4).rev() {
            for _ in 0..4 {
                out.square_in_place();
            }
            out *= powers[(limb >> shift & 15) as usize];
        }
    }
    for _ in 3..Fr::TWO_ADICITY {
        out.square_in_place();
    }
    out
}

#[cfg(test)]
mod tests;
