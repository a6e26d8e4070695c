//! The service's keys: one secret, from which follow the key that opens witnesses and the one that signs receipts; and
//! both public keys in one text that clients pin.

use std::fmt;
use std::str::FromStr;

use bech32::primitives::decode::CheckedHrpstring;
use bech32::{Bech32m, Hrp};
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::{OpeningKey, SealingKey};

const HRP: Hrp = Hrp::parse_unchecked("obolprover");

/// Why a key was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Not bech32m with the right prefix and length.
    #[error("not the keys of a proving service: copy the whole text, starting with obolprover1")]
    Text,
    /// Not a point, or one of small order.
    #[error("the service's keys are not usable: take them from the service's operator again")]
    Point,
    /// The secret.
    #[error(
        "the service's secret must be 64 lower-case hexadecimal digits and a line feed: make it with `obolus prover keygen`"
    )]
    Secret,
    /// The system gave no randomness.
    #[error("the operating system gave no randomness: try again")]
    Randomness,
}

/// The one secret of a service: whoever has it reads witnesses and signs receipts. Wiped when dropped.
pub struct ServiceSecret(Zeroizing<[u8; 32]>);

impl ServiceSecret {
    /// Makes one.
    ///
    /// # Errors
    /// [`KeyError::Randomness`].
    pub fn generate() -> Result<Self, KeyError> {
        let mut bytes = Zeroizing::new([0; 32]);
        getrandom::fill(&mut *bytes).map_err(|_| KeyError::Randomness)?;
        Ok(Self(bytes))
    }

    /// Reads the text of a key file.
    ///
    /// # Errors
    /// [`KeyError::Secret`].
    pub fn from_file_text(text: &str) -> Result<Self, KeyError> {
        let digits = text.strip_suffix('\n').unwrap_or(text);
        let lower = digits.bytes().all(|c| !c.is_ascii_uppercase());
        let mut bytes = Zeroizing::new([0; 32]);
        hex::decode_to_slice(digits, &mut *bytes).map_err(|_| KeyError::Secret)?;
        if !lower {
            return Err(KeyError::Secret);
        }
        Ok(Self(bytes))
    }

    /// The text of a key file.
    pub fn to_file_text(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(hex::encode(self.0.as_slice()));
        text.push('\n');
        text
    }

    /// What opens witnesses.
    pub fn opening_key(&self) -> OpeningKey {
        OpeningKey::derive(&*self.derive(b"obolus prover sealing v1")).0
    }

    /// What signs receipts.
    pub fn receipt_signer(&self) -> ReceiptSigner {
        ReceiptSigner(SigningKey::from_bytes(
            &self.derive(b"obolus prover receipts v1"),
        ))
    }

    /// What the world may know.
    pub fn public(&self) -> ServiceKeys {
        let (_, sealing) = OpeningKey::derive(&*self.derive(b"obolus prover sealing v1"));
        ServiceKeys {
            sealing,
            receipts: self.receipt_signer().public(),
        }
    }

    fn derive(&self, label: &[u8]) -> Zeroizing<[u8; 32]> {
        let mut hash = Sha256::new_with_prefix(label);
        hash.update(self.0.as_slice());
        Zeroizing::new(hash.finalize().into())
    }
}

/// Signs receipts. Wiped when dropped.
pub struct ReceiptSigner(SigningKey);

impl ReceiptSigner {
    pub(crate) fn sign(&self, message: &[u8]) -> Signature {
        self.0.sign(message)
    }

    /// What checks its signatures.
    pub fn public(&self) -> ReceiptKey {
        ReceiptKey(self.0.verifying_key())
    }
}

/// Checks receipts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ReceiptKey(VerifyingKey);

impl ReceiptKey {
    /// Reads 32 bytes.
    ///
    /// # Errors
    /// [`KeyError::Point`].
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, KeyError> {
        let key = VerifyingKey::from_bytes(bytes).map_err(|_| KeyError::Point)?;
        if key.is_weak() {
            return Err(KeyError::Point);
        }
        Ok(Self(key))
    }

    /// The 32 bytes.
    pub fn to_bytes(&self) -> [u8; 32] {
        self.0.to_bytes()
    }

    pub(crate) fn check(&self, message: &[u8], signature: &Signature) -> Result<(), KeyError> {
        self.0
            .verify_strict(message, signature)
            .map_err(|_| KeyError::Point)
    }
}

/// The public keys of a service. Their text is bech32m with the prefix `obolprover`.
#[derive(Clone, PartialEq, Eq)]
pub struct ServiceKeys {
    /// Witnesses are sealed to it.
    pub sealing: SealingKey,
    /// Receipts are signed with it.
    pub receipts: ReceiptKey,
}

impl fmt::Display for ServiceKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = [self.sealing.to_bytes(), self.receipts.to_bytes()].concat();
        let text = bech32::encode::<Bech32m>(HRP, &bytes).map_err(|_| fmt::Error)?;
        f.write_str(&text)
    }
}

impl fmt::Debug for ServiceKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for ServiceKeys {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let checked = CheckedHrpstring::new::<Bech32m>(text).map_err(|_| KeyError::Text)?;
        if checked.hrp() != HRP {
            return Err(KeyError::Text);
        }
        let bytes: Vec<u8> = checked.byte_iter().collect();
        let (sealing, receipts) = bytes.split_at_checked(32).ok_or(KeyError::Text)?;
        let receipts = receipts.try_into().map_err(|_| KeyError::Text)?;
        let keys = Self {
            sealing: SealingKey::from_bytes(sealing).map_err(|_| KeyError::Point)?,
            receipts: ReceiptKey::from_bytes(receipts)?,
        };
        // Upper case and other paddings are other spellings.
        if keys.to_string() == text {
            Ok(keys)
        } else {
            Err(KeyError::Text)
        }
    }
}

#[cfg(test)]
mod tests;
