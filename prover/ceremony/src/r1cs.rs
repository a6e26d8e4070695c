//! Circuits: `.r1cs` files.
//!
//! A row holds if ⟨A, z⟩ · ⟨B, z⟩ = ⟨C, z⟩. Variable 0 is the constant one, then come outputs and
//! public inputs, which a setup does not tell apart, then the rest. The map to labels is ignored,
//! as by snarkjs; the digest covers it all the same.

use ark_bn254::Fr;
use thiserror::Error;

use crate::container::{Container, ContainerError, FileKind, Input, section_head, start};
use crate::numbers::{self, is_field, put_field, put_plain};

#[cfg(test)]
mod tests;

const HEADER: u32 = 1;
const CONSTRAINTS: u32 = 2;
const LABELS: u32 = 3;

/// Length of the header: a field, four counts, the number of labels, the number of constraints.
const HEADER_LEN: usize = 4 + numbers::FIELD + 4 * 4 + 8 + 4;
/// Length of a term: variable and coefficient.
const TERM: usize = 4 + numbers::FIELD;
/// Least length of a constraint: the counts of three sums.
const LEAST_CONSTRAINT: usize = 3 * 4;

/// Why a file is not a circuit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum R1csError {
    /// The file's structure is wrong.
    #[error(transparent)]
    Container(#[from] ContainerError),
    /// Another curve than BN254.
    #[error("the circuit is not over BN254's scalar field; compile it with circom's --prime bn128")]
    Field,
    /// Too many public inputs, or more than variables.
    #[error(
        "{public_inputs} public inputs with {variables} variables cannot be; fetch the file again"
    )]
    Inputs {
        /// Outputs and public inputs in the header.
        public_inputs: u64,
        /// Variables in the header.
        variables: u64,
    },
    /// No constraint, or more than the field has roots of unity for.
    #[error("a circuit with {0} constraints has no setup; check that it is the right file")]
    Constraints(usize),
    /// A term with a variable that does not exist or a coefficient that is not below the modulus.
    #[error("a term of constraint {0} is out of range; fetch the file again")]
    Term(usize),
    /// A count that the format's 32 bits do not hold.
    #[error("the circuit is too large for the .r1cs format; split the statement")]
    TooLarge,
}

/// A coefficient before a variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Term {
    /// Number of the variable.
    pub variable: u32,
    /// What it is multiplied with.
    pub coefficient: Fr,
}

/// A circuit, as a setup sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct R1cs {
    public_inputs: usize,
    variables: usize,
    /// The sums A, B, C of the first row, of the second, and so on.
    terms: Vec<Term>,
    /// Where each sum ends in `terms`.
    ends: Vec<usize>,
    digest: R1csDigest,
}

/// BLAKE3 of a `.r1cs` file's bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct R1csDigest(pub [u8; 32]);

impl R1csDigest {
    /// Of a file's bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(*blake3::hash(bytes).as_bytes())
    }
}

/// Hexadecimal digits.
impl std::fmt::Display for R1csDigest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&blake3::Hash::from_bytes(self.0).to_hex())
    }
}

impl R1cs {
    /// Most rows of the domain: BN254's scalar field has roots of unity for twice that.
    const MAX_DOMAIN: usize = 1 << 27;

    /// Reads a file.
    ///
    /// # Errors
    /// [`R1csError`] if the file is not what circom or [`R1csWriter`] would write.
    pub fn read(bytes: &[u8]) -> Result<Self, R1csError> {
        let file = Container::read(FileKind::R1cs, bytes)?;
        let mut header = Input::new(file.items(HEADER, 1, HEADER_LEN)?);
        if !is_field::<Fr>(&mut header)? {
            return Err(R1csError::Field);
        }
        let variables = header.u32()?;
        let public_inputs = u64::from(header.u32()?) + u64::from(header.u32()?);
        let _private_inputs = header.u32()?;
        let _labels = header.u64()?;
        let rows = header.u32()? as usize;
        if public_inputs >= u64::from(variables) || public_inputs > u64::from(u16::MAX) {
            return Err(R1csError::Inputs {
                public_inputs,
                variables: variables.into(),
            });
        }
        let section = file.section(CONSTRAINTS)?;
        // Nothing is set aside for rows that the file does not have.
        if rows > section.len() / LEAST_CONSTRAINT {
            return Err(ContainerError::Truncated.into());
        }
        let public_inputs = public_inputs as usize;
        if rows == 0 || rows + public_inputs >= Self::MAX_DOMAIN {
            return Err(R1csError::Constraints(rows));
        }
        let mut input = Input::new(section);
        let mut terms = Vec::with_capacity((section.len() - rows * LEAST_CONSTRAINT) / TERM);
        let mut ends = Vec::with_capacity(3 * rows);
        for sum in 0..3 * rows {
            let count = input.u32()? as usize;
            let length = count.checked_mul(TERM).ok_or(ContainerError::Truncated)?;
            let (chunks, _) = input.bytes(length)?.as_chunks::<TERM>();
            for chunk in chunks {
                terms.push(term(chunk, variables)?.ok_or(R1csError::Term(sum / 3))?);
            }
            ends.push(terms.len());
        }
        input.end()?;
        Ok(Self {
            public_inputs,
            variables: variables as usize,
            terms,
            ends,
            digest: R1csDigest::of(bytes),
        })
    }

    /// Outputs and public inputs, without the constant.
    pub fn public_inputs(&self) -> usize {
        self.public_inputs
    }

    /// Variables, with constant and public inputs.
    pub fn variables(&self) -> usize {
        self.variables
    }

    /// Constraints.
    pub fn constraints(&self) -> usize {
        self.ends.len() / 3
    }

    /// The power of two that is the number of points of the domain: a point for each constraint, each
    /// public input and the constant.
    pub fn domain_power(&self) -> u32 {
        (self.constraints() + self.public_inputs + 1)
            .next_power_of_two()
            .trailing_zeros()
    }

    /// BLAKE3 of the file.
    pub fn digest(&self) -> R1csDigest {
        self.digest
    }

    /// The sums A, B and C of every row.
    pub fn rows(&self) -> impl Iterator<Item = [&[Term]; 3]> {
        let mut start = 0;
        let (rows, _) = self.ends.as_chunks::<3>();
        rows.iter().map(move |ends| {
            ends.map(|end| {
                let from = std::mem::replace(&mut start, end);
                self.terms.get(from..end).unwrap_or_default()
            })
        })
    }
}

fn term(bytes: &[u8; TERM], variables: u32) -> Result<Option<Term>, ContainerError> {
    let mut input = Input::new(bytes);
    let variable = input.u32()?;
    let coefficient = numbers::plain(input.array()?);
    Ok(coefficient
        .filter(|_| variable < variables)
        .map(|coefficient| Term {
            variable,
            coefficient,
        }))
}

/// Writes a `.r1cs` file, row by row.
#[derive(Debug)]
pub struct R1csWriter {
    variables: u32,
    public_inputs: u32,
    rows: u32,
    constraints: Vec<u8>,
}

impl R1csWriter {
    /// Begins a circuit. All public inputs are declared as inputs, none as outputs.
    ///
    /// # Errors
    /// [`R1csError::TooLarge`].
    pub fn new(variables: usize, public_inputs: usize) -> Result<Self, R1csError> {
        Ok(Self {
            variables: count(variables)?,
            public_inputs: count(public_inputs)?,
            rows: 0,
            constraints: Vec::new(),
        })
    }

    /// Adds a row: the terms of A, B and C.
    ///
    /// # Errors
    /// [`R1csError::TooLarge`].
    pub fn row(&mut self, sums: [&[Term]; 3]) -> Result<(), R1csError> {
        for sum in sums {
            self.constraints
                .extend_from_slice(&count(sum.len())?.to_le_bytes());
            for term in sum {
                self.constraints
                    .extend_from_slice(&term.variable.to_le_bytes());
                put_plain(&mut self.constraints, &term.coefficient);
            }
        }
        self.rows = self.rows.checked_add(1).ok_or(R1csError::TooLarge)?;
        Ok(())
    }

    /// The file's bytes.
    pub fn finish(self) -> Vec<u8> {
        let mut header = Vec::with_capacity(HEADER_LEN);
        put_field::<Fr>(&mut header);
        let outputs = 0_u32;
        // circom counts only those private inputs that are no intermediate values; setups ignore it.
        let private_inputs = 0_u32;
        for number in [self.variables, outputs, self.public_inputs, private_inputs] {
            header.extend_from_slice(&number.to_le_bytes());
        }
        header.extend_from_slice(&u64::from(self.variables).to_le_bytes());
        header.extend_from_slice(&self.rows.to_le_bytes());
        // The map to labels is the identity.
        let labels: Vec<u8> = (0..u64::from(self.variables))
            .flat_map(u64::to_le_bytes)
            .collect();
        let mut out = start(FileKind::R1cs, 3);
        for (id, content) in [
            (HEADER, header),
            (CONSTRAINTS, self.constraints),
            (LABELS, labels),
        ] {
            out.extend_from_slice(&section_head(id, content.len()));
            out.extend_from_slice(&content);
        }
        out
    }
}

fn count(number: usize) -> Result<u32, R1csError> {
    u32::try_from(number).map_err(|_| R1csError::TooLarge)
}
