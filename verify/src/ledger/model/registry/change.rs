//! Entries of the directory and what the registrar changes of them.

use obolus_abi::ContractId;
use obolus_abi::registry::{RegistryError, SetLimitMsg, SlotMsg};
use obolus_protocol::field::Fr;
use obolus_protocol::note::registry_leaf;
use obolus_protocol::{Amount, Owner};

use super::trees::{ACTIVE, FROZEN, place};
use super::{Call, CallFault, Entry, Registry, State, keys};

/// Freezes a slot, or takes that back.
pub(super) fn turn(
    state: &mut State,
    call: &Call<'_>,
    registry: &mut Registry,
    freeze: bool,
) -> Result<(), CallFault> {
    let (contract, SlotMsg { slot }) = (call.callee, call.args()?);
    let mut entry = entry(state, &contract, slot)?;
    let (own, empty) = (leaf(&entry)?, Fr::from(0_u64));
    match (entry.frozen, freeze) {
        (None, true) => {
            let root = place(state, &contract, ACTIVE, slot, empty)?;
            registry.active.removed(root);
            let root = place(state, &contract, FROZEN, slot, own)?;
            registry.frozen.added(root, call.height);
            entry.frozen = Some(call.height);
        }
        (Some(since), false) => {
            let root = place(state, &contract, FROZEN, slot, empty)?;
            registry.frozen.changed(root, since);
            let root = place(state, &contract, ACTIVE, slot, own)?;
            registry.active.inserted(root, call.height);
            entry.frozen = None;
        }
        _ => return Err(CallFault::contract(RegistryError::FreezeState)),
    }
    store(state, &contract, slot, &entry)
}

/// Changes an entry's limit.
pub(super) fn set_limit(
    state: &mut State,
    call: &Call<'_>,
    registry: &mut Registry,
    msg: &SetLimitMsg,
) -> Result<(), CallFault> {
    let contract = call.callee;
    let mut entry = entry(state, &contract, msg.slot)?;
    if entry.deal && msg.limit == u64::MAX {
        return Err(CallFault::contract(RegistryError::DealLimit));
    }
    let lowered = msg.limit < entry.limit;
    entry.limit = msg.limit;
    let own = leaf(&entry)?;
    match entry.frozen {
        Some(since) => {
            let root = place(state, &contract, FROZEN, msg.slot, own)?;
            registry.frozen.changed(root, since);
        }
        None => {
            let root = place(state, &contract, ACTIVE, msg.slot, own)?;
            if lowered {
                registry.active.removed(root);
            } else {
                registry.active.inserted(root, call.height);
            }
        }
    }
    store(state, &contract, msg.slot, &entry)
}

/// The entry of a slot.
pub(super) fn entry(state: &State, contract: &ContractId, slot: u32) -> Result<Entry, CallFault> {
    let entry = state.get(&key(contract, slot))?;
    entry.ok_or_else(|| CallFault::contract(RegistryError::NoSuchSlot))
}

/// Stores the entry of a slot.
pub(super) fn store(
    state: &mut State,
    contract: &ContractId,
    slot: u32,
    entry: &Entry,
) -> Result<(), CallFault> {
    Ok(state.put(key(contract, slot), entry)?)
}

fn key(contract: &ContractId, slot: u32) -> Vec<u8> {
    keys::item(contract, keys::ENTRY, &[&slot.to_be_bytes()])
}

/// The leaf of an entry.
pub(super) fn leaf(entry: &Entry) -> Result<Fr, CallFault> {
    let owner = Owner::from_bytes(&entry.owner)
        .map_err(|_| CallFault::contract(RegistryError::BadProof))?;
    Ok(registry_leaf(owner, Amount::new(entry.limit)))
}
