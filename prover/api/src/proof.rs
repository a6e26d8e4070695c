//! A proof as it is given out.

use serde::{Deserialize, Serialize};

use crate::{Digest, Receipt};

/// A Groth16 proof over BN254 as snarkjs writes it in `proof.json`: affine coordinates in decimal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProofJson {
    /// A: x, y, 1.
    pub pi_a: [String; 3],
    /// B: x, y, 1, each as (c0, c1).
    pub pi_b: [[String; 2]; 3],
    /// C: x, y, 1.
    pub pi_c: [String; 3],
    /// `groth16`.
    pub protocol: String,
    /// `bn128`.
    pub curve: String,
}

impl ProofJson {
    /// SHA-256 of the eight coordinates in decimal, x before y and c0 before c1, each followed by a line feed.
    pub fn digest(&self) -> Digest {
        let [a, c] = [&self.pi_a, &self.pi_c].map(|point| &point[..2]);
        let coordinates = a.iter().chain(self.pi_b[..2].iter().flatten()).chain(c);
        let mut text = String::new();
        for coordinate in coordinates {
            text.push_str(coordinate);
            text.push('\n');
        }
        Digest::of(text.as_bytes())
    }
}

/// What a succeeded job is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Proved {
    /// The proof.
    pub proof: ProofJson,
    /// The public inputs in decimal, in the circuit's order: `public.json`.
    pub inputs: Vec<String>,
    /// Who proved it, signed.
    pub receipt: Receipt,
}
