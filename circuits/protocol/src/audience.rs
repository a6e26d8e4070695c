//! Whom a statement is made to: a verifier's name and the challenge it chose, so that what one was shown cannot be
//! presented to another, nor to the same one a second time.

use borsh::{BorshDeserialize, BorshSerialize, io};
use rand::{CryptoRng, RngCore};

use crate::field::invalid_data;

/// Why an audience was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AudienceError {
    /// Empty, too long, or with other characters.
    #[error("a verifier's name has 1 to 64 printable ASCII characters and no blanks at its ends")]
    Name,
    /// Not 32 bytes in hexadecimal.
    #[error("a challenge is 64 hexadecimal digits that the verifier drew: ask it for one")]
    Challenge,
}

/// Who is to be convinced: 1 to 64 printable ASCII characters, as both sides write it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, BorshSerialize)]
pub struct VerifierName(String);

impl VerifierName {
    /// Longest name in bytes.
    pub const MAX_LEN: usize = 64;

    /// Takes a name.
    ///
    /// # Errors
    /// [`AudienceError::Name`].
    pub fn new(name: impl Into<String>) -> Result<Self, AudienceError> {
        let name = name.into();
        let printable = name.bytes().all(|byte| matches!(byte, b' '..=b'~'));
        let sized = (1..=Self::MAX_LEN).contains(&name.len());
        if printable && sized && name.trim() == name {
            Ok(Self(name))
        } else {
            Err(AudienceError::Name)
        }
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl BorshDeserialize for VerifierName {
    fn deserialize_reader<R: io::Read>(reader: &mut R) -> io::Result<Self> {
        Self::new(String::deserialize_reader(reader)?).map_err(invalid_data)
    }
}

/// 32 bytes that the verifier drew for this one occasion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, BorshSerialize, BorshDeserialize)]
pub struct Challenge(pub [u8; 32]);

impl Challenge {
    /// Draws one.
    pub fn random(rng: &mut (impl RngCore + CryptoRng)) -> Self {
        let mut challenge = Self([0; 32]);
        rng.fill_bytes(&mut challenge.0);
        challenge
    }

    /// Reads 64 hexadecimal digits.
    ///
    /// # Errors
    /// [`AudienceError::Challenge`].
    pub fn parse(text: &str) -> Result<Self, AudienceError> {
        let digits = text.as_bytes();
        if digits.len() != 64 {
            return Err(AudienceError::Challenge);
        }
        let mut challenge = Self([0; 32]);
        for (byte, pair) in challenge.0.iter_mut().zip(digits.chunks_exact(2)) {
            let digit = |at: usize| {
                char::from(pair[at])
                    .to_digit(16)
                    .and_then(|digit| u8::try_from(digit).ok())
                    .ok_or(AudienceError::Challenge)
            };
            *byte = digit(0)? << 4 | digit(1)?;
        }
        Ok(challenge)
    }
}

impl core::fmt::Display for Challenge {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// A verifier and its challenge.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Audience {
    /// Who is to be convinced.
    pub verifier: VerifierName,
    /// What it drew for this occasion.
    pub challenge: Challenge,
}

#[cfg(test)]
mod tests;
