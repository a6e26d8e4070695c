//! Compressed BN254 points with exactly one encoding each.

use ark_bn254::{Fq, Fq2, G1Affine, G2Affine, g1, g2};
use ark_ec::short_weierstrass::SWCurveConfig;
use ark_ff::{BigInt, Field, PrimeField};
use ark_serialize::CanonicalSerialize;
use thiserror::Error;

mod root;

#[cfg(test)]
mod tests;

/// Why a point was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum PointError {
    /// Not an encoding of a curve point in the prime-order subgroup.
    #[error("it is not the encoding of a curve point in the prime-order subgroup")]
    Invalid,
    /// Decodes, but is not the one encoding of that point.
    #[error("it is not the canonical encoding of its point; encode the point again")]
    NotCanonical,
    /// The point at infinity.
    #[error("it is the identity, which no honest key or proof contains")]
    Identity,
}

/// Flags in the highest bits of an encoding: y is larger than −y.
const NEGATIVE: u8 = 0x80;
/// The identity; all other bits are zero.
const INFINITY: u8 = 0x40;

/// Decodes a point of G1: x, least significant byte first, and flags. All points of the curve are in G1.
pub(crate) fn decode_g1(bytes: &[u8; 32]) -> Result<G1Affine, PointError> {
    let (x_bytes, negative) = flags(bytes)?;
    let x = base(&x_bytes).ok_or(PointError::Invalid)?;
    let y = root::of_fq(x.square() * x + g1::Config::COEFF_B).ok_or(PointError::Invalid)?;
    Ok(G1Affine::new_unchecked(x, signed(y, negative)))
}

/// Decodes a point of the curve that G2 is in: x = c₀ + c₁·i as c₀ ‖ c₁, and flags. It may be outside the prime-order
/// subgroup.
pub(crate) fn decode_g2_on_curve(bytes: &[u8; 64]) -> Result<G2Affine, PointError> {
    let (x_bytes, negative) = flags(bytes)?;
    let (halves, _) = x_bytes.as_chunks::<32>();
    let [c0, c1] = halves else {
        return Err(PointError::Invalid);
    };
    let half = |bytes| base(bytes).ok_or(PointError::Invalid);
    let x = Fq2::new(half(c0)?, half(c1)?);
    let y = root::of_fq2(x.square() * x + g2::Config::COEFF_B).ok_or(PointError::Invalid)?;
    Ok(G2Affine::new_unchecked(x, signed(y, negative)))
}

/// Decodes a point of G2.
pub(crate) fn decode_g2(bytes: &[u8; 64]) -> Result<G2Affine, PointError> {
    let point = decode_g2_on_curve(bytes)?;
    match point.is_in_correct_subgroup_assuming_on_curve() {
        true => Ok(point),
        false => Err(PointError::Invalid),
    }
}

/// The bytes without flags, and whether y is the larger of the two.
fn flags<const N: usize>(bytes: &[u8; N]) -> Result<([u8; N], bool), PointError> {
    let mut rest = *bytes;
    let Some(last) = rest.last_mut() else {
        return Err(PointError::Invalid);
    };
    let flags = *last & (NEGATIVE | INFINITY);
    *last &= !(NEGATIVE | INFINITY);
    match flags {
        0 => Ok((rest, false)),
        NEGATIVE => Ok((rest, true)),
        INFINITY if rest == [0; N] => Err(PointError::Identity),
        INFINITY => Err(PointError::NotCanonical),
        _ => Err(PointError::Invalid),
    }
}

/// A number below the modulus.
fn base(bytes: &[u8; 32]) -> Option<Fq> {
    let (limbs, _) = bytes.as_chunks::<8>();
    let mut integer = BigInt([0; 4]);
    for (limb, bytes) in integer.0.iter_mut().zip(limbs) {
        *limb = u64::from_le_bytes(*bytes);
    }
    Fq::from_bigint(integer)
}

/// No point of either curve has y = 0, so the two differ.
fn signed<F: Field>(y: F, negative: bool) -> F {
    if (y > -y) == negative { y } else { -y }
}

/// The compressed encoding; `None` only if `N` is not the length of the point's encoding.
pub(crate) fn encode<P: CanonicalSerialize, const N: usize>(point: &P) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    if point.compressed_size() != N {
        return None;
    }
    point.serialize_compressed(&mut bytes[..]).ok()?;
    Some(bytes)
}
