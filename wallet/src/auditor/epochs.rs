//! Which of the auditor's keys a ciphertext may be under, and who computes the point that it shares with its sender.

use borsh::{BorshDeserialize, BorshSerialize};
use obolus_abi::PointBytes;
use obolus_protocol::{
    audit::{AuditError, AuditorKey, AuditorSecret, SharedSecret},
    curve::Point,
    tx::Height,
};

/// Whoever can compute K = p·R for the auditor: a holder of the secret, or a quorum of shares of it.
pub trait SharedSecrets {
    /// K of the ciphertext with ephemeral point `ephemeral`, sealed under `key`.
    ///
    /// # Errors
    /// [`AuditError::Garbage`] when the key's secret is not here, [`AuditError::Malformed`] for a point that is none.
    fn shared(&self, key: &AuditorKey, ephemeral: &PointBytes) -> Result<SharedSecret, AuditError>;
}

/// The secrets themselves, in any order.
impl SharedSecrets for Vec<AuditorSecret> {
    fn shared(&self, key: &AuditorKey, ephemeral: &PointBytes) -> Result<SharedSecret, AuditError> {
        let secret = self.iter().find(|secret| secret.public() == *key);
        let secret = secret.ok_or(AuditError::Garbage)?;
        let point = Point::decode(ephemeral).map_err(|_| AuditError::Malformed)?;
        Ok(secret.shared(&point))
    }
}

/// An earlier key that proofs may still be under.
#[derive(Clone, Copy)]
struct Earlier {
    key: AuditorKey,
    /// Last block that may hold such a proof.
    until: Height,
}

/// The auditor's keys that are in force: the current one, and earlier ones while their window runs.
#[derive(Clone)]
pub(super) struct Epochs {
    current: AuditorKey,
    earlier: Vec<Earlier>,
}

/// [`Epochs`] as bytes.
#[derive(BorshSerialize, BorshDeserialize)]
pub(super) struct EpochsSnapshot {
    current: PointBytes,
    earlier: Vec<(PointBytes, u64)>,
}

impl Epochs {
    pub(super) const fn new(current: AuditorKey) -> Self {
        Self {
            current,
            earlier: Vec::new(),
        }
    }

    /// A new epoch begins in the block `at`; proofs under the key before it are accepted in `window` more blocks.
    pub(super) fn begin(&mut self, key: AuditorKey, at: Height, window: u64) {
        self.earlier.retain(|earlier| earlier.until >= at);
        self.earlier.push(Earlier {
            key: self.current,
            until: Height(at.0.saturating_add(window)),
        });
        self.current = key;
    }

    /// Opens a ciphertext of the block `at` under the keys in force, the current one first. `open` must compare what it
    /// opened with the ledger: a ciphertext opens under another key by accident only, and then does not match.
    ///
    /// # Errors
    /// What came closest: a mismatch rather than garbage.
    pub(super) fn open<T>(
        &self,
        at: Height,
        secrets: &dyn SharedSecrets,
        ephemeral: &PointBytes,
        open: impl Fn(&SharedSecret) -> Result<T, AuditError>,
    ) -> Result<T, AuditError> {
        let running = self.earlier.iter().rev().filter(|e| e.until >= at);
        let keys = std::iter::once(&self.current).chain(running.map(|earlier| &earlier.key));
        let mut closest = AuditError::Garbage;
        for key in keys {
            match secrets.shared(key, ephemeral).and_then(|k| open(&k)) {
                Ok(opened) => return Ok(opened),
                Err(AuditError::Garbage) => {}
                Err(error) if closest == AuditError::Garbage => closest = error,
                Err(_) => {}
            }
        }
        Err(closest)
    }

    pub(super) fn snapshot(&self) -> EpochsSnapshot {
        let earlier = self.earlier.iter().map(|e| (e.key.encode(), e.until.0));
        EpochsSnapshot {
            current: self.current.encode(),
            earlier: earlier.collect(),
        }
    }

    pub(super) fn restore(snapshot: &EpochsSnapshot) -> Option<Self> {
        let key = |bytes| AuditorKey::decode(bytes).ok();
        let earlier = snapshot.earlier.iter().map(|(bytes, until)| {
            Some(Earlier {
                key: key(bytes)?,
                until: Height(*until),
            })
        });
        Some(Self {
            current: key(&snapshot.current)?,
            earlier: earlier.collect::<Option<_>>()?,
        })
    }
}

#[cfg(test)]
mod tests;
