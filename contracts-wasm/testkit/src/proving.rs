//! Circuits whose trapdoor is known, so that a proof of anything takes milliseconds. INSECURE by design.

use ark_bn254::{Fr, G1Affine, G2Affine};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::Field;
use obolus_abi::{FieldBytes, KeyId};
use obolus_protocol::field::fr_from_bytes;
use obolus_protocol::tx::{ProofBytes, ProofEnvelope};
use obolus_verifier::{CircuitName, KeyOrigin, KeyPoints, Proof, VerifyingKey};

use crate::Error;

const ALPHA: u64 = 3;
const BETA: u64 = 5;
const GAMMA: u64 = 7;
const DELTA: u64 = 11;

/// A stand-in for a circuit: its verifying key is a development key, and it proves whatever inputs it is given.
#[derive(Clone, Debug)]
pub struct SimulatedCircuit {
    key: VerifyingKey,
}

impl SimulatedCircuit {
    /// A circuit of this name with so many public inputs.
    ///
    /// # Errors
    /// [`Error::Circuit`] for a malformed name or a number that the name's circuit does not have.
    pub fn new(name: &str, inputs: usize) -> Result<Self, Error> {
        let fault = |error: &dyn std::fmt::Display| Error::Circuit(error.to_string());
        let points = KeyPoints {
            alpha_g1: g1(ALPHA.into()),
            beta_g2: g2(BETA.into()),
            gamma_g2: g2(GAMMA.into()),
            delta_g2: g2(DELTA.into()),
            ic: (0..=inputs as u64).map(|slot| g1(ic(slot))).collect(),
        };
        let name = CircuitName::new(name).map_err(|error| fault(&error))?;
        let key = VerifyingKey::new(name, KeyOrigin::InsecureDevelopment, inputs, points)
            .map_err(|error| fault(&error))?;
        Ok(Self { key })
    }

    /// What the chain must know.
    pub const fn verifying_key(&self) -> &VerifyingKey {
        &self.key
    }

    /// What contracts pin.
    pub fn id(&self) -> KeyId {
        self.key.id()
    }

    /// A proof of these public inputs, true or not: A and B are fixed, C solves the verifier's equation.
    ///
    /// # Errors
    /// [`Error::Circuit`] for a wrong number of inputs, or one that is not canonical.
    pub fn prove(&self, inputs: &[FieldBytes]) -> Result<ProofEnvelope, Error> {
        if inputs.len() != self.key.public_inputs() {
            return Err(Error::Circuit(format!(
                "{} inputs, not {}",
                inputs.len(),
                self.key.public_inputs()
            )));
        }
        let [a, b] = [Fr::from(2_u64), Fr::from(3_u64)];
        let mut public = ic(0);
        for (slot, input) in (1..).zip(inputs) {
            let value = fr_from_bytes(input)
                .map_err(|_| Error::Circuit(format!("input {slot} is not canonical")))?;
            public += ic(slot) * value;
        }
        let delta = Fr::from(DELTA)
            .inverse()
            .ok_or_else(|| Error::Circuit("delta has no inverse".into()))?;
        let c = (a * b - Fr::from(ALPHA * BETA) - public * Fr::from(GAMMA)) * delta;
        let proof = Proof::new(g1(a), g2(b), g1(c))
            .and_then(|proof| proof.encode())
            .map_err(|error| Error::Circuit(error.to_string()))?;
        Ok(ProofEnvelope {
            key: self.id(),
            inputs: inputs.to_vec(),
            proof: ProofBytes(proof),
        })
    }
}

/// The trapdoor of an input's point.
fn ic(slot: u64) -> Fr {
    Fr::from(13 + 4 * slot)
}

fn g1(scalar: Fr) -> G1Affine {
    (G1Affine::generator() * scalar).into_affine()
}

fn g2(scalar: Fr) -> G2Affine {
    (G2Affine::generator() * scalar).into_affine()
}
