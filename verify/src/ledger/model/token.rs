//! The token's rules, written a second time from their documentation. The replay that executes the contract
//! and this one must agree.

use borsh::{BorshDeserialize, BorshSerialize};
use obolus_abi::token::{
    Circuit, CircuitPins, IssueMsg, RECIPIENT_MEMO_LEN, RedeemMsg, SELF_MEMO_LEN, SetPausedMsg,
    SetPinMsg, SetSwitchMsg, TokenError, TokenInit, TransferMsg,
};
use obolus_abi::{ContractId, DealId, FieldBytes, KeyId, PointBytes, RoleSet};
use obolus_protocol::Point;
use obolus_protocol::curve::deal_point;
use obolus_protocol::field::{Fr, fr_from_bytes, fr_to_bytes};
use obolus_protocol::tree::{Frontier, NOTE_DEPTH};

use super::call::{Call, CallFault, canonical};
use super::{keys, registry};
use crate::ledger::state::State;

mod spend;

use spend::{Spend, check_unspent, memo_pairs, memos, record};

/// A token's rules, sums and note tree.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Token {
    registry: ContractId,
    issuer: RoleSet,
    operator: RoleSet,
    pins: CircuitPins,
    enabled: [bool; 3],
    paused: bool,
    issued: PointBytes,
    redeemed: PointBytes,
    nonce: u64,
    notes: Frontier<NOTE_DEPTH>,
    /// Commitments of this block, which show in the root at its end.
    queued: Vec<FieldBytes>,
}

/// Who makes a payment.
#[derive(Clone, Copy)]
enum Mode {
    /// A user.
    User,
    /// A user, by way of a settlement contract.
    Passed,
    /// The contract that owns the deal.
    Deal(DealId),
}

impl Token {
    fn check_open(&self, circuit: Circuit) -> Result<&KeyId, CallFault> {
        if self.paused {
            return Err(CallFault::contract(TokenError::Paused));
        }
        let [transfer, issue, redeem] = self.enabled;
        let (enabled, pin) = match circuit {
            Circuit::Transfer => (transfer, &self.pins.transfer),
            Circuit::Issue => (issue, &self.pins.issue),
            Circuit::Redeem => (redeem, &self.pins.redeem),
        };
        if enabled {
            Ok(pin)
        } else {
            Err(CallFault::contract(TokenError::CircuitOff))
        }
    }

    fn append(&mut self, commitment: FieldBytes) -> Result<(), CallFault> {
        let len = self.notes.len() + self.queued.len() as u64;
        if len >= Frontier::<NOTE_DEPTH>::CAPACITY {
            return Err(CallFault::contract(TokenError::TreeFull));
        }
        self.queued.push(commitment);
        Ok(())
    }
}

/// Reads a token.
///
/// # Errors
/// [`CallFault`] when there is none.
fn load(state: &State, contract: &ContractId) -> Result<Token, CallFault> {
    let token = state.get(&keys::contract_state(contract))?;
    token.ok_or_else(|| CallFault::contract(TokenError::State))
}

/// Instantiation.
///
/// # Errors
/// [`CallFault`].
pub fn init(state: &mut State, contract: &ContractId, msg: TokenInit) -> Result<(), CallFault> {
    let named = (1..=64).contains(&msg.name.len())
        && (1..=12).contains(&msg.unit.len())
        && msg.exponent <= 18;
    if !named || msg.issuer.validate().is_err() || msg.operator.validate().is_err() {
        return Err(CallFault::contract(TokenError::BadInit));
    }
    if !super::is_registry(state, &msg.registry)? {
        return Err(CallFault::contract(TokenError::Registry));
    }
    let token = Token {
        registry: msg.registry,
        issuer: msg.issuer,
        operator: msg.operator,
        pins: msg.pins,
        enabled: [true; 3],
        paused: false,
        issued: PointBytes::IDENTITY,
        redeemed: PointBytes::IDENTITY,
        nonce: 0,
        notes: Frontier::new(),
        queued: Vec::new(),
    };
    Ok(state.put(keys::contract_state(contract), &token)?)
}

/// A call of an entry.
///
/// # Errors
/// [`CallFault`].
pub fn call(state: &mut State, call: &Call<'_>) -> Result<(), CallFault> {
    let body = call.body();
    let contract = body.contract;
    let mut token = load(state, &contract)?;
    match body.entry.as_str() {
        "state" | "spent" => return Ok(()),
        "init" => return Err(CallFault::contract(TokenError::State)),
        "transfer_deal" | "transfer_for" => {
            return Err(CallFault::contract(TokenError::ContractOnly));
        }
        "issue" => issue(state, call, &mut token, call.args()?)?,
        "transfer" => transfer(state, call, &mut token, Mode::User, &call.args()?)?,
        "redeem" => redeem(state, call, &mut token, &call.args()?)?,
        "set_switch" | "set_pin" | "set_paused" => operate(call, &mut token)?,
        other => return Err(CallFault::NoEntry(other.to_owned())),
    }
    Ok(state.put(keys::contract_state(&contract), &token)?)
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
    transfer(state, call, &mut token, Mode::Passed, msg)?;
    Ok(state.put(keys::contract_state(&call.callee), &token)?)
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
    transfer(state, call, &mut token, Mode::Deal(*deal), msg)?;
    Ok(state.put(keys::contract_state(&call.callee), &token)?)
}

/// The registry of a token.
///
/// # Errors
/// [`CallFault`] when there is no token.
pub fn registry_of(state: &State, contract: &ContractId) -> Result<ContractId, CallFault> {
    Ok(load(state, contract)?.registry)
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
    Ok(state.put(keys::contract_state(contract), &token)?)
}

fn operate(call: &Call<'_>, token: &mut Token) -> Result<(), CallFault> {
    call.role_approved(&token.operator, TokenError::NotOperator)?;
    match call.body().entry.as_str() {
        "set_switch" => {
            let msg: SetSwitchMsg = call.args()?;
            let [transfer, issue, redeem] = &mut token.enabled;
            *match msg.circuit {
                Circuit::Transfer => transfer,
                Circuit::Issue => issue,
                Circuit::Redeem => redeem,
            } = msg.enabled;
        }
        "set_pin" => {
            let msg: SetPinMsg = call.args()?;
            *match msg.circuit {
                Circuit::Transfer => &mut token.pins.transfer,
                Circuit::Issue => &mut token.pins.issue,
                Circuit::Redeem => &mut token.pins.redeem,
            } = msg.key;
        }
        _ => token.paused = call.args::<SetPausedMsg>()?.paused,
    }
    Ok(())
}

fn issue(
    state: &State,
    call: &Call<'_>,
    token: &mut Token,
    msg: IssueMsg,
) -> Result<(), CallFault> {
    let pin = *token.check_open(Circuit::Issue)?;
    canonical(
        &[&msg.recipient_root, &msg.cm1, &msg.c1, &msg.c2, &msg.c3],
        &[&msg.cv, &msg.r],
        TokenError::NonCanonical,
    )?;
    memos(call, &[RECIPIENT_MEMO_LEN])?;
    call.role_approved(&token.issuer, TokenError::NotIssuer)?;
    if msg.nonce != token.nonce {
        return Err(CallFault::contract(TokenError::Nonce));
    }
    let auditor = registry::load(state, &token.registry)?.check_roots(
        call.height,
        None,
        Some(&msg.recipient_root),
    )?;
    let inputs = msg.inputs(&auditor, call.context()).to_array();
    call.proof_holds(&pin, &inputs, TokenError::BadProof)?;
    token.issued = sum(&token.issued, &msg.cv)?;
    token.nonce = token
        .nonce
        .checked_add(1)
        .ok_or_else(|| CallFault::contract(TokenError::Nonce))?;
    token.append(msg.cm1)
}

fn transfer(
    state: &mut State,
    call: &Call<'_>,
    token: &mut Token,
    mode: Mode,
    msg: &TransferMsg,
) -> Result<(), CallFault> {
    let pin = *token.check_open(Circuit::Transfer)?;
    canonical(
        &[
            &msg.anchor,
            &msg.sender_root,
            &msg.recipient_root,
            &msg.nf1,
            &msg.nf2,
            &msg.cm1,
            &msg.cm2,
            &msg.c1,
            &msg.c2,
        ],
        &[&msg.rk, &msg.r],
        TokenError::NonCanonical,
    )?;
    match mode {
        Mode::User => memos(call, &[RECIPIENT_MEMO_LEN, SELF_MEMO_LEN])?,
        Mode::Passed | Mode::Deal(_) => memo_pairs(call)?,
    }
    let spend = Spend {
        anchor: &msg.anchor,
        nullifiers: [&msg.nf1, &msg.nf2],
        rk: &msg.rk,
    };
    check_unspent(state, call, &spend)?;
    match (mode, call.caller) {
        (Mode::User, None) => call.spend_authorised(spend.rk, TokenError::NotAuthorised)?,
        (Mode::Passed, Some(forwarder)) => {
            call.spend_authorised(spend.rk, TokenError::NotAuthorised)?;
            registry::approved(state, &token.registry, &forwarder)?;
        }
        (Mode::Deal(deal), Some(owner)) => {
            if deal_point(&owner, &deal).encode() != msg.rk {
                return Err(CallFault::contract(TokenError::NotDealKey));
            }
        }
        (Mode::User, Some(_)) => return Err(CallFault::contract(TokenError::UserOnly)),
        (_, None) => return Err(CallFault::contract(TokenError::ContractOnly)),
    }
    let auditor = registry::load(state, &token.registry)?.check_roots(
        call.height,
        Some(&msg.sender_root),
        Some(&msg.recipient_root),
    )?;
    let inputs = msg.inputs(&auditor, call.context()).to_array();
    call.proof_holds(&pin, &inputs, TokenError::BadProof)?;
    record(state, call, &spend)?;
    token.append(msg.cm1)?;
    token.append(msg.cm2)
}

fn redeem(
    state: &mut State,
    call: &Call<'_>,
    token: &mut Token,
    msg: &RedeemMsg,
) -> Result<(), CallFault> {
    let pin = *token.check_open(Circuit::Redeem)?;
    canonical(
        &[
            &msg.anchor,
            &msg.sender_root,
            &msg.nf1,
            &msg.nf2,
            &msg.cm2,
            &msg.c1,
            &msg.c2,
        ],
        &[&msg.rk, &msg.cv, &msg.r],
        TokenError::NonCanonical,
    )?;
    memos(call, &[SELF_MEMO_LEN])?;
    let spend = Spend {
        anchor: &msg.anchor,
        nullifiers: [&msg.nf1, &msg.nf2],
        rk: &msg.rk,
    };
    check_unspent(state, call, &spend)?;
    call.spend_authorised(spend.rk, TokenError::NotAuthorised)?;
    let auditor = registry::load(state, &token.registry)?.check_roots(
        call.height,
        Some(&msg.sender_root),
        None,
    )?;
    let inputs = msg.inputs(&auditor, call.context()).to_array();
    call.proof_holds(&pin, &inputs, TokenError::BadProof)?;
    token.redeemed = sum(&token.redeemed, &msg.cv)?;
    record(state, call, &spend)?;
    token.append(msg.cm2)
}

fn sum(total: &PointBytes, cv: &PointBytes) -> Result<PointBytes, CallFault> {
    let point =
        |bytes| Point::decode(bytes).map_err(|_| CallFault::contract(TokenError::NonCanonical));
    Ok(point(total)?.add(&point(cv)?).encode())
}
