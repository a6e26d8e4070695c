//! A multiple of a point that is known only to the verifier's input: `K = r·P`.
//!
//! `r = 2^252 + Σ e_i·2^i`, highest digit first: start at 2P, then `Q ← 2Q + e·P` for each digit.
//! No complete addition is needed. `docs/spec/curve.md` proves that for every assignment the points
//! added are distinct, and that the constraints cannot be satisfied just for r ≡ 0, 1, −1 mod ℓ,
//! which no `AuditScalar` is.

use ark_ff::One;
use obolus_protocol::Scalar;
use taceo_ark_babyjubjub::EdwardsAffine;

use super::{
    chain::Inverses,
    digits::{DIGITS, DigitValues, Digits},
    edwards::EdwardsPoint,
    montgomery::{self, MontgomeryPoint},
};
use crate::builder::Builder;

/// `r·P` of a point in the prime-order subgroup that is not neutral.
pub(crate) fn multiply(cs: &mut Builder, r: &Digits, point: &EdwardsPoint) -> EdwardsPoint {
    cs.scope(format_args!("r_p"), |cs| {
        let base = montgomery::from_edwards(cs, point);
        let product = cs.gadget("variable_base", |cs| {
            let mut chain = inverses(cs, r, point);
            let mut sum = cs.scope(format_args!("double"), |cs| montgomery::double(cs, &base));
            for (number, digit) in r.as_slice().iter().enumerate().rev() {
                sum = cs.scope(format_args!("digit{number}"), |cs| {
                    let v = cs.product("signed_v", digit, &base.v);
                    let signed = MontgomeryPoint {
                        u: base.u.clone(),
                        v,
                    };
                    montgomery::double_and_add(cs, &sum, &signed, &mut chain)
                });
            }
            sum
        });
        montgomery::to_edwards(cs, &product)
    })
}

/// The inverses that the product needs.
fn inverses(cs: &Builder, r: &Digits, point: &EdwardsPoint) -> Inverses {
    if cs.is_recording() {
        return Inverses::none();
    }
    let base = EdwardsAffine::new_unchecked(point.x.value(), point.y.value());
    let digits = r.as_slice().iter().rev();
    Inverses::of_ladder(base, digits.map(|digit| digit.value().is_one()))
}

/// The digits of an audit scalar, counted from 2^252.
pub(crate) fn audit_digits(r: &Scalar) -> DigitValues {
    let start = (0..=DIGITS).fold(Scalar::from(1_u64), |power, _| power + power);
    DigitValues::new(&(*r - start))
}

#[cfg(test)]
mod tests;
