//! The entries of matrices A and B in a zkey.

use ark_bn254::Fr;
use rayon::prelude::*;

use super::header::ZkeyHeader;
use super::{COEFFICIENTS, ZkeyFileError};
use crate::container::{ContainerError, Input, check_length};
use crate::numbers;

/// Length of an entry: matrix, row, variable, value.
const ENTRY: usize = 3 * 4 + numbers::FIELD;

/// Which matrix an entry belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// A.
    A,
    /// B.
    B,
}

/// An entry of a matrix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Coefficient {
    /// The matrix.
    pub side: Side,
    /// Its row; after the constraints come the rows of the public inputs.
    pub row: u32,
    /// The variable.
    pub variable: u32,
    /// What the variable is multiplied with.
    pub value: Fr,
}

/// Rows are below the domain's size, for which the file is known to have points.
pub(super) fn read(section: &[u8], header: &ZkeyHeader) -> Result<Vec<Coefficient>, ZkeyFileError> {
    let mut input = Input::new(section);
    let count = u64::from(input.u32()?);
    check_length(COEFFICIENTS, section, 4 + count * ENTRY as u64)?;
    let (entries, _) = input.rest().as_chunks::<ENTRY>();
    entries
        .par_iter()
        .enumerate()
        .map(|(index, bytes)| entry(bytes, header)?.ok_or(ZkeyFileError::Coefficient(index)))
        .collect()
}

fn entry(bytes: &[u8; ENTRY], header: &ZkeyHeader) -> Result<Option<Coefficient>, ContainerError> {
    let mut input = Input::new(bytes);
    let matrix = input.u32()?;
    let row = input.u32()?;
    let variable = input.u32()?;
    let value = numbers::coefficient(input.array()?);
    let side = match matrix {
        0 => Some(Side::A),
        1 => Some(Side::B),
        _ => None,
    };
    let fits = (row as usize) < header.domain && (variable as usize) < header.variables;
    Ok(side
        .zip(value)
        .filter(|_| fits)
        .map(|(side, value)| Coefficient {
            side,
            row,
            variable,
            value,
        }))
}
