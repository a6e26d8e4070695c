//! Our constraints for arkworks: same variables, same rows, same order.

use ark_relations::gr1cs::{
    ConstraintSynthesizer, ConstraintSystemRef, LinearCombination, SynthesisError, Variable,
};
use obolus_protocol::Fr;

use crate::{assignment::Assignment, shape::R1csShape};

/// Replays a circuit into an arkworks constraint system, with values when it is given some.
#[derive(Clone, Copy)]
pub struct Replay<'a> {
    shape: &'a R1csShape,
    assignment: Option<&'a Assignment>,
}

impl<'a> Replay<'a> {
    /// Constraints only, for key generation.
    pub const fn shape(shape: &'a R1csShape) -> Self {
        Self {
            shape,
            assignment: None,
        }
    }

    /// Constraints and values, for proving.
    pub const fn with(shape: &'a R1csShape, assignment: &'a Assignment) -> Self {
        Self {
            shape,
            assignment: Some(assignment),
        }
    }
}

impl ConstraintSynthesizer<Fr> for Replay<'_> {
    fn generate_constraints(self, cs: ConstraintSystemRef<Fr>) -> Result<(), SynthesisError> {
        let value = |index: usize| {
            let z = self.assignment.map(Assignment::z);
            let value = z.and_then(|z| z.get(index)).copied();
            move || value.ok_or(SynthesisError::AssignmentMissing)
        };
        let mut variables = vec![Variable::One];
        for index in 1..self.shape.num_variables() {
            variables.push(if index <= self.shape.num_public() {
                cs.new_input_variable(value(index))?
            } else {
                cs.new_witness_variable(value(index))?
            });
        }
        let combination = |row: &[(Fr, usize)]| -> Result<LinearCombination<Fr>, SynthesisError> {
            let term = |(coefficient, index): &(Fr, usize)| {
                let variable = variables.get(*index).ok_or(SynthesisError::Unsatisfiable)?;
                Ok((*coefficient, *variable))
            };
            Ok(LinearCombination(
                row.iter().map(term).collect::<Result<_, _>>()?,
            ))
        };
        let rows = self
            .shape
            .a()
            .iter()
            .zip(self.shape.b())
            .zip(self.shape.c());
        for ((a, b), c) in rows {
            let (a, b, c) = (combination(a)?, combination(b)?, combination(c)?);
            cs.enforce_r1cs_constraint(|| a, || b, || c)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
