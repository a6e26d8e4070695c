//! Where value enters and leaves: issues, redemptions, and the attested reserves that cover what is in between.

use obolus_abi::token::{
    AttestMsg, Backing, Circuit, IssueMsg, RECIPIENT_MEMO_LEN, RedeemLimitedMsg, RedeemMsg,
    SELF_MEMO_LEN, TokenError, supply_inputs,
};
use obolus_abi::{ContractId, PointBytes};
use obolus_protocol::Point;

use super::spend::{Spend, audited, check_distinct, check_unspent, memos, record};
use super::{Call, CallFault, Token, canonical, keys, refuse, registry, velocity};
use crate::ledger::state::State;

/// Reserves have 96 bits.
const RESERVES_BITS: u32 = 96;

pub(super) fn issue(
    state: &State,
    call: &Call<'_>,
    token: &mut Token,
    msg: &IssueMsg,
) -> Result<(), CallFault> {
    if token.reserves.as_ref().is_some_and(|rule| rule.strict) {
        return refuse(TokenError::StrictBacking);
    }
    check_issue(state, call, token, msg)?;
    enter(token, msg)
}

/// An issue that fits into the reserves attested last.
pub(super) fn issue_backed(
    state: &State,
    call: &Call<'_>,
    token: &mut Token,
    msg: &IssueMsg,
) -> Result<(), CallFault> {
    let Some(backing) = token.backing else {
        return refuse(TokenError::NotAttested);
    };
    token.check_open(Circuit::Supply)?;
    check_issue(state, call, token, msg)?;
    let issued = sum(&token.issued, &msg.cv)?;
    covered(call, token, &issued, &backing.redeemed, backing.reserves)?;
    enter(token, msg)
}

fn check_issue(
    state: &State,
    call: &Call<'_>,
    token: &Token,
    msg: &IssueMsg,
) -> Result<(), CallFault> {
    token.check_open(Circuit::Issue)?;
    canonical(
        &[&msg.recipient_root, &msg.cm1, &msg.c1, &msg.c2, &msg.c3],
        &[&msg.cv, &msg.r],
        TokenError::NonCanonical,
    )?;
    memos(call, &[RECIPIENT_MEMO_LEN])?;
    call.role_approved(&token.issuer, TokenError::NotIssuer)?;
    if msg.nonce != token.nonce {
        return refuse(TokenError::Nonce);
    }
    let auditor = registry::load(state, &token.registry)?.check_roots(
        call.height,
        None,
        Some(&msg.recipient_root),
    )?;
    let context = call.context();
    audited(call, token.pin(Circuit::Issue)?, &auditor, |key| {
        msg.inputs(key, context).to_array().to_vec()
    })
}

fn enter(token: &mut Token, msg: &IssueMsg) -> Result<(), CallFault> {
    token.issued = sum(&token.issued, &msg.cv)?;
    token.nonce = token
        .nonce
        .checked_add(1)
        .ok_or_else(|| CallFault::contract(TokenError::Nonce))?;
    token.append(msg.cm1)
}

pub(super) fn redeem(
    state: &mut State,
    call: &Call<'_>,
    token: &mut Token,
    msg: &RedeemMsg,
) -> Result<(), CallFault> {
    token.check_unlimited()?;
    check_form(token, msg)?;
    memos(call, &[SELF_MEMO_LEN])?;
    check_redeem(state, call, token, msg)?;
    leave(state, call, token, msg)
}

/// A redemption with a place in the holder's quota.
pub(super) fn redeem_limited(
    state: &mut State,
    call: &Call<'_>,
    token: &mut Token,
    msg: &RedeemLimitedMsg,
) -> Result<(), CallFault> {
    let RedeemLimitedMsg { redeem, place } = msg;
    velocity::check_in_force(token)?;
    check_form(token, redeem)?;
    velocity::check_form(token, place)?;
    memos(call, &[SELF_MEMO_LEN])?;
    velocity::check_free(state, call, token, place)?;
    check_redeem(state, call, token, redeem)?;
    velocity::use_up(state, call, token, place, &redeem.nf1)?;
    leave(state, call, token, redeem)
}

fn spend(msg: &RedeemMsg) -> Spend<'_> {
    Spend {
        anchor: &msg.anchor,
        nullifiers: [&msg.nf1, &msg.nf2],
        rk: &msg.rk,
    }
}

/// Open, canonical, two nullifiers.
pub(super) fn check_form(token: &Token, msg: &RedeemMsg) -> Result<(), CallFault> {
    token.check_open(Circuit::Redeem)?;
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
        TokenError::NonCanonical,
    )?;
    check_distinct(&spend(msg))
}

/// Unspent, signed, by an active holder, proved.
pub(super) fn check_redeem(
    state: &State,
    call: &Call<'_>,
    token: &Token,
    msg: &RedeemMsg,
) -> Result<(), CallFault> {
    check_unspent(state, call, &spend(msg))?;
    call.spend_authorised(&msg.rk, TokenError::NotAuthorised)?;
    let auditor = registry::load(state, &token.registry)?.check_roots(
        call.height,
        Some(&msg.sender_root),
        None,
    )?;
    let context = call.context();
    audited(call, token.pin(Circuit::Redeem)?, &auditor, |key| {
        msg.inputs(key, context).to_array().to_vec()
    })
}

/// Counts what leaves, and keeps the change.
pub(super) fn leave(
    state: &mut State,
    call: &Call<'_>,
    token: &mut Token,
    msg: &RedeemMsg,
) -> Result<(), CallFault> {
    token.redeemed = sum(&token.redeemed, &msg.cv)?;
    token.redemptions = token.redemptions.saturating_add(1);
    reach(state, &call.callee, token, call.height)?;
    record(state, call, &spend(msg))?;
    token.append(msg.cm2)
}

/// Remembers the sum of redemptions, how many it counts, and the block that reached it first.
pub(super) fn reach(
    state: &mut State,
    contract: &ContractId,
    token: &Token,
    height: u64,
) -> Result<(), CallFault> {
    let key = keys::item(contract, keys::REACHED, &[&token.redeemed.0]);
    let before: Option<(u64, u64)> = state.get(&key)?;
    let since = before.map_or(height, |(_, since)| since);
    Ok(state.put(key, &(token.redemptions, since))?)
}

/// Reserves that cover what is in circulation.
pub(super) fn attest(
    state: &State,
    call: &Call<'_>,
    token: &mut Token,
    msg: &AttestMsg,
) -> Result<(), CallFault> {
    token.check_on(Circuit::Supply)?;
    let earliest = token.backing.map_or(0, |last| last.as_of_height);
    let counted = (earliest..=call.height).contains(&msg.as_of_height);
    if msg.reserves >> RESERVES_BITS != 0 || !counted {
        return refuse(TokenError::BadAttestation);
    }
    let Some(rule) = &token.reserves else {
        return refuse(TokenError::NotAttestor);
    };
    call.role_approved(&rule.attestor, TokenError::NotAttestor)?;
    if msg.issued != token.issued {
        return refuse(TokenError::IssuedSum);
    }
    let key = keys::item(&call.callee, keys::REACHED, &[&msg.redeemed.0]);
    let reached: Option<(u64, u64)> = state.get(&key)?;
    let counted = reached.filter(|(_, since)| *since <= msg.as_of_height);
    let Some((redemptions, _)) = counted else {
        return refuse(TokenError::RedeemedSum);
    };
    covered(call, token, &token.issued, &msg.redeemed, msg.reserves)?;
    token.backing = Some(Backing {
        reserves: msg.reserves,
        as_of_height: msg.as_of_height,
        attested_height: call.height,
        document: msg.document,
        redeemed: msg.redeemed,
        redemptions,
    });
    Ok(())
}

fn covered(
    call: &Call<'_>,
    token: &Token,
    issued: &PointBytes,
    redeemed: &PointBytes,
    reserves: u128,
) -> Result<(), CallFault> {
    let supply = point(issued)?.sub(&point(redeemed)?).encode();
    let inputs = supply_inputs(&supply, reserves, call.context()).to_array();
    let pin = token.pin(Circuit::Supply)?;
    call.proof_holds(&pin, &inputs, TokenError::BadProof)
}

/// A sum of value commitments.
pub(super) fn sum(total: &PointBytes, cv: &PointBytes) -> Result<PointBytes, CallFault> {
    Ok(point(total)?.add(&point(cv)?).encode())
}

fn point(bytes: &PointBytes) -> Result<Point, CallFault> {
    Point::decode(bytes).map_err(|_| CallFault::contract(TokenError::NonCanonical))
}
