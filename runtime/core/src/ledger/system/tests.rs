//! The system contract on a ledger.

mod change;
mod deploy;
mod quota;
mod world;
