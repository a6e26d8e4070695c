//! Calls on behalf of others: whatever the arguments claim, the callee must see this contract as its
//! caller.

use obolus_sdk::{CallError, ContractError, Env, SdkError};

use crate::messages::{ChainMsg, ForwardMsg, HostileError, Raw};
use crate::waste::{note, notes};

/// Makes the call and returns the reply; refuses as the callee does. Carries the user's signatures and
/// proofs along, so it can try to use them for arguments that the user never saw.
///
/// # Errors
/// The callee's refusal, or what the host said about the call.
pub fn forward(env: &mut Env, msg: ForwardMsg) -> Result<Raw, ContractError> {
    env.call_with_fuel(&msg.contract, &msg.entry, &Raw(msg.input), msg.fuel)
        .map_err(explain)
}

/// As [`forward`], read-only.
///
/// # Errors
/// As [`forward`].
pub fn peek(env: &Env, msg: ForwardMsg) -> Result<Raw, ContractError> {
    env.static_call(&msg.contract, &msg.entry, &Raw(msg.input))
        .map_err(explain)
}

/// Counts, makes the call, counts again, and succeeds whatever came of the call: what the callee wrote
/// before it failed must be gone, what this contract wrote must stay. Returns the callee's error code,
/// or zero.
///
/// # Errors
/// None.
pub fn swallow(env: &mut Env, msg: ForwardMsg) -> Result<u16, SdkError> {
    note(env, ())?;
    let code = match forward(env, msg) {
        Ok(_) => 0,
        Err(error) => error.code,
    };
    note(env, ())?;
    Ok(code)
}

/// Calls the next hop's `chain`; the last one returns how often it was noted there.
///
/// # Errors
/// What the host or a later hop said.
pub fn chain(env: &mut Env, mut msg: ChainMsg) -> Result<u64, ContractError> {
    match msg.hops.pop() {
        None => Ok(notes(env, ())?),
        Some(next) => env.call(&next, "chain", &msg).map_err(explain),
    }
}

/// What the host said about a call, as an error of this contract's own.
pub fn explain(error: CallError) -> ContractError {
    match error {
        CallError::Reverted(error) => error,
        CallError::Reentered => HostileError::Reentered.into(),
        CallError::TooDeep => HostileError::TooDeep.into(),
        CallError::Trapped => HostileError::Trapped.into(),
        CallError::NoSuchEntry | CallError::BadReply => HostileError::NoAnswer.into(),
    }
}
