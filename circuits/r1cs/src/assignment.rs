//! Values for a circuit's variables, and the test that they satisfy its constraints.

use obolus_protocol::Fr;
use thiserror::Error;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::shape::R1csShape;

/// Values of all variables of a circuit, with the products `A·z` and `B·z` of its matrices.
///
/// Nothing says that they satisfy the circuit: see [`Assignment::check`] and [`Assignment::unsatisfied`]. Secret: wiped on drop.
#[derive(Clone)]
pub struct Assignment {
    public: usize,
    z: Vec<Fr>,
    az: Vec<Fr>,
    bz: Vec<Fr>,
    unsatisfied: Option<usize>,
}

/// Room that was never written to is left alone: wiping it would first bring it into memory.
impl Drop for Assignment {
    fn drop(&mut self) {
        for values in [&mut self.z, &mut self.az, &mut self.bz] {
            values.iter_mut().zeroize();
        }
    }
}

impl ZeroizeOnDrop for Assignment {}

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
    /// With room for so many values of each kind; with more of them, they would be moved and leave copies.
    pub(crate) fn new(public: usize, room: usize) -> Self {
        let values = || Vec::with_capacity(room);
        Self {
            public,
            z: values(),
            az: values(),
            bz: values(),
            unsatisfied: None,
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

    /// As [`Self::push_products`], with a value of `C·z` that need not be their product.
    pub(crate) fn push_constraint(&mut self, a: Fr, b: Fr, c: Fr) {
        if a * b != c && self.unsatisfied.is_none() {
            self.unsatisfied = Some(self.az.len());
        }
        self.push_products(a, b);
    }

    /// Variables that there is room for.
    pub(crate) fn room(&self) -> usize {
        self.z.capacity()
    }

    /// Appends what was computed apart.
    pub(crate) fn append(&mut self, other: &Self) {
        let before = self.az.len();
        let unsatisfied = other.unsatisfied.map(|index| before + index);
        self.unsatisfied = self.unsatisfied.or(unsatisfied);
        self.z.extend_from_slice(&other.z);
        self.az.extend_from_slice(&other.az);
        self.bz.extend_from_slice(&other.bz);
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

    /// Number of the first constraint that did not hold when the values were computed: what [`Self::check`] finds, without
    /// matrices.
    pub fn unsatisfied(&self) -> Option<usize> {
        self.unsatisfied
    }

    /// Gives `A·z` and `B·z` away; they are empty here from then on.
    pub fn take_products(&mut self) -> [Zeroizing<Vec<Fr>>; 2] {
        [&mut self.az, &mut self.bz].map(|values| Zeroizing::new(std::mem::take(values)))
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
