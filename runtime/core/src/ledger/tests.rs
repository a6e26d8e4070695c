//! The ledger as a whole, by behaviour.

mod admission;
mod building;
mod crash;
mod failures;
mod recovery;
mod validation;
