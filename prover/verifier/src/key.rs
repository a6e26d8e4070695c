//! Verifying keys: construction with lint, canonical bytes, identity.

use std::fmt;

use ark_bn254::{Bn254, Fq12, G1Affine, G2Affine};
use ark_ec::pairing::Pairing;
use obolus_abi::KeyId;
use thiserror::Error;

use crate::circuit::{CircuitName, CircuitNameError};
use crate::key_text::KeyIdText;
use crate::points::PointError;

mod codec;
mod lint;
#[cfg(test)]
mod tests;

/// Domain of the hash that names a key.
const ID_DOMAIN: &str = "obolus 2026 verifying key v1";

/// Why a verifying key was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum KeyError {
    /// The encoding is shorter or longer than its own header says.
    #[error("the verifying key has the wrong length; fetch the file again")]
    Length,
    /// An encoding version or origin this build does not know.
    #[error("unknown verifying key format; use the release that wrote it")]
    Format,
    /// The circuit name is not a name.
    #[error("bad circuit name in the verifying key: {0}")]
    Name(#[from] CircuitNameError),
    /// A point is not acceptable.
    #[error("point {point} of the verifying key is refused: {reason}")]
    Point {
        /// Which point: `alpha`, `beta`, `gamma`, `delta` or `ic`.
        point: &'static str,
        /// What is wrong with it.
        reason: PointError,
    },
    /// The number of IC points does not fit the public inputs.
    #[error(
        "the circuit needs {expected} IC points but the key has {given}; it belongs to another circuit"
    )]
    IcLength {
        /// One more than the number of public inputs.
        expected: usize,
        /// Points found.
        given: usize,
    },
    /// delta = ±gamma: anybody can make proofs without a witness.
    #[error(
        "delta is plus or minus gamma: such a key accepts forged proofs; run the ceremony again"
    )]
    DeltaIsGamma,
    /// delta = ± the generator: nobody contributed to the second phase.
    #[error(
        "delta is plus or minus the generator: no ceremony contribution was made; run the ceremony"
    )]
    DeltaIsGenerator,
    /// beta = ±gamma or ±delta: anybody can make proofs without a witness.
    #[error("beta is plus or minus {0}: such a key accepts forged proofs; run the ceremony again")]
    BetaIs(&'static str),
    /// Two IC points are equal or opposite: two public inputs could be traded for each other.
    #[error("IC points {0} and {1} are equal or opposite, so two public inputs are not told apart")]
    RepeatedIc(usize, usize),
}

/// Who made a key, and whether it may guard value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeyOrigin {
    /// Made locally from a published seed: anybody can forge proofs under it.
    InsecureDevelopment,
    /// Made by a ceremony with at least one honest participant.
    Ceremony,
    /// Read from a file of another prover: nobody here vouches for how it was made.
    Imported,
}

impl fmt::Display for KeyOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::InsecureDevelopment => "INSECURE development key",
            Self::Ceremony => "ceremony key",
            Self::Imported => "imported key",
        })
    }
}

/// The points of a Groth16 verifying key over BN254, unchecked until they are in a
/// [`VerifyingKey`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyPoints {
    /// α in G1.
    pub alpha_g1: G1Affine,
    /// β in G2.
    pub beta_g2: G2Affine,
    /// γ in G2; keys from snarkjs have the generator here.
    pub gamma_g2: G2Affine,
    /// δ in G2.
    pub delta_g2: G2Affine,
    /// One point for the constant and one for each public input, in order.
    pub ic: Vec<G1Affine>,
}

/// A linted verifying key of one circuit.
#[derive(Clone)]
pub struct VerifyingKey {
    circuit: CircuitName,
    origin: KeyOrigin,
    points: KeyPoints,
    id: KeyId,
    development_id: KeyId,
    prepared: Prepared,
}

/// Line tables and the constant pairing, computed once per key.
#[derive(Clone)]
pub(crate) struct Prepared {
    /// e(α, β).
    pub(crate) alpha_beta: Fq12,
    pub(crate) beta: <Bn254 as Pairing>::G2Prepared,
    pub(crate) gamma: <Bn254 as Pairing>::G2Prepared,
    pub(crate) delta: <Bn254 as Pairing>::G2Prepared,
}

impl VerifyingKey {
    /// Lints the points and names the key.
    ///
    /// # Errors
    /// [`KeyError`] if the key is malformed, degenerate or has the wrong number of IC points for
    /// `public_inputs` or for what is known about `circuit`.
    pub fn new(
        circuit: CircuitName,
        origin: KeyOrigin,
        public_inputs: usize,
        points: KeyPoints,
    ) -> Result<Self, KeyError> {
        lint::check(&circuit, public_inputs, &points)?;
        let id_as = |origin| {
            let bytes = codec::encode(&circuit, origin, &points)?;
            Ok::<_, KeyError>(Self::id_of_encoding(&bytes))
        };
        let id = id_as(origin)?;
        let development_id = id_as(KeyOrigin::InsecureDevelopment)?;
        let prepared = Prepared {
            alpha_beta: Bn254::pairing(points.alpha_g1, points.beta_g2).0,
            beta: points.beta_g2.into(),
            gamma: points.gamma_g2.into(),
            delta: points.delta_g2.into(),
        };
        Ok(Self {
            circuit,
            origin,
            points,
            id,
            development_id,
            prepared,
        })
    }

    /// Decodes the canonical encoding and lints the key.
    ///
    /// # Errors
    /// [`KeyError`] on any byte that [`Self::encode`] would not have written, and on a key that
    /// fails the lint.
    pub fn decode(bytes: &[u8]) -> Result<Self, KeyError> {
        let (circuit, origin, public_inputs, points) = codec::decode(bytes)?;
        Self::new(circuit, origin, public_inputs, points)
    }

    /// The canonical encoding.
    ///
    /// Version (1), origin (1), length of the name (1), name, number of public inputs (2,
    /// little-endian), then α, β, γ, δ and the IC points, compressed.
    ///
    /// # Errors
    /// None for a key that was built by [`Self::new`]; the signature spares a panic.
    pub fn encode(&self) -> Result<Vec<u8>, KeyError> {
        codec::encode(&self.circuit, self.origin, &self.points)
    }

    /// The id of the key with this encoding, if it is one.
    pub fn id_of_encoding(bytes: &[u8]) -> KeyId {
        KeyId(blake3::derive_key(ID_DOMAIN, bytes))
    }

    /// BLAKE3 of the canonical encoding: names circuit, origin and every point.
    pub fn id(&self) -> KeyId {
        self.id
    }

    /// The id that these points have under the label of a development key: the label is not part of what is proved under
    /// a key, so this tells whether it is one whatever it says of itself.
    pub fn development_id(&self) -> KeyId {
        self.development_id
    }

    /// The circuit that the key belongs to.
    pub fn circuit(&self) -> &CircuitName {
        &self.circuit
    }

    /// Who made the key.
    pub fn origin(&self) -> KeyOrigin {
        self.origin
    }

    /// Number of public inputs of the circuit.
    pub fn public_inputs(&self) -> usize {
        self.points.ic.len().saturating_sub(1)
    }

    /// The points of the key.
    pub fn points(&self) -> &KeyPoints {
        &self.points
    }

    pub(crate) fn prepared(&self) -> &Prepared {
        &self.prepared
    }
}

/// The `obolvk1…` form of the key's id.
impl fmt::Display for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        KeyIdText(self.id).fmt(f)
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerifyingKey({}, {}, {self})", self.circuit, self.origin)
    }
}

impl PartialEq for VerifyingKey {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for VerifyingKey {}
