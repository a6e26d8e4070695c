//! Conditional payments: on an oracle's attestation, on approvals, or from a time on; otherwise back to the payer. See
//! `docs/settlement.md`.
//!
//! | entry | who | what |
//! |---|---|---|
//! | `init` | at instantiation | nothing to set |
//! | `open` | user; payer signs | fixes leg, parties, condition and expiry; returns the deal's id |
//! | `deposit` | user; payer signs | locks the agreed note |
//! | `attest` | anybody with the oracle's attestation | decides the condition |
//! | `approve` | user; approvers sign | counts them; decides at the threshold |
//! | `decline` | user; payee signs | gives the payment up |
//! | `release` | anybody who knows the deal | the note to the payee, once the condition is fulfilled |
//! | `refund` | anybody who knows the deal | the note to the payer, once the condition has failed |
//! | `deal` | anyone, read-only | one deal |
//!
//! A condition that was fulfilled in time stays fulfilled: the payee is paid however late it comes.
#![no_std]

extern crate alloc;

mod condition;
mod life;

use obolus_sdk::abi::deal::DealError;
use obolus_sdk::abi::deal::conditional::ConditionalEvent;
use obolus_sdk::abi::registry::RegistryError;
use obolus_sdk::abi::token::TokenError;

use condition::{approve, attest, decline};
use life::{deal, deposit, init, open, refund, release};

obolus_sdk::contract! {
    events ConditionalEvent;
    errors DealError, TokenError, RegistryError;
    write init;
    write open;
    write deposit;
    write attest;
    write approve;
    write decline;
    write release;
    write refund;
    read deal;
}

#[cfg(test)]
mod tests;
