//! Many signatures with one equation.
//!
//! Signature i gets a random coefficient zᵢ out of 2^128, and Σ zᵢ·Rᵢ + Σ zᵢcᵢ·rkᵢ − (Σ zᵢSᵢ)·G = 0 is checked at once. All points
//! are decoded into the subgroup of prime order first, so that a sum with a false signature is zero with probability at most
//! 2^−128, and the verdicts are those of [`verify`]. Coefficients are drawn after the signatures are fixed. If the sum is
//! not zero, the batch is halved until a few are left, which are checked one by one.

use obolus_abi::TxDigest;
use rand::{CryptoRng, RngCore};

use super::{SIGNATURE_LEN, SchnorrError, challenge, split, verify};
use crate::{
    curve::{Point, sum_vartime},
    field::{Scalar, scalar_from_bytes},
};

/// A signature to check.
#[derive(Clone, Copy, Debug)]
pub struct Claim<'a> {
    /// The key that is said to have signed.
    pub key: Point,
    /// What it signed.
    pub digest: &'a TxDigest,
    /// The signature.
    pub signature: &'a [u8; SIGNATURE_LEN],
}

/// Fewer are checked one by one.
const FEW: usize = 4;

/// Checks many signatures; one verdict each, in order, the same as [`verify`] gives.
///
/// `rng` must be unpredictable to whoever made the signatures. If it fails, they are checked one by one.
pub fn verify_batch<R: RngCore + CryptoRng>(
    claims: &[Claim<'_>],
    rng: &mut R,
) -> Vec<Result<(), SchnorrError>> {
    let mut verdicts: Vec<_> = claims.iter().map(|_| Ok(())).collect();
    let mut equations = Vec::with_capacity(claims.len());
    for (claim, verdict) in claims.iter().zip(&mut verdicts) {
        match Equation::of(*claim) {
            Ok(equation) => equations.push((equation, verdict)),
            Err(error) => *verdict = Err(error),
        }
    }
    settle(&mut equations, rng);
    verdicts
}

/// S·G = R + c·key, with its parts in their groups.
struct Equation<'a> {
    claim: Claim<'a>,
    commitment: Point,
    response: Scalar,
    challenge: Scalar,
}

impl<'a> Equation<'a> {
    fn of(claim: Claim<'a>) -> Result<Self, SchnorrError> {
        if claim.key.is_identity() {
            return Err(SchnorrError::IdentityKey);
        }
        let (commitment, response) = split(claim.signature);
        Ok(Self {
            response: scalar_from_bytes(&response)
                .map_err(|_| SchnorrError::NonCanonicalResponse)?,
            challenge: challenge(&commitment, &claim.key.encode(), claim.digest),
            commitment: Point::decode(&commitment).map_err(|_| SchnorrError::BadCommitment)?,
            claim,
        })
    }
}

type Open<'a, 'v> = (Equation<'a>, &'v mut Result<(), SchnorrError>);

/// Writes down the verdicts of equations; those that hold have theirs already.
fn settle<R: RngCore + CryptoRng>(equations: &mut [Open<'_, '_>], rng: &mut R) {
    if equations.len() < FEW {
        for (equation, verdict) in equations {
            let Claim {
                key,
                digest,
                signature,
            } = equation.claim;
            **verdict = verify(&key, digest, signature);
        }
        return;
    }
    if !hold(equations, rng) {
        let (left, right) = equations.split_at_mut(equations.len() / 2);
        settle(left, rng);
        settle(right, rng);
    }
}

/// Whether a random combination of the equations holds.
fn hold<R: RngCore + CryptoRng>(equations: &[Open<'_, '_>], rng: &mut R) -> bool {
    let mut terms = Vec::with_capacity(2 * equations.len() + 1);
    let mut responses = Scalar::from(0_u64);
    for (equation, _) in equations {
        let mut bytes = [0; 16];
        if rng.try_fill_bytes(&mut bytes).is_err() {
            return false;
        }
        let coefficient = Scalar::from(u128::from_le_bytes(bytes));
        responses += coefficient * equation.response;
        terms.push((equation.commitment, coefficient));
        terms.push((equation.claim.key, coefficient * equation.challenge));
    }
    terms.push((Point::generator(), -responses));
    sum_vartime(&terms).is_identity()
}

#[cfg(test)]
mod tests;
