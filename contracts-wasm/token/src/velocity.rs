//! How often a holder may pay: each payment shows a new tag of one of its payer's places in the period.

use obolus_sdk::abi::VelocityInputs;
use obolus_sdk::abi::token::{
    Circuit, TokenError, TokenEvent, VELOCITY_PERIOD_TAG, VelocityPlace, VelocityRule,
    velocity_period,
};
use obolus_sdk::{Env, FieldBytes, Map, Proven};

use crate::gate::{canonical, proof};
use crate::storage::Rules;

/// Places used, by period and tag; the period is big-endian, so that the oldest come first. Field ids are listed in
/// [`crate::storage`].
const USED: Map<([u8; 8], FieldBytes), ()> = Map::new(14);
/// Most entries of past periods that one payment removes. Each adds one, so that what is kept shrinks when a period is
/// over.
const SWEPT: u32 = 2;

/// The rule in force.
///
/// # Errors
/// [`TokenError::VelocityOff`].
pub fn in_force(rules: &Rules) -> Result<&VelocityRule, TokenError> {
    rules.velocity.as_ref().ok_or(TokenError::VelocityOff)
}

/// The circuit is on and the tag canonical.
///
/// # Errors
/// [`TokenError::CircuitOff`], then [`TokenError::NonCanonical`].
pub fn check_form(rules: &Rules, place: &VelocityPlace) -> Result<(), TokenError> {
    rules.check_on(Circuit::Velocity)?;
    canonical(&[&place.tag], &[])
}

/// The period is taken now, and the place is free.
///
/// # Errors
/// [`TokenError::VelocityPeriod`], then [`TokenError::VelocityUsed`].
pub fn check_free(env: &Env, rules: &Rules, place: &VelocityPlace) -> Result<(), TokenError> {
    in_force(rules)?
        .check_period(rules.velocity_serial, env.time_ms(), place.period)
        .map_err(|_| TokenError::VelocityPeriod)?;
    if USED.contains(env, &key(place.period, place.tag)) {
        return Err(TokenError::VelocityUsed);
    }
    Ok(())
}

/// The transaction proves that the place is one of the payer's: whoever owns the nullifier that the payment's own proof
/// showed.
///
/// # Errors
/// [`TokenError::BadProof`].
pub fn prove(
    env: &Env,
    rules: &Rules,
    place: &VelocityPlace,
    nf1: FieldBytes,
) -> Result<Proven<VelocityInputs<FieldBytes>>, TokenError> {
    let [low, high, number] = velocity_period(&env.this(), place.period);
    let period = env
        .hash3(VELOCITY_PERIOD_TAG, [&low, &high, &number])
        .map_err(|_| TokenError::NonCanonical)?;
    let quota = in_force(rules)?.quota;
    let inputs = place.inputs(nf1, period, quota, env.context());
    proof(env, rules, Circuit::Velocity, inputs)
}

/// Uses the place up, and forgets some of periods that are over.
pub fn use_up(
    env: &mut Env,
    rules: &Rules,
    place: &VelocityPlace,
    proven: &Proven<VelocityInputs<FieldBytes>>,
) {
    if let Some(rule) = &rules.velocity {
        let oldest = rule.oldest_period(rules.velocity_serial, env.time_ms());
        for (used, ()) in USED.page(env, None, SWEPT) {
            if u64::from_be_bytes(used.0) < oldest {
                USED.remove(env, &used);
            }
        }
    }
    USED.set(env, &key(place.period, proven.tag), &());
    env.emit(&TokenEvent::PlaceUsed(VelocityPlace {
        period: place.period,
        tag: proven.tag,
    }));
}

const fn key(period: u64, tag: FieldBytes) -> ([u8; 8], FieldBytes) {
    (period.to_be_bytes(), tag)
}
