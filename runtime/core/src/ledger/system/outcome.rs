//! What a call of the system contract ends with.

use obolus_abi::ContractError;
use obolus_abi::system::{SYSTEM, SystemError, SystemEvent};

use crate::exec::{CallError, CallOutcome, Event, Fault, Fuel};
use crate::state::StateError;

/// A call that did what it was told.
pub(super) struct Done {
    pub(super) reply: Vec<u8>,
    pub(super) events: Vec<Event>,
    pub(super) fuel_used: Fuel,
}

impl Done {
    /// With one event and an empty reply.
    pub(super) fn event(event: SystemEvent) -> Self {
        Self::events([event])
    }

    /// With events and an empty reply.
    pub(super) fn events(events: impl IntoIterator<Item = SystemEvent>) -> Self {
        let events = events.into_iter().map(|event| Event {
            contract: SYSTEM,
            data: crate::ledger::encode(&event),
        });
        Self {
            reply: Vec::new(),
            events: events.collect(),
            fuel_used: Fuel(0),
        }
    }
}

/// A call that changed nothing: refused, or this node cannot finish it.
pub(super) enum Stop {
    Refused(CallOutcome),
    Fault(Fault),
}

impl From<SystemError> for Stop {
    fn from(error: SystemError) -> Self {
        ContractError::from(error).into()
    }
}

impl From<ContractError> for Stop {
    fn from(error: ContractError) -> Self {
        CallError::Revert(error).into()
    }
}

impl From<CallError> for Stop {
    fn from(error: CallError) -> Self {
        Self::Refused(CallOutcome::failed(error, Fuel(0)))
    }
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<StateError> for Stop {
    fn from(error: StateError) -> Self {
        Self::Fault(error.into())
    }
}

pub(super) fn finish(done: Result<Done, Stop>) -> Result<CallOutcome, Fault> {
    match done {
        Ok(done) => Ok(CallOutcome {
            result: Ok(done.reply),
            events: done.events,
            fuel_used: done.fuel_used,
        }),
        Err(Stop::Refused(outcome)) => Ok(outcome),
        Err(Stop::Fault(fault)) => Err(fault),
    }
}
