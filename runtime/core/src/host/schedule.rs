//! Calls that contracts have scheduled: what waits, in the order in which it will run.
//!
//! | key | value |
//! |---|---|
//! | `17 ‖ height ‖ number` | [`ScheduledCall`]; both big-endian, so that the state's order is the order of execution |
//! | `18 ‖ contract ‖ number` | the height under which the call stands |
//! | `19 ‖ contract` | how many of its calls wait |
//! | `1a` | number of the next call |
//! | `1b` | [`SeenRun`] of the last block that ran any: binds events and fuel to the app hash |
//!
//! A call leaves the schedule when it runs, whatever comes of it, or when its contract takes it back.

use borsh::{BorshDeserialize, BorshSerialize};
use obolus_abi::ContractId;
use obolus_abi::limits::{MAX_SCHEDULED, STORAGE_SCHEDULED};
use obolus_protocol::tx::{EntryName, Height};

use super::encode;
use crate::exec::{Fault, Fuel};
use crate::overlay::Overlay;
use crate::state::{StateError, StateRead, keys};

/// A call that waits for its block.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct ScheduledCall {
    /// The contract, which is also the caller that the entry sees.
    pub contract: ContractId,
    /// The mutable entry.
    pub entry: EntryName,
    /// The encoded message.
    pub args: Vec<u8>,
    /// Most fuel that it may use.
    pub fuel: Fuel,
}

/// Where a call stands in the schedule: first by height, then in the order in which calls were scheduled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The first block that may run it.
    pub height: Height,
    /// Its number, unique on the chain.
    pub number: u64,
}

/// What the state holds of the last block that ran scheduled calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct SeenRun {
    /// The block.
    pub height: Height,
    /// BLAKE3 of what became of its scheduled calls (borsh).
    pub outcome: [u8; 32],
}

/// Bytes of a contract's storage quota that a call takes while it waits.
pub(crate) fn counted(call: &ScheduledCall) -> u64 {
    STORAGE_SCHEDULED + call.args.len() as u64
}

/// Puts a call into the schedule; its number, or none when its contract has too many there.
pub(crate) fn add(
    overlay: &mut Overlay,
    height: Height,
    call: &ScheduledCall,
) -> Result<Option<u64>, Fault> {
    let waiting = count(overlay, &call.contract)?;
    if waiting >= MAX_SCHEDULED {
        return Ok(None);
    }
    put_count(overlay, &call.contract, waiting + 1);
    let number = match overlay.get(&keys::schedule_next())? {
        None => 0,
        Some(bytes) => borsh::from_slice(&bytes).map_err(|_| damaged())?,
    };
    let next: u64 = number + 1;
    overlay.put(keys::schedule_next(), next.to_le_bytes().to_vec());
    overlay.put(keys::scheduled(height.0, number), encode(call)?);
    overlay.put(
        keys::scheduled_of(&call.contract, number),
        height.0.to_le_bytes().to_vec(),
    );
    Ok(Some(number))
}

/// Takes a contract's call out of the schedule; none when it has no such call.
pub(crate) fn take_back(
    overlay: &mut Overlay,
    contract: &ContractId,
    number: u64,
) -> Result<Option<ScheduledCall>, Fault> {
    let Some(bytes) = overlay.get(&keys::scheduled_of(contract, number))? else {
        return Ok(None);
    };
    let height = borsh::from_slice(&bytes).map_err(|_| damaged())?;
    let place = Place {
        height: Height(height),
        number,
    };
    let call = take(overlay, place)?.ok_or_else(damaged)?;
    Ok(Some(call))
}

/// Takes what stands at a place out of the schedule; none when it was taken back meanwhile.
pub(crate) fn take(overlay: &mut Overlay, place: Place) -> Result<Option<ScheduledCall>, Fault> {
    let key = keys::scheduled(place.height.0, place.number);
    let Some(call) = overlay.get(&key)? else {
        return Ok(None);
    };
    let call: ScheduledCall = borsh::from_slice(&call).map_err(|_| damaged())?;
    let waiting = count(overlay, &call.contract)?;
    put_count(
        overlay,
        &call.contract,
        waiting.checked_sub(1).ok_or_else(damaged)?,
    );
    overlay.delete(key);
    overlay.delete(keys::scheduled_of(&call.contract, place.number));
    Ok(Some(call))
}

/// Places of at most `limit` calls that the block of `height` may run, in order, after `after`. From the committed
/// state: what a block schedules is for later blocks, and passing over what it took out would cost more and more.
pub(crate) fn due(
    committed: &dyn StateRead,
    height: Height,
    after: Option<Place>,
    limit: usize,
) -> Result<Vec<Place>, StateError> {
    let after = after.map(|place| keys::scheduled(place.height.0, place.number));
    let mut places = Vec::new();
    for (key, _) in committed.scan(&[keys::SCHEDULED], after.as_deref(), limit)? {
        let place = place_of(&key).ok_or_else(broken)?;
        if place.height > height {
            break;
        }
        places.push(place);
    }
    Ok(places)
}

fn count(overlay: &Overlay, contract: &ContractId) -> Result<u32, Fault> {
    match overlay.get(&keys::scheduled_count(contract))? {
        None => Ok(0),
        Some(bytes) => borsh::from_slice(&bytes).map_err(|_| damaged()),
    }
}

fn put_count(overlay: &mut Overlay, contract: &ContractId, count: u32) {
    let key = keys::scheduled_count(contract);
    match count {
        0 => overlay.delete(key),
        count => overlay.put(key, count.to_le_bytes().to_vec()),
    }
}

/// All calls of a contract that wait, in the order of their numbers.
///
/// # Errors
/// [`StateError`] when the state cannot be read.
pub fn waiting(
    state: &dyn StateRead,
    contract: &ContractId,
) -> Result<Vec<(Place, ScheduledCall)>, StateError> {
    let prefix = keys::scheduled_by(contract);
    let entries = state.scan(&prefix, None, MAX_SCHEDULED as usize)?;
    let mut calls = Vec::with_capacity(entries.len());
    for (key, height) in entries {
        let number = key
            .get(prefix.len()..)
            .and_then(|rest| rest.try_into().ok());
        let number = u64::from_be_bytes(number.ok_or_else(broken)?);
        let height: u64 = borsh::from_slice(&height).map_err(|_| broken())?;
        let call = state
            .get(&keys::scheduled(height, number))?
            .ok_or_else(broken)?;
        let place = Place {
            height: Height(height),
            number,
        };
        calls.push((place, borsh::from_slice(&call).map_err(|_| broken())?));
    }
    Ok(calls)
}

fn place_of(key: &[u8]) -> Option<Place> {
    let (height, rest) = key.get(1..)?.split_first_chunk()?;
    Some(Place {
        height: Height(u64::from_be_bytes(*height)),
        number: u64::from_be_bytes(rest.try_into().ok()?),
    })
}

fn broken() -> StateError {
    StateError::Damaged("the schedule".into())
}

fn damaged() -> Fault {
    broken().into()
}
