//! Netting: a cycle of obligations is discharged by the net payments alone, in one transaction, all or nothing. See
//! `docs/settlement.md`.
//!
//! | entry | who | what |
//! |---|---|---|
//! | `init` | at instantiation | nothing to set |
//! | `settle` | user; every payer signs | makes all net payments |
#![no_std]

extern crate alloc;

use obolus_deals::{passed, user_only};
use obolus_sdk::abi::deal::atomic::{NetEvent, NetMsg};
use obolus_sdk::abi::deal::{DealError, MAX_LEGS};
use obolus_sdk::abi::registry::RegistryError;
use obolus_sdk::abi::token::TokenError;
use obolus_sdk::{ContractError, Env};

fn init(_env: &mut Env, (): ()) -> Result<(), DealError> {
    Ok(())
}

/// Makes all payments, or none.
///
/// # Errors
/// `UserOnly`, `BadTerms`, then a token's refusal.
fn settle(env: &mut Env, msg: NetMsg) -> Result<(), ContractError> {
    user_only(env)?;
    if msg.payments.is_empty() || msg.payments.len() > MAX_LEGS {
        return Err(DealError::BadTerms.into());
    }
    passed::pay_all(env, &msg.payments)?;
    #[expect(clippy::cast_possible_truncation, reason = "at most MAX_LEGS")]
    let payments = msg.payments.len() as u8;
    env.emit(&NetEvent::Settled {
        obligations: msg.obligations,
        payments,
    });
    Ok(())
}

obolus_sdk::contract! {
    events NetEvent;
    errors DealError, TokenError, RegistryError;
    write init;
    write settle;
}

#[cfg(test)]
mod tests;
