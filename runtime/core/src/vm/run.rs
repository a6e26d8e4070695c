//! Runs one frame: finds the module, makes an instance, calls the entry, reads the verdict.

use std::sync::{Arc, PoisonError};

use obolus_abi::hostcall::{EXIT_OK, EXIT_REVERT, WRITE_PREFIX};
use obolus_abi::limits::{MAX_CALL_DEPTH, MAX_INPUT, MAX_STACK};
use obolus_abi::{CodeId, ContractError, ContractId};
use wasmtime::{Module, Store, Trap, Val};

use super::cache::Ready;
use super::config::WATCHDOG_TICKS;
use super::instrument::{self, STACK_COUNTER};
use super::link::{Guest, Handles};
use super::{Vm, code_id, price, validate};
use crate::exec::{CallError, Fault, TrapKind};
use crate::host::{Frame, FrameCall, Session, Stop};
use crate::overlay::Overlay;
use crate::state::{ContractRecord, keys};

/// A frame's verdict and the fuel it used.
pub(crate) type Verdict = (Result<Vec<u8>, CallError>, u64);

impl Vm {
    /// Runs a call as a new frame of `session` with at most `fuel`. The session comes back in any case; the frame's
    /// writes and events are kept only when it succeeded. A trap uses up all its fuel.
    pub(crate) fn run(
        &self,
        mut session: Box<Session>,
        call: FrameCall,
        fuel: u64,
    ) -> (Box<Session>, Result<Verdict, Fault>) {
        let (ready, record) = match self.prepare(&session, &call) {
            Ok(found) => found,
            Err(Refusal::Verdict(error)) => return (session, Ok((Err(error), 0))),
            Err(Refusal::Fault(fault)) => return (session, Err(fault)),
        };
        let price = price::FRAME + price::MEMORY_PAGE * ready.facts.pages;
        let Some(given) = fuel.checked_sub(price) else {
            return (session, Ok((Err(CallError::OutOfFuel), fuel)));
        };
        let mark = session.open(call.contract);
        let frame = Frame::new(self.clone(), call, &record, session, given);
        let mut store = Store::new(
            &self.inner.engine,
            Guest {
                frame,
                handles: None,
            },
        );
        let exit = enter(&mut store, &ready, given);
        let left = store.get_fuel().unwrap_or(0);
        // The engine looks at the fuel at loops, calls and entries only and reports an overdrawn tank as empty, so
        // that an empty one at the end is out of fuel whatever the guest returned.
        let outcome = match judge(&mut store, exit) {
            Ok(Ok(_) | Err(CallError::Revert(_))) if left == 0 => Ok(Err(CallError::OutOfFuel)),
            outcome => outcome,
        };
        let frame = store.into_data().frame;
        let Some(mut session) = frame.into_session() else {
            // A nested call gives the session back on every way out, so this is unreachable; without it the call
            // tree cannot go on.
            let session = Session::lost();
            return (session, Err(Fault::Vm("a call lost its session".into())));
        };
        session.close(mark, matches!(outcome, Ok(Ok(_))));
        let used = match &outcome {
            Ok(Ok(_) | Err(CallError::Revert(_))) => fuel.saturating_sub(left),
            _ => fuel,
        };
        (session, outcome.map(|result| (result, used)))
    }

    /// The contract's module and record.
    fn prepare(
        &self,
        session: &Session,
        call: &FrameCall,
    ) -> Result<(Arc<Ready>, ContractRecord), Refusal> {
        if session.running.len() >= MAX_CALL_DEPTH {
            return Err(CallError::TooDeep.into());
        }
        if call.input.len() > MAX_INPUT {
            return Err(CallError::InputTooLong.into());
        }
        if session.running.contains(&call.contract) {
            return Err(CallError::Reentered.into());
        }
        let record = record(&session.overlay, &call.contract)?.ok_or(CallError::NoSuchContract)?;
        let ready = self.ready(&session.overlay, &record.code)?;
        if !ready.facts.entries.contains(&export(call)) {
            return Err(CallError::NoSuchEntry.into());
        }
        Ok((ready, record))
    }

    /// Whether a module of the state has this mutable entry.
    ///
    /// # Errors
    /// [`Fault`] when the module is not there or the compiler refuses it.
    pub(crate) fn has_entry(
        &self,
        overlay: &Overlay,
        code: &CodeId,
        entry: &str,
    ) -> Result<bool, Fault> {
        let name = format!("{WRITE_PREFIX}{entry}");
        Ok(self.ready(overlay, code)?.facts.entries.contains(&name))
    }

    /// Compiles a module of the state, so that the calls to come find it compiled.
    ///
    /// # Errors
    /// [`Fault::Vm`] when the compiler refuses it.
    pub(crate) fn compile(&self, overlay: &Overlay, code: &CodeId) -> Result<(), Fault> {
        self.ready(overlay, code).map(drop)
    }

    /// The compiled module, from the cache or from the state's bytes.
    fn ready(&self, overlay: &Overlay, code: &CodeId) -> Result<Arc<Ready>, Fault> {
        let cached = self
            .inner
            .cache
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(code);
        if let Some(ready) = cached {
            return Ok(ready);
        }
        let damaged = || Fault::Damaged(format!("the module {code}"));
        let bytes = overlay.get(&keys::code(code))?.ok_or_else(damaged)?;
        if code_id(&bytes) != *code {
            return Err(damaged());
        }
        let facts = validate::validate(&bytes).map_err(|_| damaged())?;
        let instrumented = instrument::instrument(&bytes, &facts)?;
        let module = self.native(&instrumented)?;
        let pre = self
            .inner
            .linker
            .instantiate_pre(&module)
            .map_err(vm_fault)?;
        let ready = Arc::new(Ready { pre, facts });
        self.inner
            .cache
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .put(*code, Arc::clone(&ready));
        Ok(ready)
    }

    /// Native code: from disk, or compiled and kept there.
    fn native(&self, instrumented: &[u8]) -> Result<Module, Fault> {
        let (engine, native) = (&self.inner.engine, self.inner.native.as_ref());
        if let Some(module) = native.and_then(|native| native.load(engine, instrumented)) {
            return Ok(module);
        }
        let module = Module::from_binary(engine, instrumented).map_err(vm_fault)?;
        if let Some(native) = native {
            native.store(instrumented, &module);
        }
        Ok(module)
    }
}

/// Why a frame was not entered.
enum Refusal {
    Verdict(CallError),
    Fault(Fault),
}

impl From<CallError> for Refusal {
    fn from(error: CallError) -> Self {
        Self::Verdict(error)
    }
}

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

fn record(overlay: &Overlay, contract: &ContractId) -> Result<Option<ContractRecord>, Fault> {
    let Some(bytes) = overlay.get(&keys::contract(contract))? else {
        return Ok(None);
    };
    borsh::from_slice(&bytes)
        .map(Some)
        .map_err(|_| Fault::Damaged(format!("the record of contract {contract}")))
}

fn export(call: &FrameCall) -> String {
    format!("{}{}", call.access.prefix(), call.entry)
}

/// Instantiates and calls the entry; its exit code.
fn enter(store: &mut Store<Guest>, ready: &Ready, fuel: u64) -> wasmtime::Result<i32> {
    store.set_fuel(fuel)?;
    store.set_epoch_deadline(WATCHDOG_TICKS);
    let instance = ready.pre.instantiate(&mut *store)?;
    let memory = instance.get_memory(&mut *store, "memory");
    let counter = instance.get_global(&mut *store, STACK_COUNTER);
    let (Some(memory), Some(stack_counter)) = (memory, counter) else {
        return Err(Stop::Fault(Fault::Vm(
            "an instance lacks what instrumentation added".into(),
        ))
        .into());
    };
    let height = store.data().frame.call.stack_height.cast_signed();
    stack_counter.set(&mut *store, Val::I32(height))?;
    store.data_mut().handles = Some(Handles {
        memory,
        stack_counter,
    });
    let name = export(&store.data().frame.call);
    let entry = instance.get_typed_func::<(), i32>(&mut *store, &name)?;
    entry.call(&mut *store, ())
}

/// Turns an exit into a verdict or a fault.
fn judge(
    store: &mut Store<Guest>,
    exit: wasmtime::Result<i32>,
) -> Result<Result<Vec<u8>, CallError>, Fault> {
    let error = match exit {
        Ok(code) => return Ok(finished(&mut store.data_mut().frame, code)),
        Err(error) => error,
    };
    if let Some(stop) = error.downcast_ref::<Stop>() {
        return match stop {
            Stop::Trap(kind) => Ok(Err(CallError::Trap(*kind))),
            Stop::OutOfFuel => Ok(Err(CallError::OutOfFuel)),
            Stop::Fault(fault) => Err(fault.clone()),
        };
    }
    let kind = match error.downcast_ref::<Trap>() {
        Some(Trap::OutOfFuel) => return Ok(Err(CallError::OutOfFuel)),
        Some(Trap::Interrupt) => return Err(Fault::Watchdog),
        Some(Trap::UnreachableCodeReached) if counter_passed(store) => TrapKind::StackOverflow,
        Some(Trap::UnreachableCodeReached) => TrapKind::Abort,
        Some(Trap::MemoryOutOfBounds | Trap::HeapMisaligned) => TrapKind::MemoryOutOfBounds,
        Some(Trap::TableOutOfBounds | Trap::IndirectCallToNull | Trap::BadSignature) => {
            TrapKind::BadIndirectCall
        }
        Some(Trap::IntegerOverflow | Trap::IntegerDivisionByZero) => TrapKind::Arithmetic,
        // The native stack's end depends on the engine, so it is no verdict; the counter's limit comes first.
        _ => return Err(vm_fault(error)),
    };
    Ok(Err(CallError::Trap(kind)))
}

fn counter_passed(store: &mut Store<Guest>) -> bool {
    let Some(handles) = store.data().handles else {
        return false;
    };
    match handles.stack_counter.get(&mut *store) {
        Val::I32(height) => height.cast_unsigned() > MAX_STACK,
        _ => false,
    }
}

fn finished(frame: &mut Frame, code: i32) -> Result<Vec<u8>, CallError> {
    match (code, frame.revert.take()) {
        (EXIT_OK, None) => Ok(std::mem::take(&mut frame.ret)),
        (EXIT_REVERT, Some(error)) => Err(match borsh::from_slice::<ContractError>(&error) {
            Ok(error) => CallError::Revert(error),
            Err(_) => CallError::Trap(TrapKind::BadExit),
        }),
        _ => Err(CallError::Trap(TrapKind::BadExit)),
    }
}

fn vm_fault(error: impl std::fmt::Display) -> Fault {
    Fault::Vm(format!("{error:#}"))
}
