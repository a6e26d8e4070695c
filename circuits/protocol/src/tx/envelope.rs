//! Proofs beside the signed body.

use core::fmt;

use borsh::{BorshSerialize, io};
use obolus_abi::{FieldBytes, KeyId};

use super::{MAX_INPUTS, TxError, codec};
use crate::field::fr_from_bytes;

/// A compressed Groth16 proof. The verifier decodes it strictly; here it is 128 opaque bytes.
#[derive(Clone, Copy, PartialEq, Eq, BorshSerialize)]
pub struct ProofBytes(pub [u8; 128]);

impl fmt::Debug for ProofBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for byte in &self.0 {
            write!(f, "{byte:02x}")?;
        }
        Ok(())
    }
}

/// A claim, checked at admission: `proof` holds under `key` for exactly `inputs`.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize)]
pub struct ProofEnvelope {
    /// Identity of the verifying key.
    pub key: KeyId,
    /// Public inputs in the statement's order, canonical.
    pub inputs: Vec<FieldBytes>,
    /// The proof.
    pub proof: ProofBytes,
}

impl ProofEnvelope {
    /// Whether the parts keep to what the decoder enforces.
    ///
    /// # Errors
    /// [`TxError::TooMany`] or [`TxError::NonCanonical`].
    pub fn check_limits(&self) -> Result<(), TxError> {
        if self.inputs.len() > MAX_INPUTS {
            return Err(TxError::TooMany("inputs"));
        }
        self.inputs.iter().try_for_each(check_canonical)
    }

    pub(super) fn read<R: io::Read>(reader: &mut R) -> Result<Self, TxError> {
        let key = codec::leaf(reader)?;
        let inputs = codec::list(reader, MAX_INPUTS, "inputs", |reader| {
            let input = codec::leaf(reader)?;
            check_canonical(&input)?;
            Ok(input)
        })?;
        let proof = ProofBytes(codec::leaf(reader)?);
        Ok(Self { key, inputs, proof })
    }
}

pub(super) fn check_canonical(bytes: &FieldBytes) -> Result<(), TxError> {
    fr_from_bytes(bytes)
        .map(|_| ())
        .map_err(|_| TxError::NonCanonical)
}
