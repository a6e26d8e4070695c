//! Calls between contracts.

use obolus_abi::ContractId;
use obolus_abi::hostcall::{HostCode, SYSTEM_ENTRIES};
use obolus_abi::limits::{MAX_ENTRY_NAME, MAX_INPUT};
use obolus_protocol::tx::EntryName;

use super::bound;
use crate::exec::CallError;
use crate::host::frame::code;
use crate::host::{Access, Frame, FrameCall, Stop, encode};

pub(crate) fn call(
    frame: &mut Frame,
    contract: &[u8; 32],
    entry: &[u8],
    args: &[u8],
    fuel: u64,
) -> Result<i64, Stop> {
    nested(frame, Access::Write, contract, entry, args, fuel)
}

pub(crate) fn static_call(
    frame: &mut Frame,
    contract: &[u8; 32],
    entry: &[u8],
    args: &[u8],
    fuel: u64,
) -> Result<i64, Stop> {
    nested(frame, Access::Read, contract, entry, args, fuel)
}

fn nested(
    frame: &mut Frame,
    access: Access,
    contract: &[u8; 32],
    entry: &[u8],
    args: &[u8],
    fuel: u64,
) -> Result<i64, Stop> {
    bound(entry.len(), MAX_ENTRY_NAME)?;
    bound(args.len(), MAX_INPUT)?;
    let entry = core::str::from_utf8(entry).ok().map(EntryName::new);
    let entry = match entry {
        Some(Ok(entry)) if access == Access::Read || !SYSTEM_ENTRIES.contains(&entry.as_str()) => {
            entry
        }
        _ => return code(HostCode::NoSuchEntry),
    };
    let given = fuel.min(frame.fuel);
    let call = FrameCall {
        contract: ContractId(*contract),
        entry,
        caller: Some(frame.call.contract),
        access,
        input: args.to_vec(),
        stack_height: frame.stack_height,
    };
    let session = frame.take_session()?;
    let (session, outcome) = frame.vm.clone().run(session, call, given);
    frame.give_session(session);
    let (result, used) = outcome?;
    frame.charge(used)?;
    match result {
        Ok(reply) => frame.answer(reply),
        Err(CallError::Revert(error)) => {
            frame.answer(encode(&error)?)?;
            code(HostCode::Reverted)
        }
        Err(CallError::Trap(_) | CallError::OutOfFuel | CallError::InputTooLong) => {
            code(HostCode::Trapped)
        }
        Err(CallError::NoSuchContract | CallError::NoSuchEntry) => code(HostCode::NoSuchEntry),
        Err(CallError::Reentered) => code(HostCode::Reentered),
        Err(CallError::TooDeep) => code(HostCode::TooDeep),
    }
}
