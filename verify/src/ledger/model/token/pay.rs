//! Payments: a user's, one that is passed on, a deal's, a seizure.

use obolus_abi::DealId;
use obolus_abi::registry::AuditorKeys;
use obolus_abi::token::{
    Circuit, RECIPIENT_MEMO_LEN, SELF_MEMO_LEN, SeizeMsg, TokenError, TransferLimitedMsg,
    TransferMsg,
};
use obolus_protocol::curve::deal_point;

use super::spend::{Spend, audited, check_distinct, check_unspent, memo_pairs, memos, record};
use super::{Call, CallFault, Token, canonical, refuse, registry, velocity};
use crate::ledger::state::State;

const PAIR: [usize; 2] = [RECIPIENT_MEMO_LEN, SELF_MEMO_LEN];

/// Who makes a payment.
#[derive(Clone, Copy)]
pub(super) enum Mode {
    /// A user.
    User,
    /// A user, by way of a settlement contract.
    Passed,
    /// The contract that owns the deal.
    Deal(DealId),
}

fn spend(msg: &TransferMsg) -> Spend<'_> {
    Spend {
        anchor: &msg.anchor,
        nullifiers: [&msg.nf1, &msg.nf2],
        rk: &msg.rk,
    }
}

fn check_bytes(msg: &TransferMsg) -> Result<(), CallFault> {
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
    check_distinct(&spend(msg))
}

pub(super) fn transfer(
    state: &mut State,
    call: &Call<'_>,
    token: &mut Token,
    mode: Mode,
    msg: &TransferMsg,
) -> Result<(), CallFault> {
    if !matches!(mode, Mode::Deal(_)) {
        token.check_unlimited()?;
    }
    token.check_open(Circuit::Transfer)?;
    check_bytes(msg)?;
    match mode {
        Mode::User => memos(call, &PAIR)?,
        Mode::Passed | Mode::Deal(_) => memo_pairs(call)?,
    }
    let spend = spend(msg);
    check_unspent(state, call, &spend)?;
    match (mode, call.caller) {
        (Mode::User, None) => call.spend_authorised(spend.rk, TokenError::NotAuthorised)?,
        (Mode::Passed, Some(forwarder)) => {
            call.spend_authorised(spend.rk, TokenError::NotAuthorised)?;
            registry::approved(state, &token.registry, &forwarder)?;
        }
        (Mode::Deal(deal), Some(owner)) => {
            if deal_point(&owner, &deal).encode() != msg.rk {
                return refuse(TokenError::NotDealKey);
            }
        }
        (Mode::User, Some(_)) => return refuse(TokenError::UserOnly),
        (_, None) => return refuse(TokenError::ContractOnly),
    }
    proved(call, token, &active(state, call, token, msg)?, msg)?;
    pay(state, call, token, msg)
}

/// A user's payment with a place in its quota.
pub(super) fn transfer_limited(
    state: &mut State,
    call: &Call<'_>,
    token: &mut Token,
    msg: &TransferLimitedMsg,
) -> Result<(), CallFault> {
    let TransferLimitedMsg { transfer, place } = msg;
    velocity::check_in_force(token)?;
    token.check_open(Circuit::Transfer)?;
    check_bytes(transfer)?;
    velocity::check_form(token, place)?;
    memos(call, &PAIR)?;
    velocity::check_free(state, call, token, place)?;
    check_unspent(state, call, &spend(transfer))?;
    call.spend_authorised(&transfer.rk, TokenError::NotAuthorised)?;
    proved(
        call,
        token,
        &active(state, call, token, transfer)?,
        transfer,
    )?;
    velocity::use_up(state, call, token, place, &transfer.nf1)?;
    pay(state, call, token, transfer)
}

/// A payment out of frozen notes, by order of the issuer.
pub(super) fn seize(
    state: &mut State,
    call: &Call<'_>,
    token: &mut Token,
    msg: &SeizeMsg,
) -> Result<(), CallFault> {
    let transfer = &msg.transfer;
    token.check_on(Circuit::Transfer)?;
    check_bytes(transfer)?;
    memos(call, &PAIR)?;
    call.role_approved(&token.issuer, TokenError::NotIssuer)?;
    check_unspent(state, call, &spend(transfer))?;
    let auditor = registry::load(state, &token.registry)?.check_seizure(
        call.height,
        &transfer.sender_root,
        &transfer.recipient_root,
    )?;
    proved(call, token, &auditor, transfer)?;
    pay(state, call, token, transfer)
}

fn active(
    state: &State,
    call: &Call<'_>,
    token: &Token,
    msg: &TransferMsg,
) -> Result<AuditorKeys, CallFault> {
    registry::load(state, &token.registry)?.check_roots(
        call.height,
        Some(&msg.sender_root),
        Some(&msg.recipient_root),
    )
}

fn proved(
    call: &Call<'_>,
    token: &Token,
    auditor: &AuditorKeys,
    msg: &TransferMsg,
) -> Result<(), CallFault> {
    let context = call.context();
    audited(call, token.pin(Circuit::Transfer)?, auditor, |key| {
        msg.inputs(key, context).to_array().to_vec()
    })
}

fn pay(
    state: &mut State,
    call: &Call<'_>,
    token: &mut Token,
    msg: &TransferMsg,
) -> Result<(), CallFault> {
    record(state, call, &spend(msg))?;
    token.append(msg.cm1)?;
    token.append(msg.cm2)
}
