//! Values for a circuit's variables, and the test that they satisfy its constraints.

use obolus_protocol::Fr;
use thiserror::Error;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::shape::R1csShape;

/// Values of all variables of a circuit, with the products `A·z` and `B·z` of its matrices.
///
/// Nothing says that they satisfy the circuit: see [`Assignment::check`]. Secret: wiped on drop.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Assignment {
    public: usize,
    z: Vec<Fr>,
    az: Vec<Fr>,
    bz: Vec<Fr>,
}

/// Why an assignment does not satisfy a circuit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Unsatisfied {
    /// A constraint does not hold.
    #[error(
        "constraint {index} does not hold, a part of rule `{rule}`: correct the witness or the public inputs"
    )]
    Constraint {
        /// Rule of the statement that the constraint belongs to.
        rule: &'static str,
        /// Number of the constraint.
        index: usize,
    },
    /// The assignment belongs to another circuit.
    #[error("{found} values for a circuit of {expected} variables: assign the same circuit")]
    Length {
        /// Variables of the circuit, with the constant 1.
        expected: usize,
        /// Values given.
        found: usize,
    },
}

impl Assignment {
    pub(crate) fn new(public: usize) -> Self {
        Self {
            public,
            z: Vec::with_capacity(1 << 15),
            az: Vec::with_capacity(1 << 15),
            bz: Vec::with_capacity(1 << 15),
        }
    }

    /// Returns the variable's index.
    pub(crate) fn push_variable(&mut self, value: Fr) -> u32 {
        let index = self.z.len() as u32;
        self.z.push(value);
        index
    }

    pub(crate) fn push_products(&mut self, a: Fr, b: Fr) {
        self.az.push(a);
        self.bz.push(b);
    }

    /// `z = (1, public inputs, witness)`.
    pub fn z(&self) -> &[Fr] {
        &self.z
    }

    /// The public inputs.
    pub fn public(&self) -> &[Fr] {
        self.z.get(1..=self.public).unwrap_or(&[])
    }

    /// The witness variables.
    pub fn witness(&self) -> &[Fr] {
        self.z.get(self.public + 1..).unwrap_or(&[])
    }

    /// `A·z`, one value per constraint.
    pub fn az(&self) -> &[Fr] {
        &self.az
    }

    /// `B·z`, one value per constraint.
    pub fn bz(&self) -> &[Fr] {
        &self.bz
    }

    /// Checks every constraint of `shape` against `z`.
    ///
    /// # Errors
    /// [`Unsatisfied`] with the first constraint that does not hold.
    pub fn check(&self, shape: &R1csShape) -> Result<(), Unsatisfied> {
        if self.z.len() != shape.num_variables() {
            return Err(Unsatisfied::Length {
                expected: shape.num_variables(),
                found: self.z.len(),
            });
        }
        match (0..shape.num_constraints()).find(|index| !shape.holds(*index, &self.z)) {
            None => Ok(()),
            Some(index) => Err(Unsatisfied::Constraint {
                rule: shape.rule_of(index),
                index,
            }),
        }
    }

    #[cfg(test)]
    pub(crate) fn z_mut(&mut self) -> &mut [Fr] {
        &mut self.z
    }
}
