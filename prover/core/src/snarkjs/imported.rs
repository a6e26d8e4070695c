//! Proving with a key from snarkjs.

use std::fmt;

use ark_bn254::Fr;
use obolus_kernels::Multiples;
use obolus_verifier::{CircuitName, Proof, VerifyError, VerifyingKey, verify};
use rand::rngs::OsRng;
use thiserror::Error;

use super::witness::Witness;
use super::zkey::{self, ZkeyError};
use crate::kernel::{KernelError, prove_factors};
use crate::key::ProvingKey;
use crate::progress::{Progress, Step};
use crate::relation::Factors;

#[cfg(test)]
mod tests;

/// Why an imported key made no proof. Carries no value of the witness.
#[derive(Debug, Error)]
pub enum ImportedProveError {
    /// Proving failed; the witness may be another circuit's.
    #[error(transparent)]
    Kernel(#[from] KernelError),
    /// The finished proof does not verify. A zkey does not hold matrix C, so this is where a wrong
    /// witness shows.
    #[error(
        "the witness does not satisfy the circuit, or the zkey does not belong to it: check them with `snarkjs wtns check` and `snarkjs zkey verify` ({0})"
    )]
    Refused(#[from] VerifyError),
}

/// Proves one circuit of circom with its `.zkey`.
pub struct ImportedProver {
    factors: Factors,
    key: ProvingKey,
}

impl ImportedProver {
    /// Reads a `.zkey` and makes its window tables, which takes most of the time. The verifying
    /// key is labelled [`KeyOrigin::Imported`](obolus_verifier::KeyOrigin::Imported) and gets the
    /// name that the caller has for the circuit.
    ///
    /// # Errors
    /// [`ZkeyError`] if any byte that matters for proving is not as snarkjs would write it, or if
    /// the verifying key does not pass the lint: one without a contribution, for instance.
    pub fn read(
        circuit: &CircuitName,
        zkey: &[u8],
        progress: &dyn Progress,
    ) -> Result<Self, ZkeyError> {
        Self::read_with(circuit, zkey, Multiples::default(), progress)
    }

    /// The same with tables of another size: with [`Multiples::NONE`] there are none, which is right for a key
    /// that makes a few proofs.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub fn read_with(
        circuit: &CircuitName,
        zkey: &[u8],
        tables: Multiples,
        progress: &dyn Progress,
    ) -> Result<Self, ZkeyError> {
        let (factors, key) = zkey::read_with(circuit, zkey, tables, progress)?;
        Ok(Self { factors, key })
    }

    /// The key that proofs of this prover are checked with.
    pub fn verifying_key(&self) -> &VerifyingKey {
        self.key.verifying_key()
    }

    /// Hash of the zkey's sections, contributions left out: names circuit and key.
    pub fn digest(&self) -> &[u8; 32] {
        self.factors.digest()
    }

    /// Number of public inputs, without the constant.
    pub fn public_inputs(&self) -> usize {
        self.factors.public_inputs()
    }

    /// Number of variables: what a witness must have.
    pub fn variables(&self) -> usize {
        self.factors.variables()
    }

    /// Number of constraints.
    pub fn constraints(&self) -> usize {
        self.factors.rows()
    }

    /// Bytes that matrices and tables take in memory.
    pub fn memory_bytes(&self) -> usize {
        self.factors.memory_bytes() + self.key.memory_bytes()
    }

    /// Most bytes that one proof takes on so many threads, besides its witness and what is always there.
    pub fn proof_bytes(&self, threads: usize) -> usize {
        self.key.proof_bytes(&self.factors, threads)
    }

    /// Proves; returns the public inputs and the proof, which has been verified.
    ///
    /// # Errors
    /// [`ImportedProveError`] if the witness is another circuit's or does not satisfy this one.
    pub fn prove(&self, witness: &Witness) -> Result<(Vec<Fr>, Proof), ImportedProveError> {
        self.prove_watched(witness, &|_| ())
    }

    /// The same, telling `watch` what is being done.
    ///
    /// # Errors
    /// As [`Self::prove`].
    pub fn prove_watched(
        &self,
        witness: &Witness,
        watch: &dyn Fn(Step),
    ) -> Result<(Vec<Fr>, Proof), ImportedProveError> {
        let values = witness.values();
        watch(Step::Proving);
        let proof = prove_factors(&self.key, &self.factors, values, &mut OsRng)?;
        let inputs: Vec<Fr> = values
            .iter()
            .skip(1)
            .take(self.public_inputs())
            .copied()
            .collect();
        watch(Step::Verifying);
        verify(self.verifying_key(), &inputs, &proof)?;
        Ok((inputs, proof))
    }
}

impl fmt::Debug for ImportedProver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ImportedProver({:?})", self.verifying_key())
    }
}
