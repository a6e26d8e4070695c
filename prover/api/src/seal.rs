//! Witnesses, sealed to whoever proves (HPKE, RFC 9180: base mode, X25519, HKDF-SHA256, ChaCha20-Poly1305).
//!
//! `info` ends with the id of the verifying key, so that a witness opens for the circuit only that its owner meant; there is
//! no additional data, because not every library for HPKE takes any.
//! Layout: version 1 (1 byte), encapsulated key (32 bytes), ciphertext with its tag (16 bytes more than the witness).

use std::fmt;

use hpke::aead::ChaCha20Poly1305;
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256;
use hpke::{Deserializable, Kem, OpModeR, OpModeS, Serializable};
use zeroize::Zeroizing;

type Public = <X25519HkdfSha256 as Kem>::PublicKey;
type Secret = <X25519HkdfSha256 as Kem>::PrivateKey;
type Encapsulated = <X25519HkdfSha256 as Kem>::EncappedKey;

const INFO: &str = "obolus prover witness v1";
const VERSION: u8 = 1;
const ENCAPSULATED: usize = 32;
const TAG: usize = 16;
const HEAD: usize = 1 + ENCAPSULATED;

/// Why a witness could not be sealed or opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// Not 32 bytes of an X25519 key that shares a secret.
    #[error("not a sealing key: take it from the service's operator again")]
    Key,
    /// Too short, or of another version.
    #[error("not a sealed witness: seal it with this version's client")]
    Form,
    /// Sealed to another key, for another circuit, or damaged.
    #[error(
        "the sealed witness does not open: seal it to the service's current key, for this circuit's key id"
    )]
    Open,
}

/// A witness that only the owner of an [`OpeningKey`] can read.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedWitness(Vec<u8>);

impl SealedWitness {
    /// Bytes that sealing adds.
    pub const OVERHEAD: usize = HEAD + TAG;

    /// Checks the outer form.
    ///
    /// # Errors
    /// [`SealError::Form`].
    pub fn new(bytes: Vec<u8>) -> Result<Self, SealError> {
        if bytes.first() != Some(&VERSION) || bytes.len() < Self::OVERHEAD {
            return Err(SealError::Form);
        }
        Ok(Self(bytes))
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// The length only.
impl fmt::Debug for SealedWitness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SealedWitness({} bytes)", self.0.len())
    }
}

/// The public key that witnesses are sealed to.
#[derive(Clone, PartialEq, Eq)]
pub struct SealingKey(Public);

impl SealingKey {
    /// Reads 32 bytes.
    ///
    /// # Errors
    /// [`SealError::Key`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, SealError> {
        let key = Public::from_bytes(bytes).map_err(|_| SealError::Key)?;
        // A point of small order makes a secret that everybody knows: HPKE refuses it when sealing, so try.
        let key = Self(key);
        key.seal(&[], "")?;
        Ok(key)
    }

    /// The 32 bytes.
    pub fn to_bytes(&self) -> [u8; 32] {
        self.0.to_bytes().into()
    }

    /// Seals a witness for the circuit with this verifying key id (`obolvk1…`).
    ///
    /// # Errors
    /// [`SealError::Key`] for a key that shares no secret.
    pub fn seal(&self, witness: &[u8], key_id: &str) -> Result<SealedWitness, SealError> {
        let (encapsulated, ciphertext) = hpke::single_shot_seal::<
            ChaCha20Poly1305,
            HkdfSha256,
            X25519HkdfSha256,
        >(
            &OpModeS::Base, &self.0, &info(key_id), witness, &[]
        )
        .map_err(|_| SealError::Key)?;
        let mut bytes = Vec::with_capacity(HEAD + ciphertext.len());
        bytes.push(VERSION);
        bytes.extend_from_slice(&encapsulated.to_bytes());
        bytes.extend_from_slice(&ciphertext);
        Ok(SealedWitness(bytes))
    }
}

impl fmt::Debug for SealingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SealingKey({})", hex::encode(self.to_bytes()))
    }
}

/// The secret key that opens witnesses. Wiped when dropped.
pub struct OpeningKey(Secret);

impl OpeningKey {
    pub(crate) fn derive(secret: &[u8]) -> (Self, SealingKey) {
        let (secret, public) = X25519HkdfSha256::derive_keypair(secret);
        (Self(secret), SealingKey(public))
    }

    /// Opens a witness that was sealed for the circuit with this verifying key id.
    ///
    /// # Errors
    /// [`SealError::Open`].
    pub fn open(
        &self,
        sealed: &SealedWitness,
        key_id: &str,
    ) -> Result<Zeroizing<Vec<u8>>, SealError> {
        let (head, ciphertext) = sealed.0.split_at_checked(HEAD).ok_or(SealError::Form)?;
        let encapsulated = head.get(1..).ok_or(SealError::Form)?;
        let encapsulated = Encapsulated::from_bytes(encapsulated).map_err(|_| SealError::Open)?;
        hpke::single_shot_open::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
            &OpModeR::Base,
            &self.0,
            &encapsulated,
            &info(key_id),
            ciphertext,
            &[],
        )
        .map(Zeroizing::new)
        .map_err(|_| SealError::Open)
    }
}

fn info(key_id: &str) -> Vec<u8> {
    format!("{INFO}\n{key_id}").into_bytes()
}

#[cfg(test)]
mod tests;
