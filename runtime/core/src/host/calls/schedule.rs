//! Scheduling calls of the contract's own entries.

use obolus_abi::hostcall::{HostCode, SYSTEM_ENTRIES};
use obolus_abi::limits::{
    MAX_ENTRY_NAME, MAX_SCHEDULE_AHEAD, MAX_SCHEDULED_ARGS, MAX_SCHEDULED_FUEL, MIN_SCHEDULED_FUEL,
};
use obolus_protocol::tx::{EntryName, Height};

use super::bound;
use crate::exec::Fuel;
use crate::host::frame::{code, number};
use crate::host::schedule::{self, ScheduledCall};
use crate::host::{Frame, Stop, quota};

pub(crate) fn schedule(
    frame: &mut Frame,
    at: u64,
    entry: &[u8],
    args: &[u8],
    fuel: u64,
) -> Result<i64, Stop> {
    bound(entry.len(), MAX_ENTRY_NAME)?;
    bound(args.len(), MAX_SCHEDULED_ARGS)?;
    let (contract, code_id, vm) = (frame.call.contract, frame.code, frame.vm.clone());
    let session = frame.session()?;
    let entry = core::str::from_utf8(entry).ok().map(EntryName::new);
    let entry = match entry {
        Some(Ok(entry))
            if !SYSTEM_ENTRIES.contains(&entry.as_str())
                && vm.has_entry(&session.overlay, &code_id, entry.as_str())? =>
        {
            entry
        }
        _ => return code(HostCode::NoSuchEntry),
    };
    let now = session.env.height.0;
    if at <= now
        || at - now > MAX_SCHEDULE_AHEAD
        || !(MIN_SCHEDULED_FUEL..=MAX_SCHEDULED_FUEL).contains(&fuel)
    {
        return code(HostCode::OutOfRange);
    }
    let call = ScheduledCall {
        contract,
        entry,
        args: args.to_vec(),
        fuel: Fuel(fuel),
    };
    let Some(id) = schedule::add(&mut session.overlay, Height(at), &call)? else {
        return code(HostCode::Full);
    };
    quota::recount(frame, 0, schedule::counted(&call))?;
    number(id)
}

pub(crate) fn unschedule(frame: &mut Frame, id: u64) -> Result<i64, Stop> {
    let contract = frame.call.contract;
    let overlay = &mut frame.session()?.overlay;
    let Some(call) = schedule::take_back(overlay, &contract, id)? else {
        return code(HostCode::NotFound);
    };
    quota::recount(frame, schedule::counted(&call), 0)?;
    Ok(0)
}
