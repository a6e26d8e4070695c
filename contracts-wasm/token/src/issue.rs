//! Issuing a note.

use obolus_sdk::abi::registry::CheckRootsMsg;
use obolus_sdk::abi::token::{Circuit, IssueMsg, TokenError, TokenEvent};
use obolus_sdk::{ContractError, Env};

use crate::gate::{auditor, canonical, proof, user_only};
use crate::memos;
use crate::notes;
use crate::storage::{ISSUE_NONCE, ISSUER, RULES, initialised};

/// Issues one note; returns its position. The nonce makes each issue's signatures good for one issue,
/// and separates the audit key streams of two issues.
///
/// # Errors
/// `State`, `UserOnly`, `Paused`, `CircuitOff`, `NonCanonical`, `BadMemos`, `NotIssuer`, `Nonce`, the
/// registry's refusal, `BadProof`, `NonCanonical` (`cv` off the subgroup), `TreeFull`, in this order.
pub fn issue(env: &mut Env, msg: IssueMsg) -> Result<u64, ContractError> {
    let rules = initialised(RULES.get(env))?;
    user_only(env)?;
    rules.check_open(Circuit::Issue)?;
    canonical(
        &[&msg.recipient_root, &msg.cm1, &msg.c1, &msg.c2, &msg.c3],
        &[&msg.cv, &msg.r],
    )?;
    memos::recipient(env)?;
    env.role_approved(&initialised(ISSUER.get(env))?)
        .map_err(|_| TokenError::NotIssuer)?;
    let nonce = initialised(ISSUE_NONCE.get(env))?;
    if msg.nonce != nonce {
        return Err(TokenError::Nonce.into());
    }
    let next = nonce.checked_add(1).ok_or(TokenError::Nonce)?;
    let auditor = auditor(
        env,
        &rules,
        &CheckRootsMsg {
            recipient_root: Some(msg.recipient_root),
            ..CheckRootsMsg::default()
        },
    )?;
    let inputs = msg.inputs(&auditor, env.context());
    let proven = proof(env, &rules, Circuit::Issue, inputs)?;

    let position = notes::issue(env, &proven)?;
    ISSUE_NONCE.set(env, &next);
    env.emit(&TokenEvent::Issued {
        position,
        msg: IssueMsg::of(&proven, nonce),
    });
    Ok(position)
}
