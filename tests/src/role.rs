//! Roles with several holders; their keys come from fixed seeds.

use ed25519_dalek::SigningKey;
use obolus_abi::{RoleKey, RoleSet, TxDigest};
use obolus_protocol::tx::RoleSignature;

/// A role held by three keys, of which two must sign.
pub struct Role {
    keys: Vec<SigningKey>,
    /// The public side.
    pub set: RoleSet,
}

impl Role {
    /// The same three keys for a number.
    pub(crate) fn new(number: u8) -> Self {
        let mut keys: Vec<_> = (0..3)
            .map(|n| SigningKey::from_bytes(&[3 * number + n + 1; 32]))
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

    /// Signatures of `count` holders.
    pub fn sign(&self, count: usize, digest: &TxDigest) -> Vec<RoleSignature> {
        self.keys
            .iter()
            .take(count)
            .map(|key| RoleSignature::create(key, digest))
            .collect()
    }
}
