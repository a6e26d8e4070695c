//! The encrypted key file: a seed and its network, under a passphrase.
//!
//! The file is an age file with one scrypt recipient; its plaintext is one borsh record with a
//! version, so a later layout can be told apart. Only the seed lives here: notes, history and
//! directory are rebuilt from the chain.

pub(crate) mod sealed;

use std::io::ErrorKind;
use std::path::Path;

use age::secrecy::{ExposeSecret, SecretString};
use borsh::{BorshDeserialize, BorshSerialize};
use obolus_protocol::{Seed, address::Network};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// Layout of the plaintext that this version writes and reads.
const VERSION: u16 = 1;
/// Distinguishes our plaintext from any other age file that the passphrase happens to open.
const MAGIC: [u8; 8] = *b"obolkey\0";

/// The scrypt cost of a key file: N = 2^log₂N, 8 blocks, one lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct WorkFactor(u8);

impl WorkFactor {
    /// About one second and 256 MiB on the machines of 2026.
    pub const STANDARD: Self = Self(18);
    /// Worthless as protection; makes tests and throw-away demo wallets fast.
    pub const INSECURE_FAST: Self = Self(4);
    /// The most work that opening a file may ask for (4 GiB): a bound against hostile files.
    pub const MAX: Self = Self(22);

    /// A work factor of 2^`log_n` scrypt rounds.
    ///
    /// # Errors
    /// [`KeystoreError::WorkFactor`] unless 1 ≤ `log_n` ≤ 22.
    pub const fn new(log_n: u8) -> Result<Self, KeystoreError> {
        if log_n == 0 || log_n > Self::MAX.0 {
            return Err(KeystoreError::WorkFactor);
        }
        Ok(Self(log_n))
    }
}

/// A passphrase: wiped on drop, never shown.
pub struct Passphrase(SecretString);

impl Passphrase {
    /// Takes the passphrase over.
    ///
    /// # Errors
    /// [`KeystoreError::EmptyPassphrase`].
    pub fn new(passphrase: String) -> Result<Self, KeystoreError> {
        let secret = SecretString::from(passphrase);
        if secret.expose_secret().is_empty() {
            return Err(KeystoreError::EmptyPassphrase);
        }
        Ok(Self(secret))
    }
}

/// What a key file holds.
pub struct KeyFile {
    /// The seed that every key comes from.
    pub seed: Seed,
    /// The network that the seed is used on.
    pub network: Network,
}

/// The plaintext.
#[derive(BorshSerialize, BorshDeserialize, Zeroize, ZeroizeOnDrop)]
struct Record {
    magic: [u8; 8],
    version: u16,
    network: u8,
    seed: [u8; 32],
}

impl KeyFile {
    /// Encrypts the key and writes it to `path`, which must not exist.
    ///
    /// The file appears whole or not at all, readable by its owner only.
    ///
    /// # Errors
    /// [`KeystoreError::Exists`], or what the file system said.
    pub fn create(
        &self,
        path: &Path,
        passphrase: &Passphrase,
        work: WorkFactor,
    ) -> Result<(), KeystoreError> {
        sealed::create(path, &sealed::seal(&self.plaintext()?, passphrase, work)?)
    }

    /// Encrypts the key anew and replaces the file at `path`: a change of passphrase or cost.
    ///
    /// # Errors
    /// What the file system said; the old file is then still in place.
    pub fn replace(
        &self,
        path: &Path,
        passphrase: &Passphrase,
        work: WorkFactor,
    ) -> Result<(), KeystoreError> {
        sealed::replace(path, &sealed::seal(&self.plaintext()?, passphrase, work)?)
    }

    /// Reads and decrypts the key file at `path`.
    ///
    /// # Errors
    /// [`KeystoreError::WrongPassphrase`], [`KeystoreError::Damaged`] for a file that was changed
    /// or is not a key file, [`KeystoreError::Version`], [`KeystoreError::ExcessiveWork`], or what
    /// the file system said.
    pub fn open(path: &Path, passphrase: &Passphrase) -> Result<Self, KeystoreError> {
        Self::decrypt(&sealed::read(path)?, passphrase)
    }

    fn decrypt(ciphertext: &[u8], passphrase: &Passphrase) -> Result<Self, KeystoreError> {
        let plaintext = sealed::unseal(ciphertext, passphrase)?;
        let record: Record = borsh::from_slice(&plaintext).map_err(|_| KeystoreError::Damaged)?;
        if record.magic != MAGIC {
            return Err(KeystoreError::Damaged);
        }
        if record.version != VERSION {
            return Err(KeystoreError::Version(record.version));
        }
        Ok(Self {
            seed: Seed::new(record.seed),
            network: network_from_byte(record.network)?,
        })
    }

    fn plaintext(&self) -> Result<Zeroizing<Vec<u8>>, KeystoreError> {
        let record = Record {
            magic: MAGIC,
            version: VERSION,
            network: network_byte(self.network),
            seed: *self.seed.expose(),
        };
        // Sized up front: growing would leave copies of the seed behind in freed memory.
        let mut plaintext = Zeroizing::new(Vec::with_capacity(64));
        borsh::to_writer(&mut *plaintext, &record).map_err(|_| KeystoreError::Encrypt)?;
        Ok(plaintext)
    }
}

const fn network_byte(network: Network) -> u8 {
    match network {
        Network::Main => 0,
        Network::Test => 1,
    }
}

const fn network_from_byte(byte: u8) -> Result<Network, KeystoreError> {
    match byte {
        0 => Ok(Network::Main),
        1 => Ok(Network::Test),
        _ => Err(KeystoreError::Damaged),
    }
}

/// Why a key file could not be written or opened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeystoreError {
    /// No passphrase.
    #[error("the passphrase is empty: choose one, the key file is only as safe as it")]
    EmptyPassphrase,
    /// Work factor out of range.
    #[error("the scrypt work factor must be from 1 to 22")]
    WorkFactor,
    /// The path has no file name.
    #[error("the key file's path names no file: give a path that ends in a file name")]
    NotAFile,
    /// There is a file already.
    #[error("a file exists at this path: choose another path, key files are never overwritten")]
    Exists,
    /// Encryption failed.
    #[error("the key file could not be encrypted: check free memory, or lower the work factor")]
    Encrypt,
    /// Writing failed.
    #[error("the key file could not be written ({0}): check the directory and its permissions")]
    Write(ErrorKind),
    /// Reading failed.
    #[error("the key file could not be read ({0}): check path and permissions")]
    Read(ErrorKind),
    /// The passphrase does not open the file.
    #[error("wrong passphrase: try again")]
    WrongPassphrase,
    /// Not a key file, or changed since it was written.
    #[error("this is not an intact Obolus key file: restore it from a backup")]
    Damaged,
    /// Written by a newer version.
    #[error("the key file has version {0}, this program reads version 1: use a newer program")]
    Version(u16),
    /// Opening would take too much work.
    #[error("the file asks for more scrypt work than any key file has: it is not ours")]
    ExcessiveWork,
}

#[cfg(test)]
mod tests;
