//! The shielded token contract: notes are issued, paid and redeemed under proofs; nobody but the
//! parties and the auditor learns amounts or names.
//!
//! | entry | who | what |
//! |---|---|---|
//! | `init` | at instantiation | names, registry, roles, pinned verifying keys |
//! | `issue` | user; issuer signs | one note; returns its position |
//! | `transfer` | user; signature under `rk` | two notes in, two out; returns the first's position |
//! | `transfer_for` | an approved contract; signature under `rk` | the same, passed on with others |
//! | `transfer_deal` | the contract that owns the deal | the same for a deal's notes |
//! | `redeem` | user; signature under `rk` | two notes in, change out; returns its position |
//! | `set_switch`, `set_pin`, `set_paused` | user; operator signs | operations |
//! | `state`, `spent` | anyone, read-only | queries |
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
mod notes;
mod operate;
pub mod query;
mod redeem;
mod spend;
mod storage;
mod transfer;

use obolus_sdk::abi::registry::RegistryError;
use obolus_sdk::abi::token::{TokenError, TokenEvent};

use init::init;
use issue::issue;
use operate::{set_paused, set_pin, set_switch};
use query::{spent, state};
use redeem::redeem;
use transfer::{transfer, transfer_deal, transfer_for};

obolus_sdk::contract! {
    events TokenEvent;
    errors TokenError, RegistryError;
    write init;
    write issue;
    write transfer;
    write transfer_for;
    write transfer_deal;
    write redeem;
    write set_switch;
    write set_pin;
    write set_paused;
    read state;
    read spent;
}

#[cfg(test)]
mod tests;
