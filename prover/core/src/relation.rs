//! A circuit as three sparse matrices, in the form the prover reads.
//!
//! Variable 0 is the constant one, then come the public inputs, then the rest. A row holds if
//! ⟨A, z⟩ · ⟨B, z⟩ = ⟨C, z⟩. Rows are stored one after the other (compressed sparse rows), so that
//! evaluating a matrix walks memory once.
//!
//! [`Factors`] are the left side alone: all that a key from another prover says of its circuit.

use ark_bn254::Fr;
use ark_ff::{AdditiveGroup, Field, One};
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

/// A coefficient with its place in a matrix.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Placed {
    pub(crate) row: u32,
    pub(crate) variable: u32,
    pub(crate) coefficient: Fr,
}

impl Matrix {
    /// From coefficients in any order; several for one place add up. All rows are below `rows`.
    fn place(rows: usize, list: &[Placed], variables: usize) -> Result<Self, RelationError> {
        u32::try_from(list.len()).map_err(|_| RelationError::Size)?;
        // First how many each row has, then where the next one of it goes.
        let mut next = vec![0_u32; rows];
        for item in list {
            let count = next.get_mut(item.row as usize);
            *count.ok_or(RelationError::Size)? += 1;
            if item.variable as usize >= variables {
                return Err(RelationError::Variable(item.variable as usize));
            }
        }
        let mut start = 0;
        for place in &mut next {
            start += std::mem::replace(place, start);
        }
        let nothing = Entry {
            variable: 0,
            is_one: false,
            coefficient: Fr::ZERO,
        };
        let mut entries = vec![nothing; list.len()];
        for item in list {
            let place = next.get_mut(item.row as usize).ok_or(RelationError::Size)?;
            if let Some(entry) = entries.get_mut(*place as usize) {
                *entry = Entry {
                    variable: item.variable,
                    is_one: item.coefficient.is_one(),
                    coefficient: item.coefficient,
                };
            }
            *place += 1;
        }
        // Each place has moved to where its row ends.
        Ok(Self {
            ends: next,
            entries,
        })
    }

    /// Bytes that the matrix takes in memory.
    fn memory_bytes(&self) -> usize {
        self.ends.len() * size_of::<u32>() + self.entries.len() * size_of::<Entry>()
    }

    /// The coefficients and variables of every row.
    pub(crate) fn coefficients(&self) -> impl Iterator<Item = impl Iterator<Item = (u32, &Fr)>> {
        self.rows()
            .map(|row| row.iter().map(|entry| (entry.variable, &entry.coefficient)))
    }

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
        self.rows().map(move |row| inner_product(row, assignment))
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

/// ⟨row, z⟩. Products are made a few at a time: they share the reductions of the field.
fn inner_product(row: &[Entry], assignment: &[Fr]) -> Fr {
    const TOGETHER: usize = 4;
    let mut sum = Fr::ZERO;
    let (mut coefficients, mut values) = ([Fr::ZERO; TOGETHER], [Fr::ZERO; TOGETHER]);
    let mut waiting = 0;
    for entry in row {
        let z = assignment.get(entry.variable as usize);
        let z = z.copied().unwrap_or(Fr::ZERO);
        if entry.is_one {
            sum += z;
            continue;
        }
        (coefficients[waiting], values[waiting]) = (entry.coefficient, z);
        waiting += 1;
        if waiting == TOGETHER {
            sum += Fr::sum_of_products(&coefficients, &values);
            waiting = 0;
        }
    }
    for (coefficient, z) in coefficients.iter().zip(&values).take(waiting) {
        sum += *coefficient * z;
    }
    sum
}

/// The left side of a circuit's rows, ⟨A, z⟩ · ⟨B, z⟩, with its dimensions and digest.
#[derive(Clone, Debug)]
pub(crate) struct Factors {
    digest: [u8; 32],
    public_inputs: usize,
    variables: usize,
    rows: usize,
    a: Matrix,
    b: Matrix,
}

impl Factors {
    /// From the coefficients of A and of B.
    pub(crate) fn new(
        digest: [u8; 32],
        public_inputs: usize,
        variables: usize,
        rows: usize,
        [a, b]: [&[Placed]; 2],
    ) -> Result<Self, RelationError> {
        check_size(public_inputs, variables, rows)?;
        Ok(Self {
            digest,
            public_inputs,
            variables,
            rows,
            a: Matrix::place(rows, a, variables)?,
            b: Matrix::place(rows, b, variables)?,
        })
    }

    pub(crate) fn digest(&self) -> &[u8; 32] {
        &self.digest
    }

    /// Without the constant.
    pub(crate) fn public_inputs(&self) -> usize {
        self.public_inputs
    }

    /// With constant and public inputs.
    pub(crate) fn variables(&self) -> usize {
        self.variables
    }

    pub(crate) fn rows(&self) -> usize {
        self.rows
    }

    pub(crate) fn a(&self) -> &Matrix {
        &self.a
    }

    pub(crate) fn b(&self) -> &Matrix {
        &self.b
    }

    /// Bytes that the matrices take in memory.
    pub(crate) fn memory_bytes(&self) -> usize {
        self.a.memory_bytes() + self.b.memory_bytes()
    }
}

/// A circuit's matrices and dimensions, with the digest that names it.
#[derive(Clone, Debug)]
pub struct Relation {
    factors: Factors,
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
        check_size(public_inputs, variables, a.len())?;
        Ok(Self {
            factors: Factors {
                digest,
                public_inputs,
                variables,
                rows: a.len(),
                a: Matrix::new(a.iter(), variables)?,
                b: Matrix::new(b.iter(), variables)?,
            },
            c: Matrix::new(c.iter(), variables)?,
        })
    }

    /// Digest of the circuit.
    pub fn digest(&self) -> &[u8; 32] {
        &self.factors.digest
    }

    /// Number of public inputs, without the constant.
    pub fn public_inputs(&self) -> usize {
        self.factors.public_inputs
    }

    /// Number of variables, with constant and public inputs.
    pub fn variables(&self) -> usize {
        self.factors.variables
    }

    /// Number of constraints.
    pub fn rows(&self) -> usize {
        self.factors.rows
    }

    /// Bytes that the matrices take in memory.
    pub(crate) fn memory_bytes(&self) -> usize {
        self.factors.memory_bytes() + self.c.memory_bytes()
    }

    /// A and B.
    pub(crate) fn factors(&self) -> &Factors {
        &self.factors
    }

    /// A.
    pub(crate) fn a(&self) -> &Matrix {
        &self.factors.a
    }

    /// B.
    pub(crate) fn b(&self) -> &Matrix {
        &self.factors.b
    }

    /// C.
    pub(crate) fn c(&self) -> &Matrix {
        &self.c
    }
}

fn check_size(public_inputs: usize, variables: usize, rows: usize) -> Result<(), RelationError> {
    if public_inputs >= variables || rows + public_inputs + 1 > MAX_ROWS {
        return Err(RelationError::Size);
    }
    Ok(())
}
