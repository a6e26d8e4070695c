//! Proving keys in memory.

use std::fmt;

use ark_bn254::{Fr, g1, g2};
use obolus_kernels::{Curve, Table};
use obolus_verifier::VerifyingKey;

use crate::relation::{Factors, Relation};

/// The bases of one polynomial, without those that are the identity because the variable does not
/// occur on that side.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Query<P: Curve> {
    /// Which variable each base belongs to, ascending.
    pub(crate) variables: Vec<u32>,
    /// The bases.
    pub(crate) bases: Table<P>,
}

/// What proving a circuit takes.
///
/// The usual bases of B in G1 are absent: only the re-randomisation of other provers needs them,
/// see the proving kernel.
#[derive(Clone, PartialEq, Eq)]
pub struct ProvingKey {
    pub(crate) verifying_key: VerifyingKey,
    pub(crate) digest: [u8; 32],
    /// A_j(τ) in G1.
    pub(crate) a: Query<g1::Config>,
    /// B_j(τ) in G2.
    pub(crate) b: Query<g2::Config>,
    /// First (β·A_j + α·B_j + C_j)/δ for every private variable, then the odd Lagrange bases of h:
    /// both end up in C, so they are one sum.
    pub(crate) c: Table<g1::Config>,
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

    /// Bytes that the tables take, in memory or in a mapped file.
    pub fn table_bytes(&self) -> usize {
        self.a.bases.memory_bytes() + self.b.bases.memory_bytes() + self.c.memory_bytes()
    }

    /// Most bytes that one proof takes on so many threads, besides the key.
    pub fn bytes_of_a_proof(&self, relation: &Relation, threads: usize) -> usize {
        self.proof_bytes(relation.factors(), threads)
    }

    /// Bytes that the bases take in memory.
    pub(crate) fn memory_bytes(&self) -> usize {
        let variables = self.a.variables.len() + self.b.variables.len();
        variables * size_of::<u32>() + self.table_bytes()
    }

    /// Most bytes that one proof takes while it is made, on so many threads: what the kernel holds at its two high points,
    /// the transforms and the sums. `tests/memory.rs` compares it with what is really allocated.
    pub(crate) fn proof_bytes(&self, factors: &Factors, threads: usize) -> usize {
        let scalar = size_of::<Fr>();
        let variables = factors.variables();
        let private = variables.saturating_sub(factors.public_inputs() + 1);
        let domain = self.c.len().saturating_sub(private);
        let assignment = variables * scalar;
        let h = domain * scalar;
        let transforms = 3 * h;
        // z as integers, and the scalars of C.
        let integers = (variables + self.c.len()) * scalar;
        let scalars = (self.a.bases.len() + self.b.bases.len()) * scalar;
        let sums = |threads| {
            [
                self.a.bases.sum_bytes(threads),
                self.b.bases.sum_bytes(threads),
                self.c.sum_bytes(threads),
            ]
        };
        let together = if threads > 1 {
            // All three at once, and what each further thread holds for the largest task.
            let further = sums(2).into_iter().zip(sums(1)).map(|(two, one)| two - one);
            let further = further.max().unwrap_or_default();
            scalars + sums(1).iter().sum::<usize>() + (threads - 1) * further
        } else {
            scalars + sums(1).into_iter().max().unwrap_or_default()
        };
        let listed = assignment + (h + integers + together).max(transforms);
        // An eighth more for what is not listed: the witness on its way into the circuit, roots of unity, stacks.
        listed + listed / 8
    }

    /// Whether the key's dimensions are those of the circuit with `domain` points.
    pub(crate) fn fits(&self, factors: &Factors, domain: usize) -> bool {
        let variables = factors.variables();
        let private = variables.saturating_sub(factors.public_inputs() + 1);
        let in_range = |list: &[u32]| list.iter().all(|v| (*v as usize) < variables);
        self.digest == *factors.digest()
            && self.verifying_key.public_inputs() == factors.public_inputs()
            && self.c.len() == private + domain
            && self.a.variables.len() == self.a.bases.len()
            && self.b.variables.len() == self.b.bases.len()
            && in_range(&self.a.variables)
            && in_range(&self.b.variables)
    }
}

impl fmt::Debug for ProvingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ProvingKey({:?})", self.verifying_key)
    }
}
