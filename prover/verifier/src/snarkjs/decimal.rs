//! Decimal numbers and points made of them.

use ark_bn254::{Fq, Fq2, G1Affine, G2Affine};
use ark_ff::{BigInt, PrimeField};

use super::JsonError;

/// x, y and 1.
pub(super) type G1Text = [String; 3];
/// x, y and 1, each as constant and coefficient of u.
pub(super) type G2Text = [[String; 2]; 3];

/// Digits of the largest number below 2²⁵⁶.
const MAX_DIGITS: usize = 78;

/// Reads digits without leading zeros, below the modulus.
pub(super) fn number<F: PrimeField<BigInt = BigInt<4>>>(text: &str) -> Option<F> {
    let leading_zero = text.len() > 1 && text.starts_with('0');
    if text.is_empty() || text.len() > MAX_DIGITS || leading_zero {
        return None;
    }
    let mut integer = BigInt([0_u64; 4]);
    for byte in text.bytes() {
        let digit = char::from(byte).to_digit(10)?;
        let mut carry = u128::from(digit);
        for limb in &mut integer.0 {
            let wide = u128::from(*limb) * 10 + carry;
            // The low half; the high half is carried.
            *limb = wide as u64;
            carry = wide >> 64;
        }
        if carry != 0 {
            return None;
        }
    }
    F::from_bigint(integer)
}

/// Whether the point is on the curve is left to whoever takes it.
pub(super) fn g1([x, y, z]: &G1Text, field: &'static str) -> Result<G1Affine, JsonError> {
    if z != "1" {
        return Err(JsonError::NotAffine(field));
    }
    let read = |text: &str| number::<Fq>(text).ok_or(JsonError::Number(field));
    Ok(G1Affine::new_unchecked(read(x)?, read(y)?))
}

/// Whether the point is on the curve and in the subgroup is left to whoever takes it.
pub(super) fn g2([x, y, [z0, z1]]: &G2Text, field: &'static str) -> Result<G2Affine, JsonError> {
    if z0 != "1" || z1 != "0" {
        return Err(JsonError::NotAffine(field));
    }
    let read = |pair| fq2(pair).ok_or(JsonError::Number(field));
    Ok(G2Affine::new_unchecked(read(x)?, read(y)?))
}

pub(super) fn fq2([c0, c1]: &[String; 2]) -> Option<Fq2> {
    Some(Fq2::new(number(c0)?, number(c1)?))
}

/// Of a point that is not the identity.
pub(super) fn g1_text(point: &G1Affine) -> G1Text {
    [point.x.to_string(), point.y.to_string(), "1".to_owned()]
}

/// Of a point that is not the identity.
pub(super) fn g2_text(point: &G2Affine) -> G2Text {
    let one = ["1".to_owned(), "0".to_owned()];
    [fq2_text(&point.x), fq2_text(&point.y), one]
}

pub(super) fn fq2_text(value: &Fq2) -> [String; 2] {
    [value.c0.to_string(), value.c1.to_string()]
}
