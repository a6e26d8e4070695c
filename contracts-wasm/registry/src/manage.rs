//! What the registrar decides about entries, contracts and the auditor.

use obolus_sdk::abi::registry::{
    ApproveContractMsg, Participant, RegistryError, RegistryEvent, SetAuditorMsg, SetLimitMsg,
    SlotMsg,
};
use obolus_sdk::{Env, FieldBytes};

use crate::authority::{key_holder, registrar};
use crate::storage::{
    ACTIVE, APPROVED, AUDITOR, FROZEN, PARTICIPANTS, ROOTS, entry, initialised, leaf, place,
    settings,
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
/// sender cannot spend under an old one.
///
/// # Errors
/// `State`, `UserOnly`, `NotRegistrar`, `NoSuchSlot`, `FreezeState`, in this order.
pub fn freeze(env: &mut Env, msg: SlotMsg) -> Result<(), RegistryError> {
    let (participant, leaf, _) = turn(env, msg.slot, true)?;
    let root = place(env, ACTIVE, participant.slot, &FieldBytes::ZERO);
    place(env, FROZEN, participant.slot, &leaf);
    let mut roots = initialised(ROOTS.get(env))?;
    roots.replace(root);
    ROOTS.set(env, &roots);
    env.emit(&RegistryEvent::Frozen { slot: msg.slot });
    Ok(())
}

/// Moves a leaf from FROZEN back to ACTIVE, where that is an insertion.
///
/// # Errors
/// As [`freeze`].
pub fn unfreeze(env: &mut Env, msg: SlotMsg) -> Result<(), RegistryError> {
    let (participant, leaf, root_window) = turn(env, msg.slot, false)?;
    place(env, FROZEN, participant.slot, &FieldBytes::ZERO);
    let root = place(env, ACTIVE, participant.slot, &leaf);
    let mut roots = initialised(ROOTS.get(env))?;
    roots.extend(root, env.height(), root_window);
    ROOTS.set(env, &roots);
    env.emit(&RegistryEvent::Unfrozen { slot: msg.slot });
    Ok(())
}

/// Sets the frozen mark of an entry that has the other one; returns it, its leaf and the root window.
fn turn(
    env: &mut Env,
    slot: u32,
    frozen: bool,
) -> Result<(Participant, FieldBytes, u64), RegistryError> {
    let settings = settings(env)?;
    registrar(env, &settings)?;
    let mut participant = entry(env, slot)?;
    if participant.frozen == frozen {
        return Err(RegistryError::FreezeState);
    }
    participant.frozen = frozen;
    PARTICIPANTS.set(env, &slot, &participant);
    let leaf = leaf(env, &participant.owner, participant.limit);
    Ok((participant, leaf, settings.root_window))
}

/// Changes an entry's limit. A lowered limit of an ACTIVE leaf invalidates every earlier root at once,
/// a raised one acts like an insertion.
///
/// # Errors
/// `State`, `UserOnly`, `NotRegistrar`, `NoSuchSlot`, `DealLimit`, in this order.
pub fn set_limit(env: &mut Env, msg: SetLimitMsg) -> Result<(), RegistryError> {
    let settings = settings(env)?;
    registrar(env, &settings)?;
    let mut participant = entry(env, msg.slot)?;
    if participant.deal.is_some() && msg.limit == u64::MAX {
        return Err(RegistryError::DealLimit);
    }
    let lowered = msg.limit < participant.limit;
    participant.limit = msg.limit;
    PARTICIPANTS.set(env, &msg.slot, &participant);
    let leaf = leaf(env, &participant.owner, participant.limit);
    if participant.frozen {
        place(env, FROZEN, msg.slot, &leaf);
    } else {
        let root = place(env, ACTIVE, msg.slot, &leaf);
        let mut roots = initialised(ROOTS.get(env))?;
        if lowered {
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

/// Starts an auditor epoch: proofs made for the old key are refused from now on.
///
/// # Errors
/// `State`, `UserOnly`, `NotRegistrar`, `SameAuditor`, `BadKey`, `NotKeyHolder`, in this order.
pub fn set_auditor(env: &mut Env, msg: SetAuditorMsg) -> Result<(), RegistryError> {
    registrar(env, &settings(env)?)?;
    if AUDITOR.get(env) == Some(msg.auditor) {
        return Err(RegistryError::SameAuditor);
    }
    key_holder(env, &msg.auditor)?;
    AUDITOR.set(env, &msg.auditor);
    env.emit(&RegistryEvent::AuditorSet {
        auditor: msg.auditor,
    });
    Ok(())
}
