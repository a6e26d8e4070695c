//! Role holders and the auditor of a development chain.

use ed25519_dalek::SigningKey;
use obolus_abi::{RoleKey, RoleSet, TxDigest};
use obolus_protocol::audit::AuditorSecret;
use obolus_protocol::tx::RoleSignature;
use rand::RngCore;
use rand::rngs::OsRng;
use zeroize::Zeroizing;

use super::DevError;

/// Two of three keys, as a bank would split a role over departments.
pub struct Role {
    keys: Vec<SigningKey>,
    set: RoleSet,
}

impl Role {
    /// Draws fresh keys.
    pub fn generate() -> Self {
        let keys = (0..3)
            .map(|_| {
                let mut secret = Zeroizing::new([0; 32]);
                OsRng.fill_bytes(&mut *secret);
                SigningKey::from_bytes(&secret)
            })
            .collect();
        Self::from_keys(keys)
    }

    /// Two of these keys.
    pub fn from_keys(mut keys: Vec<SigningKey>) -> Self {
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

    /// The secret side, in the order of the public keys.
    pub fn keys(&self) -> &[SigningKey] {
        &self.keys
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
    /// Attests reserves.
    pub attestor: Role,
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
            attestor: Role::generate(),
            auditors: vec![AuditorSecret::random(&mut OsRng)],
        }
    }

    /// The auditor's key of the current epoch.
    pub fn auditor(&self) -> Result<&AuditorSecret, DevError> {
        self.auditors.last().ok_or(DevError::NoAuditor)
    }
}
