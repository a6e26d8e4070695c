//! Home of the end-to-end tests (`e2e/`), the benchmark of contract execution (`benches/`), the payment
//! files they read (`data/`) and golden values (`golden/`).
//!
//! The library is what they have in common: [`bank`], a ledger with a token on it, and [`market`], one with several
//! tokens; [`contracts`] settle in both, [`role`] signs for both. Nothing depends on this crate.
#![allow(
    clippy::unwrap_used,
    reason = "tests stop at the first thing that fails"
)]

pub mod bank;
pub mod contracts;
pub mod market;
pub mod role;
