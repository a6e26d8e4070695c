//! Moving to a successor: another instance of the token, with other circuits or other rules, its own tree and its own
//! sums. What moves is counted in both, under one hidden amount, so that each instance's sums bound what may leave it.

use obolus_sdk::abi::registry::CheckRootsMsg;
use obolus_sdk::abi::token::{
    Circuit, MigrateMsg, RedeemMsg, SetSuccessorMsg, TokenError, TokenEvent,
};
use obolus_sdk::{CallError, ContractError, Env};

use crate::gate::{audited, auditor, canonical, user_only};
use crate::memos;
use crate::notes;
use crate::redeem;
use crate::storage::{OPERATOR, PREDECESSOR, RULES, SUCCESSOR, initialised};

/// Names the successor, once. Its code is frozen: it is trusted to turn what leaves into what its holder signed for.
///
/// # Errors
/// `State`, `UserOnly`, `NotOperator`, `SuccessorFixed`, `NotFrozenCode`, in this order.
pub fn set_successor(env: &mut Env, msg: SetSuccessorMsg) -> Result<(), TokenError> {
    let operator = initialised(OPERATOR.get(env))?;
    user_only(env)?;
    env.role_approved(&operator)
        .map_err(|_| TokenError::NotOperator)?;
    if SUCCESSOR.get(env).is_some() {
        return Err(TokenError::SuccessorFixed);
    }
    env.code_frozen(&msg.contract)
        .map_err(|_| TokenError::NotFrozenCode)?;
    SUCCESSOR.set(env, &msg.contract);
    env.emit(&TokenEvent::SuccessorSet {
        contract: msg.contract,
    });
    Ok(())
}

/// A redemption whose value the successor takes in; returns the position of the change. Refused while a velocity rule is
/// in force, since it shows no place in the holder's quota.
///
/// # Errors
/// `State`, `NotSuccessor`, `VelocityNeeded`, then as `redeem` from `Paused` on.
pub fn migrate_out(env: &mut Env, msg: RedeemMsg) -> Result<u64, ContractError> {
    let rules = initialised(RULES.get(env))?;
    let successor = SUCCESSOR.get(env);
    if successor.is_none() || env.caller() != successor {
        return Err(TokenError::NotSuccessor.into());
    }
    rules.check_unlimited()?;
    redeem::check_form(&rules, &msg)?;
    memos::pair(env)?;
    let proven = redeem::prove(env, &rules, &msg)?;

    let notes::Redemption { position, number } = notes::redeem(env, &proven)?;
    env.emit(&TokenEvent::MigratedOut {
        position,
        number,
        msg: RedeemMsg::of(&proven, msg.payout_reference),
    });
    Ok(position)
}

/// Takes a note in from the predecessor; returns the position of the new one. The predecessor checks the holder's
/// signature and the proof of what leaves; the issue proof here is about the same value commitment, so the amount is the
/// same. Nobody issues: what enters here has left there in the same transaction.
///
/// # Errors
/// `State`, `UserOnly`, `NoPredecessor`, `Paused`, `CircuitOff`, `VelocityNeeded`, `NonCanonical`, `BadMemos`, the registry's refusal,
/// `BadProof`, the predecessor's refusal or `Predecessor`, `NonCanonical` (`cv` off the subgroup), `TreeFull`, in this
/// order.
pub fn migrate_in(env: &mut Env, msg: MigrateMsg) -> Result<u64, ContractError> {
    let rules = initialised(RULES.get(env))?;
    user_only(env)?;
    let predecessor = PREDECESSOR.get(env).ok_or(TokenError::NoPredecessor)?;
    rules.check_open(Circuit::Issue)?;
    // It pays a participant of this token, so it is a payment here.
    rules.check_unlimited()?;
    canonical(
        &[
            &msg.out.nf1,
            &msg.recipient_root,
            &msg.cm1,
            &msg.c1,
            &msg.c2,
            &msg.c3,
        ],
        &[&msg.out.cv, &msg.r],
    )?;
    memos::pair(env)?;
    let roots = CheckRootsMsg {
        recipient_root: Some(msg.recipient_root),
        ..CheckRootsMsg::default()
    };
    let keys = auditor(env, &rules, &roots)?;
    let context = env.context();
    let inputs = |key: &_| msg.inputs(key, context);
    let proven = audited(env, &rules, Circuit::Issue, &keys, inputs)?;
    let _change: u64 =
        env.call(&predecessor, "migrate_out", &msg.out)
            .map_err(|error| match error {
                CallError::Reverted(error) => error,
                _ => TokenError::Predecessor.into(),
            })?;

    let position = notes::issue(env, &proven)?;
    env.emit(&TokenEvent::MigratedIn { position, msg });
    Ok(position)
}
