//! A circuit's constraints without any witness: matrices, names, rules, costs, digest.

use ark_ff::{BigInteger, PrimeField, Zero};
use obolus_protocol::{Fr, tags};

/// Rows of a sparse matrix: (coefficient, index in z), sorted by index, without zeros. The type is
/// arkworks' `Matrix`.
pub type Matrix = ark_relations::gr1cs::Matrix<Fr>;

/// One constraint as the builder hands it over.
pub(crate) struct Constraint {
    pub(crate) a: Vec<(Fr, usize)>,
    pub(crate) b: Vec<(Fr, usize)>,
    pub(crate) c: Vec<(Fr, usize)>,
    pub(crate) rule: &'static str,
    pub(crate) gadget: &'static str,
}

/// The constraints `A·z ∘ B·z = C·z` over `z = (1, public inputs, witness variables)`.
#[derive(Clone)]
pub struct R1csShape {
    name: &'static str,
    public: &'static [&'static str],
    witness: Vec<String>,
    free: Vec<usize>,
    a: Matrix,
    b: Matrix,
    c: Matrix,
    labels: Vec<(&'static str, &'static str)>,
}

impl R1csShape {
    pub(crate) const fn new(name: &'static str, public: &'static [&'static str]) -> Self {
        Self {
            name,
            public,
            witness: Vec::new(),
            free: Vec::new(),
            a: Vec::new(),
            b: Vec::new(),
            c: Vec::new(),
            labels: Vec::new(),
        }
    }

    pub(crate) fn push_name(&mut self, name: String) {
        self.witness.push(name);
    }

    /// Marks the variable named last as a free input.
    pub(crate) fn mark_free(&mut self) {
        self.free.push(self.public.len() + self.witness.len());
    }

    pub(crate) fn push_constraint(&mut self, constraint: Constraint) {
        self.a.push(constraint.a);
        self.b.push(constraint.b);
        self.c.push(constraint.c);
        self.labels.push((constraint.rule, constraint.gadget));
    }

    /// The circuit's name.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Names of the public inputs, in order.
    pub const fn public_names(&self) -> &'static [&'static str] {
        self.public
    }

    /// Number of public inputs, the constant 1 not counted.
    pub const fn num_public(&self) -> usize {
        self.public.len()
    }

    /// Length of z: the constant 1, public inputs, witness variables.
    pub const fn num_variables(&self) -> usize {
        1 + self.public.len() + self.witness.len()
    }

    /// Number of constraints.
    pub const fn num_constraints(&self) -> usize {
        self.labels.len()
    }

    /// Left factors.
    pub const fn a(&self) -> &Matrix {
        &self.a
    }

    /// Right factors.
    pub const fn b(&self) -> &Matrix {
        &self.b
    }

    /// Products.
    pub const fn c(&self) -> &Matrix {
        &self.c
    }

    /// Indices in z of the free inputs: locally, they and the public inputs that a contract gives
    /// determine every other variable.
    pub fn free_inputs(&self) -> &[usize] {
        &self.free
    }

    /// Name of a variable by its index in z; empty when there is none.
    pub fn variable_name(&self, index: usize) -> &str {
        match index.checked_sub(1) {
            None => "one",
            Some(at) if at < self.public.len() => self.public.get(at).copied().unwrap_or(""),
            Some(at) => self
                .witness
                .get(at - self.public.len())
                .map_or("", |name| name),
        }
    }

    /// The rule that a constraint belongs to; empty when there is no such constraint.
    pub fn rule_of(&self, constraint: usize) -> &'static str {
        self.labels.get(constraint).map_or("", |label| label.0)
    }

    /// The gadget that a constraint belongs to; empty when there is no such constraint.
    pub fn gadget_of(&self, constraint: usize) -> &'static str {
        self.labels.get(constraint).map_or("", |label| label.1)
    }

    /// Constraints per rule, in order of first use.
    pub fn rule_counts(&self) -> Vec<(&'static str, usize)> {
        count(self.labels.iter().map(|label| label.0))
    }

    /// Constraints per gadget, in order of first use.
    pub fn gadget_counts(&self) -> Vec<(&'static str, usize)> {
        count(self.labels.iter().map(|label| label.1))
    }

    /// BLAKE3 over the circuit's name, the names of its public inputs and its matrices. Keys are
    /// made for, and named by, this digest; names of witness variables and rules are no part of it.
    pub fn digest(&self) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new_derive_key(tags::context::R1CS_DIGEST);
        let mut text = |text: &str| {
            hasher.update(&(text.len() as u64).to_le_bytes());
            hasher.update(text.as_bytes());
        };
        text(self.name);
        self.public.iter().for_each(|name| text(name));
        for size in [
            self.public.len(),
            self.num_variables(),
            self.num_constraints(),
        ] {
            hasher.update(&(size as u64).to_le_bytes());
        }
        for row in self.a.iter().chain(&self.b).chain(&self.c) {
            hasher.update(&(row.len() as u64).to_le_bytes());
            for (coefficient, index) in row {
                hasher.update(&(*index as u64).to_le_bytes());
                hasher.update(&coefficient.into_bigint().to_bytes_le());
            }
        }
        *hasher.finalize().as_bytes()
    }

    /// Whether a constraint holds for the values `z`; one that does not exist holds.
    pub(crate) fn holds(&self, constraint: usize, z: &[Fr]) -> bool {
        let dot = |matrix: &Matrix| match matrix.get(constraint) {
            Some(row) => row_value(row, z),
            None => Fr::zero(),
        };
        dot(&self.a) * dot(&self.b) == dot(&self.c)
    }

    /// A copy that lacks one constraint: what the under-constraint hunt must notice.
    #[cfg(test)]
    pub(crate) fn without(&self, constraint: usize) -> Self {
        let mut rest = self.clone();
        rest.a.remove(constraint);
        rest.b.remove(constraint);
        rest.c.remove(constraint);
        rest.labels.remove(constraint);
        rest
    }
}

/// A row's product with z.
pub(crate) fn row_value(row: &[(Fr, usize)], z: &[Fr]) -> Fr {
    row.iter()
        .filter_map(|(coefficient, index)| z.get(*index).map(|value| *coefficient * value))
        .sum()
}

fn count(labels: impl Iterator<Item = &'static str>) -> Vec<(&'static str, usize)> {
    let mut counts: Vec<(&'static str, usize)> = Vec::new();
    for label in labels {
        match counts.iter_mut().find(|(known, _)| *known == label) {
            Some((_, number)) => *number += 1,
            None => counts.push((label, 1)),
        }
    }
    counts
}
