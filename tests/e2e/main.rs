//! End-to-end tests: one binary, one file per behaviour.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a failed expectation is a failed test"
)]

mod contracts;
mod deals;
mod levels;
mod oversight;
mod replay;
mod shared_values;
mod tidy;
mod traces;
