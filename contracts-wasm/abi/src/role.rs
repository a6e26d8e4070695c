//! n-of-m roles held by Ed25519 keys.

use alloc::vec::Vec;

use crate::RoleKey;

crate::schema_types! {
    /// A role: `threshold` of the listed keys must sign a transaction's digest.
    pub struct RoleSet {
        /// The holders, strictly ascending so that none counts twice.
        pub keys: Vec<RoleKey>,
        /// How many of them must sign; at least one, at most all.
        pub threshold: u8,
    }
}

impl RoleSet {
    /// Largest number of holders of one role.
    pub const MAX_KEYS: usize = 16;

    /// Whether the set is well formed: 1 ≤ threshold ≤ keys ≤ [`Self::MAX_KEYS`], strictly ascending.
    ///
    /// # Errors
    /// [`RoleSetError`] says which part is wrong.
    pub fn validate(&self) -> Result<(), RoleSetError> {
        if self.keys.is_empty() || self.keys.len() > Self::MAX_KEYS {
            return Err(RoleSetError::KeyCount);
        }
        if self.threshold == 0 || usize::from(self.threshold) > self.keys.len() {
            return Err(RoleSetError::Threshold);
        }
        if self.keys.windows(2).any(|pair| pair[0] >= pair[1]) {
            return Err(RoleSetError::Order);
        }
        Ok(())
    }
}

/// Why a [`RoleSet`] is malformed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoleSetError {
    /// No key, or more than [`RoleSet::MAX_KEYS`].
    KeyCount,
    /// Threshold of zero or above the number of keys.
    Threshold,
    /// Keys not strictly ascending.
    Order,
}
