//! The token's rules, written a second time from their documentation. The replay that executes the contract
//! and this one must agree.

use borsh::{BorshDeserialize, BorshSerialize};
use obolus_abi::token::{
    Backing, Circuit, CircuitPins, ReservesRule, SetPausedMsg, SetPinMsg, SetSuccessorMsg,
    SetSwitchMsg, SetVelocityMsg, TokenError, TokenInit, TransferMsg, VelocityRule,
};
use obolus_abi::{ContractId, DealId, FieldBytes, KeyId, PointBytes, RoleSet};
use obolus_protocol::field::{Fr, fr_from_bytes, fr_to_bytes};
use obolus_protocol::tree::{Frontier, NOTE_DEPTH};

use super::call::{Call, CallFault, canonical};
use super::{Kind, check_frozen, keys, registry};
use crate::ledger::facts::{Reserves, Settings};
use crate::ledger::state::{State, StateError};

mod migrate;
mod pay;
mod spend;
mod value;
mod velocity;

use pay::Mode;

/// A token's rules, sums and note tree.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Token {
    registry: ContractId,
    issuer: RoleSet,
    operator: RoleSet,
    pins: CircuitPins,
    /// Transfer, issue, redeem, supply, velocity.
    enabled: [bool; 5],
    paused: bool,
    reserves: Option<ReservesRule>,
    backing: Option<Backing>,
    velocity: Option<VelocityRule>,
    /// How often a velocity rule was set.
    serial: u32,
    predecessor: Option<ContractId>,
    successor: Option<ContractId>,
    issued: PointBytes,
    redeemed: PointBytes,
    redemptions: u64,
    nonce: u64,
    notes: Frontier<NOTE_DEPTH>,
    /// Commitments of this block, which show in the root at its end.
    queued: Vec<FieldBytes>,
    unit: String,
    /// Decimal digits of the minor unit.
    exponent: u8,
}

impl Token {
    fn check_open(&self, circuit: Circuit) -> Result<(), CallFault> {
        if self.paused {
            return refuse(TokenError::Paused);
        }
        self.check_on(circuit)
    }

    fn check_on(&self, circuit: Circuit) -> Result<(), CallFault> {
        if self.enabled[slot(circuit)] {
            Ok(())
        } else {
            refuse(TokenError::CircuitOff)
        }
    }

    /// While a rule is in force, nobody pays without showing a place.
    fn check_unlimited(&self) -> Result<(), CallFault> {
        if self.velocity.is_some() {
            return refuse(TokenError::VelocityNeeded);
        }
        Ok(())
    }

    fn pin(&self, circuit: Circuit) -> Result<KeyId, CallFault> {
        let pin = match circuit {
            Circuit::Transfer => Some(self.pins.transfer),
            Circuit::Issue => Some(self.pins.issue),
            Circuit::Redeem => Some(self.pins.redeem),
            Circuit::Supply => self.pins.supply,
            Circuit::Velocity => self.pins.velocity,
        };
        pin.ok_or_else(|| CallFault::contract(TokenError::BadProof))
    }

    fn append(&mut self, commitment: FieldBytes) -> Result<(), CallFault> {
        let len = self.notes.len() + self.queued.len() as u64;
        if len >= Frontier::<NOTE_DEPTH>::CAPACITY {
            return refuse(TokenError::TreeFull);
        }
        self.queued.push(commitment);
        Ok(())
    }
}

const fn slot(circuit: Circuit) -> usize {
    match circuit {
        Circuit::Transfer => 0,
        Circuit::Issue => 1,
        Circuit::Redeem => 2,
        Circuit::Supply => 3,
        Circuit::Velocity => 4,
    }
}

fn refuse<T>(error: TokenError) -> Result<T, CallFault> {
    Err(CallFault::contract(error))
}

/// Reads a token.
///
/// # Errors
/// [`CallFault`] when there is none.
fn load(state: &State, contract: &ContractId) -> Result<Token, CallFault> {
    let token = state.get(&keys::contract_state(contract))?;
    token.ok_or_else(|| CallFault::contract(TokenError::State))
}

fn store(state: &mut State, contract: &ContractId, token: &Token) -> Result<(), CallFault> {
    Ok(state.put(keys::contract_state(contract), token)?)
}

/// Instantiation.
///
/// # Errors
/// [`CallFault`].
pub fn init(state: &mut State, contract: &ContractId, msg: TokenInit) -> Result<(), CallFault> {
    let named = (1..=64).contains(&msg.name.len())
        && (1..=12).contains(&msg.unit.len())
        && msg.exponent <= 18;
    let attested = match &msg.reserves {
        Some(rule) => rule.attestor.validate().is_ok() && msg.pins.supply.is_some(),
        None => true,
    };
    if !named || !attested || msg.issuer.validate().is_err() || msg.operator.validate().is_err() {
        return refuse(TokenError::BadInit);
    }
    velocity::check_rule(msg.velocity.as_ref(), &msg.pins)?;
    if let Some(predecessor) = &msg.predecessor {
        check_frozen(state, predecessor, TokenError::NotFrozenCode)?;
    }
    if !super::is_registry(state, &msg.registry)? {
        return refuse(TokenError::Registry);
    }
    let token = Token {
        registry: msg.registry,
        issuer: msg.issuer,
        operator: msg.operator,
        pins: msg.pins,
        enabled: [true; 5],
        paused: false,
        reserves: msg.reserves,
        backing: None,
        serial: u32::from(msg.velocity.is_some()),
        velocity: msg.velocity,
        predecessor: msg.predecessor,
        successor: None,
        issued: PointBytes::IDENTITY,
        redeemed: PointBytes::IDENTITY,
        redemptions: 0,
        nonce: 0,
        notes: Frontier::new(),
        queued: Vec::new(),
        unit: msg.unit,
        exponent: msg.exponent,
    };
    value::reach(state, contract, &token, 0)?;
    store(state, contract, &token)
}

/// A call of an entry. Returns the other token whose note tree it appended to, if it moved a note out of one.
///
/// # Errors
/// [`CallFault`].
pub fn call(state: &mut State, call: &Call<'_>) -> Result<Option<ContractId>, CallFault> {
    let body = call.body();
    let contract = body.contract;
    let mut token = load(state, &contract)?;
    let mut other = None;
    match body.entry.as_str() {
        "state" | "spent" | "versions" => return Ok(None),
        "init" => return refuse(TokenError::State),
        "transfer_deal" | "transfer_for" => return refuse(TokenError::ContractOnly),
        // No user is a successor.
        "migrate_out" => return refuse(TokenError::NotSuccessor),
        "issue" => value::issue(state, call, &mut token, &call.args()?)?,
        "issue_backed" => value::issue_backed(state, call, &mut token, &call.args()?)?,
        "transfer" => pay::transfer(state, call, &mut token, Mode::User, &call.args()?)?,
        "transfer_limited" => pay::transfer_limited(state, call, &mut token, &call.args()?)?,
        "seize" => pay::seize(state, call, &mut token, &call.args()?)?,
        "redeem" => value::redeem(state, call, &mut token, &call.args()?)?,
        "redeem_limited" => value::redeem_limited(state, call, &mut token, &call.args()?)?,
        "attest" => value::attest(state, call, &mut token, &call.args()?)?,
        "migrate_in" => other = Some(migrate::enter(state, call, &mut token, &call.args()?)?),
        "set_switch" | "set_pin" | "set_paused" | "set_velocity" | "set_successor" => {
            operate(state, call, &mut token)?;
        }
        unknown => return Err(CallFault::NoEntry(unknown.to_owned())),
    }
    store(state, &contract, &token)?;
    Ok(other)
}

/// A user's payment that a settlement contract passes on.
///
/// # Errors
/// [`CallFault`].
pub fn transfer_for(
    state: &mut State,
    call: &Call<'_>,
    msg: &TransferMsg,
) -> Result<(), CallFault> {
    let mut token = load(state, &call.callee)?;
    pay::transfer(state, call, &mut token, Mode::Passed, msg)?;
    store(state, &call.callee, &token)
}

/// A payment out of a deal of the calling contract.
///
/// # Errors
/// [`CallFault`].
pub fn transfer_deal(
    state: &mut State,
    call: &Call<'_>,
    deal: &DealId,
    msg: &TransferMsg,
) -> Result<(), CallFault> {
    let mut token = load(state, &call.callee)?;
    pay::transfer(state, call, &mut token, Mode::Deal(*deal), msg)?;
    store(state, &call.callee, &token)
}

/// The registry of a token.
///
/// # Errors
/// [`CallFault`] when there is no token.
pub fn registry_of(state: &State, contract: &ContractId) -> Result<ContractId, CallFault> {
    Ok(load(state, contract)?.registry)
}

/// What a token was instantiated with; none without a token.
///
/// # Errors
/// [`StateError`].
pub fn settings(state: &State, contract: &ContractId) -> Result<Option<Settings>, StateError> {
    let token: Option<Token> = state.get(&keys::contract_state(contract))?;
    Ok(token.map(|token| Settings {
        registry: token.registry,
        unit: token.unit,
        exponent: token.exponent,
    }))
}

/// What a token says of its reserves; none without a token, or without attestors.
///
/// # Errors
/// [`StateError`].
pub fn reserves(state: &State, contract: &ContractId) -> Result<Option<Reserves>, StateError> {
    let token: Option<Token> = state.get(&keys::contract_state(contract))?;
    Ok(token.and_then(|token| {
        Some(Reserves {
            strict: token.reserves?.strict,
            backing: token.backing,
            redemptions: token.redemptions,
        })
    }))
}

/// Ends a block: its commitments enter the tree, whose root is an anchor from now on.
///
/// # Errors
/// [`CallFault`].
pub fn end_block(state: &mut State, contract: &ContractId) -> Result<(), CallFault> {
    let mut token = load(state, contract)?;
    let queued = std::mem::take(&mut token.queued);
    if queued.is_empty() {
        return Ok(());
    }
    let leaves = queued
        .iter()
        .map(|leaf| fr_from_bytes(leaf).map_err(|_| CallFault::contract(TokenError::NonCanonical)))
        .collect::<Result<Vec<Fr>, _>>()?;
    token
        .notes
        .append_batch(&leaves)
        .map_err(|_| CallFault::contract(TokenError::TreeFull))?;
    let root = fr_to_bytes(&token.notes.root());
    state.put(keys::item(contract, keys::ANCHOR, &[&root.0]), &())?;
    store(state, contract, &token)
}

fn operate(state: &State, call: &Call<'_>, token: &mut Token) -> Result<(), CallFault> {
    call.role_approved(&token.operator, TokenError::NotOperator)?;
    match call.body().entry.as_str() {
        "set_switch" => {
            let msg: SetSwitchMsg = call.args()?;
            token.enabled[slot(msg.circuit)] = msg.enabled;
        }
        "set_pin" => {
            let msg: SetPinMsg = call.args()?;
            match msg.circuit {
                Circuit::Transfer => token.pins.transfer = msg.key,
                Circuit::Issue => token.pins.issue = msg.key,
                Circuit::Redeem => token.pins.redeem = msg.key,
                Circuit::Supply => token.pins.supply = Some(msg.key),
                Circuit::Velocity => token.pins.velocity = Some(msg.key),
            }
        }
        "set_velocity" => {
            let msg: SetVelocityMsg = call.args()?;
            velocity::set_rule(token, msg.rule)?;
        }
        "set_successor" => {
            let msg: SetSuccessorMsg = call.args()?;
            if token.successor.is_some() {
                return refuse(TokenError::SuccessorFixed);
            }
            check_frozen(state, &msg.contract, TokenError::NotFrozenCode)?;
            token.successor = Some(msg.contract);
        }
        _ => token.paused = call.args::<SetPausedMsg>()?.paused,
    }
    Ok(())
}
