//! The auditor's epochs: whose key proofs must be made for, for how long the key before is accepted, and every key there
//! was.
//!
//! What was encrypted to a key stays encrypted to it, so the archive keeps each with its first height: the secrets of all
//! epochs together read everything.

use alloc::vec::Vec;

use borsh::{BorshDeserialize, BorshSerialize};
use obolus_sdk::abi::RegisterInputs;
use obolus_sdk::abi::registry::{
    AuditorEpoch, AuditorKeys, EpochsMsg, MAX_EPOCHS_PAGE, MAX_ROOT_WINDOW, PreviousAuditor,
    RegistryError, RegistryEvent, SetAuditorMsg,
};
use obolus_sdk::{Env, FieldBytes, PointBytes, Proven};

use crate::authority::{key_holder, registrar};
use crate::storage::{AUDITOR, EPOCH_OF, EPOCHS, Settings, initialised, settings};

/// The key in force and the one before. There is never a third: a rotation within the window drops the oldest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Auditor {
    epoch: u32,
    key: PointBytes,
    previous: Option<PreviousAuditor>,
}

impl Auditor {
    /// Epoch 0.
    pub const fn first(key: PointBytes) -> Self {
        Self {
            epoch: 0,
            key,
            previous: None,
        }
    }

    /// The epoch that begins in the block at `height`. The key so far is accepted for `window` blocks more; with a window
    /// of zero not even in the rest of this block.
    pub fn succeeded_by(&self, key: PointBytes, height: u64, window: u64) -> Self {
        Self {
            epoch: self.epoch + 1,
            key,
            previous: (window > 0).then(|| PreviousAuditor {
                auditor: self.key,
                until: height.saturating_add(window),
            }),
        }
    }

    /// Number of the epoch, from 0.
    pub const fn epoch(&self) -> u32 {
        self.epoch
    }

    /// The key before, if proofs made for it are accepted in the block at `height`.
    pub fn previous(&self, height: u64) -> Option<PreviousAuditor> {
        self.previous.filter(|previous| height <= previous.until)
    }

    /// The keys that a proof may be made for in the block at `height`.
    pub fn keys(&self, height: u64) -> AuditorKeys {
        AuditorKeys {
            current: self.key,
            previous: self.previous(height).map(|previous| previous.auditor),
        }
    }
}

/// Begins the first epoch.
///
/// # Errors
/// `BadKey`, `NotKeyHolder`, in this order.
pub fn begin(env: &mut Env, key: PointBytes) -> Result<(), RegistryError> {
    key_holder(env, &key)?;
    record(env, Auditor::first(key), 0);
    Ok(())
}

/// Starts an auditor epoch. Proofs made for the key so far are accepted for a window of blocks; for older keys no longer.
///
/// # Errors
/// `State`, `UserOnly`, `NotRegistrar`, `AuditorWindow`, `SameAuditor`, `AuditorReused`, `BadKey`, `NotKeyHolder`, in this
/// order.
pub fn set_auditor(env: &mut Env, msg: SetAuditorMsg) -> Result<(), RegistryError> {
    registrar(env, &settings(env)?)?;
    if msg.window > MAX_ROOT_WINDOW {
        return Err(RegistryError::AuditorWindow);
    }
    let auditor = initialised(AUDITOR.get(env))?;
    if auditor.key == msg.auditor {
        return Err(RegistryError::SameAuditor);
    }
    // A key of old may be replaced because others have its secret.
    if EPOCH_OF.contains(env, &msg.auditor) {
        return Err(RegistryError::AuditorReused);
    }
    key_holder(env, &msg.auditor)?;
    let next = auditor.succeeded_by(msg.auditor, env.height(), msg.window);
    record(env, next, msg.window);
    Ok(())
}

fn record(env: &mut Env, auditor: Auditor, window: u64) {
    let Auditor { epoch, key, .. } = auditor;
    let since = env.height();
    AUDITOR.set(env, &auditor);
    EPOCH_OF.set(env, &key, &epoch);
    let begun = AuditorEpoch {
        epoch,
        auditor: key,
        since,
    };
    EPOCHS.set(env, &epoch, &begun);
    env.emit(&RegistryEvent::AuditorSet {
        auditor: key,
        epoch,
        window,
    });
}

/// The transaction carries a `register` proof made for the key in force, or for the one before while its window runs.
///
/// # Errors
/// `State`, `BadProof`, in this order.
pub fn register_proof(
    env: &Env,
    settings: &Settings,
    inputs: impl Fn(&PointBytes) -> RegisterInputs<FieldBytes>,
) -> Result<Proven<RegisterInputs<FieldBytes>>, RegistryError> {
    let keys = initialised(AUDITOR.get(env))?.keys(env.height());
    [Some(keys.current), keys.previous]
        .iter()
        .flatten()
        .find_map(|key| env.proven(&settings.register_key, inputs(key)).ok())
        .ok_or(RegistryError::BadProof)
}

/// A page of the archive, in the order of the epochs.
///
/// # Errors
/// `State`.
pub fn epochs(env: &Env, msg: EpochsMsg) -> Result<Vec<AuditorEpoch>, RegistryError> {
    let next = initialised(AUDITOR.get(env))?.epoch() + 1;
    let end = next.min(msg.from.saturating_add(MAX_EPOCHS_PAGE));
    Ok((msg.from..end)
        .filter_map(|epoch| EPOCHS.get(env, &epoch))
        .collect())
}

#[cfg(test)]
mod tests;
