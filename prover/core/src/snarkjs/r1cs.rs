//! Our circuits as `.r1cs` files, for ceremonies with snarkjs.
//!
//! Variables keep their order: the constant, the public inputs (declared as inputs, none as
//! outputs), then the rest. The map to labels is the identity.

use ark_bn254::Fr;
use obolus_ceremony::{R1csError, R1csWriter, Term};

use crate::relation::{Matrix, Relation, RelationError};

#[cfg(test)]
mod tests;

/// The bytes of the `.r1cs` file of a circuit.
///
/// # Errors
/// [`RelationError::Size`] if a count does not fit the format's 32 bits.
pub fn write_r1cs(relation: &Relation) -> Result<Vec<u8>, RelationError> {
    let size = |_: R1csError| RelationError::Size;
    let mut file = R1csWriter::new(relation.variables(), relation.public_inputs()).map_err(size)?;
    let [mut a, mut b, mut c] =
        [relation.a(), relation.b(), relation.c()].map(Matrix::coefficients);
    for _ in 0..relation.rows() {
        let sums = [terms(a.next()), terms(b.next()), terms(c.next())];
        let [a, b, c] = &sums;
        file.row([a, b, c]).map_err(size)?;
    }
    Ok(file.finish())
}

fn terms<'a>(row: Option<impl Iterator<Item = (u32, &'a Fr)>>) -> Vec<Term> {
    let row = row.into_iter().flatten();
    row.map(|(variable, coefficient)| Term {
        variable,
        coefficient: *coefficient,
    })
    .collect()
}
