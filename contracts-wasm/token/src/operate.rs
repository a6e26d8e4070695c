//! What the operator role may do: pause, switch circuits off and on, pin other verifying keys, limit how often holders pay.

use obolus_sdk::Env;
use obolus_sdk::abi::token::{
    Circuit, SetPausedMsg, SetPinMsg, SetSwitchMsg, SetVelocityMsg, TokenError, TokenEvent,
    VelocityRule,
};

use crate::gate::user_only;
use crate::storage::{OPERATOR, RULES, Rules, initialised};
use crate::versions;

/// Switches a circuit off or on.
///
/// # Errors
/// `State`, `UserOnly`, `NotOperator`, in this order.
pub fn set_switch(env: &mut Env, msg: SetSwitchMsg) -> Result<(), TokenError> {
    let mut rules = by_operator(env)?;
    *rules.switch_mut(msg.circuit) = msg.enabled;
    RULES.set(env, &rules);
    env.emit(&TokenEvent::Switched(msg));
    Ok(())
}

/// Accepts another verifying key from now on. For payments, issues and redemptions that begins a new version of the
/// circuits; the other two make and destroy no value.
///
/// # Errors
/// As [`set_switch`].
pub fn set_pin(env: &mut Env, msg: SetPinMsg) -> Result<(), TokenError> {
    let mut rules = by_operator(env)?;
    rules.set_pin(msg.circuit, msg.key);
    RULES.set(env, &rules);
    match msg.circuit {
        Circuit::Transfer | Circuit::Issue | Circuit::Redeem => versions::begin(env, rules.pins)?,
        Circuit::Supply | Circuit::Velocity => {}
    }
    env.emit(&TokenEvent::Pinned(msg));
    Ok(())
}

/// Pauses or resumes issues, transfers and redemptions.
///
/// # Errors
/// As [`set_switch`].
pub fn set_paused(env: &mut Env, msg: SetPausedMsg) -> Result<(), TokenError> {
    let mut rules = by_operator(env)?;
    rules.paused = msg.paused;
    RULES.set(env, &rules);
    env.emit(&TokenEvent::Paused { paused: msg.paused });
    Ok(())
}

/// Sets or lifts the velocity rule. The serial grows each time, so that quotas begin anew and no period's number returns.
///
/// # Errors
/// As [`set_switch`], then `BadInit` for a malformed rule or one without a pinned key.
pub fn set_velocity(env: &mut Env, msg: SetVelocityMsg) -> Result<(), TokenError> {
    let mut rules = by_operator(env)?;
    rules.velocity_serial = next_serial(rules.velocity_serial)?;
    rules.velocity = msg.rule;
    check_velocity(&rules)?;
    RULES.set(env, &rules);
    env.emit(&TokenEvent::VelocitySet(msg));
    Ok(())
}

/// The velocity rule, if there is one, is well formed and has a key.
///
/// # Errors
/// [`TokenError::BadInit`].
pub fn check_velocity(rules: &Rules) -> Result<(), TokenError> {
    match &rules.velocity {
        Some(rule) if rule.validate().is_err() || rules.pins.velocity.is_none() => {
            Err(TokenError::BadInit)
        }
        _ => Ok(()),
    }
}

fn next_serial(serial: u32) -> Result<u32, TokenError> {
    if serial >= VelocityRule::MAX_SERIAL {
        return Err(TokenError::BadInit);
    }
    Ok(serial + 1)
}

fn by_operator(env: &Env) -> Result<Rules, TokenError> {
    let rules = initialised(RULES.get(env))?;
    user_only(env)?;
    env.role_approved(&initialised(OPERATOR.get(env))?)
        .map_err(|_| TokenError::NotOperator)?;
    Ok(rules)
}
