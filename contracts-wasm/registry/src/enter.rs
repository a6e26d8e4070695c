//! Entering participants and deals into ACTIVE.

use obolus_sdk::abi::RegisterInputs;
use obolus_sdk::abi::registry::{
    OpenDealMsg, Participant, REGISTRY_SLOTS, RegisterMsg, RegistryError, RegistryEvent,
};
use obolus_sdk::{Env, FieldBytes, PointBytes};

use crate::authority::{key_holder, registrar};
use crate::storage::{
    ACTIVE, APPROVED, AUDITOR, NEXT_SLOT, PARTICIPANTS, ROOTS, SLOT_OF_AK, SLOT_OF_OWNER, Settings,
    entry, initialised, leaf, place, settings,
};

/// Enters a participant; returns its slot.
///
/// # Errors
/// `State`, `UserOnly`, `NotRegistrar`, `DealKey` or `Duplicate` (ak), `Duplicate` (owner), `BadKey`,
/// `NotKeyHolder`, `Full`, `BadProof`, in this order.
pub fn register(env: &mut Env, msg: RegisterMsg) -> Result<u32, RegistryError> {
    let settings = settings(env)?;
    registrar(env, &settings)?;
    if let Some(slot) = SLOT_OF_AK.get(env, &msg.ak) {
        return Err(match entry(env, slot)?.deal {
            Some(_) => RegistryError::DealKey,
            None => RegistryError::Duplicate,
        });
    }
    new_owner(env, &msg.owner)?;
    // The key of a deal not opened yet fails here: nobody can sign under it.
    key_holder(env, &msg.ak)?;

    let auditor = initialised(AUDITOR.get(env))?;
    let inputs = msg.inputs(&auditor, env.context());
    let participant = Participant {
        slot: next_slot(env)?,
        owner: msg.owner,
        ak: msg.ak,
        epk: msg.epk,
        limit: msg.limit,
        frozen: false,
        deal: None,
    };
    enter(env, &settings, participant, inputs, msg.r)
}

/// Enters a deal of the calling contract under the deal's own key; returns its slot. No signature:
/// the key has no holder, and the caller's code, which is frozen, is the rule for spending.
///
/// # Errors
/// `State`, `NotApproved`, `NotFrozenCode`, `DealLimit`, `DealReused`, `Duplicate` (owner), `Full`,
/// `BadProof`, in this order.
pub fn open_deal(env: &mut Env, msg: OpenDealMsg) -> Result<u32, RegistryError> {
    let settings = settings(env)?;
    let contract = env.caller().ok_or(RegistryError::NotApproved)?;
    if !APPROVED.contains(env, &contract) {
        return Err(RegistryError::NotApproved);
    }
    env.code_frozen(&contract)
        .map_err(|_| RegistryError::NotFrozenCode)?;
    if msg.limit == u64::MAX {
        return Err(RegistryError::DealLimit);
    }
    let ak = env.deal_point(&contract, &msg.deal);
    if SLOT_OF_AK.contains(env, &ak) {
        return Err(RegistryError::DealReused);
    }
    new_owner(env, &msg.owner)?;

    let auditor = initialised(AUDITOR.get(env))?;
    let inputs = msg.inputs(&ak, &auditor, env.context());
    let participant = Participant {
        slot: next_slot(env)?,
        owner: msg.owner,
        ak,
        epk: [0; 32],
        limit: msg.limit,
        frozen: false,
        deal: Some((contract, msg.deal)),
    };
    enter(env, &settings, participant, inputs, msg.r)
}

fn new_owner(env: &Env, owner: &FieldBytes) -> Result<(), RegistryError> {
    if SLOT_OF_OWNER.contains(env, owner) {
        return Err(RegistryError::Duplicate);
    }
    Ok(())
}

fn next_slot(env: &Env) -> Result<u32, RegistryError> {
    let slot = initialised(NEXT_SLOT.get(env))?;
    if slot >= REGISTRY_SLOTS {
        return Err(RegistryError::Full);
    }
    Ok(slot)
}

/// Checks the proof (owner is the hash of ak and an nk that is escrowed to the auditor), then writes.
fn enter(
    env: &mut Env,
    settings: &Settings,
    participant: Participant,
    inputs: RegisterInputs<FieldBytes>,
    r: PointBytes,
) -> Result<u32, RegistryError> {
    env.proof_holds(&settings.register_key, &inputs.to_array())
        .map_err(|_| RegistryError::BadProof)?;

    let slot = participant.slot;
    let leaf = leaf(env, &participant.owner, participant.limit);
    let root = place(env, ACTIVE, slot, &leaf);
    let mut roots = initialised(ROOTS.get(env))?;
    roots.extend(root, env.height(), settings.root_window);
    ROOTS.set(env, &roots);
    NEXT_SLOT.set(env, &(slot + 1));
    SLOT_OF_OWNER.set(env, &participant.owner, &slot);
    SLOT_OF_AK.set(env, &participant.ak, &slot);
    PARTICIPANTS.set(env, &slot, &participant);
    env.emit(&RegistryEvent::Registered {
        participant,
        r,
        c1: inputs.c1,
    });
    Ok(slot)
}
