//! The participant registry contract: who may hold a token, up to which amount per transfer, and
//! which auditor key is in force. One registry serves one token.
//!
//! Participants sit in one of two accumulators, ACTIVE or FROZEN, as leaves `H(owner, limit)`.
//! Proofs name a root; the token asks [`check_roots`] whether it is one of those
//! still accepted (see [`roots`]), and receives the auditor's keys that the proof may use. For a seizure it asks
//! [`check_seizure`], whose sender's root is one of FROZEN (see [`frozen`]).
//!
//! | entry | who | what |
//! |---|---|---|
//! | `init` | at instantiation | registrar, auditor, key id of the `register` circuit, root window, seizure delay |
//! | `register` | user; registrar and holder of `ak` sign | enters a participant; returns its slot |
//! | `rotate` | user; registrar and holders of the old and the new `ak` sign | enters a participant's new key; returns its slot |
//! | `recover` | user; registrar and holder of the new `ak` sign | the same, for a frozen slot whose key is lost |
//! | `open_deal` | an approved contract | enters one of the caller's deals; returns its slot |
//! | `approve_contract` | user; registrar signs | lets a contract with frozen code open deals and pass payments on |
//! | `freeze`, `unfreeze` | user; registrar signs | moves a leaf between ACTIVE and FROZEN |
//! | `set_limit` | user; registrar signs | changes a per-transfer limit |
//! | `set_auditor` | user; registrar and the new key's holder sign | starts an auditor epoch |
//! | `check_roots`, `check_seizure`, `state`, `participant`, `epochs` | anyone, read-only | queries |
//!
//! Role entries are for users only: role signatures cover the top-level call, so a contract in
//! between could otherwise spend the registrar's signature on arguments of its own choice.
//!
//! Slots are handed out in order and never reused; a directory entry stays for good, because audit
//! ciphertexts name slots.
#![no_std]

extern crate alloc;
#[cfg(test)]
extern crate std;

mod auditor;
mod authority;
mod enter;
pub mod frozen;
mod init;
mod manage;
pub mod query;
pub mod roots;
mod rotate;
mod storage;

use obolus_sdk::abi::registry::{RegistryError, RegistryEvent};

use auditor::{epochs, set_auditor};
use enter::{open_deal, register};
use init::init;
use manage::{approve_contract, freeze, set_limit, unfreeze};
use query::{check_roots, check_seizure, participant, state};
use rotate::{recover, rotate};

obolus_sdk::contract! {
    events RegistryEvent;
    errors RegistryError;
    write init;
    write register;
    write rotate;
    write recover;
    write open_deal;
    write approve_contract;
    write freeze;
    write unfreeze;
    write set_limit;
    write set_auditor;
    read check_roots;
    read check_seizure;
    read state;
    read participant;
    read epochs;
}

#[cfg(test)]
mod tests;
