//! The system contract: uploads modules, makes contracts of them, freezes their code.
//!
//! The host implements it, so that no contract has to exist before the first one. Users call it;
//! contracts cannot.

use obolus_abi::system::{FreezeCodeMsg, InstantiateMsg, SYSTEM, SystemError, SystemEvent};
use obolus_abi::{ContractError, RoleSet};
use obolus_chain::contract_id;
use obolus_protocol::tx::entry;

use crate::exec::{
    self, Authorities, BlockEnv, CallError, CallOutcome, Event, Fault, Fuel, TopCall,
};
use crate::overlay::Overlay;
use crate::state::{ContractRecord, keys};
use crate::vm::Vm;

/// Runs a call of the system contract. On success its writes are in the overlay's newest frame;
/// otherwise the overlay is as before.
pub(super) fn execute(
    vm: &Vm,
    operator: &RoleSet,
    overlay: &mut Overlay,
    env: &BlockEnv,
    auth: &Authorities,
    call: &TopCall,
    fuel: Fuel,
) -> Result<CallOutcome, Fault> {
    if let Err(error) = check_operator(operator, auth) {
        return Ok(refused(error));
    }
    overlay.begin();
    let outcome = match call.entry.as_str() {
        entry::UPLOAD => upload(vm, overlay, &call.args, fuel),
        entry::INSTANTIATE => instantiate(vm, overlay, env, auth, &call.args, fuel),
        entry::FREEZE_CODE => freeze_code(overlay, &call.args),
        _ => Ok(refused(SystemError::NoSuchEntry)),
    };
    match &outcome {
        Ok(CallOutcome { result: Ok(_), .. }) => overlay.commit(),
        _ => overlay.rollback(),
    }
    outcome
}

fn bad_module(reason: &dyn std::fmt::Display) -> CallOutcome {
    refused(ContractError {
        message: format!("{}: {reason}", SystemError::BadModule.message()),
        ..SystemError::BadModule.into()
    })
}

fn check_operator(operator: &RoleSet, auth: &Authorities) -> Result<(), SystemError> {
    let signed = operator
        .keys
        .iter()
        .filter(|key| auth.role_keys.contains(key))
        .count();
    if signed >= usize::from(operator.threshold) {
        Ok(())
    } else {
        Err(SystemError::NotOperator)
    }
}

fn upload(vm: &Vm, overlay: &mut Overlay, module: &[u8], fuel: Fuel) -> Result<CallOutcome, Fault> {
    let checked = match Vm::check(module) {
        Ok(checked) => checked,
        Err(reason) => return Ok(bad_module(&reason)),
    };
    if checked.fuel > fuel {
        return Ok(failed(CallError::OutOfFuel));
    }
    let key = keys::code(&checked.code);
    if overlay.get(&key)?.is_some() {
        return Ok(refused(SystemError::CodeExists));
    }
    overlay.put(key, module.to_vec());
    // A module that the compiler refuses must not get as far as an address.
    match vm.compile(overlay, &checked.code) {
        Ok(()) => {}
        Err(Fault::Vm(reason)) => return Ok(bad_module(&reason)),
        Err(fault) => return Err(fault),
    }
    let mut outcome = done(
        SystemEvent::Uploaded { code: checked.code },
        checked.code.0.to_vec(),
    );
    outcome.fuel_used = checked.fuel;
    Ok(outcome)
}

fn instantiate(
    vm: &Vm,
    overlay: &mut Overlay,
    env: &BlockEnv,
    auth: &Authorities,
    args: &[u8],
    fuel: Fuel,
) -> Result<CallOutcome, Fault> {
    let Ok(InstantiateMsg { code, salt, init }) = borsh::from_slice(args) else {
        return Ok(refused(SystemError::BadArguments));
    };
    if overlay.get(&keys::code(&code))?.is_none() {
        return Ok(refused(SystemError::NoSuchCode));
    }
    let contract = contract_id(&env.chain, &code, &salt);
    if overlay.get(&keys::contract(&contract))?.is_some() {
        return Ok(refused(SystemError::ContractExists));
    }
    let record = ContractRecord {
        code,
        code_frozen: false,
    };
    overlay.put(keys::contract(&contract), super::encode(&record));
    let init = exec::initialise(vm, overlay, env, auth, contract, init, fuel)?;
    if init.result.is_err() {
        return Ok(init);
    }
    let mut outcome = done(
        SystemEvent::Instantiated { contract, code },
        contract.0.to_vec(),
    );
    outcome.events.extend(init.events);
    outcome.fuel_used = init.fuel_used;
    Ok(outcome)
}

fn freeze_code(overlay: &mut Overlay, args: &[u8]) -> Result<CallOutcome, Fault> {
    let Ok(FreezeCodeMsg { contract }) = borsh::from_slice(args) else {
        return Ok(refused(SystemError::BadArguments));
    };
    let key = keys::contract(&contract);
    let Some(bytes) = overlay.get(&key)? else {
        return Ok(refused(SystemError::NoSuchContract));
    };
    let record: ContractRecord = borsh::from_slice(&bytes)
        .map_err(|_| Fault::Damaged("a contract's record does not decode".into()))?;
    if record.code_frozen {
        return Ok(refused(SystemError::CodeFrozen));
    }
    let record = ContractRecord {
        code_frozen: true,
        ..record
    };
    overlay.put(key, super::encode(&record));
    Ok(done(SystemEvent::CodeFrozen { contract }, Vec::new()))
}

fn done(event: SystemEvent, reply: Vec<u8>) -> CallOutcome {
    CallOutcome {
        result: Ok(reply),
        events: vec![Event {
            contract: SYSTEM,
            data: super::encode(&event),
        }],
        fuel_used: Fuel(0),
    }
}

fn refused(error: impl Into<ContractError>) -> CallOutcome {
    failed(CallError::Revert(error.into()))
}

fn failed(error: CallError) -> CallOutcome {
    CallOutcome {
        result: Err(error),
        events: Vec::new(),
        fuel_used: Fuel(0),
    }
}

#[cfg(test)]
mod tests;
