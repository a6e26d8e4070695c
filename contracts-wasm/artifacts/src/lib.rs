//! The contracts as WASM bytes, built by this crate's build script.
//!
//! This is the only way from contract sources to the runtime: they meet as bytes, never as a Cargo
//! dependency. A module's code id is the BLAKE3 of its bytes; `golden/code-ids.txt` lists the ids,
//! so that a change of any byte is a deliberate one.

/// The participant registry.
pub const REGISTRY: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/registry.wasm"));
/// The shielded token.
pub const TOKEN: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/token.wasm"));
/// A contract whose entries misbehave on purpose; for tests.
pub const HOSTILE: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/hostile.wasm"));

#[cfg(test)]
mod tests;
