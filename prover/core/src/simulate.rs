//! Proofs of anything under the development keys, made from their published trapdoor in about a millisecond.
//!
//! This is the forgery that INSECURE keys allow, put to use: load and crash tests need tens of thousands of transactions
//! whose proofs a node verifies like any other, and not the hours that proving them takes. It works for development keys
//! only, since nobody has the trapdoor of a key from a ceremony.
//!
//! With γ = 1 the pairing equation is e(A, B) = e(α, β)·e(x, 1)·e(C, δ), where x = Σ xⱼ·(β·aⱼ + α·bⱼ + cⱼ) over the public
//! inputs: for scalars a and b of one's choice, C = (a·b − α·β − x)/δ solves it (Groth16, section 3.2, the simulator).

use ark_bn254::{Fr, G1Affine, G2Affine};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::UniformRand;
use obolus_protocol::field::fr_to_bytes;
use obolus_protocol::tx::{ProofBytes, ProofEnvelope};
use obolus_r1cs::{Balance, Issue, Ratio, Redeem, Register, Supply, Transfer, Velocity, shape};
use obolus_verifier::{Proof, ProofError, VerifyingKey};
use rand::rngs::OsRng;
use thiserror::Error;

use crate::prover::{ProveError, Proven, relation};
use crate::relation::RelationError;
use crate::setup::{Opened, SetupError};
use crate::statement::Provable;

/// Why there is no simulator.
#[derive(Debug, Error)]
pub enum SimulatorError {
    /// The circuit's matrices are inconsistent.
    #[error(transparent)]
    Relation(#[from] RelationError),
    /// The setup refuses the circuit.
    #[error(transparent)]
    Setup(#[from] SetupError),
}

/// Simulates the proofs of one statement.
pub struct Simulator<S> {
    opened: Opened,
    statement: std::marker::PhantomData<fn() -> S>,
}

impl<S: Provable> Simulator<S> {
    /// The simulator of the statement's development key. Takes milliseconds: it needs no proving key.
    ///
    /// # Errors
    /// [`SimulatorError`] if the setup refuses the circuit.
    pub fn development() -> Result<Self, SimulatorError> {
        let relation = relation(&shape::<S>())?;
        Ok(Self {
            opened: Opened::development(&S::CIRCUIT, &relation)?,
            statement: std::marker::PhantomData,
        })
    }

    /// The key that simulated proofs are checked with, the same as of [`crate::Prover::development`].
    pub fn verifying_key(&self) -> &VerifyingKey {
        &self.opened.key
    }

    /// Checks the statement natively and simulates its proof.
    ///
    /// # Errors
    /// [`ProveError::Rule`] names the rule that the witness breaks.
    pub fn prove(&self, witness: &S::Witness, context: Fr) -> Result<Proven<S>, ProveError> {
        let inputs = S::public_inputs(witness, context);
        S::check(witness, &inputs)?;
        let ordered = S::in_order(&inputs);
        let proof = self.simulate(&ordered)?;
        Ok(Proven {
            inputs,
            envelope: ProofEnvelope {
                key: self.opened.key.id(),
                inputs: ordered.iter().map(fr_to_bytes).collect(),
                proof: ProofBytes(proof.encode()?),
            },
        })
    }

    /// A proof of any inputs at all, true or not.
    ///
    /// # Errors
    /// None but with negligible probability, for a point that is the identity.
    pub fn simulate(&self, inputs: &[Fr]) -> Result<Proof, ProofError> {
        let (a, b) = (Fr::rand(&mut OsRng), Fr::rand(&mut OsRng));
        let c = (a * b - self.opened.alpha_beta - self.opened.public(inputs))
            * self.opened.delta_inverse;
        Proof::new(
            (G1Affine::generator() * a).into_affine(),
            (G2Affine::generator() * b).into_affine(),
            (G1Affine::generator() * c).into_affine(),
        )
    }
}

/// Simulators of all statements.
pub struct DevSimulator {
    /// Confidential payments.
    pub transfer: Simulator<Transfer>,
    /// Creation of notes by the issuer.
    pub issue: Simulator<Issue>,
    /// Withdrawals.
    pub redeem: Simulator<Redeem>,
    /// Registrations of participants.
    pub register: Simulator<Register>,
    /// Agreed rates of two amounts.
    pub ratio: Simulator<Ratio>,
    /// What a holder shows that it has.
    pub balance: Simulator<Balance>,
    /// Supplies covered by reserves.
    pub supply: Simulator<Supply>,
    /// Payments within a period's quota.
    pub velocity: Simulator<Velocity>,
}

impl DevSimulator {
    /// Simulators of the eight development keys.
    ///
    /// # Errors
    /// As [`Simulator::development`].
    pub fn new() -> Result<Self, SimulatorError> {
        Ok(Self {
            transfer: Simulator::development()?,
            issue: Simulator::development()?,
            redeem: Simulator::development()?,
            register: Simulator::development()?,
            ratio: Simulator::development()?,
            balance: Simulator::development()?,
            supply: Simulator::development()?,
            velocity: Simulator::development()?,
        })
    }

    /// The verifying keys, for a chain's genesis: transfer, issue, redeem, register, ratio,
    /// balance, supply, velocity.
    pub fn verifying_keys(&self) -> [&VerifyingKey; 8] {
        [
            self.transfer.verifying_key(),
            self.issue.verifying_key(),
            self.redeem.verifying_key(),
            self.register.verifying_key(),
            self.ratio.verifying_key(),
            self.balance.verifying_key(),
            self.supply.verifying_key(),
            self.velocity.verifying_key(),
        ]
    }
}

#[cfg(test)]
mod tests;
