//! Redemption: value leaves the pool, the issuer pays out off the ledger.

use obolus_sdk::abi::RedeemInputs;
use obolus_sdk::abi::registry::CheckRootsMsg;
use obolus_sdk::abi::token::{Circuit, RedeemLimitedMsg, RedeemMsg, TokenError, TokenEvent};
use obolus_sdk::{ContractError, Env, FieldBytes, Proven};

use crate::gate::{audited, auditor, canonical, user_only};
use crate::memos;
use crate::notes;
use crate::spend::Inputs;
use crate::storage::{RULES, Rules, initialised};
use crate::velocity;

/// Redeems; returns the position of the change note. The payout reference is bound to the proof
/// through the context, which covers the arguments.
///
/// # Errors
/// `State`, `UserOnly`, `VelocityNeeded`, `Paused`, `CircuitOff`, `NonCanonical`, `NullifiersEqual`, `BadMemos`,
/// `DoubleSpend`, `UnknownAnchor`, `NotAuthorised`, the registry's refusal, `BadProof`, `NonCanonical`
/// (`cv` off the subgroup), `TreeFull`, in this order.
pub fn redeem(env: &mut Env, msg: RedeemMsg) -> Result<u64, ContractError> {
    let rules = initialised(RULES.get(env))?;
    user_only(env)?;
    rules.check_unlimited()?;
    check_form(&rules, &msg)?;
    memos::own(env)?;
    let proven = prove(env, &rules, &msg)?;
    Ok(write(env, &proven, msg.payout_reference)?)
}

/// Redeems with a place in the holder's quota, the same that its payments use; returns as [`redeem`]. The second proof is
/// made for the same context.
///
/// # Errors
/// As [`redeem`], with `VelocityOff` for `VelocityNeeded`, `CircuitOff` and `NonCanonical` also for the place, and
/// `VelocityPeriod`, `VelocityUsed` after `BadMemos`.
pub fn redeem_limited(env: &mut Env, msg: RedeemLimitedMsg) -> Result<u64, ContractError> {
    let RedeemLimitedMsg { redeem, place } = msg;
    let rules = initialised(RULES.get(env))?;
    user_only(env)?;
    velocity::in_force(&rules)?;
    check_form(&rules, &redeem)?;
    velocity::check_form(&rules, &place)?;
    memos::own(env)?;
    velocity::check_free(env, &rules, &place)?;
    let proven = prove(env, &rules, &redeem)?;
    let placed = velocity::prove(env, &rules, &place, proven.nf1)?;
    velocity::use_up(env, &rules, &place, &placed);
    Ok(write(env, &proven, redeem.payout_reference)?)
}

/// The checks that need no state but the rules.
///
/// # Errors
/// `Paused`, `CircuitOff`, `NonCanonical`, `NullifiersEqual`, in this order.
pub fn check_form(rules: &Rules, msg: &RedeemMsg) -> Result<(), TokenError> {
    rules.check_open(Circuit::Redeem)?;
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
    )?;
    spent(msg).check_distinct()
}

const fn spent(msg: &RedeemMsg) -> Inputs<'_> {
    Inputs {
        anchor: &msg.anchor,
        nullifiers: [&msg.nf1, &msg.nf2],
    }
}

/// Unspent, signed by an active holder, and proved for this very call.
///
/// # Errors
/// `DoubleSpend`, `UnknownAnchor`, `NotAuthorised`, the registry's refusal, `BadProof`, in this order.
pub fn prove(
    env: &Env,
    rules: &Rules,
    msg: &RedeemMsg,
) -> Result<Proven<RedeemInputs<FieldBytes>>, ContractError> {
    spent(msg).check_unspent(env)?;
    env.spend_authorised(&msg.rk)
        .map_err(|_| TokenError::NotAuthorised)?;
    let roots = CheckRootsMsg {
        sender_root: Some(msg.sender_root),
        ..CheckRootsMsg::default()
    };
    let keys = auditor(env, rules, &roots)?;
    let context = env.context();
    let inputs = |key: &_| msg.inputs(key, context);
    Ok(audited(env, rules, Circuit::Redeem, &keys, inputs)?)
}

fn write(
    env: &mut Env,
    proven: &Proven<RedeemInputs<FieldBytes>>,
    payout_reference: [u8; 32],
) -> Result<u64, TokenError> {
    let notes::Redemption { position, number } = notes::redeem(env, proven)?;
    env.emit(&TokenEvent::Redeemed {
        position,
        number,
        msg: RedeemMsg::of(proven, payout_reference),
    });
    Ok(position)
}
