//! The auditor's epochs.

use borsh::{BorshDeserialize, BorshSerialize};
use obolus_abi::PointBytes;
use obolus_abi::registry::{AuditorKeys, MAX_ROOT_WINDOW, RegistryError};

use super::CallFault;

/// Every key of the auditor, and for how long the last but one is accepted.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub(super) struct Auditors {
    current: PointBytes,
    /// Keys of old, oldest first.
    old: Vec<PointBytes>,
    /// First height at which the newest of the old keys is no longer accepted.
    old_ends: u64,
}

impl Auditors {
    /// The first epoch.
    pub(super) const fn new(current: PointBytes) -> Self {
        Self {
            current,
            old: Vec::new(),
            old_ends: 0,
        }
    }

    /// The keys that proofs may be made for in the block of this height.
    pub(super) fn keys(&self, height: u64) -> AuditorKeys {
        let last = self.old.last().copied();
        AuditorKeys {
            current: self.current,
            previous: last.filter(|_| height < self.old_ends),
        }
    }

    /// A key that may follow, and for how long the present one may stay.
    pub(super) fn check_new(&self, key: &PointBytes, window: u64) -> Result<(), CallFault> {
        if window > MAX_ROOT_WINDOW {
            return Err(CallFault::contract(RegistryError::AuditorWindow));
        }
        if self.current == *key {
            return Err(CallFault::contract(RegistryError::SameAuditor));
        }
        if self.old.contains(key) {
            return Err(CallFault::contract(RegistryError::AuditorReused));
        }
        Ok(())
    }

    /// The next epoch. Its block is the first of the window, which has one block more than its length, or none.
    pub(super) fn succeed(&mut self, key: PointBytes, height: u64, window: u64) {
        self.old.push(self.current);
        self.current = key;
        self.old_ends = match window {
            0 => 0,
            blocks => height.saturating_add(blocks).saturating_add(1),
        };
    }
}
