//! The registry's rules, written a second time from their documentation: `docs/spec` and the contract's own
//! pages. The replay that executes the contract and this one must agree.

use borsh::{BorshDeserialize, BorshSerialize};
use obolus_abi::registry::{
    ApproveContractMsg, AuditorKeys, MAX_ROOT_WINDOW, MAX_SEIZURE_DELAY, OpenDealMsg,
    REGISTRY_SLOTS, RegisterMsg, RegistryError, RegistryInit, RotateMsg, SetAuditorMsg,
};
use obolus_abi::{ContractId, FieldBytes, KeyId, PointBytes, RegisterInputs, RoleSet};
use obolus_protocol::curve::deal_point;
use obolus_protocol::field::fr_to_bytes;
use obolus_protocol::note::Slot;

use super::call::{Call, CallFault, key_holder};
use super::keys;
use crate::ledger::state::{State, StateError};

mod auditors;
mod change;
mod roots;
mod trees;

use auditors::Auditors;
use change::{entry, leaf, set_limit, store, turn};
use roots::{Active, Frozen};
use trees::{ACTIVE, FROZEN, place, tree};

/// Settings, auditor and accepted roots.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Registry {
    registrar: RoleSet,
    register_key: KeyId,
    auditors: Auditors,
    active: Active,
    frozen: Frozen,
    slots: u32,
}

#[derive(BorshSerialize, BorshDeserialize)]
struct Entry {
    owner: FieldBytes,
    ak: PointBytes,
    limit: u64,
    /// Height of the freeze; none while it is active.
    frozen: Option<u64>,
    /// Of a contract, not of a participant.
    deal: bool,
    superseded: bool,
}

impl Registry {
    /// The auditor's keys, if the roots are accepted in the block of this height.
    ///
    /// # Errors
    /// `SenderRoot`, `RecipientRoot`.
    pub fn check_roots(
        &self,
        height: u64,
        sender: Option<&FieldBytes>,
        recipient: Option<&FieldBytes>,
    ) -> Result<AuditorKeys, CallFault> {
        let accepted = |root: &FieldBytes| self.active.accepts(root, height);
        if !sender.is_none_or(accepted) {
            return Err(CallFault::contract(RegistryError::SenderRoot));
        }
        if !recipient.is_none_or(accepted) {
            return Err(CallFault::contract(RegistryError::RecipientRoot));
        }
        Ok(self.auditors.keys(height))
    }

    /// The auditor's keys, if notes under the one root may be seized for somebody under the other in the block of this
    /// height.
    ///
    /// # Errors
    /// `FrozenRoot`, `SeizureEarly`, `RecipientRoot`.
    pub fn check_seizure(
        &self,
        height: u64,
        sender: &FieldBytes,
        recipient: &FieldBytes,
    ) -> Result<AuditorKeys, CallFault> {
        self.frozen
            .check(sender, height)
            .map_err(CallFault::contract)?;
        self.check_roots(height, None, Some(recipient))
    }
}

/// Reads a registry.
///
/// # Errors
/// [`CallFault`] when there is none.
pub fn load(state: &State, contract: &ContractId) -> Result<Registry, CallFault> {
    let registry = state.get(&keys::contract_state(contract))?;
    registry.ok_or_else(|| CallFault::contract(RegistryError::State))
}

/// The owner at a slot.
///
/// # Errors
/// [`StateError`].
pub fn owner_at(
    state: &State,
    registry: &ContractId,
    slot: Slot,
) -> Result<Option<FieldBytes>, StateError> {
    let key = keys::item(registry, keys::ENTRY, &[&slot.get().to_be_bytes()]);
    let entry: Option<Entry> = state.get(&key)?;
    Ok(entry.map(|entry| entry.owner))
}

/// Instantiation.
///
/// # Errors
/// [`CallFault`].
pub fn init(
    state: &mut State,
    call: &Call<'_>,
    contract: &ContractId,
    msg: RegistryInit,
) -> Result<(), CallFault> {
    if msg.registrar.validate().is_err()
        || msg.root_window > MAX_ROOT_WINDOW
        || msg.seizure_delay > MAX_SEIZURE_DELAY
    {
        return Err(CallFault::contract(RegistryError::BadInit));
    }
    held(call, &msg.auditor)?;
    let mut empty = |number| {
        let root = tree(state, contract, number).root();
        root.map(|root| fr_to_bytes(&root))
    };
    let (active, frozen) = (empty(ACTIVE)?, empty(FROZEN)?);
    let registry = Registry {
        registrar: msg.registrar,
        register_key: msg.register_key,
        auditors: Auditors::new(msg.auditor),
        active: Active::new(active, msg.root_window),
        frozen: Frozen::new(frozen, msg.seizure_delay, call.height),
        slots: 0,
    };
    Ok(state.put(keys::contract_state(contract), &registry)?)
}

/// A key whose holder signed.
fn held(call: &Call<'_>, key: &PointBytes) -> Result<(), CallFault> {
    let (bad, unsigned) = (RegistryError::BadKey, RegistryError::NotKeyHolder);
    key_holder(call, key, bad, unsigned)
}

/// A call of an entry.
///
/// # Errors
/// [`CallFault`].
pub fn call(state: &mut State, call: &Call<'_>) -> Result<(), CallFault> {
    let contract = call.body().contract;
    let mut registry = load(state, &contract)?;
    let entry = call.body().entry.as_str();
    match entry {
        "check_roots" | "check_seizure" | "state" | "participant" | "epochs" => return Ok(()),
        "open_deal" => return Err(CallFault::contract(RegistryError::NotApproved)),
        "init" => return Err(CallFault::contract(RegistryError::State)),
        "register" | "rotate" | "recover" | "approve_contract" | "freeze" | "unfreeze"
        | "set_limit" | "set_auditor" => {}
        other => return Err(CallFault::NoEntry(other.to_owned())),
    }
    call.role_approved(&registry.registrar, RegistryError::NotRegistrar)?;
    match entry {
        "register" => register(state, call, &mut registry, &call.args()?)?,
        "rotate" => supersede(state, call, &mut registry, &call.args()?, false)?,
        "recover" => supersede(state, call, &mut registry, &call.args()?, true)?,
        "approve_contract" => {
            let msg: ApproveContractMsg = call.args()?;
            super::check_frozen(state, &msg.contract, RegistryError::NotFrozenCode)?;
            state.put(approval(&contract, &msg.contract), &())?;
        }
        "freeze" => turn(state, call, &mut registry, true)?,
        "unfreeze" => turn(state, call, &mut registry, false)?,
        "set_limit" => set_limit(state, call, &mut registry, &call.args()?)?,
        _ => {
            let SetAuditorMsg { auditor, window } = call.args()?;
            registry.auditors.check_new(&auditor, window)?;
            held(call, &auditor)?;
            registry.auditors.succeed(auditor, call.height, window);
        }
    }
    Ok(state.put(keys::contract_state(&contract), &registry)?)
}

fn register(
    state: &mut State,
    call: &Call<'_>,
    registry: &mut Registry,
    msg: &RegisterMsg,
) -> Result<(), CallFault> {
    let by_ak = keys::item(&call.callee, keys::AK, &[&msg.ak.0]);
    if let Some(slot) = state.get(&by_ak)? {
        return Err(CallFault::contract(
            match entry(state, &call.callee, slot)?.deal {
                true => RegistryError::DealKey,
                false => RegistryError::Duplicate,
            },
        ));
    }
    let by_owner = keys::item(&call.callee, keys::OWNER, &[&msg.owner.0]);
    if state.contains(&by_owner)? {
        return Err(CallFault::contract(RegistryError::Duplicate));
    }
    held(call, &msg.ak)?;
    let context = call.context();
    let new = Entry {
        owner: msg.owner,
        ak: msg.ak,
        limit: msg.limit,
        frozen: None,
        deal: false,
        superseded: false,
    };
    let inputs = |auditor: &PointBytes| msg.inputs(auditor, context);
    enter(state, call, registry, inputs, &new, [by_ak, by_owner])
}

/// A new key for a slot whose key is given up, or lost.
fn supersede(
    state: &mut State,
    call: &Call<'_>,
    registry: &mut Registry,
    msg: &RotateMsg,
    lost: bool,
) -> Result<(), CallFault> {
    let mut old = entry(state, &call.callee, msg.slot)?;
    let refusal = if old.deal {
        Some(RegistryError::DealSlot)
    } else if old.superseded {
        Some(RegistryError::Superseded)
    } else if old.frozen.is_some() != lost {
        Some(RegistryError::FreezeState)
    } else if msg.register.limit > old.limit {
        Some(RegistryError::RotatedLimit)
    } else {
        None
    };
    if let Some(error) = refusal {
        return Err(CallFault::contract(error));
    }
    if !lost {
        call.spend_authorised(&old.ak, RegistryError::NotKeyHolder)?;
    }
    register(state, call, registry, &msg.register)?;
    old.superseded = true;
    store(state, &call.callee, msg.slot, &old)
}

/// Refuses contracts that the registrar has not approved.
///
/// # Errors
/// `NotApproved`.
pub fn approved(
    state: &State,
    registry: &ContractId,
    contract: &ContractId,
) -> Result<(), CallFault> {
    if state.contains(&approval(registry, contract))? {
        return Ok(());
    }
    Err(CallFault::contract(RegistryError::NotApproved))
}

fn approval(registry: &ContractId, contract: &ContractId) -> Vec<u8> {
    keys::item(registry, keys::APPROVED, &[&contract.0])
}

/// Enters a deal of the calling contract.
///
/// # Errors
/// [`CallFault`].
pub fn open_deal(state: &mut State, call: &Call<'_>, msg: &OpenDealMsg) -> Result<(), CallFault> {
    let contract = call.callee;
    let mut registry = load(state, &contract)?;
    let owner = call
        .caller
        .ok_or_else(|| CallFault::contract(RegistryError::NotApproved))?;
    approved(state, &contract, &owner)?;
    super::check_frozen(state, &owner, RegistryError::NotFrozenCode)?;
    if msg.limit == u64::MAX {
        return Err(CallFault::contract(RegistryError::DealLimit));
    }
    let ak = deal_point(&owner, &msg.deal).encode();
    let by_ak = keys::item(&contract, keys::AK, &[&ak.0]);
    if state.contains(&by_ak)? {
        return Err(CallFault::contract(RegistryError::DealReused));
    }
    let by_owner = keys::item(&contract, keys::OWNER, &[&msg.owner.0]);
    if state.contains(&by_owner)? {
        return Err(CallFault::contract(RegistryError::Duplicate));
    }
    let context = call.context();
    let new = Entry {
        owner: msg.owner,
        ak,
        limit: msg.limit,
        frozen: None,
        deal: true,
        superseded: false,
    };
    let inputs = |auditor: &PointBytes| msg.inputs(&ak, auditor, context);
    enter(state, call, &mut registry, inputs, &new, [by_ak, by_owner])?;
    Ok(state.put(keys::contract_state(&contract), &registry)?)
}

/// Checks the room and the proof, then writes.
fn enter(
    state: &mut State,
    call: &Call<'_>,
    registry: &mut Registry,
    inputs: impl Fn(&PointBytes) -> RegisterInputs<FieldBytes>,
    new: &Entry,
    [by_ak, by_owner]: [Vec<u8>; 2],
) -> Result<(), CallFault> {
    if registry.slots >= REGISTRY_SLOTS {
        return Err(CallFault::contract(RegistryError::Full));
    }
    let AuditorKeys { current, previous } = registry.auditors.keys(call.height);
    let proved = |auditor: &PointBytes| {
        let inputs = inputs(auditor).to_array();
        call.proof_holds(&registry.register_key, &inputs, RegistryError::BadProof)
    };
    proved(&current).or_else(|refusal| previous.as_ref().map_or(Err(refusal), proved))?;
    let slot = registry.slots;
    let root = place(state, &call.callee, ACTIVE, slot, leaf(new)?)?;
    registry.active.inserted(root, call.height);
    registry.slots += 1;
    state.put(by_ak, &slot)?;
    state.put(by_owner, &slot)?;
    store(state, &call.callee, slot, new)
}
