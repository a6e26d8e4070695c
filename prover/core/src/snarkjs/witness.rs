//! Witnesses: `.wtns` files.

use ark_bn254::Fr;
use ark_ff::One;
use obolus_ceremony::container::{Container, ContainerError, FileKind, Input, section_head, start};
use obolus_ceremony::numbers::{FIELD, is_field, plain, put_field, put_plain};
use thiserror::Error;
use zeroize::Zeroizing;

#[cfg(test)]
mod tests;

const HEADER: u32 = 1;
const VALUES: u32 = 2;
/// Length of the header: the field and a count.
const HEADER_LEN: usize = 4 + FIELD + 4;

/// Why a file is not a witness. Carries no value of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum WitnessError {
    /// The file's structure is wrong.
    #[error(transparent)]
    Container(#[from] ContainerError),
    /// Another field than BN254's.
    #[error("the witness is not over BN254; compile the circuit with circom's --prime bn128")]
    Field,
    /// A value at or above the modulus.
    #[error("value {0} is not below the field's modulus; compute the witness again")]
    Value(usize),
    /// The first value is not the constant one.
    #[error("the witness does not start with the constant 1; compute it again")]
    One,
}

/// Values for all variables of a circuit, the constant 1 first, then the public inputs.
///
/// Nothing says that they satisfy the circuit. Secret: wiped on drop, never printed.
pub struct Witness(Zeroizing<Vec<Fr>>);

impl Witness {
    /// Reads a `.wtns` file.
    ///
    /// # Errors
    /// [`WitnessError`] if it is not one over BN254.
    pub fn read(bytes: &[u8]) -> Result<Self, WitnessError> {
        let file = Container::read(FileKind::Witness, bytes)?;
        let mut header = Input::new(file.items(HEADER, 1, HEADER_LEN)?);
        if !is_field::<Fr>(&mut header)? {
            return Err(WitnessError::Field);
        }
        let count = header.u32()? as usize;
        let (chunks, _) = file.items(VALUES, count, FIELD)?.as_chunks::<FIELD>();
        let mut values = Zeroizing::new(Vec::with_capacity(chunks.len()));
        for (index, chunk) in chunks.iter().enumerate() {
            values.push(plain(chunk).ok_or(WitnessError::Value(index))?);
        }
        Self::checked(values)
    }

    /// Takes the values of a witness.
    ///
    /// # Errors
    /// [`WitnessError::One`] if the first one is not 1.
    pub fn new(values: Vec<Fr>) -> Result<Self, WitnessError> {
        Self::checked(Zeroizing::new(values))
    }

    fn checked(values: Zeroizing<Vec<Fr>>) -> Result<Self, WitnessError> {
        if values.first().is_some_and(Fr::is_one) {
            Ok(Self(values))
        } else {
            Err(WitnessError::One)
        }
    }

    /// The values.
    pub fn values(&self) -> &[Fr] {
        &self.0
    }

    /// The file's bytes, as [`Self::read`] takes them.
    pub fn encode(&self) -> Zeroizing<Vec<u8>> {
        let length = self.0.len() * FIELD;
        let mut head = start(FileKind::Witness, 2);
        head.extend_from_slice(&section_head(HEADER, HEADER_LEN));
        put_field::<Fr>(&mut head);
        // A witness in memory has fewer than 2³² values: they would take 128 GiB.
        head.extend_from_slice(&(self.0.len() as u32).to_le_bytes());
        head.extend_from_slice(&section_head(VALUES, length));
        // Allocated at full size, so that secrets never move.
        let mut out = Zeroizing::new(Vec::with_capacity(head.len() + length));
        out.extend_from_slice(&head);
        for value in self.values() {
            put_plain(&mut out, value);
        }
        out
    }
}
