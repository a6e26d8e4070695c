//! Byte strings as lower-case hexadecimal in human-readable formats.

use obolus_abi::{ChainId, CodeId, ContractId, FieldBytes, KeyId, RoleKey, TxDigest};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serializer};

/// Why a hexadecimal string was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HexError {
    /// Not `0-9a-f`, or an odd number of digits.
    #[error("expected an even number of the digits 0-9 and a-f")]
    Digits,
    /// Another number of bytes than the type has.
    #[error("expected {expected} bytes, found {found}")]
    Length {
        /// Bytes of the type.
        expected: usize,
        /// Bytes found.
        found: usize,
    },
}

/// Types that are a fixed number of bytes.
pub trait FixedBytes: AsRef<[u8]> + Sized {
    /// The value with these bytes.
    fn from_bytes(bytes: [u8; 32]) -> Self;
}

macro_rules! fixed_bytes {
    ($($name:ty),+) => { $(
        impl FixedBytes for $name {
            fn from_bytes(bytes: [u8; 32]) -> Self {
                Self(bytes)
            }
        }
    )+ };
}

fixed_bytes!(
    ChainId,
    CodeId,
    ContractId,
    FieldBytes,
    KeyId,
    RoleKey,
    TxDigest,
    crate::BlockHash,
    crate::AppHash
);

/// Lower-case digits.
pub fn encode(bytes: &[u8]) -> String {
    const DIGITS: [char; 16] = [
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f',
    ];
    let digit = |nibble: u8| DIGITS[usize::from(nibble & 15)];
    bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(*byte)])
        .collect()
}

/// Takes lower case only, so that a value has one spelling.
///
/// # Errors
/// [`HexError::Digits`].
pub fn decode(text: &str) -> Result<Vec<u8>, HexError> {
    let digit = |c: u8| match c {
        b'0'..=b'9' => Ok(c - b'0'),
        b'a'..=b'f' => Ok(c - b'a' + 10),
        _ => Err(HexError::Digits),
    };
    text.as_bytes()
        .chunks(2)
        .map(|pair| match pair {
            [high, low] => Ok(digit(*high)? << 4 | digit(*low)?),
            _ => Err(HexError::Digits),
        })
        .collect()
}

/// An id from its only spelling.
///
/// # Errors
/// [`HexError`].
pub fn decode_fixed<T: FixedBytes>(text: &str) -> Result<T, HexError> {
    decode_array(text).map(T::from_bytes)
}

/// As [`decode`], for a known number of bytes.
///
/// # Errors
/// [`HexError`].
pub fn decode_array<const N: usize>(text: &str) -> Result<[u8; N], HexError> {
    let bytes = decode(text)?;
    let found = bytes.len();
    bytes
        .try_into()
        .map_err(|_| HexError::Length { expected: N, found })
}

/// `#[serde(with = "hex::fixed_list")]`
pub(crate) mod fixed_list {
    use super::*;

    pub(crate) fn serialize<T: FixedBytes, S: Serializer>(
        values: &[T],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(values.iter().map(|value| encode(value.as_ref())))
    }

    pub(crate) fn deserialize<'de, T: FixedBytes, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<T>, D::Error> {
        Vec::<String>::deserialize(deserializer)?
            .iter()
            .map(|text| decode_fixed(text).map_err(D::Error::custom))
            .collect()
    }
}

/// `#[serde(with = "hex::fixed")]`
pub(crate) mod fixed {
    use super::*;

    pub(crate) fn serialize<T: FixedBytes, S: Serializer>(
        value: &T,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&encode(value.as_ref()))
    }

    pub(crate) fn deserialize<'de, T: FixedBytes, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<T, D::Error> {
        let text = String::deserialize(deserializer)?;
        decode_fixed(&text).map_err(D::Error::custom)
    }
}

/// `#[serde(with = "hex::bytes")]`
pub(crate) mod bytes {
    use super::*;

    pub(crate) fn serialize<S: Serializer>(value: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&encode(value))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<u8>, D::Error> {
        decode(&String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

/// `#[serde(with = "hex::list")]`
pub(crate) mod list {
    use super::*;

    pub(crate) fn serialize<S: Serializer>(
        value: &[Vec<u8>],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(value.iter().map(|bytes| encode(bytes)))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<Vec<u8>>, D::Error> {
        Vec::<String>::deserialize(deserializer)?
            .iter()
            .map(|text| decode(text).map_err(D::Error::custom))
            .collect()
    }
}
