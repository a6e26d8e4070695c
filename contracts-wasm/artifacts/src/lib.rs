//! The contracts as WASM bytes, built by this crate's build script.
//!
//! This is the only way from contract sources to the runtime: they meet as bytes, never as a Cargo
//! dependency. A module's code id is the BLAKE3 of its bytes; `golden/code-ids.txt` lists the ids,
//! so that a change of any byte is a deliberate one.

pub mod reproducible;

/// The participant registry.
pub const REGISTRY: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/registry.wasm"));
/// The shielded token.
pub const TOKEN: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/token.wasm"));
/// Delivery versus payment.
pub const DVP: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/dvp.wasm"));
/// Payment versus payment.
pub const PVP: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/pvp.wasm"));
/// Conditional payments.
pub const CONDITIONAL: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/conditional.wasm"));
/// Standing orders.
pub const STANDING: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/standing.wasm"));
/// Netting.
pub const NETTING: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/netting.wasm"));
/// The access log of a threshold auditor.
pub const ACCESSLOG: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/accesslog.wasm"));
/// A contract whose entries misbehave on purpose; for tests.
pub const HOSTILE: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/hostile.wasm"));

/// Every contract by its name, in the order of the golden file.
pub const ALL: &[(&str, &[u8])] = &[
    ("registry", REGISTRY),
    ("token", TOKEN),
    ("dvp", DVP),
    ("pvp", PVP),
    ("conditional", CONDITIONAL),
    ("standing", STANDING),
    ("netting", NETTING),
    ("accesslog", ACCESSLOG),
    ("hostile", HOSTILE),
];

#[cfg(test)]
mod tests;
