//! The honest one: opens deals at a registry and pays from the deals that it opened. No parties, no
//! deposits, no deadlines: only what the attacks on deal notes need.

use obolus_sdk::{ContractError, DealId, Env, Set};

use crate::messages::{HostileError, OpenMsg, ReleaseMsg};
use crate::relay::explain;

const DEALS: Set<DealId> = Set::new(3);

/// Opens a deal; returns its registry slot.
///
/// # Errors
/// The registry's refusal.
pub fn open(env: &mut Env, msg: OpenMsg) -> Result<u32, ContractError> {
    let slot = env
        .call(&msg.registry, "open_deal", &msg.deal)
        .map_err(explain)?;
    DEALS.insert(env, &msg.deal.deal);
    Ok(slot)
}

/// Pays from a deal; returns the position of the payee's note.
///
/// # Errors
/// `UnknownDeal`, then the token's refusal.
pub fn release(env: &mut Env, msg: ReleaseMsg) -> Result<u64, ContractError> {
    if !DEALS.contains(env, &msg.payment.deal) {
        return Err(HostileError::UnknownDeal.into());
    }
    env.call(&msg.token, "transfer_deal", &msg.payment)
        .map_err(explain)
}
