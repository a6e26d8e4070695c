//! The ledger as a whole, by behaviour.

mod admission;
mod building;
mod crash;
mod failures;
mod reading;
mod recovery;
mod validation;
