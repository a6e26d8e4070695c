//! The access log: the public record of what a threshold auditor opened. See `docs/contracts/accesslog.md`.
//!
//! A member of the auditor hands out its partial decryptions only for a request that stands here, and says here that it
//! did. Every entry goes into a chain of hashes, whose head anybody can keep: nothing can be taken out or changed
//! afterwards, whoever runs the ledger.
//!
//! | entry | who | what |
//! |---|---|---|
//! | `init` | at instantiation | members with their threshold, who may ask, the contracts that it is for |
//! | `request` | user; who asks signs | asks to open some ciphertexts; returns the request's number |
//! | `answer` | user; the member signs | records that a member handed out its partial decryptions |
//! | `set_members` | user; a threshold of the present members signs | exchanges members and requesters |
//! | `state`, `logged`, `access`, `requests_of` | anyone, read-only | queries |
#![no_std]

extern crate alloc;
#[cfg(test)]
extern crate std;

mod ask;
mod chain;
mod members;
mod query;
mod storage;

use obolus_sdk::abi::accesslog::{AccessError, AccessEvent};

use ask::{answer, request};
use members::{init, set_members};
use query::{access, logged, requests_of, state};

obolus_sdk::contract! {
    events AccessEvent;
    errors AccessError;
    write init;
    write request;
    write answer;
    write set_members;
    read state;
    read logged;
    read access;
    read requests_of;
}

#[cfg(test)]
mod tests;
