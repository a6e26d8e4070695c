//! Who takes part: role holders, the auditor, the institutions of the payments file.

use std::path::{Path, PathBuf};

use ed25519_dalek::SigningKey;
use obolus_abi::{RoleKey, RoleSet, TxDigest};
use obolus_protocol::audit::AuditorSecret;
use obolus_protocol::tx::RoleSignature;
use obolus_protocol::{FullViewingKey, Seed, SpendingKey, address::Network};
use obolus_wallet::{KeyFile, Passphrase, TokenConfig, Wallet, WorkFactor};
use rand::RngCore;
use rand::rngs::OsRng;
use zeroize::Zeroizing;

use super::DemoError;

/// The demo's network.
pub const NETWORK: Network = Network::Test;

/// Two of three keys, as a bank would split a role over departments.
pub struct Role {
    keys: Vec<SigningKey>,
    set: RoleSet,
}

impl Role {
    /// Draws fresh keys.
    pub fn generate() -> Self {
        let mut keys: Vec<_> = (0..3)
            .map(|_| {
                let mut secret = Zeroizing::new([0; 32]);
                OsRng.fill_bytes(&mut *secret);
                SigningKey::from_bytes(&secret)
            })
            .collect();
        keys.sort_by_key(|key| key.verifying_key().to_bytes());
        let public = keys
            .iter()
            .map(|key| RoleKey(key.verifying_key().to_bytes()))
            .collect();
        Self {
            keys,
            set: RoleSet {
                keys: public,
                threshold: 2,
            },
        }
    }

    /// The public side.
    pub fn set(&self) -> &RoleSet {
        &self.set
    }

    /// Signatures of as many holders as the role needs.
    pub fn sign(&self, digest: &TxDigest) -> Vec<RoleSignature> {
        self.sign_with(usize::from(self.set.threshold), digest)
    }

    /// Signatures of `count` holders.
    pub fn sign_with(&self, count: usize, digest: &TxDigest) -> Vec<RoleSignature> {
        self.keys
            .iter()
            .take(count)
            .map(|key| RoleSignature::create(key, digest))
            .collect()
    }
}

/// The bank's and the supervisor's keys.
pub struct Authorities {
    /// Uploads and instantiates contracts.
    pub operator: Role,
    /// Approves participants.
    pub registrar: Role,
    /// Issues.
    pub issuer: Role,
    /// Read everything, move nothing: one key an epoch, the current one last.
    pub auditors: Vec<AuditorSecret>,
}

impl Authorities {
    /// Draws fresh keys.
    pub fn generate() -> Self {
        Self {
            operator: Role::generate(),
            registrar: Role::generate(),
            issuer: Role::generate(),
            auditors: vec![AuditorSecret::random(&mut OsRng)],
        }
    }

    /// The auditor's key of the current epoch.
    pub fn auditor(&self) -> Result<&AuditorSecret, DemoError> {
        self.auditors.last().ok_or(DemoError::NoAuditor)
    }
}

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
        std::fs::create_dir_all(directory)
            .map_err(|error| DemoError::Io(directory.to_owned(), error))?;
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
