//! Matrices A and B of a zkey.
//!
//! After the rows of the constraints snarkjs lists the rows ⟨A, z⟩ = z₀, z₁, …, z_l of the public
//! inputs. Ours are implied (see the module on polynomials), so they are demanded and taken off.

use ark_ff::One;
use obolus_ceremony::{Side, Zkey};

use super::ZkeyError;
use crate::relation::{Factors, Placed};

/// The factors that a zkey holds. There are as many rows as the domain has points at most, and the
/// file has a base for each of those.
pub(super) fn read(zkey: &Zkey<'_>, digest: [u8; 32]) -> Result<Factors, ZkeyError> {
    let header = zkey.header();
    let all = zkey.coefficients()?;
    let last = all.iter().filter(|entry| entry.side == Side::A);
    let last = last.map(|entry| entry.row as usize).max();
    let rows = last
        .and_then(|last| last.checked_sub(header.public_inputs))
        .ok_or(ZkeyError::InputRows)?;
    let (mut a, mut b) = (Vec::new(), Vec::new());
    let mut seen = vec![false; header.public_inputs + 1];
    for entry in all {
        let placed = Placed {
            row: entry.row,
            variable: entry.variable,
            coefficient: entry.value,
        };
        match (entry.row as usize).checked_sub(rows) {
            None if entry.side == Side::A => a.push(placed),
            None => b.push(placed),
            Some(input) => {
                let fits = entry.side == Side::A
                    && entry.variable as usize == input
                    && entry.value.is_one();
                let seen = seen.get_mut(input).filter(|seen| fits && !**seen);
                *seen.ok_or(ZkeyError::InputRows)? = true;
            }
        }
    }
    if seen.contains(&false) {
        return Err(ZkeyError::InputRows);
    }
    let factors = Factors::new(
        digest,
        header.public_inputs,
        header.variables,
        rows,
        [&a, &b],
    )?;
    Ok(factors)
}
