//! What an auditor does with what it can read: an index of one token on disk, and everything that is asked of it.
//!
//! - [`index`] follows the chain and writes down each movement in clear, encrypted on disk ([`store`]), in appended segments.
//!   [`ledger`] is the state that goes with it: sums, unspent notes, and the checks that a lying node fails.
//! - [`entry`] is a movement; [`query`] and [`filter`] say which are wanted, [`names`] who is who, [`show`] writes them.
//! - [`annotate`] keeps what institutions say of their payments, and checks texts against commitments.
//! - [`flows`] adds up who paid whom, [`rules`] looks for patterns, [`report`] writes both as one page, [`page`] serves them on
//!   this machine.
//! - [`committee`] opens ciphertexts for t of n members together, and follows the ledger's record of what was opened.
//! - [`mod@recover`] opens what a participant held that has lost its key.
//!
//! Where the shared points of ciphertexts come from is behind [`SharedSecrets`](obolus_wallet::auditor::SharedSecrets): the
//! auditor's secrets, or a quorum of shares.
//!
//! What must never live here: anything that moves money, and anything that a participant would need.

pub mod annotate;
pub mod committee;
pub mod entry;
pub mod filter;
pub mod flows;
pub mod index;
pub mod ledger;
pub mod names;
pub mod page;
pub mod query;
pub mod recover;
pub mod report;
pub mod rules;
pub mod show;
pub mod store;
#[cfg(test)]
mod testing;

pub use entry::{Entry, Kind, RecordId, Time};
pub use filter::{Filter, FilterError};
pub use index::{Index, IndexError, Synced};
pub use names::{Names, People};
pub use recover::{RecoverError, recover};
pub use show::{Decimals, Shower};
