//! Matrices A and B of a zkey.
//!
//! After the rows of the constraints snarkjs lists the rows ⟨A, z⟩ = z₀, z₁, …, z_l of the public
//! inputs. Ours are implied (see the module on polynomials), so they are demanded and taken off.

use ark_ff::One;
use rayon::prelude::*;

use super::header::Header;
use super::{COEFFICIENTS, ZkeyError};
use crate::relation::{Factors, Placed};
use crate::snarkjs::container::{Input, check_length};
use crate::snarkjs::numbers;

/// Length of an entry: matrix, row, variable, value.
const ENTRY: usize = 3 * 4 + numbers::FIELD;

/// The factors that a section holds. There are as many rows as the domain has points at most, and
/// the caller has seen that the file has a base for each of those.
pub(super) fn read(
    section: &[u8],
    header: &Header,
    digest: [u8; 32],
) -> Result<Factors, ZkeyError> {
    let mut input = Input(section);
    let count = u64::from(input.u32()?);
    check_length(COEFFICIENTS, section, 4 + count * ENTRY as u64)?;
    let (entries, _) = input.0.as_chunks::<ENTRY>();
    let all = entries
        .par_iter()
        .enumerate()
        .map(|(index, bytes)| entry(bytes, header)?.ok_or(ZkeyError::Coefficient(index)))
        .collect::<Result<Vec<_>, _>>()?;

    let last = all.iter().filter(|(side, _)| *side == Side::A);
    let last = last.map(|(_, placed)| placed.row as usize).max();
    let rows = last
        .and_then(|last| last.checked_sub(header.public_inputs))
        .ok_or(ZkeyError::InputRows)?;
    let (mut a, mut b) = (Vec::new(), Vec::new());
    let mut seen = vec![false; header.public_inputs + 1];
    for (side, placed) in all {
        match (placed.row as usize).checked_sub(rows) {
            None if side == Side::A => a.push(placed),
            None => b.push(placed),
            Some(input) => {
                let fits = side == Side::A
                    && placed.variable as usize == input
                    && placed.coefficient.is_one();
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

/// Which matrix an entry belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    A,
    B,
}

/// `None` if the entry is out of range.
fn entry(bytes: &[u8; ENTRY], header: &Header) -> Result<Option<(Side, Placed)>, ZkeyError> {
    let mut input = Input(bytes);
    let side = match input.u32()? {
        0 => Side::A,
        1 => Side::B,
        _ => return Ok(None),
    };
    let (row, variable) = (input.u32()?, input.u32()?);
    let in_range = (row as usize) < header.domain && (variable as usize) < header.variables;
    let coefficient = numbers::coefficient(input.array()?).filter(|_| in_range);
    Ok(coefficient.map(|coefficient| {
        let placed = Placed {
            row,
            variable,
            coefficient,
        };
        (side, placed)
    }))
}
