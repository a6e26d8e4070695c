//! A multiple of a point that is known only to the verifier's input: `K = r·P`.
//!
//! `r = 2^252 + Σ e_i·2^i`, highest digit first: start at 2P, then `Q ← 2Q + e·P` for each digit.
//! No complete addition is needed. `docs/spec/curve.md` proves that for every assignment the points
//! added are distinct, and that the constraints cannot be satisfied just for r ≡ 0, 1, −1 mod ℓ,
//! which no `AuditScalar` is.

use obolus_protocol::Scalar;

use super::{
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
            let mut sum = cs.scope(format_args!("double"), |cs| montgomery::double(cs, &base));
            for (number, digit) in r.as_slice().iter().enumerate().rev() {
                sum = cs.scope(format_args!("digit{number}"), |cs| {
                    let v = cs.product("signed_v", digit, &base.v);
                    let signed = MontgomeryPoint {
                        u: base.u.clone(),
                        v,
                    };
                    montgomery::double_and_add(cs, &sum, &signed)
                });
            }
            sum
        });
        montgomery::to_edwards(cs, &product)
    })
}

/// The digits of an audit scalar, counted from 2^252.
pub(crate) fn audit_digits(r: &Scalar) -> DigitValues {
    let start = (0..=DIGITS).fold(Scalar::from(1_u64), |power, _| power + power);
    DigitValues::new(&(*r - start))
}

#[cfg(test)]
mod tests;
