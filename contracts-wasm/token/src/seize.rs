//! Seizure: a frozen participant's notes are paid to whom an order names.
//!
//! The holder does not sign; instead the registry says that it is frozen and has been for its public delay, and the
//! issuer's role signs. The witness needs the holder's notes and its nullifier key, which only the auditor can rebuild: so
//! neither issuer nor auditor can seize alone.

use obolus_sdk::abi::registry::CheckSeizureMsg;
use obolus_sdk::abi::token::{Circuit, SeizeMsg, TokenError, TokenEvent, TransferMsg};
use obolus_sdk::{ContractError, Env};

use crate::gate::{seizure, user_only};
use crate::memos;
use crate::notes;
use crate::storage::{ISSUER, RULES, initialised};
use crate::transfer::{check_bytes, inputs, prove};

/// Pays out of frozen notes; returns the position of `cm1`, `cm2` follows it. What is not seized returns to the owner, by
/// the circuit. The entry is part of the context, so that no holder's own proof serves here, nor this one elsewhere.
///
/// Works while the token is paused: an emergency that stops payments is when orders are carried out. Switching the
/// circuit off stops it, since then its proofs are not trusted. No quota is asked for.
///
/// # Errors
/// `State`, `UserOnly`, `CircuitOff`, `NonCanonical`, `NullifiersEqual`, `BadMemos`, `NotIssuer`, `DoubleSpend`,
/// `UnknownAnchor`, the registry's refusal, `BadProof`, `TreeFull`, in this order.
pub fn seize(env: &mut Env, msg: SeizeMsg) -> Result<u64, ContractError> {
    let SeizeMsg { transfer, case } = msg;
    let rules = initialised(RULES.get(env))?;
    user_only(env)?;
    rules.check_on(Circuit::Transfer)?;
    check_bytes(&transfer)?;
    memos::pair(env)?;
    env.role_approved(&initialised(ISSUER.get(env))?)
        .map_err(|_| TokenError::NotIssuer)?;
    inputs(&transfer).check_unspent(env)?;
    let roots = CheckSeizureMsg {
        sender_root: transfer.sender_root,
        recipient_root: transfer.recipient_root,
    };
    let keys = seizure(env, &rules, &roots)?;
    let proven = prove(env, &rules, &keys, &transfer)?;

    let position = notes::transfer(env, &proven)?;
    env.emit(&TokenEvent::Seized {
        position,
        msg: TransferMsg::of(&proven),
        case,
    });
    Ok(position)
}
