//! What a verified ceremony says about itself.

use obolus_verifier::CircuitName;

use crate::hash::CeremonyHash;
use crate::params::Contributor;
use crate::r1cs::R1csDigest;

/// One contribution. Its hash is what participants compare with what they were shown; the name is not
/// authenticated by anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contribution {
    /// Who made it.
    pub contributor: Contributor,
    /// In phase 1 the challenge for the next contribution, in phase 2 the contribution hash, as snarkjs
    /// prints them.
    pub hash: CeremonyHash,
}

/// The record of a ceremony whose every step was verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transcript {
    /// The circuit, by the name that the caller has for it.
    pub circuit: CircuitName,
    /// Number of constraints.
    pub constraints: usize,
    /// Number of public inputs, without the constant.
    pub public_inputs: usize,
    /// Number of variables, with constant and public inputs.
    pub variables: usize,
    /// Logarithm of the number of points of the domain.
    pub domain_power: u32,
    /// BLAKE3 of the `.r1cs` file.
    pub r1cs: R1csDigest,
    /// snarkjs's hash of the key before the first contribution.
    pub circuit_hash: CeremonyHash,
    /// Contributions to the powers of tau.
    pub phase1: Vec<Contribution>,
    /// Contributions to the circuit's key.
    pub phase2: Vec<Contribution>,
}

impl Transcript {
    /// Contributions to the circuit's key that are no beacons.
    pub fn participants(&self) -> usize {
        let people = self.phase2.iter().filter(|c| !c.contributor.is_beacon());
        people.count()
    }
}
