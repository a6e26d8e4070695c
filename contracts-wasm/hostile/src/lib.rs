//! Contracts that misbehave on purpose, for tests of the runtime and of the token's attack rules.
//!
//! One module with many entries; install it as often as a test needs hostile parties.
//!
//! - [`waste`]: endless loop, deep recursion, writes that end in a trap or a refusal, sizes over every
//!   limit;
//! - `raw` (WASM only): bad addresses, exits without data, a memory bomb, a write behind a read-only
//!   export;
//! - [`relay`]: passes on any bytes to any entry (replays, lies about who calls), swallows failures,
//!   chains of calls;
//! - [`registry`]: plays a token's registry and turns on the token;
//! - [`dealer`]: the honest exception, a contract that opens deals and pays from them; the attacks on
//!   deals need one.
#![no_std]

extern crate alloc;

pub mod dealer;
pub mod messages;
#[cfg(target_arch = "wasm32")]
mod raw;
pub mod registry;
pub mod relay;
pub mod waste;

use obolus_sdk::{Env, SdkError};

use dealer::{open, release};
use registry::{check_roots, set_mode};
use relay::{chain, forward, peek, swallow};
use waste::{half, half_refused, note, notes, oversize, recurse, sink, spin};

/// Nothing to set up.
///
/// # Errors
/// None.
fn init(_env: &mut Env, (): ()) -> Result<(), SdkError> {
    Ok(())
}

obolus_sdk::entries! {
    write init;
    write note;
    write spin;
    write recurse;
    write sink;
    write half;
    write half_refused;
    write oversize;
    write forward;
    write swallow;
    write chain;
    write set_mode;
    write open;
    write release;
    read notes;
    read peek;
    read check_roots;
}

#[cfg(test)]
mod tests;
