//! What the operator role may do: pause, switch circuits off and on, pin other verifying keys.

use obolus_sdk::Env;
use obolus_sdk::abi::token::{SetPausedMsg, SetPinMsg, SetSwitchMsg, TokenError, TokenEvent};

use crate::gate::user_only;
use crate::storage::{OPERATOR, RULES, Rules, initialised};

/// Switches a circuit off or on.
///
/// # Errors
/// `State`, `UserOnly`, `NotOperator`, in this order.
pub fn set_switch(env: &mut Env, msg: SetSwitchMsg) -> Result<(), TokenError> {
    change(env, |rules| *rules.switch_mut(msg.circuit) = msg.enabled)?;
    env.emit(&TokenEvent::Switched(msg));
    Ok(())
}

/// Accepts another verifying key from now on.
///
/// # Errors
/// As [`set_switch`].
pub fn set_pin(env: &mut Env, msg: SetPinMsg) -> Result<(), TokenError> {
    change(env, |rules| *rules.pin_mut(msg.circuit) = msg.key)?;
    env.emit(&TokenEvent::Pinned(msg));
    Ok(())
}

/// Pauses or resumes issues, transfers and redemptions.
///
/// # Errors
/// As [`set_switch`].
pub fn set_paused(env: &mut Env, msg: SetPausedMsg) -> Result<(), TokenError> {
    change(env, |rules| rules.paused = msg.paused)?;
    env.emit(&TokenEvent::Paused { paused: msg.paused });
    Ok(())
}

fn change(env: &mut Env, apply: impl FnOnce(&mut Rules)) -> Result<(), TokenError> {
    let mut rules = initialised(RULES.get(env))?;
    user_only(env)?;
    env.role_approved(&initialised(OPERATOR.get(env))?)
        .map_err(|_| TokenError::NotOperator)?;
    apply(&mut rules);
    RULES.set(env, &rules);
    Ok(())
}
