//! Field elements and points as iden3's binary files hold them.

use ark_bn254::{Fq, Fq2, FqConfig, Fr, FrConfig, G1Affine, G2Affine};
use ark_ff::{AdditiveGroup, BigInt, BigInteger, Fp, MontBackend, MontConfig, PrimeField};
use obolus_verifier::PointError;
use rayon::prelude::*;

use crate::container::{ContainerError, Input};

#[cfg(test)]
mod tests;

/// Length of a field element.
pub const FIELD: usize = 32;
/// Length of a point in G1.
pub const G1: usize = 2 * FIELD;
/// Length of a point in G2.
pub const G2: usize = 4 * FIELD;

fn integer(bytes: &[u8; FIELD]) -> BigInt<4> {
    let (words, _) = bytes.as_chunks::<8>();
    let mut integer = BigInt([0; 4]);
    for (limb, word) in integer.0.iter_mut().zip(words) {
        *limb = u64::from_le_bytes(*word);
    }
    integer
}

/// A number below r, as it is.
pub fn plain(bytes: &[u8; FIELD]) -> Option<Fr> {
    Fr::from_bigint(integer(bytes))
}

/// The element x whose Montgomery form x·2²⁵⁶, below the modulus, the bytes are.
fn montgomery<P: MontConfig<4>>(bytes: &[u8; FIELD]) -> Option<Fp<MontBackend<P, 4>, 4>> {
    let integer = integer(bytes);
    (integer < P::MODULUS).then(|| Fp::new_unchecked(integer))
}

/// A coefficient of a zkey, which is multiplied by 2²⁵⁶ twice.
pub fn coefficient(bytes: &[u8; FIELD]) -> Option<Fr> {
    let once = montgomery::<FrConfig>(bytes)?;
    Some(Fr::new_unchecked(once.into_bigint()))
}

/// A point in G1; (0, 0) is the identity.
///
/// # Errors
/// [`PointError`] if a coordinate is not below the modulus or the point is not on the curve.
pub fn g1(bytes: &[u8; G1]) -> Result<G1Affine, PointError> {
    let [x, y] = coordinates(bytes)?;
    if x == Fq::ZERO && y == Fq::ZERO {
        return Ok(G1Affine::identity());
    }
    let point = G1Affine::new_unchecked(x, y);
    // The curve has no points outside the prime-order group.
    if point.is_on_curve() {
        Ok(point)
    } else {
        Err(PointError::Invalid)
    }
}

/// A point in G2; (0, 0) is the identity.
///
/// # Errors
/// [`PointError`] if a coordinate is not below the modulus or the point is not in the subgroup.
pub fn g2(bytes: &[u8; G2]) -> Result<G2Affine, PointError> {
    let [x0, x1, y0, y1] = coordinates(bytes)?;
    let (x, y) = (Fq2::new(x0, x1), Fq2::new(y0, y1));
    if x == Fq2::ZERO && y == Fq2::ZERO {
        return Ok(G2Affine::identity());
    }
    let point = G2Affine::new_unchecked(x, y);
    if point.is_on_curve() && point.is_in_correct_subgroup_assuming_on_curve() {
        Ok(point)
    } else {
        Err(PointError::Invalid)
    }
}

fn coordinates<const N: usize>(bytes: &[u8]) -> Result<[Fq; N], PointError> {
    let (chunks, _) = bytes.as_chunks::<FIELD>();
    let mut out = [Fq::ZERO; N];
    for (place, chunk) in out.iter_mut().zip(chunks) {
        *place = montgomery::<FqConfig>(chunk).ok_or(PointError::NotCanonical)?;
    }
    Ok(out)
}

/// All points of so many bytes each; the first that is refused, with its number.
///
/// # Errors
/// Which point, from 0, and why.
pub fn points<const N: usize, P: Send>(
    bytes: &[u8],
    read: impl Fn(&[u8; N]) -> Result<P, PointError> + Sync,
) -> Result<Vec<P>, (usize, PointError)> {
    let (chunks, _) = bytes.as_chunks::<N>();
    chunks
        .par_iter()
        .enumerate()
        .map(|(index, bytes)| read(bytes).map_err(|reason| (index, reason)))
        .collect()
}

/// Reads the length of a field's elements and its modulus; tells whether they are those of `F`.
///
/// # Errors
/// [`ContainerError::Truncated`].
pub fn is_field<F: PrimeField>(input: &mut Input<'_>) -> Result<bool, ContainerError> {
    let length = input.u32()?;
    if length as usize != FIELD {
        return Ok(false);
    }
    Ok(input.array::<FIELD>()?.as_slice() == F::MODULUS.to_bytes_le())
}

/// What [`is_field`] reads.
pub fn put_field<F: PrimeField>(out: &mut Vec<u8>) {
    out.extend_from_slice(&(FIELD as u32).to_le_bytes());
    out.extend_from_slice(&F::MODULUS.to_bytes_le());
}

/// What [`plain`] reads.
pub fn put_plain(out: &mut Vec<u8>, value: &Fr) {
    for limb in value.into_bigint().0 {
        out.extend_from_slice(&limb.to_le_bytes());
    }
}
