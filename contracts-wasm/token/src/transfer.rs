//! Confidential payments, by users and by contracts that hold a deal's notes.

use obolus_sdk::abi::TransferInputs;
use obolus_sdk::abi::registry::{AuditorKeys, CheckRootsMsg};
use obolus_sdk::abi::token::{
    Circuit, TokenError, TokenEvent, TransferDealMsg, TransferLimitedMsg, TransferMsg,
};
use obolus_sdk::{ContractError, ContractId, Env, FieldBytes, Proven};

use crate::gate::{audited, auditor, canonical, user_only};
use crate::memos;
use crate::notes;
use crate::spend::Inputs;
use crate::storage::{RULES, Rules, initialised};
use crate::velocity;

/// A user's payment; returns the position of `cm1`, `cm2` follows it.
///
/// # Errors
/// `State`, `UserOnly`, `VelocityNeeded`, `Paused`, `CircuitOff`, `NonCanonical`, `NullifiersEqual`, `BadMemos`,
/// `DoubleSpend`, `UnknownAnchor`, `NotAuthorised`, the registry's refusal, `BadProof`, `TreeFull`, in
/// this order.
pub fn transfer(env: &mut Env, msg: TransferMsg) -> Result<u64, ContractError> {
    let rules = initialised(RULES.get(env))?;
    user_only(env)?;
    rules.check_unlimited()?;
    check_form(&rules, &msg)?;
    memos::pair(env)?;
    let proven = signed(env, &rules, None, &msg)?;
    Ok(write(env, &proven)?)
}

/// A user's payment that uses up a place in its payer's quota; returns as [`transfer`]. The second proof is made for the
/// same context.
///
/// # Errors
/// As [`transfer`], with `VelocityOff` for `VelocityNeeded`, `CircuitOff` and `NonCanonical` also for the place, and
/// `VelocityPeriod`, `VelocityUsed` after `BadMemos`.
pub fn transfer_limited(env: &mut Env, msg: TransferLimitedMsg) -> Result<u64, ContractError> {
    let rules = initialised(RULES.get(env))?;
    user_only(env)?;
    velocity::in_force(&rules)?;
    check_form(&rules, &msg.transfer)?;
    velocity::check_form(&rules, &msg.place)?;
    memos::pair(env)?;
    velocity::check_free(env, &rules, &msg.place)?;
    let proven = signed(env, &rules, None, &msg.transfer)?;
    let place = velocity::prove(env, &rules, &msg.place, proven.nf1)?;
    velocity::use_up(env, &rules, &msg.place, &place);
    Ok(write(env, &proven)?)
}

/// A user's payment that a settlement contract passes on, together with others: all or none of them are made. The
/// signature covers the contract's arguments, not these; that they are the user's rests on the proof, which names the
/// contract as the caller, and on the contract, whose code is frozen and approved by the registrar.
///
/// # Errors
/// As [`transfer`], with `ContractOnly` for `UserOnly`; the registry refuses a contract that it has not approved. Refused
/// while a velocity rule is in force, since it shows no place in the payer's quota.
pub fn transfer_for(env: &mut Env, msg: TransferMsg) -> Result<u64, ContractError> {
    let rules = initialised(RULES.get(env))?;
    let forwarder = env.caller().ok_or(TokenError::ContractOnly)?;
    rules.check_unlimited()?;
    check_form(&rules, &msg)?;
    memos::pairs(env)?;
    let proven = signed(env, &rules, Some(forwarder), &msg)?;
    Ok(write(env, &proven)?)
}

/// A payment out of a deal's notes. Nobody can sign under a deal's key; what authorises it is that
/// the deal's contract is the immediate caller, as the host states it, and that `rk` is the point of
/// the deal it names, with no re-randomisation. No quota is asked for: the payment into the deal was its payer's, and a
/// settlement must not hang on a quota.
///
/// # Errors
/// As [`transfer`], with `ContractOnly` for `UserOnly`, no `VelocityNeeded`, and `NotDealKey` for `NotAuthorised`.
pub fn transfer_deal(env: &mut Env, msg: TransferDealMsg) -> Result<u64, ContractError> {
    let rules = initialised(RULES.get(env))?;
    let owner = env.caller().ok_or(TokenError::ContractOnly)?;
    check_form(&rules, &msg.transfer)?;
    memos::pairs(env)?;
    inputs(&msg.transfer).check_unspent(env)?;
    if env.deal_point(&owner, &msg.deal) != msg.transfer.rk {
        return Err(TokenError::NotDealKey.into());
    }
    let proven = registered(env, &rules, None, &msg.transfer)?;
    Ok(write(env, &proven)?)
}

/// The checks that need no state but the rules.
fn check_form(rules: &Rules, msg: &TransferMsg) -> Result<(), TokenError> {
    rules.check_open(Circuit::Transfer)?;
    check_bytes(msg)
}

/// Canonical, and two nullifiers.
///
/// # Errors
/// [`TokenError::NonCanonical`], then [`TokenError::NullifiersEqual`].
pub fn check_bytes(msg: &TransferMsg) -> Result<(), TokenError> {
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

/// The notes that a payment spends.
pub const fn inputs(msg: &TransferMsg) -> Inputs<'_> {
    Inputs {
        anchor: &msg.anchor,
        nullifiers: [&msg.nf1, &msg.nf2],
    }
}

/// Unspent and signed by the payer, then as [`registered`].
fn signed(
    env: &Env,
    rules: &Rules,
    forwarder: Option<ContractId>,
    msg: &TransferMsg,
) -> Result<Proven<TransferInputs<FieldBytes>>, ContractError> {
    inputs(msg).check_unspent(env)?;
    env.spend_authorised(&msg.rk)
        .map_err(|_| TokenError::NotAuthorised)?;
    registered(env, rules, forwarder, msg)
}

/// Both sides are active participants, then as [`prove`].
fn registered(
    env: &Env,
    rules: &Rules,
    forwarder: Option<ContractId>,
    msg: &TransferMsg,
) -> Result<Proven<TransferInputs<FieldBytes>>, ContractError> {
    let roots = CheckRootsMsg {
        sender_root: Some(msg.sender_root),
        recipient_root: Some(msg.recipient_root),
        forwarder,
    };
    let keys = auditor(env, rules, &roots)?;
    Ok(prove(env, rules, &keys, msg)?)
}

/// The payment is proved for this very call.
///
/// # Errors
/// [`TokenError::BadProof`].
pub fn prove(
    env: &Env,
    rules: &Rules,
    keys: &AuditorKeys,
    msg: &TransferMsg,
) -> Result<Proven<TransferInputs<FieldBytes>>, TokenError> {
    let context = env.context();
    let inputs = |key: &_| msg.inputs(key, context);
    audited(env, rules, Circuit::Transfer, keys, inputs)
}

fn write(env: &mut Env, proven: &Proven<TransferInputs<FieldBytes>>) -> Result<u64, TokenError> {
    let position = notes::transfer(env, proven)?;
    env.emit(&TokenEvent::Transferred {
        position,
        msg: TransferMsg::of(proven),
    });
    Ok(position)
}
