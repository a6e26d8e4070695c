//! The `obolvk1…` form of key ids.

use std::fmt;
use std::str::FromStr;

use bech32::primitives::decode::CheckedHrpstring;
use bech32::{Bech32m, Hrp};
use obolus_abi::KeyId;
use thiserror::Error;

#[cfg(test)]
mod tests;

/// Human-readable part of a key id.
const HRP: Hrp = Hrp::parse_unchecked("obolvk");

/// Why a text is not a key id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum KeyIdTextError {
    /// Not bech32m, or a character is wrong.
    #[error("not a key id: copy the whole text, starting with obolvk1")]
    Checksum,
    /// Another kind of bech32m text.
    #[error("this is not a verifying key id; those start with obolvk1")]
    Prefix,
    /// Wrong number of bytes.
    #[error("a key id holds 32 bytes; this text holds another number")]
    Length,
}

/// A [`KeyId`] as text: bech32m with the prefix `obolvk`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyIdText(pub KeyId);

impl fmt::Display for KeyIdText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = bech32::encode::<Bech32m>(HRP, self.0.as_bytes()).map_err(|_| fmt::Error)?;
        f.pad(&text)
    }
}

impl FromStr for KeyIdText {
    type Err = KeyIdTextError;

    fn from_str(text: &str) -> Result<Self, KeyIdTextError> {
        let checked =
            CheckedHrpstring::new::<Bech32m>(text).map_err(|_| KeyIdTextError::Checksum)?;
        if checked.hrp() != HRP {
            return Err(KeyIdTextError::Prefix);
        }
        let bytes: Vec<u8> = checked.byte_iter().collect();
        let id = Self(KeyId(bytes.try_into().map_err(|_| KeyIdTextError::Length)?));
        // bech32 pads with up to four bits that the iterator drops, and allows upper case: only
        // the text that we would print is accepted.
        if id.to_string() != text {
            return Err(KeyIdTextError::Checksum);
        }
        Ok(id)
    }
}
