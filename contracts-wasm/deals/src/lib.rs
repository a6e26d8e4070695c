//! What the settlement contracts share: [`leg`]s, [`pair`]s of them, and payments of users that are [`passed`] on.
//!
//! A leg is a note that one party locks at a token. When a deal opens, three commitments are fixed for each leg: the note
//! that must be locked, the one that the payee gets, and the one that the payer gets back. The contract compares
//! commitments and sees no amounts; both parties recompute them from the deal's secret before they lock anything.
//!
//! Rules that every contract here keeps:
//!
//! - A leg takes one deposit, and is paid out once: released or refunded, never both.
//! - What a deal allows depends on its legs, the block's time and signatures of the parties' one-time keys. Whoever has
//!   the deal's secret can prove a payout; where it goes is fixed.
//! - A call to a token or registry that fails, fails the whole call: nothing is half done.
//! - Entries are for users: role and party signatures cover the top-level call.
#![no_std]

extern crate alloc;

pub mod leg;
pub mod pair;
pub mod passed;

use obolus_sdk::abi::deal::DealError;
use obolus_sdk::{CallError, ContractError, DealId, Env, PointBytes};

/// The call is a user's.
///
/// # Errors
/// [`DealError::UserOnly`].
pub fn user_only(env: &Env) -> Result<(), DealError> {
    match env.caller() {
        None => Ok(()),
        Some(_) => Err(DealError::UserOnly),
    }
}

/// A party of a deal signed the transaction under its one-time key.
///
/// # Errors
/// [`DealError::NotParty`].
pub fn signed_by(env: &Env, party: &PointBytes) -> Result<(), DealError> {
    env.spend_authorised(party).map_err(|_| DealError::NotParty)
}

/// The id that hashes what a deal agrees on.
pub fn deal_id(env: &Env, preimage: &[u8]) -> DealId {
    DealId(env.blake3(preimage))
}

/// A callee's refusal as it is; whatever else went wrong means that the token is none.
fn explain(error: CallError) -> ContractError {
    match error {
        CallError::Reverted(error) => error,
        _ => DealError::NoToken.into(),
    }
}
