//! Key files of role holders (issuer, registrar, operator: Ed25519) and of the auditor (BabyJubJub).
//!
//! A file is an age file under a passphrase. Development chains write theirs in plain text, beginning with a line that says
//! INSECURE, so that nobody takes one for the other.

use std::path::Path;

use ed25519_dalek::SigningKey;
use obolus_abi::RoleKey;
use obolus_protocol::audit::AuditorSecret;
use rand::RngCore;
use rand::rngs::OsRng;
use zeroize::Zeroizing;

use crate::keystore::{KeystoreError, Passphrase, WorkFactor, sealed};

/// First line of a plain-text file.
const INSECURE: &str = "INSECURE development key, in plain text: never use it for money\n";
const ROLE: &[u8; 8] = b"obolrol1";
const AUDITOR: &[u8; 8] = b"obolaud1";

/// What protects a key file.
pub enum Protection {
    /// A passphrase at this cost.
    Passphrase(Passphrase, WorkFactor),
    /// Nothing: for development chains.
    InsecurePlaintext,
}

/// Why a role's key file could not be written or opened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RoleKeyError {
    /// The file, or its passphrase.
    #[error(transparent)]
    File(#[from] KeystoreError),
    /// It is encrypted.
    #[error("the key file is encrypted: give its passphrase")]
    PassphraseNeeded,
    /// A key of another kind.
    #[error("the file holds no {0} key: check that it is the right file")]
    OtherKind(&'static str),
}

/// A role holder's key.
pub struct RoleSigner(SigningKey);

impl RoleSigner {
    /// Draws a fresh key.
    pub fn generate() -> Self {
        let mut secret = Zeroizing::new([0; 32]);
        OsRng.fill_bytes(&mut *secret);
        Self(SigningKey::from_bytes(&secret))
    }

    /// Takes a key over.
    pub const fn new(key: SigningKey) -> Self {
        Self(key)
    }

    /// The public side.
    pub fn public(&self) -> RoleKey {
        RoleKey(self.0.verifying_key().to_bytes())
    }

    /// The secret side, which signs.
    pub const fn key(&self) -> &SigningKey {
        &self.0
    }

    /// Writes the key to a file that must not exist.
    ///
    /// # Errors
    /// [`RoleKeyError::File`].
    pub fn create(&self, path: &Path, protection: &Protection) -> Result<(), RoleKeyError> {
        write(path, ROLE, self.0.as_bytes(), protection)
    }

    /// Reads a key file; the passphrase is asked for only if it is encrypted.
    ///
    /// # Errors
    /// [`RoleKeyError`].
    pub fn open<E: From<RoleKeyError>>(
        path: &Path,
        passphrase: impl FnOnce() -> Result<Passphrase, E>,
    ) -> Result<Self, E> {
        let secret = read(path, ROLE, "role holder's", passphrase)?;
        Ok(Self(SigningKey::from_bytes(&secret)))
    }
}

/// Writes an auditor's key to a file that must not exist.
///
/// # Errors
/// [`RoleKeyError::File`].
pub fn create_auditor(
    secret: &AuditorSecret,
    path: &Path,
    protection: &Protection,
) -> Result<(), RoleKeyError> {
    write(path, AUDITOR, &secret.to_bytes(), protection)
}

/// Reads an auditor's key file; the passphrase is asked for only if it is encrypted.
///
/// # Errors
/// [`RoleKeyError`].
pub fn open_auditor<E: From<RoleKeyError>>(
    path: &Path,
    passphrase: impl FnOnce() -> Result<Passphrase, E>,
) -> Result<AuditorSecret, E> {
    let secret = read(path, AUDITOR, "auditor's", passphrase)?;
    AuditorSecret::from_bytes(&secret)
        .map_err(|_| RoleKeyError::File(KeystoreError::Damaged).into())
}

pub(crate) fn write(
    path: &Path,
    magic: &[u8; 8],
    secret: &[u8; 32],
    protection: &Protection,
) -> Result<(), RoleKeyError> {
    let mut plaintext = Zeroizing::new(Vec::with_capacity(40));
    plaintext.extend_from_slice(magic);
    plaintext.extend_from_slice(secret);
    match protection {
        Protection::Passphrase(passphrase, work) => {
            sealed::create(path, &sealed::seal(&plaintext, passphrase, *work)?)?;
        }
        Protection::InsecurePlaintext => {
            let hex = obolus_runtime_api::hex::encode(&plaintext);
            sealed::create(path, format!("{INSECURE}{hex}\n").as_bytes())?;
        }
    }
    Ok(())
}

pub(crate) fn read<E: From<RoleKeyError>>(
    path: &Path,
    magic: &[u8; 8],
    kind: &'static str,
    passphrase: impl FnOnce() -> Result<Passphrase, E>,
) -> Result<Zeroizing<[u8; 32]>, E> {
    let file = |error: KeystoreError| RoleKeyError::from(error);
    let content = sealed::read(path).map_err(file)?;
    let plaintext = match content.strip_prefix(INSECURE.as_bytes()) {
        Some(hex) => Zeroizing::new(
            std::str::from_utf8(hex)
                .ok()
                .and_then(|hex| obolus_runtime_api::hex::decode(hex.trim_end()).ok())
                .ok_or_else(|| file(KeystoreError::Damaged))?,
        ),
        None => sealed::unseal(&content, &passphrase()?).map_err(file)?,
    };
    let secret = plaintext
        .strip_prefix(magic)
        .ok_or(RoleKeyError::OtherKind(kind))?;
    let secret: [u8; 32] = secret
        .try_into()
        .map_err(|_| file(KeystoreError::Damaged))?;
    Ok(Zeroizing::new(secret))
}

#[cfg(test)]
mod tests;
