//! End-to-end tests: one binary, one file per behaviour.

mod levels;
mod tidy;
