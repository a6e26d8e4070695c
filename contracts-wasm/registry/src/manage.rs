//! What the registrar decides about entries and contracts.

use obolus_sdk::abi::registry::{
    ApproveContractMsg, Participant, RegistryError, RegistryEvent, SetLimitMsg, SlotMsg,
};
use obolus_sdk::{Env, FieldBytes};

use crate::authority::registrar;
use crate::storage::{
    ACTIVE, APPROVED, FROZEN, FROZEN_ROOTS, PARTICIPANTS, ROOTS, Settings, entry, initialised,
    leaf, place, settings,
};

/// Lets a contract open deals and pass payments on.
///
/// # Errors
/// `State`, `UserOnly`, `NotRegistrar`, `NotFrozenCode`, in this order.
pub fn approve_contract(env: &mut Env, msg: ApproveContractMsg) -> Result<(), RegistryError> {
    registrar(env, &settings(env)?)?;
    env.code_frozen(&msg.contract)
        .map_err(|_| RegistryError::NotFrozenCode)?;
    APPROVED.insert(env, &msg.contract);
    env.emit(&RegistryEvent::ContractApproved {
        contract: msg.contract,
    });
    Ok(())
}

/// Moves a leaf from ACTIVE to FROZEN. Every earlier ACTIVE root is invalid at once, so that a frozen
/// sender cannot spend under an old one. Its notes may be seized once it has been frozen for the delay.
///
/// # Errors
/// `State`, `UserOnly`, `NotRegistrar`, `NoSuchSlot`, `FreezeState`, in this order.
pub fn freeze(env: &mut Env, msg: SlotMsg) -> Result<(), RegistryError> {
    let (settings, entry) = find(env, msg.slot)?;
    if entry.frozen {
        return Err(RegistryError::FreezeState);
    }
    let height = env.height();
    let leaf = store(
        env,
        &Participant {
            frozen: true,
            frozen_at: Some(height),
            ..entry
        },
    );
    let active = place(env, ACTIVE, msg.slot, &FieldBytes::ZERO);
    let frozen = place(env, FROZEN, msg.slot, &leaf);
    let mut roots = initialised(ROOTS.get(env))?;
    roots.replace(active);
    ROOTS.set(env, &roots);
    let mut seizable = initialised(FROZEN_ROOTS.get(env))?;
    seizable.froze(frozen, height, settings.seizure_delay);
    FROZEN_ROOTS.set(env, &seizable);
    env.emit(&RegistryEvent::Frozen { slot: msg.slot });
    Ok(())
}

/// Moves a leaf from FROZEN back to ACTIVE, where that is an insertion. Every FROZEN root that it is under is invalid at
/// once.
///
/// # Errors
/// As [`freeze`].
pub fn unfreeze(env: &mut Env, msg: SlotMsg) -> Result<(), RegistryError> {
    let (settings, entry) = find(env, msg.slot)?;
    let frozen_at = entry.frozen_at.ok_or(RegistryError::FreezeState)?;
    let leaf = store(
        env,
        &Participant {
            frozen: false,
            frozen_at: None,
            ..entry
        },
    );
    left_or_changed(env, msg.slot, &FieldBytes::ZERO, frozen_at)?;
    let root = place(env, ACTIVE, msg.slot, &leaf);
    let mut roots = initialised(ROOTS.get(env))?;
    roots.extend(root, env.height(), settings.root_window);
    ROOTS.set(env, &roots);
    env.emit(&RegistryEvent::Unfrozen { slot: msg.slot });
    Ok(())
}

/// An entry that the registrar acts on.
fn find(env: &Env, slot: u32) -> Result<(Settings, Participant), RegistryError> {
    let settings = settings(env)?;
    registrar(env, &settings)?;
    let entry = entry(env, slot)?;
    Ok((settings, entry))
}

/// Stores a changed entry; returns its leaf.
fn store(env: &mut Env, participant: &Participant) -> FieldBytes {
    PARTICIPANTS.set(env, &participant.slot, participant);
    leaf(env, &participant.owner, participant.limit)
}

/// Takes a leaf out of FROZEN, or changes it there.
fn left_or_changed(
    env: &mut Env,
    slot: u32,
    leaf: &FieldBytes,
    frozen_at: u64,
) -> Result<(), RegistryError> {
    let root = place(env, FROZEN, slot, leaf);
    let mut seizable = initialised(FROZEN_ROOTS.get(env))?;
    seizable.changed(root, frozen_at);
    FROZEN_ROOTS.set(env, &seizable);
    Ok(())
}

/// Changes an entry's limit. A lowered limit of an ACTIVE leaf invalidates every earlier root at once, a raised one acts
/// like an insertion. In FROZEN either invalidates every root that the leaf was under.
///
/// # Errors
/// `State`, `UserOnly`, `NotRegistrar`, `NoSuchSlot`, `DealLimit`, in this order.
pub fn set_limit(env: &mut Env, msg: SetLimitMsg) -> Result<(), RegistryError> {
    let (settings, entry) = find(env, msg.slot)?;
    if entry.deal.is_some() && msg.limit == u64::MAX {
        return Err(RegistryError::DealLimit);
    }
    let changed = Participant {
        limit: msg.limit,
        ..entry
    };
    let leaf = store(env, &changed);
    if let Some(frozen_at) = changed.frozen_at {
        left_or_changed(env, msg.slot, &leaf, frozen_at)?;
    } else {
        let root = place(env, ACTIVE, msg.slot, &leaf);
        let mut roots = initialised(ROOTS.get(env))?;
        if msg.limit < entry.limit {
            roots.replace(root);
        } else {
            roots.extend(root, env.height(), settings.root_window);
        }
        ROOTS.set(env, &roots);
    }
    env.emit(&RegistryEvent::LimitSet {
        slot: msg.slot,
        limit: msg.limit,
    });
    Ok(())
}
