//! Addresses: what a payer needs to know of a recipient.

use borsh::{BorshDeserialize, BorshSerialize};

use crate::keys::Owner;

/// An X25519 public key that memos are encrypted to.
#[derive(Clone, Copy, PartialEq, Eq, Hash, BorshSerialize, BorshDeserialize)]
pub struct EncryptionKey([u8; 32]);

impl EncryptionKey {
    /// Wraps the public key of a secret we hold.
    pub(crate) const fn from_honest(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The u coordinate, little-endian.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl core::fmt::Debug for EncryptionKey {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("EncryptionKey(")?;
        for byte in &self.0 {
            write!(f, "{byte:02x}")?;
        }
        f.write_str(")")
    }
}

/// Owner and encryption key of a participant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, BorshSerialize, BorshDeserialize)]
pub struct Address {
    /// Whom notes are made out to.
    pub owner: Owner,
    /// Where memos are encrypted to.
    pub epk: EncryptionKey,
}

#[cfg(test)]
mod tests;
