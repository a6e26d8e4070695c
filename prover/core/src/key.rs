//! Proving keys in memory.

use ark_bn254::{G1Affine, G2Affine};
use obolus_verifier::VerifyingKey;

use crate::relation::Relation;

/// The bases of one polynomial, without those that are the identity because the variable does not
/// occur on that side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Query<P> {
    /// Which variable each point belongs to, ascending.
    pub(crate) variables: Vec<u32>,
    /// The points.
    pub(crate) points: Vec<P>,
}

/// What proving a circuit takes.
///
/// The usual bases of B in G1 are absent: only the re-randomisation of other provers needs them,
/// see the proving kernel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProvingKey {
    pub(crate) verifying_key: VerifyingKey,
    pub(crate) digest: [u8; 32],
    /// A_j(τ) in G1.
    pub(crate) a: Query<G1Affine>,
    /// B_j(τ) in G2.
    pub(crate) b: Query<G2Affine>,
    /// First (β·A_j + α·B_j + C_j)/δ for every private variable, then the odd Lagrange bases of h:
    /// both end up in C, so they are one sum.
    pub(crate) c: Vec<G1Affine>,
}

impl ProvingKey {
    /// The verifying half.
    pub fn verifying_key(&self) -> &VerifyingKey {
        &self.verifying_key
    }

    /// Digest of the circuit that the key was made for.
    pub fn digest(&self) -> &[u8; 32] {
        &self.digest
    }

    /// Whether the key's dimensions are those of `relation` with `domain` points.
    pub(crate) fn fits(&self, relation: &Relation, domain: usize) -> bool {
        let variables = relation.variables();
        let private = variables.saturating_sub(relation.public_inputs() + 1);
        let in_range = |list: &[u32]| list.iter().all(|v| (*v as usize) < variables);
        self.digest == *relation.digest()
            && self.verifying_key.public_inputs() == relation.public_inputs()
            && self.c.len() == private + domain
            && self.a.variables.len() == self.a.points.len()
            && self.b.variables.len() == self.b.points.len()
            && in_range(&self.a.variables)
            && in_range(&self.b.variables)
    }
}
