//! Payment versus payment: one currency against another at an agreed rate, both amounts hidden. A proof shows that the
//! two deposits stand in the rate, so that neither party can lock a wrong amount. See `docs/settlement.md`.
//!
//! | entry | who | what |
//! |---|---|---|
//! | `init` | at instantiation | verifying key of the `ratio` circuit |
//! | `open` | user; first party signs | fixes legs, parties, rate and expiry; returns the deal's id |
//! | `deposit`, `settle`, `refund`, `deal` | | as in dvp |
#![no_std]

extern crate alloc;

use obolus_deals::pair::{deal, deposit, refund, settle};
use obolus_sdk::abi::deal::DealError;
use obolus_sdk::abi::deal::pair::{OpenPvpMsg, PairEvent, PvpInit};
use obolus_sdk::abi::registry::RegistryError;
use obolus_sdk::abi::token::TokenError;
use obolus_sdk::{ContractError, DealId, Env, Item, KeyId};

/// Verifying key of `ratio` proofs. Field ids are part of the stored state.
const RATIO_KEY: Item<KeyId> = Item::new(0);

/// Pins the key.
///
/// # Errors
/// `State`.
fn init(env: &mut Env, msg: PvpInit) -> Result<(), DealError> {
    if RATIO_KEY.get(env).is_some() {
        return Err(DealError::State);
    }
    RATIO_KEY.set(env, &msg.ratio_key);
    Ok(())
}

/// Opens a deal whose deposits stand in the rate.
///
/// # Errors
/// `State`, `BadTerms`, `BadRate`, then what [`obolus_deals::pair::open_at_rate`] says.
fn open(env: &mut Env, msg: OpenPvpMsg) -> Result<DealId, ContractError> {
    let key = RATIO_KEY.get(env).ok_or(DealError::State)?;
    if msg.rate.p == 0 || msg.rate.q == 0 {
        return Err(DealError::BadTerms.into());
    }
    let proven = env
        .proven(&key, msg.inputs(env.context()))
        .map_err(|_| DealError::BadRate)?;
    obolus_deals::pair::open_at_rate(env, msg, &proven)
}

obolus_sdk::contract! {
    events PairEvent;
    errors DealError, TokenError, RegistryError;
    write init;
    write open;
    write deposit;
    write settle;
    write refund;
    read deal;
}

#[cfg(test)]
mod tests;
