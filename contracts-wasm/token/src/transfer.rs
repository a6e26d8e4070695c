//! Confidential payments, by users and by contracts that hold a deal's notes.

use obolus_sdk::abi::registry::CheckRootsMsg;
use obolus_sdk::abi::token::{Circuit, TokenError, TokenEvent, TransferDealMsg, TransferMsg};
use obolus_sdk::{ContractError, ContractId, Env};

use crate::gate::{auditor, canonical, proof, user_only};
use crate::memos;
use crate::notes;
use crate::spend::Inputs;
use crate::storage::{RULES, Rules, initialised};

/// A user's payment; returns the position of `cm1`, `cm2` follows it.
///
/// # Errors
/// `State`, `UserOnly`, `Paused`, `CircuitOff`, `NonCanonical`, `NullifiersEqual`, `BadMemos`,
/// `DoubleSpend`, `UnknownAnchor`, `NotAuthorised`, the registry's refusal, `BadProof`, `TreeFull`, in
/// this order.
pub fn transfer(env: &mut Env, msg: TransferMsg) -> Result<u64, ContractError> {
    let rules = initialised(RULES.get(env))?;
    user_only(env)?;
    check_form(&rules, &msg)?;
    memos::pair(env)?;
    inputs(&msg).check_unspent(env)?;
    env.spend_authorised(&msg.rk)
        .map_err(|_| TokenError::NotAuthorised)?;
    pay(env, &rules, None, &msg)
}

/// A user's payment that a settlement contract passes on, together with others: all or none of them are made. The
/// signature covers the contract's arguments, not these; that they are the user's rests on the proof, which names the
/// contract as the caller, and on the contract, whose code is frozen and approved by the registrar.
///
/// # Errors
/// As [`transfer`], with `ContractOnly` for `UserOnly`; the registry refuses a contract that it has not approved.
pub fn transfer_for(env: &mut Env, msg: TransferMsg) -> Result<u64, ContractError> {
    let rules = initialised(RULES.get(env))?;
    let forwarder = env.caller().ok_or(TokenError::ContractOnly)?;
    check_form(&rules, &msg)?;
    memos::pairs(env)?;
    inputs(&msg).check_unspent(env)?;
    env.spend_authorised(&msg.rk)
        .map_err(|_| TokenError::NotAuthorised)?;
    pay(env, &rules, Some(forwarder), &msg)
}

/// A payment out of a deal's notes. Nobody can sign under a deal's key; what authorises it is that
/// the deal's contract is the immediate caller, as the host states it, and that `rk` is the point of
/// the deal it names, with no re-randomisation.
///
/// # Errors
/// As [`transfer`], with `ContractOnly` for `UserOnly` and `NotDealKey` for `NotAuthorised`.
pub fn transfer_deal(env: &mut Env, msg: TransferDealMsg) -> Result<u64, ContractError> {
    let rules = initialised(RULES.get(env))?;
    let owner = env.caller().ok_or(TokenError::ContractOnly)?;
    check_form(&rules, &msg.transfer)?;
    memos::pairs(env)?;
    inputs(&msg.transfer).check_unspent(env)?;
    if env.deal_point(&owner, &msg.deal) != msg.transfer.rk {
        return Err(TokenError::NotDealKey.into());
    }
    pay(env, &rules, None, &msg.transfer)
}

/// The checks that need no state but the rules.
fn check_form(rules: &Rules, msg: &TransferMsg) -> Result<(), TokenError> {
    rules.check_open(Circuit::Transfer)?;
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
    )?;
    inputs(msg).check_distinct()
}

const fn inputs(msg: &TransferMsg) -> Inputs<'_> {
    Inputs {
        anchor: &msg.anchor,
        nullifiers: [&msg.nf1, &msg.nf2],
    }
}

/// Registry and proof, then the writes.
fn pay(
    env: &mut Env,
    rules: &Rules,
    forwarder: Option<ContractId>,
    msg: &TransferMsg,
) -> Result<u64, ContractError> {
    let roots = CheckRootsMsg {
        sender_root: Some(msg.sender_root),
        recipient_root: Some(msg.recipient_root),
        forwarder,
    };
    let auditor = auditor(env, rules, &roots)?;
    let public = msg.inputs(&auditor, env.context());
    let proven = proof(env, rules, Circuit::Transfer, public)?;

    let position = notes::transfer(env, &proven)?;
    env.emit(&TokenEvent::Transferred {
        position,
        msg: TransferMsg::of(&proven),
    });
    Ok(position)
}
