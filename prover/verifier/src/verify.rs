//! Verification of one proof.

use ark_bn254::{Bn254, Fr, G1Projective};
use ark_ec::pairing::{Pairing, prepare_g1, prepare_g2};
use ark_ec::{CurveGroup, VariableBaseMSM};
use ark_ff::{One, PrimeField};
use obolus_abi::FieldBytes;
use obolus_protocol::field::fr_from_bytes;
use thiserror::Error;

use crate::key::VerifyingKey;
use crate::proof::{Proof, ProofError, UncheckedProof};

#[cfg(test)]
mod tests;

/// Why a proof was not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum VerifyError {
    /// Too few or too many public inputs.
    #[error("the circuit has {expected} public inputs but {given} were given")]
    InputCount {
        /// What the key asks for.
        expected: usize,
        /// What was given.
        given: usize,
    },
    /// A public input at or above the field's modulus.
    #[error("public input {0} is not a canonical field element")]
    NonCanonicalInput(usize),
    /// A point of the proof is not acceptable.
    #[error(transparent)]
    Proof(#[from] ProofError),
    /// The pairing equation does not hold.
    #[error("the proof does not hold for these public inputs under this key; prove again")]
    Refused,
}

/// Reads public inputs from the wire.
///
/// # Errors
/// [`VerifyError::NonCanonicalInput`] with the position of the first value at or above the
/// modulus: two byte strings for one value would let a checked input differ from the proved one.
pub fn inputs_from_bytes(inputs: &[FieldBytes]) -> Result<Vec<Fr>, VerifyError> {
    inputs
        .iter()
        .enumerate()
        .map(|(i, bytes)| fr_from_bytes(bytes).map_err(|_| VerifyError::NonCanonicalInput(i)))
        .collect()
}

/// Checks one proof: e(A, B) = e(α, β) · e(Σ xⱼ·ICⱼ, γ) · e(C, δ).
///
/// # Errors
/// [`VerifyError`] if the number of inputs is wrong or the equation does not hold.
pub fn verify(key: &VerifyingKey, inputs: &[Fr], proof: &Proof) -> Result<(), VerifyError> {
    check_count(key, inputs)?;
    equation(key, inputs, proof.unchecked())
}

/// The equation for points that are known to be in their subgroups.
pub(crate) fn equation(
    key: &VerifyingKey,
    inputs: &[Fr],
    proof: &UncheckedProof,
) -> Result<(), VerifyError> {
    let mut scalars = Vec::with_capacity(inputs.len() + 1);
    scalars.push(Fr::one().into_bigint());
    scalars.extend(inputs.iter().map(|x| x.into_bigint()));
    let public = G1Projective::msm_bigint(&key.points().ic, &scalars).into_affine();
    let prepared = key.prepared();
    let product = Bn254::multi_pairing(
        [
            prepare_g1::<Bn254>(*proof.a()),
            prepare_g1::<Bn254>(-public),
            prepare_g1::<Bn254>(-*proof.c()),
        ],
        [
            prepare_g2::<Bn254>(*proof.b()),
            prepared.gamma.clone(),
            prepared.delta.clone(),
        ],
    );
    if product.0 == prepared.alpha_beta {
        Ok(())
    } else {
        Err(VerifyError::Refused)
    }
}

pub(crate) fn check_count(key: &VerifyingKey, inputs: &[Fr]) -> Result<(), VerifyError> {
    let expected = key.public_inputs();
    if inputs.len() == expected {
        Ok(())
    } else {
        Err(VerifyError::InputCount {
            expected,
            given: inputs.len(),
        })
    }
}
