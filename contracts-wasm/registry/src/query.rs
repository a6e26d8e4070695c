//! Read-only entries.

use obolus_sdk::Env;
use obolus_sdk::abi::registry::{
    AuditorKeys, CheckRootsMsg, CheckSeizureMsg, Participant, RegistryError, RegistryState, SlotMsg,
};

use crate::frozen::NotSeizable;
use crate::storage::{
    ACTIVE, APPROVED, AUDITOR, FROZEN, FROZEN_ROOTS, NEXT_SLOT, ROOTS, entry, initialised, settings,
};

/// Are these roots accepted now, and is the forwarder approved? Returns the auditor's keys, one of which the proof must
/// use as well.
///
/// # Errors
/// `State`, `NotApproved`, `SenderRoot`, `RecipientRoot`, in this order.
pub fn check_roots(env: &Env, msg: CheckRootsMsg) -> Result<AuditorKeys, RegistryError> {
    let window = settings(env)?.root_window;
    if let Some(contract) = msg.forwarder
        && !APPROVED.contains(env, &contract)
    {
        return Err(RegistryError::NotApproved);
    }
    let roots = initialised(ROOTS.get(env))?;
    let height = env.height();
    if let Some(root) = msg.sender_root {
        roots
            .check(&root, height, window)
            .map_err(|_| RegistryError::SenderRoot)?;
    }
    if let Some(root) = msg.recipient_root {
        roots
            .check(&root, height, window)
            .map_err(|_| RegistryError::RecipientRoot)?;
    }
    Ok(initialised(AUDITOR.get(env))?.keys(height))
}

/// May notes of somebody under this FROZEN root be seized now, for somebody under this ACTIVE root? Returns the auditor's
/// keys, one of which the proof must use as well.
///
/// # Errors
/// `State`, `FrozenRoot` or `SeizureEarly`, `RecipientRoot`, in this order.
pub fn check_seizure(env: &Env, msg: CheckSeizureMsg) -> Result<AuditorKeys, RegistryError> {
    let settings = settings(env)?;
    let height = env.height();
    initialised(FROZEN_ROOTS.get(env))?
        .check(&msg.sender_root, height, settings.seizure_delay)
        .map_err(|error| match error {
            NotSeizable::Unknown => RegistryError::FrozenRoot,
            NotSeizable::Early => RegistryError::SeizureEarly,
        })?;
    initialised(ROOTS.get(env))?
        .check(&msg.recipient_root, height, settings.root_window)
        .map_err(|_| RegistryError::RecipientRoot)?;
    Ok(initialised(AUDITOR.get(env))?.keys(height))
}

/// The registry at a glance.
///
/// # Errors
/// `State`.
pub fn state(env: &Env, (): ()) -> Result<RegistryState, RegistryError> {
    let settings = settings(env)?;
    let height = env.height();
    let auditor = initialised(AUDITOR.get(env))?;
    let seizable = initialised(FROZEN_ROOTS.get(env))?;
    Ok(RegistryState {
        auditor: auditor.keys(height).current,
        epoch: auditor.epoch(),
        previous: auditor.previous(height),
        active_root: ACTIVE.root(env),
        frozen_root: FROZEN.root(env),
        slots: initialised(NEXT_SLOT.get(env))?,
        valid_roots: initialised(ROOTS.get(env))?.valid(height, settings.root_window),
        seizure_delay: settings.seizure_delay,
        seizable: seizable.seizable(height, settings.seizure_delay),
    })
}

/// One entry of the directory.
///
/// # Errors
/// `NoSuchSlot`.
pub fn participant(env: &Env, msg: SlotMsg) -> Result<Participant, RegistryError> {
    entry(env, msg.slot)
}
