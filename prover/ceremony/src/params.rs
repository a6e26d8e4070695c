//! The parameters that follow a contribution: name and, for a beacon, what it was made from.

use std::fmt;

use thiserror::Error;

use crate::container::{ContainerError, Input};

#[cfg(test)]
mod tests;

/// Largest exponent of a beacon's iterations that is recomputed, and of those of all beacons of a list together: 2³⁰
/// hashes take some minutes.
pub const MAX_BEACON_ITERATIONS: u8 = 30;

/// Numbers of the parameters; they come in ascending order.
const NAME: u8 = 1;
const ITERATIONS: u8 = 2;
const BEACON: u8 = 3;

/// Why the parameters of a contribution are refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ParamsError {
    /// They end too early or go on too long.
    #[error("its parameters have the wrong length; fetch the file again")]
    Length,
    /// Unknown, repeated or out of order.
    #[error("its parameter {0} is unknown or out of order; write the file with snarkjs 0.7")]
    Parameter(u8),
    /// Neither a participant's contribution nor a beacon.
    #[error("its type {0} is unknown; write the file with snarkjs 0.7")]
    Type(u32),
    /// The name is no text.
    #[error("its name is not UTF-8; fetch the file again")]
    Name,
    /// A beacon without its hash or iterations, or a participant with them.
    #[error("its type and its beacon's parameters do not fit each other; fetch the file again")]
    Kind,
    /// Too many iterations to recompute.
    #[error(
        "its beacon has 2^{0} iterations, more than 2^{MAX_BEACON_ITERATIONS}; make the beacon with fewer"
    )]
    Iterations(u8),
}

impl From<ContainerError> for ParamsError {
    fn from(_: ContainerError) -> Self {
        Self::Length
    }
}

/// Who contributed. Nothing in the file authenticates a name: participants publish the hashes of
/// their contributions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Contributor {
    /// Somebody with a secret.
    Participant {
        /// What the participant is called, if anything.
        name: Option<String>,
    },
    /// A public value that nobody knew in advance, hashed 2^`iterations` times.
    Beacon {
        /// What the beacon is called, if anything.
        name: Option<String>,
        /// The public value.
        value: Vec<u8>,
        /// Logarithm of the number of SHA-256 iterations.
        iterations: u8,
    },
}

impl Contributor {
    /// The name, which nothing authenticates.
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Participant { name } | Self::Beacon { name, .. } => name.as_deref(),
        }
    }

    /// Whether the secret is derived from a public value.
    pub fn is_beacon(&self) -> bool {
        matches!(self, Self::Beacon { .. })
    }

    /// The first of a list with which the beacons take more than 2^[`MAX_BEACON_ITERATIONS`] iterations together.
    pub(crate) fn first_too_many<'a>(list: impl Iterator<Item = &'a Self>) -> Option<usize> {
        let mut left = 1_u64 << MAX_BEACON_ITERATIONS;
        list.enumerate().find_map(|(index, contributor)| {
            if let Self::Beacon { iterations, .. } = contributor {
                // At most the limit each, as read.
                match left.checked_sub(1 << (*iterations).min(63)) {
                    Some(rest) => left = rest,
                    None => return Some(index),
                }
            }
            None
        })
    }

    /// Reads the type, the length and the parameters.
    pub(crate) fn read(input: &mut Input<'_>) -> Result<Self, ParamsError> {
        let kind = input.u32()?;
        let length = input.u32()? as usize;
        let mut parameters = Input::new(input.bytes(length)?);
        let (mut name, mut iterations, mut value) = (None, None, None);
        let mut last = 0;
        while !parameters.rest().is_empty() {
            let [number] = *parameters.array::<1>()?;
            if number <= last {
                return Err(ParamsError::Parameter(number));
            }
            last = number;
            match number {
                NAME => {
                    let text = String::from_utf8(short(&mut parameters)?.to_vec());
                    name = Some(text.map_err(|_| ParamsError::Name)?);
                }
                ITERATIONS => {
                    let [exponent] = *parameters.array::<1>()?;
                    iterations = Some(exponent);
                }
                BEACON => value = Some(short(&mut parameters)?.to_vec()),
                other => return Err(ParamsError::Parameter(other)),
            }
        }
        match (kind, iterations, value) {
            (0, None, None) => Ok(Self::Participant { name }),
            (1, Some(iterations), _) if iterations > MAX_BEACON_ITERATIONS => {
                Err(ParamsError::Iterations(iterations))
            }
            (1, Some(iterations), Some(value)) => Ok(Self::Beacon {
                name,
                value,
                iterations,
            }),
            (0 | 1, ..) => Err(ParamsError::Kind),
            (other, ..) => Err(ParamsError::Type(other)),
        }
    }
}

/// The name in quotes, with quotes and control characters in it escaped, or that there is none; and what a beacon is.
impl fmt::Display for Contributor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_beacon() {
            f.write_str("beacon ")?;
        }
        match self.name() {
            Some(name) => write!(f, "\"{}\"", name.escape_debug()),
            None => f.write_str("without a name"),
        }
    }
}

/// At most 255 bytes, after their number.
fn short<'a>(input: &mut Input<'a>) -> Result<&'a [u8], ContainerError> {
    let [length] = *input.array::<1>()?;
    input.bytes(length.into())
}
