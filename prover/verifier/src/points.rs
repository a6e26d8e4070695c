//! Compressed BN254 points with exactly one encoding each.

use ark_ec::AffineRepr;
use ark_serialize::{CanonicalDeserialize, CanonicalSerialize, Compress, Validate};
use thiserror::Error;

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

/// Decodes a compressed point of `N` bytes.
///
/// The library's decoder checks field range, curve and subgroup; it ignores the coordinate bytes
/// of an encoding flagged as infinity, so equality of the re-encoding is demanded on top.
pub(crate) fn decode<P, const N: usize>(bytes: &[u8; N]) -> Result<P, PointError>
where
    P: AffineRepr + CanonicalDeserialize + CanonicalSerialize,
{
    let point = P::deserialize_with_mode(&bytes[..], Compress::Yes, Validate::Yes)
        .map_err(|_| PointError::Invalid)?;
    if encode::<P, N>(&point) != Some(*bytes) {
        return Err(PointError::NotCanonical);
    }
    if point.is_zero() {
        return Err(PointError::Identity);
    }
    Ok(point)
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
