//! Input, output, events, trace.

use obolus_abi::limits::{MAX_EVENT, MAX_EVENTS, MAX_LOG, MAX_RETURN, MAX_REVERT};

use super::bound;
use crate::exec::{Event, TrapKind};
use crate::host::frame::{length, number};
use crate::host::{Frame, Stop};

pub(crate) fn input_len(frame: &mut Frame) -> Result<i64, Stop> {
    length(frame.call.input.len())
}

pub(crate) fn input_read(frame: &mut Frame, dst: &mut [u8], offset: u32) -> Result<i64, Stop> {
    copy(&frame.call.input, dst, offset)
}

pub(crate) fn buffer_len(frame: &mut Frame) -> Result<i64, Stop> {
    length(frame.buffer.len())
}

pub(crate) fn buffer_read(frame: &mut Frame, dst: &mut [u8], offset: u32) -> Result<i64, Stop> {
    copy(&frame.buffer, dst, offset)
}

pub(crate) fn ret(frame: &mut Frame, data: &[u8]) -> Result<i64, Stop> {
    bound(data.len(), MAX_RETURN)?;
    frame.ret = data.to_vec();
    Ok(0)
}

pub(crate) fn revert(frame: &mut Frame, error: &[u8]) -> Result<i64, Stop> {
    bound(error.len(), MAX_REVERT)?;
    frame.revert = Some(error.to_vec());
    Ok(0)
}

pub(crate) fn fuel_left(frame: &mut Frame) -> Result<i64, Stop> {
    number(frame.fuel)
}

pub(crate) fn emit(frame: &mut Frame, data: &[u8]) -> Result<i64, Stop> {
    bound(data.len(), MAX_EVENT)?;
    let contract = frame.call.contract;
    let session = frame.session()?;
    if session.events.len() >= MAX_EVENTS {
        return Err(TrapKind::BadArgument.into());
    }
    session.events.push(Event {
        contract,
        data: data.to_vec(),
    });
    Ok(0)
}

pub(crate) fn log(frame: &mut Frame, text: &[u8]) -> Result<i64, Stop> {
    bound(text.len(), MAX_LOG)?;
    tracing::debug!(
        contract = %frame.call.contract,
        entry = %frame.call.entry,
        "{}",
        text.escape_ascii()
    );
    Ok(0)
}

fn copy(source: &[u8], dst: &mut [u8], offset: u32) -> Result<i64, Stop> {
    let rest = source.get(offset as usize..).unwrap_or_default();
    for (to, from) in dst.iter_mut().zip(rest) {
        *to = *from;
    }
    length(rest.len().min(dst.len()))
}
