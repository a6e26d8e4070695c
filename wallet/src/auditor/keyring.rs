//! The auditor's key file: the secrets of all epochs, since old ciphertexts stay readable under old keys only.
//!
//! ```text
//! age file under a passphrase, of: "obolaud2" ‖ borsh { version, index key, secrets oldest first }
//! ```
//!
//! A file of one secret, as a development chain has it, is read too.

use std::path::Path;

use borsh::{BorshDeserialize, BorshSerialize};
use obolus_protocol::audit::{AuditorKey, AuditorSecret};
use rand::{RngCore, rngs::OsRng};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::{
    keystore::{KeystoreError, Passphrase, WorkFactor, sealed},
    roles::{RoleKeyError, open_auditor},
};

const MAGIC: &[u8; 8] = b"obolaud2";
/// Begins a file of one secret.
const SINGLE: &[u8; 8] = b"obolaud1";
/// Begins a file in plain text.
const INSECURE: &[u8] = b"INSECURE";
const VERSION: u16 = 1;
const INDEX_CONTEXT: &str = "obolus 2026 audit index key of a single auditor key v1";
/// Most epochs in one file.
const MAX_EPOCHS: usize = 256;

/// The secrets of an auditor, oldest first, and the key of what it keeps on disk.
pub struct Keyring {
    secrets: Vec<AuditorSecret>,
    index: Zeroizing<[u8; 32]>,
}

#[derive(BorshSerialize, BorshDeserialize, Zeroize, ZeroizeOnDrop)]
struct Plaintext {
    version: u16,
    index: [u8; 32],
    secrets: Vec<[u8; 32]>,
}

impl Keyring {
    /// A fresh key for a first epoch.
    pub fn generate() -> Self {
        let mut index = Zeroizing::new([0; 32]);
        OsRng.fill_bytes(&mut *index);
        Self {
            secrets: vec![AuditorSecret::random(&mut OsRng)],
            index,
        }
    }

    /// A key that exists, as of a development chain. What is kept on disk is encrypted under a key that follows from it.
    pub fn single(secret: AuditorSecret) -> Self {
        let bytes = secret.to_bytes();
        Self {
            index: Zeroizing::new(blake3::derive_key(INDEX_CONTEXT, &*bytes)),
            secrets: vec![secret],
        }
    }

    /// Draws the key of the next epoch; the earlier ones stay.
    ///
    /// # Errors
    /// [`KeystoreError::Encrypt`] if the file would have no room for it.
    pub fn add_epoch(&mut self) -> Result<AuditorKey, KeystoreError> {
        if self.secrets.len() >= MAX_EPOCHS {
            return Err(KeystoreError::Encrypt);
        }
        let secret = AuditorSecret::random(&mut OsRng);
        let key = secret.public();
        self.secrets.push(secret);
        Ok(key)
    }

    /// All secrets, oldest first.
    pub const fn secrets(&self) -> &Vec<AuditorSecret> {
        &self.secrets
    }

    /// All secrets, oldest first, for a reader that keeps them.
    pub fn into_secrets(self) -> Vec<AuditorSecret> {
        self.secrets
    }

    /// The newest secret, which the next `set_auditor` proves possession of.
    pub fn newest(&self) -> Option<&AuditorSecret> {
        self.secrets.last()
    }

    /// The key of what the auditor keeps on disk.
    pub const fn index_key(&self) -> &Zeroizing<[u8; 32]> {
        &self.index
    }

    /// Writes a key file that must not exist.
    ///
    /// # Errors
    /// [`KeystoreError`].
    pub fn create(
        &self,
        path: &Path,
        passphrase: &Passphrase,
        work: WorkFactor,
    ) -> Result<(), KeystoreError> {
        sealed::create(path, &sealed::seal(&self.plaintext()?, passphrase, work)?)
    }

    /// Replaces the key file, after an epoch was added.
    ///
    /// # Errors
    /// [`KeystoreError`]; the old file is then still in place.
    pub fn replace(
        &self,
        path: &Path,
        passphrase: &Passphrase,
        work: WorkFactor,
    ) -> Result<(), KeystoreError> {
        sealed::replace(path, &sealed::seal(&self.plaintext()?, passphrase, work)?)
    }

    /// Reads a key file; the passphrase is asked for only if it is encrypted.
    ///
    /// # Errors
    /// [`RoleKeyError`].
    pub fn open<E: From<RoleKeyError>>(
        path: &Path,
        passphrase: impl FnOnce() -> Result<Passphrase, E>,
    ) -> Result<Self, E> {
        let file = |error: KeystoreError| RoleKeyError::from(error);
        let content = sealed::read(path).map_err(file)?;
        if content.starts_with(INSECURE) {
            let secret = open_auditor(path, || Err(RoleKeyError::PassphraseNeeded))?;
            return Ok(Self::single(secret));
        }
        let plaintext = sealed::unseal(&content, &passphrase()?).map_err(file)?;
        Ok(Self::parse(&plaintext)?)
    }

    /// Reads a key file that epochs can be added to.
    ///
    /// # Errors
    /// [`RoleKeyError`]; [`RoleKeyError::OtherKind`] for a file of one secret.
    pub fn open_archive(path: &Path, passphrase: &Passphrase) -> Result<Self, RoleKeyError> {
        let content = sealed::read(path)?;
        if content.starts_with(INSECURE) {
            return Err(RoleKeyError::OtherKind("auditor's archived"));
        }
        let plaintext = sealed::unseal(&content, passphrase)?;
        if plaintext.starts_with(SINGLE) {
            return Err(RoleKeyError::OtherKind("auditor's archived"));
        }
        Self::parse(&plaintext)
    }

    fn parse(plaintext: &[u8]) -> Result<Self, RoleKeyError> {
        let damaged = || RoleKeyError::File(KeystoreError::Damaged);
        if let Some(secret) = plaintext.strip_prefix(SINGLE) {
            let secret = Zeroizing::new(<[u8; 32]>::try_from(secret).map_err(|_| damaged())?);
            let secret = AuditorSecret::from_bytes(&secret).map_err(|_| damaged())?;
            return Ok(Self::single(secret));
        }
        let body = plaintext
            .strip_prefix(MAGIC)
            .ok_or(RoleKeyError::OtherKind("auditor's"))?;
        let record: Plaintext = borsh::from_slice(body).map_err(|_| damaged())?;
        if record.version != VERSION {
            return Err(KeystoreError::Version(record.version).into());
        }
        let secrets = record.secrets.iter().map(AuditorSecret::from_bytes);
        let secrets: Vec<_> = secrets.collect::<Result<_, _>>().map_err(|_| damaged())?;
        if secrets.is_empty() || secrets.len() > MAX_EPOCHS {
            return Err(damaged());
        }
        Ok(Self {
            secrets,
            index: Zeroizing::new(record.index),
        })
    }

    fn plaintext(&self) -> Result<Zeroizing<Vec<u8>>, KeystoreError> {
        let record = Plaintext {
            version: VERSION,
            index: *self.index,
            secrets: self.secrets.iter().map(|s| *s.to_bytes()).collect(),
        };
        // Sized up front: growing would leave copies of the secrets behind in freed memory.
        let mut plaintext = Zeroizing::new(Vec::with_capacity(64 + 32 * self.secrets.len()));
        plaintext.extend_from_slice(MAGIC);
        borsh::to_writer(&mut *plaintext, &record).map_err(|_| KeystoreError::Encrypt)?;
        Ok(plaintext)
    }
}

#[cfg(test)]
mod tests;
