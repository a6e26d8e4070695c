//! Entering participants and deals into ACTIVE.

use obolus_sdk::abi::RegisterInputs;
use obolus_sdk::abi::registry::{
    OpenDealMsg, Participant, REGISTRY_SLOTS, RegisterMsg, RegistryError, RegistryEvent,
};
use obolus_sdk::{ContractId, DealId, Env, FieldBytes, PointBytes, Proven};

use crate::auditor::register_proof;
use crate::authority::{key_holder, registrar};
use crate::storage::{
    ACTIVE, APPROVED, NEXT_SLOT, PARTICIPANTS, ROOTS, SLOT_OF_AK, SLOT_OF_OWNER, Settings, entry,
    initialised, leaf, place, settings,
};

/// Enters a participant; returns its slot.
///
/// # Errors
/// `State`, `UserOnly`, `NotRegistrar`, `DealKey` or `Duplicate` (ak), `Duplicate` (owner), `BadKey`,
/// `NotKeyHolder`, `Full`, `BadProof`, in this order.
pub fn register(env: &mut Env, msg: RegisterMsg) -> Result<u32, RegistryError> {
    let settings = settings(env)?;
    registrar(env, &settings)?;
    participant(env, &settings, &msg, None)
}

/// Enters a participant that the registrar approved, perhaps in place of an earlier slot of its own; returns its slot.
///
/// # Errors
/// As [`register`], from `DealKey` on.
pub fn participant(
    env: &mut Env,
    settings: &Settings,
    msg: &RegisterMsg,
    supersedes: Option<u32>,
) -> Result<u32, RegistryError> {
    if let Some(slot) = SLOT_OF_AK.get(env, &msg.ak) {
        return Err(match entry(env, slot)?.deal {
            Some(_) => RegistryError::DealKey,
            None => RegistryError::Duplicate,
        });
    }
    new_owner(env, &msg.owner)?;
    // The key of a deal not opened yet fails here: nobody can sign under it.
    key_holder(env, &msg.ak)?;

    let terms = Terms {
        slot: next_slot(env)?,
        epk: msg.epk,
        limit: msg.limit,
        deal: None,
        supersedes,
    };
    let context = env.context();
    let proven = register_proof(env, settings, |auditor| msg.inputs(auditor, context))?;
    enter(env, settings, &proven, &terms)
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

    let terms = Terms {
        slot: next_slot(env)?,
        epk: [0; 32],
        limit: msg.limit,
        deal: Some((contract, msg.deal)),
        supersedes: None,
    };
    let context = env.context();
    let proven = register_proof(env, &settings, |auditor| msg.inputs(&ak, auditor, context))?;
    enter(env, &settings, &proven, &terms)
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

/// What a proof does not say of an entry.
struct Terms {
    slot: u32,
    epk: [u8; 32],
    limit: u64,
    deal: Option<(ContractId, DealId)>,
    supersedes: Option<u32>,
}

/// Writes an entry: owner, keys and escrow are the proved ones.
fn enter(
    env: &mut Env,
    settings: &Settings,
    proven: &Proven<RegisterInputs<FieldBytes>>,
    terms: &Terms,
) -> Result<u32, RegistryError> {
    let participant = Participant {
        slot: terms.slot,
        owner: proven.owner,
        ak: PointBytes::from_xy(&proven.ak_x, &proven.ak_y),
        epk: terms.epk,
        limit: terms.limit,
        frozen: false,
        frozen_at: None,
        deal: terms.deal,
        supersedes: terms.supersedes,
        superseded_by: None,
    };
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
        r: PointBytes::from_xy(&proven.r_x, &proven.r_y),
        c1: proven.c1,
    });
    Ok(slot)
}
