//! A circuit as three sparse matrices, in the form the prover reads.
//!
//! Variable 0 is the constant one, then come the public inputs, then the rest. A row holds if
//! ⟨A, z⟩ · ⟨B, z⟩ = ⟨C, z⟩. Rows are stored one after the other (compressed sparse rows), so that
//! evaluating a matrix walks memory once.

use ark_bn254::Fr;
use ark_ff::{AdditiveGroup, One};
use thiserror::Error;

#[cfg(test)]
pub(crate) mod tests;

/// Largest number of rows plus public inputs plus one; BN254's scalar field has roots of unity for
/// twice that.
const MAX_ROWS: usize = 1 << 27;

/// Why matrices do not make a relation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum RelationError {
    /// The three matrices differ in height.
    #[error("matrices A, B and C have {a}, {b} and {c} rows; they must have the same number")]
    Rows {
        /// Rows of A.
        a: usize,
        /// Rows of B.
        b: usize,
        /// Rows of C.
        c: usize,
    },
    /// A coefficient of a variable that does not exist.
    #[error("a row names variable {0}, beyond the last one; synthesise the circuit again")]
    Variable(usize),
    /// More than the field has roots of unity for, or fewer variables than public inputs.
    #[error("a circuit of this size cannot be proved; split the statement")]
    Size,
}

/// A row of a matrix: coefficients and the variables they stand before.
pub type Row = Vec<(Fr, usize)>;

/// A sparse matrix.
#[derive(Clone, Debug, Default)]
pub struct Matrix {
    /// Where each row ends in `entries`.
    ends: Vec<u32>,
    entries: Vec<Entry>,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    variable: u32,
    /// Most coefficients are one: they cost an addition instead of a multiplication.
    is_one: bool,
    coefficient: Fr,
}

impl Matrix {
    fn new<'a>(
        rows: impl ExactSizeIterator<Item = &'a Row>,
        variables: usize,
    ) -> Result<Self, RelationError> {
        let mut matrix = Self::default();
        for row in rows {
            for (coefficient, variable) in row {
                if *variable >= variables {
                    return Err(RelationError::Variable(*variable));
                }
                matrix.entries.push(Entry {
                    variable: u32::try_from(*variable).map_err(|_| RelationError::Size)?,
                    is_one: coefficient.is_one(),
                    coefficient: *coefficient,
                });
            }
            let end = u32::try_from(matrix.entries.len()).map_err(|_| RelationError::Size)?;
            matrix.ends.push(end);
        }
        Ok(matrix)
    }

    fn rows(&self) -> impl Iterator<Item = &[Entry]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, end)| {
            self.entries
                .get(start as usize..*end as usize)
                .unwrap_or_default()
        })
    }

    /// ⟨row, z⟩ for every row. `assignment` has a value for every variable of the relation.
    pub(crate) fn times<'a>(&'a self, assignment: &'a [Fr]) -> impl Iterator<Item = Fr> + 'a {
        let value = |entry: &Entry| {
            let z = assignment
                .get(entry.variable as usize)
                .copied()
                .unwrap_or(Fr::ZERO);
            if entry.is_one {
                z
            } else {
                z * entry.coefficient
            }
        };
        self.rows().map(move |row| row.iter().map(value).sum())
    }

    /// Σ weightᵣ · rowᵣ: one value for every variable.
    pub(crate) fn weighted_columns(&self, weights: &[Fr], variables: usize) -> Vec<Fr> {
        let mut sums = vec![Fr::ZERO; variables];
        for (row, weight) in self.rows().zip(weights) {
            for entry in row {
                if let Some(sum) = sums.get_mut(entry.variable as usize) {
                    *sum += entry.coefficient * weight;
                }
            }
        }
        sums
    }
}

/// A circuit's matrices and dimensions, with the digest that names it.
#[derive(Clone, Debug)]
pub struct Relation {
    digest: [u8; 32],
    public_inputs: usize,
    variables: usize,
    rows: usize,
    a: Matrix,
    b: Matrix,
    c: Matrix,
}

impl Relation {
    /// Takes the matrices of a circuit with `variables` variables, the constant and
    /// `public_inputs` public inputs included.
    ///
    /// # Errors
    /// [`RelationError`] if the dimensions do not fit.
    pub fn new(
        digest: [u8; 32],
        public_inputs: usize,
        variables: usize,
        a: &[Row],
        b: &[Row],
        c: &[Row],
    ) -> Result<Self, RelationError> {
        if a.len() != b.len() || a.len() != c.len() {
            return Err(RelationError::Rows {
                a: a.len(),
                b: b.len(),
                c: c.len(),
            });
        }
        if public_inputs >= variables || a.len() + public_inputs + 1 > MAX_ROWS {
            return Err(RelationError::Size);
        }
        Ok(Self {
            digest,
            public_inputs,
            variables,
            rows: a.len(),
            a: Matrix::new(a.iter(), variables)?,
            b: Matrix::new(b.iter(), variables)?,
            c: Matrix::new(c.iter(), variables)?,
        })
    }

    /// Digest of the circuit.
    pub fn digest(&self) -> &[u8; 32] {
        &self.digest
    }

    /// Number of public inputs, without the constant.
    pub fn public_inputs(&self) -> usize {
        self.public_inputs
    }

    /// Number of variables, with constant and public inputs.
    pub fn variables(&self) -> usize {
        self.variables
    }

    /// Number of constraints.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// A.
    pub(crate) fn a(&self) -> &Matrix {
        &self.a
    }

    /// B.
    pub(crate) fn b(&self) -> &Matrix {
        &self.b
    }

    /// C.
    pub(crate) fn c(&self) -> &Matrix {
        &self.c
    }
}
