//! The ledger: admits transactions, executes blocks, commits them, recovers.
//!
//! [`Execution`] is a deterministic state machine and knows nothing of ordering. Whoever orders
//! transactions, one sequencer or a consensus engine, drives it:
//!
//! 1. [`Reader::screen`] and [`Reader::authenticate`] check what a block's place does not decide:
//!    form, then signatures and proofs;
//! 2. [`Execution::build`] executes admitted transactions on an overlay into an [`Executed`] block
//!    and says which ones were refused; [`Execution::validate`] does the same for somebody else's
//!    block and refuses it if any transaction fails;
//! 3. [`Execution::commit`] appends the block to the log, fsyncs, applies the writes to the store,
//!    and only then acknowledges with receipts.
//!
//! A [`Reader`] is what other threads hold: it reads what is committed and admits transactions while
//! the owner of the [`Execution`] builds and commits.
//!
//! On opening, the store is compared with the log and brought up to it, or rebuilt from it.

mod admission;
mod admit_error;
mod commit;
mod error;
mod execution;
mod index;
mod queries;
mod reader;
mod recovery;
mod refusal;
mod run;
mod scheduled;
mod seen;
mod system;

pub use crate::exec::Appended;
pub use admission::{Admitted, Screened};
pub use admit_error::AdmitError;
pub use commit::{CommitError, Executed};
pub use error::{BuildError, LedgerError, QueryError, ValidateError};
pub use execution::{Execution, Proposal};
pub use queries::QUERY_FUEL;
pub use reader::Reader;
pub use refusal::{Refusal, Refused};
pub use run::{BLOCK_FUEL, TX_FUEL};
pub use scheduled::SCHEDULED_BLOCK_FUEL;
pub use seen::SeenRecord;

use borsh::BorshSerialize;

/// The borsh encoding.
fn encode<T: BorshSerialize>(value: &T) -> Vec<u8> {
    let mut bytes = Vec::new();
    #[expect(
        clippy::expect_used,
        reason = "a Vec takes any bytes; borsh fails only on lists above 2^32 items"
    )]
    value
        .serialize(&mut bytes)
        .expect("writing to a Vec cannot fail");
    bytes
}

#[cfg(any(test, feature = "test-fixtures"))]
pub mod kit;
#[cfg(test)]
mod tests;
