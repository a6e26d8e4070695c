//! How often a holder may pay.

use obolus_abi::FieldBytes;
use obolus_abi::token::{Circuit, CircuitPins, TokenError, VelocityPlace, VelocityRule};
use obolus_protocol::velocity::{Period, PeriodNumber, Quota};

use super::{Call, CallFault, Token, canonical, keys, refuse};
use crate::ledger::state::State;

/// Serials have 24 bits, periods under one rule 40.
const PERIODS: u64 = 1 << 40;
const SERIALS: u32 = 1 << 24;

/// The rule, if there is one, is well formed and has a key.
pub(super) fn check_rule(rule: Option<&VelocityRule>, pins: &CircuitPins) -> Result<(), CallFault> {
    let Some(rule) = rule else {
        return Ok(());
    };
    let timed = rule.period_seconds != 0 && rule.grace_seconds <= rule.period_seconds;
    if Quota::new(rule.quota).is_ok() && timed && pins.velocity.is_some() {
        Ok(())
    } else {
        refuse(TokenError::BadInit)
    }
}

/// Sets or lifts the rule; periods are numbered anew.
pub(super) fn set_rule(token: &mut Token, rule: Option<VelocityRule>) -> Result<(), CallFault> {
    check_rule(rule.as_ref(), &token.pins)?;
    let serial = token.serial.saturating_add(1);
    if serial >= SERIALS {
        return refuse(TokenError::BadInit);
    }
    (token.velocity, token.serial) = (rule, serial);
    Ok(())
}

pub(super) fn check_in_force(token: &Token) -> Result<VelocityRule, CallFault> {
    token
        .velocity
        .ok_or_else(|| CallFault::contract(TokenError::VelocityOff))
}

pub(super) fn check_form(token: &Token, place: &VelocityPlace) -> Result<(), CallFault> {
    token.check_on(Circuit::Velocity)?;
    canonical(&[&place.tag], &[], TokenError::NonCanonical)
}

/// The period runs, or ended less than the grace ago, and nobody took the place.
pub(super) fn check_free(
    state: &State,
    call: &Call<'_>,
    token: &Token,
    place: &VelocityPlace,
) -> Result<(), CallFault> {
    let rule = check_in_force(token)?;
    let length = u64::from(rule.period_seconds);
    let now = call.time_ms / 1000;
    let number = |index: u64| u64::from(token.serial) * PERIODS + index % PERIODS;
    let runs = place.period == number(now / length);
    let ended = now >= length
        && now % length < u64::from(rule.grace_seconds)
        && place.period == number(now / length - 1);
    if !runs && !ended {
        return refuse(TokenError::VelocityPeriod);
    }
    if state.contains(&key(call, place))? {
        return refuse(TokenError::VelocityUsed);
    }
    Ok(())
}

/// The payment with this nullifier proves its place and takes it.
pub(super) fn use_up(
    state: &mut State,
    call: &Call<'_>,
    token: &Token,
    place: &VelocityPlace,
    nf1: &FieldBytes,
) -> Result<(), CallFault> {
    let quota = check_in_force(token)?.quota;
    let period = Period::of(&call.callee, PeriodNumber(place.period)).to_bytes();
    let inputs = place.inputs(*nf1, period, quota, call.context());
    let pin = token.pin(Circuit::Velocity)?;
    call.proof_holds(&pin, &inputs.to_array(), TokenError::BadProof)?;
    Ok(state.put(key(call, place), &())?)
}

fn key(call: &Call<'_>, place: &VelocityPlace) -> Vec<u8> {
    let period = place.period.to_be_bytes();
    keys::item(&call.callee, keys::PLACE, &[&period, &place.tag.0])
}
