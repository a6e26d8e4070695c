//! The shielded token contract: notes are issued, paid and redeemed under proofs; nobody but the
//! parties and the auditor learns amounts or names.
//!
//! | entry | who | what |
//! |---|---|---|
//! | `init` | at instantiation | names, registry, roles, pinned verifying keys, reserves, velocity, predecessor |
//! | `issue` | user; issuer signs | one note; returns its position |
//! | `issue_backed` | user; issuer signs | the same, proved to fit into the attested reserves |
//! | `transfer` | user; signature under `rk` | two notes in, two out; returns the first's position |
//! | `transfer_limited` | user; signature under `rk` | the same while a velocity rule is in force |
//! | `transfer_for` | an approved contract; signature under `rk` | the same, passed on with others |
//! | `transfer_deal` | the contract that owns the deal | the same for a deal's notes |
//! | `seize` | user; issuer signs | the same for a frozen participant's notes, by order |
//! | `redeem` | user; signature under `rk` | two notes in, change out; returns its position |
//! | `redeem_limited` | user; signature under `rk` | the same while a velocity rule is in force |
//! | `attest` | user; attestor signs | reserves, proved to cover what is in circulation |
//! | `set_switch`, `set_pin`, `set_paused`, `set_velocity`, `set_successor` | user; operator signs | operations |
//! | `migrate_out` | the successor; signature under `rk` | a redemption whose value the successor takes in |
//! | `migrate_in` | user; signature under `rk` | a note from the predecessor; returns its position |
//! | `state`, `spent`, `versions` | anyone, read-only | queries |
//!
//! The order of checks is part of each entry's documentation: cheap ones first, then the ledger's
//! state, then the registry, then the proof. Nothing is written before the last check.
//!
//! What is never here: amounts, owners, keys. The contract sees commitments, nullifiers, ciphertexts
//! and two sums of Pedersen commitments (issued, redeemed).
#![no_std]

extern crate alloc;
#[cfg(test)]
extern crate std;

mod gate;
mod init;
mod issue;
mod memos;
mod migrate;
mod notes;
mod operate;
pub mod query;
mod redeem;
mod reserves;
mod seize;
mod spend;
mod storage;
mod transfer;
mod velocity;
mod versions;

use obolus_sdk::abi::registry::RegistryError;
use obolus_sdk::abi::token::{TokenError, TokenEvent};

use init::init;
use issue::{issue, issue_backed};
use migrate::{migrate_in, migrate_out, set_successor};
use operate::{set_paused, set_pin, set_switch, set_velocity};
use query::{spent, state, versions};
use redeem::{redeem, redeem_limited};
use reserves::attest;
use seize::seize;
use transfer::{transfer, transfer_deal, transfer_for, transfer_limited};

obolus_sdk::contract! {
    events TokenEvent;
    errors TokenError, RegistryError;
    write init;
    write issue;
    write issue_backed;
    write transfer;
    write transfer_limited;
    write transfer_for;
    write transfer_deal;
    write seize;
    write redeem;
    write redeem_limited;
    write attest;
    write set_switch;
    write set_pin;
    write set_paused;
    write set_velocity;
    write set_successor;
    write migrate_out;
    write migrate_in;
    read state;
    read spent;
    read versions;
}

#[cfg(test)]
mod tests;
