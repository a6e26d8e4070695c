//! Waste and half-done work: every entry here must end without a trace.

use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use core::hint::black_box;

use obolus_sdk::abi::limits;
use obolus_sdk::{
    AppendTree, ContractError, ContractId, Env, FieldBytes, Item, KeyId, Map, SdkError, abort,
};

use crate::messages::{HostileError, Oversize, Raw};

/// What [`note`] counts; other hostile entries write here before they fail.
pub const NOTES: Item<u64> = Item::new(0);
const BLOBS: Map<Vec<u8>, Raw> = Map::new(1);

/// Counts up by one and emits the count: the honest write that rollbacks are measured against.
///
/// # Errors
/// None.
pub fn note(env: &mut Env, (): ()) -> Result<u64, SdkError> {
    let count = NOTES.get(env).unwrap_or(0) + 1;
    NOTES.set(env, &count);
    env.emit(&count);
    Ok(count)
}

/// The count.
///
/// # Errors
/// None.
pub fn notes(env: &Env, (): ()) -> Result<u64, SdkError> {
    Ok(NOTES.get(env).unwrap_or(0))
}

/// Never ends by itself.
///
/// # Errors
/// None.
pub fn spin(_env: &mut Env, (): ()) -> Result<(), SdkError> {
    burn()
}

/// An endless loop.
pub fn burn() -> ! {
    let mut count = 0_u64;
    loop {
        count = black_box(count.wrapping_add(1));
    }
}

/// Calls itself `depth` times, each frame with some stack of its own in memory; returns the depth. Too
/// deep a call runs out of the guest's 64 KiB.
///
/// # Errors
/// None.
pub fn recurse(_env: &mut Env, depth: u32) -> Result<u32, SdkError> {
    Ok(deeper(depth))
}

fn deeper(depth: u32) -> u32 {
    let frame = black_box([depth; 16]);
    match depth {
        0 => 0,
        _ => deeper(depth - 1) + frame[usize::from(depth > 1)] / depth,
    }
}

/// Calls itself `depth` times without a byte of stack in memory, so that only the host can bound it;
/// returns the depth.
///
/// # Errors
/// None.
pub fn sink(env: &mut Env, depth: u32) -> Result<u32, SdkError> {
    Ok(lower(env, depth))
}

#[inline(never)]
fn lower(env: &Env, depth: u32) -> u32 {
    if depth == 0 {
        return 0;
    }
    let below = lower(env, depth - 1);
    // A host call after the inner call keeps the compiler from making this a loop.
    below + u32::from(env.fuel_left() > 0)
}

/// Writes, emits, then traps.
///
/// # Errors
/// None; it traps.
pub fn half(env: &mut Env, (): ()) -> Result<(), SdkError> {
    note(env, ())?;
    abort("half-way through")
}

/// Writes, emits, then refuses.
///
/// # Errors
/// `Half`, always.
pub fn half_refused(env: &mut Env, (): ()) -> Result<(), ContractError> {
    note(env, ())?;
    Err(HostileError::Half.into())
}

/// Writes, then exceeds one limit of the host by one.
///
/// # Errors
/// None; the host traps it.
pub fn oversize(env: &mut Env, limit: Oversize) -> Result<Raw, ContractError> {
    note(env, ())?;
    match limit {
        // Field id and length prefix of the key count as well.
        Oversize::Key => BLOBS.set(env, &vec![0; limits::MAX_KEY - 4], &Raw(Vec::new())),
        Oversize::Value => BLOBS.set(env, &Vec::new(), &blob(limits::MAX_VALUE + 1)),
        Oversize::Event => env.emit(&blob(limits::MAX_EVENT + 1)),
        Oversize::Events => {
            for event in 0..limits::MAX_EVENTS {
                env.emit(&(event as u64));
            }
        }
        Oversize::Return => return Ok(blob(limits::MAX_RETURN + 1)),
        Oversize::Arguments => {
            let nobody = ContractId([0xff; 32]);
            let entry = String::from("nothing");
            let _reply: Result<Raw, _> = env.call(&nobody, &entry, &blob(limits::MAX_INPUT + 1));
        }
        Oversize::Tree => {
            let _index = AppendTree::new(limits::MAX_TREES).append(env, &FieldBytes::ZERO);
        }
        Oversize::ProofInputs => {
            let inputs = vec![FieldBytes::ZERO; limits::MAX_PROOF_INPUTS + 1];
            let _verdict = env.proof_holds(&KeyId([0; 32]), &inputs);
        }
    }
    Ok(Raw(Vec::new()))
}

fn blob(len: usize) -> Raw {
    Raw(vec![0; len])
}
