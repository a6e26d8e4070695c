//! Delivery versus payment: a security against cash, both amounts hidden. See `docs/settlement.md`.
//!
//! | entry | who | what |
//! |---|---|---|
//! | `init` | at instantiation | nothing to set |
//! | `open` | user; first party signs | fixes legs, parties and expiry; returns the deal's id |
//! | `deposit` | user; the leg's payer signs | locks the agreed note |
//! | `settle` | anybody who knows the deal | both legs to their payees, until the expiry |
//! | `refund` | after the expiry anybody who knows the deal; before it the payer of a leg that stands alone | the leg back |
//! | `swap` | user; both payers sign | two payments in one transaction, nothing is locked |
//! | `deal` | anyone, read-only | one deal |
#![no_std]

extern crate alloc;

use obolus_deals::pair::{deal, deposit, refund, settle};
use obolus_deals::{passed, user_only};
use obolus_sdk::abi::deal::DealError;
use obolus_sdk::abi::deal::atomic::SwapMsg;
use obolus_sdk::abi::deal::pair::{OpenPairMsg, PairEvent};
use obolus_sdk::abi::registry::RegistryError;
use obolus_sdk::abi::token::TokenError;
use obolus_sdk::{ContractError, DealId, Env};

fn init(_env: &mut Env, (): ()) -> Result<(), DealError> {
    Ok(())
}

/// Opens a deal.
///
/// # Errors
/// What [`obolus_deals::pair::open`] says.
fn open(env: &mut Env, msg: OpenPairMsg) -> Result<DealId, ContractError> {
    obolus_deals::pair::open(env, msg)
}

/// Makes two payments at two tokens, or none.
///
/// # Errors
/// `UserOnly`, `BadTerms`, then a token's refusal.
fn swap(env: &mut Env, msg: SwapMsg) -> Result<(), ContractError> {
    user_only(env)?;
    let tokens = msg.payments.each_ref().map(|payment| payment.token);
    let [first, second] = &tokens;
    if first == second {
        return Err(DealError::BadTerms.into());
    }
    passed::pay_all(env, &msg.payments)?;
    env.emit(&PairEvent::Swapped { tokens });
    Ok(())
}

obolus_sdk::contract! {
    events PairEvent;
    errors DealError, TokenError, RegistryError;
    write init;
    write open;
    write deposit;
    write settle;
    write refund;
    write swap;
    read deal;
}

#[cfg(test)]
mod tests;
