//! The institutions of the payments file, and where their seeds are kept.

use std::path::{Path, PathBuf};

use obolus_protocol::{FullViewingKey, Seed, SpendingKey};
use obolus_wallet::store::make_private;
use obolus_wallet::{KeyFile, Passphrase, TokenConfig, Wallet, WorkFactor};

use super::DemoError;
use crate::dev::NETWORK;

/// A participant with its own wallet.
pub struct Institution {
    /// As in the payments file.
    pub name: String,
    /// Signs; no prover sees it.
    pub key: SpendingKey,
    /// Sees and assembles.
    pub wallet: Wallet,
}

impl Institution {
    /// A wallet from a seed.
    pub fn from_seed(name: &str, seed: &Seed, token: TokenConfig) -> Self {
        Self {
            name: name.into(),
            key: SpendingKey::from_seed(seed),
            wallet: Wallet::new(token, FullViewingKey::from_seed(seed)),
        }
    }
}

/// Encrypted seeds on disk, one file an institution.
pub struct Vault {
    directory: PathBuf,
    passphrase: Passphrase,
    work: WorkFactor,
}

impl Vault {
    /// Keeps seeds in `directory`.
    pub fn create(directory: &Path, passphrase: Passphrase) -> Result<Self, DemoError> {
        make_private(directory).map_err(|error| DemoError::Io(directory.to_owned(), error))?;
        // Many wallets are opened in one run: 2^15 keeps each below a tenth of a second.
        let work = WorkFactor::new(15)?;
        Ok(Self {
            directory: directory.to_owned(),
            passphrase,
            work,
        })
    }

    /// Draws a seed, stores it encrypted, and returns it.
    pub fn generate(&self, index: usize) -> Result<Seed, DemoError> {
        let file = KeyFile {
            seed: Seed::generate()?,
            network: NETWORK,
        };
        file.create(&self.path(index), &self.passphrase, self.work)?;
        Ok(file.seed)
    }

    /// Reads a stored seed.
    pub fn load(&self, index: usize) -> Result<Seed, DemoError> {
        Ok(KeyFile::open(&self.path(index), &self.passphrase)?.seed)
    }

    fn path(&self, index: usize) -> PathBuf {
        self.directory.join(format!("wallet-{index:04}.key"))
    }
}
