//! Redemption: value leaves the pool, the issuer pays out off the ledger.

use obolus_sdk::abi::registry::CheckRootsMsg;
use obolus_sdk::abi::token::{Circuit, RedeemMsg, TokenError, TokenEvent};
use obolus_sdk::{ContractError, Env};

use crate::gate::{auditor, canonical, proof, user_only};
use crate::memos;
use crate::notes;
use crate::spend::Inputs;
use crate::storage::{RULES, initialised};

/// Redeems; returns the position of the change note. The payout reference is bound to the proof
/// through the context, which covers the arguments.
///
/// # Errors
/// `State`, `UserOnly`, `Paused`, `CircuitOff`, `NonCanonical`, `NullifiersEqual`, `BadMemos`,
/// `DoubleSpend`, `UnknownAnchor`, `NotAuthorised`, the registry's refusal, `BadProof`, `NonCanonical`
/// (`cv` off the subgroup), `TreeFull`, in this order.
pub fn redeem(env: &mut Env, msg: RedeemMsg) -> Result<u64, ContractError> {
    let rules = initialised(RULES.get(env))?;
    user_only(env)?;
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
    let spent = Inputs {
        anchor: &msg.anchor,
        nullifiers: [&msg.nf1, &msg.nf2],
    };
    spent.check_distinct()?;
    memos::own(env)?;
    spent.check_unspent(env)?;
    env.spend_authorised(&msg.rk)
        .map_err(|_| TokenError::NotAuthorised)?;
    let auditor = auditor(
        env,
        &rules,
        &CheckRootsMsg {
            sender_root: Some(msg.sender_root),
            ..CheckRootsMsg::default()
        },
    )?;
    let inputs = msg.inputs(&auditor, env.context());
    let proven = proof(env, &rules, Circuit::Redeem, inputs)?;

    let position = notes::redeem(env, &proven)?;
    env.emit(&TokenEvent::Redeemed {
        position,
        msg: RedeemMsg::of(&proven, msg.payout_reference),
    });
    Ok(position)
}
