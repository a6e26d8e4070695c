//! Runs one call tree of a transaction: from a contract's entry to its result, events and fuel.
//!
//! Two kinds of failure are kept apart. A [`CallError`] is a verdict, the same on every node, and goes
//! into the receipt. A [`Fault`] is this node's trouble (disk, memory, watchdog): it is never a verdict,
//! and the block being executed must be given up.

mod types;

use std::sync::Arc;

use obolus_abi::hostcall::{INIT_ENTRY, MIGRATE_ENTRY, SYSTEM_ENTRIES};
use obolus_abi::{ContractId, TxDigest};
use obolus_protocol::tx::EntryName;

pub use types::{
    Authorities, BlockEnv, CallError, CallOutcome, Event, Fault, Fuel, TopCall, TrapKind,
};

use crate::host::{Access, FrameCall, ScheduledCall, Session};
pub use crate::host::{Appended, end_block};
use crate::overlay::Overlay;
use crate::state::StateRead;
use crate::vm::{Permit, Vm};

/// Runs a mutable entry as the user. On success its writes are in the overlay's newest frame;
/// otherwise the overlay is as before.
///
/// # Errors
/// [`Fault`] when this node cannot finish the call; the overlay is as before.
pub fn execute(
    vm: &Vm,
    overlay: &mut Overlay,
    env: &BlockEnv,
    auth: &Authorities,
    call: &TopCall,
    fuel: Fuel,
) -> Result<CallOutcome, Fault> {
    if SYSTEM_ENTRIES.contains(&call.entry.as_str()) {
        return Ok(CallOutcome::failed(CallError::NoSuchEntry, Fuel(0)));
    }
    let _permit = vm.admit();
    run(vm, overlay, env, auth, call, Access::Write, fuel)
}

/// Runs a new contract's `init`; its record must be in the overlay.
///
/// # Errors
/// [`Fault`] when this node cannot finish the call; the overlay is as before.
pub fn initialise(
    vm: &Vm,
    overlay: &mut Overlay,
    env: &BlockEnv,
    auth: &Authorities,
    contract: ContractId,
    args: Vec<u8>,
    fuel: Fuel,
) -> Result<CallOutcome, Fault> {
    let call = system_call(contract, INIT_ENTRY, args)?;
    let _permit = vm.admit();
    run(vm, overlay, env, auth, &call, Access::Write, fuel)
}

/// Runs a contract's `migrate`; its record in the overlay must name the new code.
///
/// # Errors
/// [`Fault`] when this node cannot finish the call; the overlay is as before.
pub fn migrate(
    vm: &Vm,
    overlay: &mut Overlay,
    env: &BlockEnv,
    auth: &Authorities,
    contract: ContractId,
    args: Vec<u8>,
    fuel: Fuel,
) -> Result<CallOutcome, Fault> {
    let call = system_call(contract, MIGRATE_ENTRY, args)?;
    let _permit = vm.admit();
    run(vm, overlay, env, auth, &call, Access::Write, fuel)
}

fn system_call(contract: ContractId, entry: &str, args: Vec<u8>) -> Result<TopCall, Fault> {
    let entry = EntryName::new(entry).map_err(|error| Fault::Vm(error.to_string()))?;
    Ok(TopCall {
        contract,
        entry,
        args,
    })
}

/// Runs a scheduled call: the contract calls itself, with nothing but `digest` to tell the call from others. On success
/// its writes are in the overlay's newest frame; otherwise the overlay is as before.
///
/// # Errors
/// [`Fault`] when this node cannot finish the call; the overlay is as before.
pub fn execute_scheduled(
    vm: &Vm,
    overlay: &mut Overlay,
    env: &BlockEnv,
    digest: TxDigest,
    call: &ScheduledCall,
) -> Result<CallOutcome, Fault> {
    let auth = Authorities {
        digest,
        ..Authorities::default()
    };
    let top = TopCall {
        contract: call.contract,
        entry: call.entry.clone(),
        args: call.args.clone(),
    };
    let _permit = vm.admit();
    let frame = frame_call(&top, Some(call.contract), Access::Write);
    run_frame(vm, overlay, env, &auth, frame, call.fuel)
}

/// Runs a read-only entry on the committed state, without a transaction. The permit is the virtual machine's for
/// queries: taken before whatever else the caller holds, so that nobody waits for it while keeping others waiting.
///
/// # Errors
/// [`Fault`] when this node cannot finish the call.
pub fn query(
    vm: &Vm,
    _permit: &Permit<'_>,
    state: Arc<dyn StateRead>,
    env: &BlockEnv,
    call: &TopCall,
    fuel: Fuel,
) -> Result<CallOutcome, Fault> {
    let mut overlay = Overlay::new(state);
    let nothing = Authorities::default();
    run(vm, &mut overlay, env, &nothing, call, Access::Read, fuel)
}

fn run(
    vm: &Vm,
    overlay: &mut Overlay,
    env: &BlockEnv,
    auth: &Authorities,
    call: &TopCall,
    access: Access,
    fuel: Fuel,
) -> Result<CallOutcome, Fault> {
    let frame = frame_call(call, None, access);
    run_frame(vm, overlay, env, auth, frame, fuel)
}

fn frame_call(call: &TopCall, caller: Option<ContractId>, access: Access) -> FrameCall {
    FrameCall {
        contract: call.contract,
        entry: call.entry.clone(),
        caller,
        access,
        input: call.args.clone(),
        stack_height: 0,
    }
}

fn run_frame(
    vm: &Vm,
    overlay: &mut Overlay,
    env: &BlockEnv,
    auth: &Authorities,
    call: FrameCall,
    fuel: Fuel,
) -> Result<CallOutcome, Fault> {
    let taken = std::mem::replace(overlay, Overlay::detached());
    let session = Box::new(Session::new(taken, *env, auth.clone()));
    let (session, outcome) = vm.run(session, call, fuel.0);
    let (restored, events) = session.finish();
    *overlay = restored;
    let (result, used) = outcome?;
    Ok(CallOutcome {
        result,
        events,
        fuel_used: Fuel(used),
    })
}

#[cfg(test)]
mod tests;
