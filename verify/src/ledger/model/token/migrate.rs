//! Notes that move in from the predecessor.

use obolus_abi::ContractId;
use obolus_abi::token::{
    Circuit, MigrateMsg, RECIPIENT_MEMO_LEN, RedeemMsg, SELF_MEMO_LEN, TokenError,
};

use super::spend::{audited, memos};
use super::value::{check_form, check_redeem, leave, sum};
use super::{Call, CallFault, Kind, Token, canonical, load, refuse, registry, store};
use crate::ledger::state::State;

const PAIR: [usize; 2] = [RECIPIENT_MEMO_LEN, SELF_MEMO_LEN];

/// Takes a note in; returns the predecessor.
pub(super) fn enter(
    state: &mut State,
    call: &Call<'_>,
    token: &mut Token,
    msg: &MigrateMsg,
) -> Result<ContractId, CallFault> {
    let Some(predecessor) = token.predecessor else {
        return refuse(TokenError::NoPredecessor);
    };
    token.check_open(Circuit::Issue)?;
    token.check_unlimited()?;
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
        TokenError::NonCanonical,
    )?;
    memos(call, &PAIR)?;
    let auditor = registry::load(state, &token.registry)?.check_roots(
        call.height,
        None,
        Some(&msg.recipient_root),
    )?;
    let context = call.context();
    audited(call, token.pin(Circuit::Issue)?, &auditor, |key| {
        msg.inputs(key, context).to_array().to_vec()
    })?;
    // A contract of unknown code may do anything, so the replay ends there.
    match super::super::kind(state, &predecessor) {
        Ok(Kind::Token) => {}
        Ok(Kind::Unknown) => return Err(CallFault::Unknown(predecessor)),
        Ok(_) | Err(CallFault::NoContract(_)) => return refuse(TokenError::Predecessor),
        Err(fault) => return Err(fault),
    }
    out(state, &call.nested(predecessor, "migrate_out")?, &msg.out)?;
    token.issued = sum(&token.issued, &msg.out.cv)?;
    token.append(msg.cm1)?;
    Ok(predecessor)
}

/// The predecessor's side.
fn out(state: &mut State, call: &Call<'_>, msg: &RedeemMsg) -> Result<(), CallFault> {
    let mut token = load(state, &call.callee)?;
    if token.successor.is_none() || token.successor != call.caller {
        return refuse(TokenError::NotSuccessor);
    }
    token.check_unlimited()?;
    check_form(&token, msg)?;
    memos(call, &PAIR)?;
    check_redeem(state, call, &token, msg)?;
    leave(state, call, &mut token, msg)?;
    store(state, &call.callee, &token)
}
