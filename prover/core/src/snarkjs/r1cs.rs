//! Our circuits as `.r1cs` files, for ceremonies with snarkjs.
//!
//! Variables keep their order: the constant, the public inputs (declared as inputs, none as
//! outputs), then the rest. The map to labels is the identity.

use ark_bn254::Fr;

use super::container::{FileKind, section_head, start};
use super::numbers::{put_field, put_plain};
use crate::relation::{Matrix, Relation, RelationError};

#[cfg(test)]
mod tests;

const HEADER: u32 = 1;
const CONSTRAINTS: u32 = 2;
const LABELS: u32 = 3;

/// The bytes of the `.r1cs` file of a circuit.
///
/// # Errors
/// [`RelationError::Size`] if a count does not fit the format's 32 bits.
pub fn write_r1cs(relation: &Relation) -> Result<Vec<u8>, RelationError> {
    let variables = count(relation.variables())?;
    let mut header = Vec::new();
    put_field::<Fr>(&mut header);
    let outputs = 0_u32;
    // circom counts only those private inputs that are no intermediate values; setups ignore it.
    let private_inputs = 0_u32;
    for number in [
        variables,
        outputs,
        count(relation.public_inputs())?,
        private_inputs,
    ] {
        header.extend_from_slice(&number.to_le_bytes());
    }
    header.extend_from_slice(&u64::from(variables).to_le_bytes());
    header.extend_from_slice(&count(relation.rows())?.to_le_bytes());

    let labels: Vec<u8> = (0..u64::from(variables))
        .flat_map(u64::to_le_bytes)
        .collect();
    let mut out = start(FileKind::R1cs, 3);
    for (id, content) in [
        (HEADER, header),
        (CONSTRAINTS, constraints(relation)?),
        (LABELS, labels),
    ] {
        out.extend_from_slice(&section_head(id, content.len()));
        out.extend_from_slice(&content);
    }
    Ok(out)
}

fn constraints(relation: &Relation) -> Result<Vec<u8>, RelationError> {
    let mut out = Vec::new();
    let mut sides = [relation.a(), relation.b(), relation.c()].map(Matrix::coefficients);
    for _ in 0..relation.rows() {
        for side in &mut sides {
            let row: Vec<(u32, &Fr)> = side.next().into_iter().flatten().collect();
            out.extend_from_slice(&count(row.len())?.to_le_bytes());
            for (variable, coefficient) in row {
                out.extend_from_slice(&variable.to_le_bytes());
                put_plain(&mut out, coefficient);
            }
        }
    }
    Ok(out)
}

fn count(number: usize) -> Result<u32, RelationError> {
    u32::try_from(number).map_err(|_| RelationError::Size)
}
