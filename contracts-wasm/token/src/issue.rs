//! Issuing a note.

use obolus_sdk::abi::IssueInputs;
use obolus_sdk::abi::registry::CheckRootsMsg;
use obolus_sdk::abi::token::{Circuit, IssueMsg, TokenError, TokenEvent};
use obolus_sdk::{ContractError, Env, FieldBytes, Proven};

use crate::gate::{audited, auditor, canonical, user_only};
use crate::memos;
use crate::notes;
use crate::reserves::check_room;
use crate::storage::{BACKING, ISSUE_NONCE, ISSUER, RESERVES, RULES, Rules, initialised};

/// Issues one note; returns its position. The nonce makes each issue's signatures good for one issue,
/// and separates the audit key streams of two issues.
///
/// # Errors
/// `State`, `UserOnly`, `StrictBacking`, `Paused`, `CircuitOff`, `NonCanonical`, `BadMemos`, `NotIssuer`, `Nonce`, the
/// registry's refusal, `BadProof`, `NonCanonical` (`cv` off the subgroup), `TreeFull`, in this order.
pub fn issue(env: &mut Env, msg: IssueMsg) -> Result<u64, ContractError> {
    let rules = initialised(RULES.get(env))?;
    user_only(env)?;
    if RESERVES.get(env).is_some_and(|rule| rule.strict) {
        return Err(TokenError::StrictBacking.into());
    }
    let proven = prove(env, &rules, &msg)?;
    write(env, &proven, msg.nonce)
}

/// Issues one note with a second proof, under the same context: all issues, this one included, less the redemptions that
/// the last attestation counted, fit into the reserves that it states. So a stolen issuer key makes no more than was
/// attested.
///
/// # Errors
/// As [`issue`], with `NotAttested` for `StrictBacking`, `CircuitOff` also for the supply circuit, and `NonCanonical`
/// (`cv` off the subgroup) before the supply proof's `BadProof`.
pub fn issue_backed(env: &mut Env, msg: IssueMsg) -> Result<u64, ContractError> {
    let rules = initialised(RULES.get(env))?;
    user_only(env)?;
    if BACKING.get(env).is_none() {
        return Err(TokenError::NotAttested.into());
    }
    rules.check_open(Circuit::Supply)?;
    let proven = prove(env, &rules, &msg)?;
    check_room(env, &rules, &msg.cv)?;
    write(env, &proven, msg.nonce)
}

/// Everything but the writes.
fn prove(
    env: &Env,
    rules: &Rules,
    msg: &IssueMsg,
) -> Result<Proven<IssueInputs<FieldBytes>>, ContractError> {
    rules.check_open(Circuit::Issue)?;
    canonical(
        &[&msg.recipient_root, &msg.cm1, &msg.c1, &msg.c2, &msg.c3],
        &[&msg.cv, &msg.r],
    )?;
    memos::recipient(env)?;
    env.role_approved(&initialised(ISSUER.get(env))?)
        .map_err(|_| TokenError::NotIssuer)?;
    if msg.nonce != initialised(ISSUE_NONCE.get(env))? {
        return Err(TokenError::Nonce.into());
    }
    let roots = CheckRootsMsg {
        recipient_root: Some(msg.recipient_root),
        ..CheckRootsMsg::default()
    };
    let keys = auditor(env, rules, &roots)?;
    let context = env.context();
    let inputs = |key: &_| msg.inputs(key, context);
    Ok(audited(env, rules, Circuit::Issue, &keys, inputs)?)
}

fn write(
    env: &mut Env,
    proven: &Proven<IssueInputs<FieldBytes>>,
    nonce: u64,
) -> Result<u64, ContractError> {
    let next = nonce.checked_add(1).ok_or(TokenError::Nonce)?;
    let position = notes::issue(env, proven)?;
    ISSUE_NONCE.set(env, &next);
    env.emit(&TokenEvent::Issued {
        position,
        msg: IssueMsg::of(proven, nonce),
    });
    Ok(position)
}
