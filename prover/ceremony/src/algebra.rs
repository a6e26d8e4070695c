//! Comparisons of many points at once, and of ratios.
//!
//! Two lists of points of a group of prime order r that differ have the same random combination with
//! probability at most 2⁻¹²⁸, for coefficients of 128 bits that are chosen after the points.

use ark_bn254::{Bn254, Fr, G1Affine, G2Affine};
use ark_ec::pairing::Pairing;
use ark_ec::{AffineRepr, VariableBaseMSM};
use ark_ff::Zero;
use rand::RngCore;
use rand::rngs::OsRng;
use rayon::prelude::*;
use thiserror::Error;

#[cfg(test)]
mod tests;

/// The operating system gives no random numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the operating system gives no random numbers; start again when it does")]
pub struct NoRandomness;

/// Coefficients of 128 bits.
pub(crate) fn coefficients(count: usize) -> Result<Vec<Fr>, NoRandomness> {
    let mut bytes = vec![0; 16 * count];
    OsRng.try_fill_bytes(&mut bytes).map_err(|_| NoRandomness)?;
    let (chunks, _) = bytes.as_chunks::<16>();
    Ok(chunks
        .iter()
        .map(|chunk| Fr::from(u128::from_le_bytes(*chunk)))
        .collect())
}

/// Fewest points that are worth a thread.
const CHUNK: usize = 1024;

/// Σ scalarᵢ · pointᵢ, over the shorter of the two lists.
pub(crate) fn sum<P: AffineRepr<Group: VariableBaseMSM<MulBase = P>>>(
    points: &[P],
    scalars: &[P::ScalarField],
) -> P::Group {
    let count = points.len().min(scalars.len());
    let size = count.div_ceil(rayon::current_num_threads()).max(CHUNK);
    let points = points.get(..count).unwrap_or_default().par_chunks(size);
    let scalars = scalars.get(..count).unwrap_or_default().par_chunks(size);
    points
        .zip(scalars)
        .map(|(points, scalars)| P::Group::msm_unchecked(points, scalars))
        .reduce(P::Group::zero, |a, b| a + b)
}

/// Whether all four points differ from the identity and `x` = k·`one` and `x2` = k·`one2` for one k.
pub(crate) fn same_ratio(
    [one, x]: [impl Into<G1Affine>; 2],
    [one2, x2]: [impl Into<G2Affine>; 2],
) -> bool {
    let (one, x): (G1Affine, G1Affine) = (one.into(), x.into());
    let (one2, x2): (G2Affine, G2Affine) = (one2.into(), x2.into());
    let some = !(one.is_zero() || x.is_zero() || one2.is_zero() || x2.is_zero());
    some && Bn254::multi_pairing([one, -x], [x2, one2]).is_zero()
}
