//! An auditor whose key is held by t of n people: what is opened stands on the ledger first.
//!
//! [`AccessLog`] follows the access log's contract and checks its chain of hashes; [`AccessLog::follow`] holds it against what
//! a member saw before, and checks who signed its entries. [`find`] says which ciphertexts a request there is about, from the
//! very transactions that it names; what sealed items stand for is in [`SealedItems`]. Each member answers with partial decryptions ([`Answer`]),
//! whose hash goes into the log before anybody gets them; t answers make a [`Quorum`], with which [`open`] reads exactly
//! these ciphertexts and compares what comes out with the commitments on the ledger. [`check_key`] is what members look at
//! before they show that they hold the key of the next epoch.

mod answer;
mod error;
mod find;
mod key;
mod log;
mod open;
mod pin;
mod sealed;
mod signed;
mod stated;
#[cfg(test)]
mod testing;

pub use answer::{Answer, Quorum, RequestId, combine};
pub use error::AccessError;
pub use find::{Known, Wanted, find, name_items};
pub use key::check_key;
pub use log::{AccessLog, LogClient, LogSource, Request};
pub use open::{Opening, open};
pub use pin::Pin;
pub use sealed::{SealedItems, unsealed};
pub use signed::{Blocks, check_signed};
