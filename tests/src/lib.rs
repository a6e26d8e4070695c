//! Home of the end-to-end tests (`e2e/`), the benchmark of contract execution (`benches/`), the payment
//! files they read (`data/`) and golden values (`golden/`).
//!
//! The library is what they have in common: [`bank`], a ledger with everything on it. Nothing depends
//! on this crate.
#![allow(
    clippy::unwrap_used,
    reason = "tests stop at the first thing that fails"
)]

pub mod bank;
