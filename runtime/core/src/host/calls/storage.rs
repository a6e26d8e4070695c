//! A contract's own storage. Keys are put under the contract's id, so that no contract can name
//! another's entries or the host's.

use obolus_abi::hostcall::{HostCode, SCAN_ENTRY_PRICE};
use obolus_abi::limits::{MAX_KEY, MAX_SCAN, MAX_VALUE};

use super::bound;
use crate::host::frame::code;
use crate::host::{Frame, Stop, encode, quota};
use crate::state::keys;

pub(crate) fn get(frame: &mut Frame, key: &[u8]) -> Result<i64, Stop> {
    let key = own_key(frame, key)?;
    match frame.session()?.overlay.get(&key)? {
        Some(value) => frame.answer(value),
        None => code(HostCode::NotFound),
    }
}

pub(crate) fn set(frame: &mut Frame, key: &[u8], value: &[u8]) -> Result<i64, Stop> {
    bound(value.len(), MAX_VALUE)?;
    bound(key.len(), MAX_KEY)?;
    quota::put(frame, key, value)?;
    Ok(0)
}

pub(crate) fn del(frame: &mut Frame, key: &[u8]) -> Result<i64, Stop> {
    bound(key.len(), MAX_KEY)?;
    quota::delete(frame, key)?;
    Ok(0)
}

pub(crate) fn scan(
    frame: &mut Frame,
    prefix: &[u8],
    after: &[u8],
    limit: u32,
) -> Result<i64, Stop> {
    if limit > MAX_SCAN {
        return Err(crate::exec::TrapKind::BadArgument.into());
    }
    frame.charge(SCAN_ENTRY_PRICE * u64::from(limit))?;
    let start = if after.is_empty() {
        None
    } else {
        Some(own_key(frame, after)?)
    };
    let prefix = own_key(frame, prefix)?;
    let own = own_key(frame, &[])?.len();
    // Deletions that were not committed yet are passed over one by one, and paid like entries.
    let patience = frame.fuel / SCAN_ENTRY_PRICE;
    let found = frame.session()?.overlay.scan_passing(
        &prefix,
        start.as_deref(),
        limit as usize,
        patience,
    )?;
    let (entries, passed) = found.ok_or(Stop::OutOfFuel)?;
    frame.charge(SCAN_ENTRY_PRICE * passed)?;
    let entries: Vec<(&[u8], &[u8])> = entries
        .iter()
        .map(|(key, value)| (key.get(own..).unwrap_or_default(), value.as_slice()))
        .collect();
    frame.answer(encode(&entries)?)
}

fn own_key(frame: &Frame, key: &[u8]) -> Result<Vec<u8>, Stop> {
    bound(key.len(), MAX_KEY)?;
    Ok(keys::storage(&frame.call.contract, key))
}
