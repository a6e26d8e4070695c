//! The registry's rules, written a second time from their documentation: `docs/spec` and the contract's own
//! pages. The replay that executes the contract and this one must agree.

use borsh::{BorshDeserialize, BorshSerialize};
use obolus_abi::registry::{
    ApproveContractMsg, MAX_ROOT_WINDOW, MAX_VALID_ROOTS, OpenDealMsg, REGISTRY_SLOTS, RegisterMsg,
    RegistryError, RegistryInit, SetAuditorMsg, SetLimitMsg, SlotMsg,
};
use obolus_abi::{ContractId, FieldBytes, KeyId, PointBytes, RoleSet};
use obolus_protocol::curve::deal_point;
use obolus_protocol::field::{Fr, fr_to_bytes};
use obolus_protocol::note::registry_leaf;
use obolus_protocol::{Amount, Owner};

use super::call::{Call, CallFault, key_holder};
use super::keys;
use crate::ledger::state::State;

mod trees;

use trees::{ACTIVE, FROZEN, place, tree};

/// Settings, auditor and accepted roots.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Registry {
    registrar: RoleSet,
    register_key: KeyId,
    root_window: u64,
    auditor: PointBytes,
    root: FieldBytes,
    /// Earlier roots with the height at which an insertion replaced each, oldest first.
    past: Vec<(FieldBytes, u64)>,
    slots: u32,
}

#[derive(BorshSerialize, BorshDeserialize)]
struct Entry {
    owner: FieldBytes,
    limit: u64,
    frozen: bool,
}

impl Registry {
    /// The auditor's key, if the roots are accepted in the block of this height.
    ///
    /// # Errors
    /// `SenderRoot`, `RecipientRoot`.
    pub fn check_roots(
        &self,
        height: u64,
        sender: Option<&FieldBytes>,
        recipient: Option<&FieldBytes>,
    ) -> Result<PointBytes, CallFault> {
        let accepted = |root: &FieldBytes| {
            *root == self.root
                || self
                    .past
                    .iter()
                    .any(|(past, at)| past == root && self.in_window(*at, height))
        };
        if !sender.is_none_or(accepted) {
            return Err(CallFault::contract(RegistryError::SenderRoot));
        }
        if !recipient.is_none_or(accepted) {
            return Err(CallFault::contract(RegistryError::RecipientRoot));
        }
        Ok(self.auditor)
    }

    const fn in_window(&self, replaced_at: u64, height: u64) -> bool {
        height <= replaced_at.saturating_add(self.root_window)
    }

    /// An insertion or a raised limit: the old root stays valid for a while.
    fn inserted(&mut self, root: FieldBytes, height: u64) {
        if root == self.root {
            return;
        }
        let mut past = std::mem::take(&mut self.past);
        past.retain(|(old, at)| self.in_window(*at, height) && *old != root);
        past.push((self.root, height));
        // With the current one at most MAX_VALID_ROOTS are accepted.
        let excess = (past.len() + 1).saturating_sub(MAX_VALID_ROOTS);
        past.drain(..excess);
        self.past = past;
        self.root = root;
    }

    /// A removal or a lowered limit: no other root is valid.
    fn removed(&mut self, root: FieldBytes) {
        self.past.clear();
        self.root = root;
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
    if msg.registrar.validate().is_err() || msg.root_window > MAX_ROOT_WINDOW {
        return Err(CallFault::contract(RegistryError::BadInit));
    }
    key_holder(
        call,
        &msg.auditor,
        RegistryError::BadKey,
        RegistryError::NotKeyHolder,
    )?;
    let registry = Registry {
        registrar: msg.registrar,
        register_key: msg.register_key,
        root_window: msg.root_window,
        auditor: msg.auditor,
        root: tree(state, contract, ACTIVE)
            .root()
            .map(|root| fr_to_bytes(&root))?,
        past: Vec::new(),
        slots: 0,
    };
    Ok(state.put(keys::contract_state(contract), &registry)?)
}

/// A call of an entry.
///
/// # Errors
/// [`CallFault`].
pub fn call(state: &mut State, call: &Call<'_>) -> Result<(), CallFault> {
    let body = call.body();
    let contract = body.contract;
    let mut registry = load(state, &contract)?;
    let entry = body.entry.as_str();
    match entry {
        "check_roots" | "state" | "participant" => return Ok(()),
        "open_deal" => return Err(CallFault::contract(RegistryError::NotApproved)),
        "init" => return Err(CallFault::contract(RegistryError::State)),
        "register" | "approve_contract" | "freeze" | "unfreeze" | "set_limit" | "set_auditor" => {}
        other => return Err(CallFault::NoEntry(other.to_owned())),
    }
    call.role_approved(&registry.registrar, RegistryError::NotRegistrar)?;
    match entry {
        "register" => register(state, call, &contract, &mut registry, &call.args()?)?,
        "approve_contract" => {
            let msg: ApproveContractMsg = call.args()?;
            super::check_frozen(state, &msg.contract, RegistryError::NotFrozenCode)?;
            state.put(approval(&contract, &msg.contract), &())?;
        }
        "freeze" => turn(state, call, &contract, &mut registry, true)?,
        "unfreeze" => turn(state, call, &contract, &mut registry, false)?,
        "set_limit" => set_limit(state, call, &contract, &mut registry, &call.args()?)?,
        _ => {
            let msg: SetAuditorMsg = call.args()?;
            if msg.auditor == registry.auditor {
                return Err(CallFault::contract(RegistryError::SameAuditor));
            }
            key_holder(
                call,
                &msg.auditor,
                RegistryError::BadKey,
                RegistryError::NotKeyHolder,
            )?;
            registry.auditor = msg.auditor;
        }
    }
    Ok(state.put(keys::contract_state(&contract), &registry)?)
}

fn register(
    state: &mut State,
    call: &Call<'_>,
    contract: &ContractId,
    registry: &mut Registry,
    msg: &RegisterMsg,
) -> Result<(), CallFault> {
    let by_ak = keys::item(contract, keys::AK, &[&msg.ak.0]);
    let by_owner = keys::item(contract, keys::OWNER, &[&msg.owner.0]);
    if state.contains(&by_ak)? || state.contains(&by_owner)? {
        return Err(CallFault::contract(RegistryError::Duplicate));
    }
    key_holder(
        call,
        &msg.ak,
        RegistryError::BadKey,
        RegistryError::NotKeyHolder,
    )?;
    let inputs = msg.inputs(&registry.auditor, call.context());
    let entry = Entry {
        owner: msg.owner,
        limit: msg.limit,
        frozen: false,
    };
    enter(
        state,
        call,
        registry,
        &inputs.to_array(),
        entry,
        [by_ak, by_owner],
    )
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
    let inputs = msg.inputs(&ak, &registry.auditor, call.context());
    let entry = Entry {
        owner: msg.owner,
        limit: msg.limit,
        frozen: false,
    };
    enter(
        state,
        call,
        &mut registry,
        &inputs.to_array(),
        entry,
        [by_ak, by_owner],
    )?;
    Ok(state.put(keys::contract_state(&contract), &registry)?)
}

/// Checks the proof and the room, then writes.
fn enter(
    state: &mut State,
    call: &Call<'_>,
    registry: &mut Registry,
    inputs: &[FieldBytes],
    entry: Entry,
    [by_ak, by_owner]: [Vec<u8>; 2],
) -> Result<(), CallFault> {
    if registry.slots >= REGISTRY_SLOTS {
        return Err(CallFault::contract(RegistryError::Full));
    }
    call.proof_holds(&registry.register_key, inputs, RegistryError::BadProof)?;
    let slot = registry.slots;
    let root = place(state, &call.callee, ACTIVE, slot, leaf(&entry)?)?;
    registry.inserted(root, call.height);
    registry.slots += 1;
    state.put(by_ak, &slot)?;
    state.put(by_owner, &slot)?;
    Ok(state.put(entry_key(&call.callee, slot), &entry)?)
}

fn turn(
    state: &mut State,
    call: &Call<'_>,
    contract: &ContractId,
    registry: &mut Registry,
    freeze: bool,
) -> Result<(), CallFault> {
    let SlotMsg { slot } = call.args()?;
    let mut entry = entry(state, contract, slot)?;
    if entry.frozen == freeze {
        return Err(CallFault::contract(RegistryError::FreezeState));
    }
    entry.frozen = freeze;
    let own = leaf(&entry)?;
    let empty = Fr::from(0_u64);
    let (active, frozen) = if freeze { (empty, own) } else { (own, empty) };
    place(state, contract, FROZEN, slot, frozen)?;
    let root = place(state, contract, ACTIVE, slot, active)?;
    if freeze {
        registry.removed(root);
    } else {
        registry.inserted(root, call.height);
    }
    Ok(state.put(entry_key(contract, slot), &entry)?)
}

fn set_limit(
    state: &mut State,
    call: &Call<'_>,
    contract: &ContractId,
    registry: &mut Registry,
    msg: &SetLimitMsg,
) -> Result<(), CallFault> {
    let mut entry = entry(state, contract, msg.slot)?;
    let lowered = msg.limit < entry.limit;
    entry.limit = msg.limit;
    let own = leaf(&entry)?;
    if entry.frozen {
        place(state, contract, FROZEN, msg.slot, own)?;
    } else {
        let root = place(state, contract, ACTIVE, msg.slot, own)?;
        if lowered {
            registry.removed(root);
        } else {
            registry.inserted(root, call.height);
        }
    }
    Ok(state.put(entry_key(contract, msg.slot), &entry)?)
}

fn entry(state: &State, contract: &ContractId, slot: u32) -> Result<Entry, CallFault> {
    let entry = state.get(&entry_key(contract, slot))?;
    entry.ok_or_else(|| CallFault::contract(RegistryError::NoSuchSlot))
}

fn entry_key(contract: &ContractId, slot: u32) -> Vec<u8> {
    keys::item(contract, keys::ENTRY, &[&slot.to_be_bytes()])
}

fn leaf(entry: &Entry) -> Result<Fr, CallFault> {
    let owner = Owner::from_bytes(&entry.owner)
        .map_err(|_| CallFault::contract(RegistryError::BadProof))?;
    Ok(registry_leaf(owner, Amount::new(entry.limit)))
}
