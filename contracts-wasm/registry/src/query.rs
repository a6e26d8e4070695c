//! Read-only entries.

use obolus_sdk::abi::registry::{
    CheckRootsMsg, Participant, RegistryError, RegistryState, SlotMsg,
};
use obolus_sdk::{Env, PointBytes};

use crate::storage::{
    ACTIVE, APPROVED, AUDITOR, FROZEN, NEXT_SLOT, ROOTS, entry, initialised, settings,
};

/// Are these roots accepted now, and is the forwarder approved? Returns the auditor's key, which the proof must use as
/// well.
///
/// # Errors
/// `State`, `NotApproved`, `SenderRoot`, `RecipientRoot`, in this order.
pub fn check_roots(env: &Env, msg: CheckRootsMsg) -> Result<PointBytes, RegistryError> {
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
    initialised(AUDITOR.get(env))
}

/// The registry at a glance.
///
/// # Errors
/// `State`.
pub fn state(env: &Env, (): ()) -> Result<RegistryState, RegistryError> {
    let window = settings(env)?.root_window;
    Ok(RegistryState {
        auditor: initialised(AUDITOR.get(env))?,
        active_root: ACTIVE.root(env),
        frozen_root: FROZEN.root(env),
        slots: initialised(NEXT_SLOT.get(env))?,
        valid_roots: initialised(ROOTS.get(env))?.valid(env.height(), window),
    })
}

/// One entry of the directory.
///
/// # Errors
/// `NoSuchSlot`.
pub fn participant(env: &Env, msg: SlotMsg) -> Result<Participant, RegistryError> {
    entry(env, msg.slot)
}
