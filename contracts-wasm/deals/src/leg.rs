//! One leg: opening it in its token's registry, locking its note, paying it out.

use obolus_sdk::abi::deal::{DealError, LEG_LIMIT, Leg, LegState, LegTerms, leg_preimage};
use obolus_sdk::abi::registry::OpenDealMsg;
use obolus_sdk::abi::token::{TokenState, TransferDealMsg, TransferMsg};
use obolus_sdk::{ContractError, ContractId, DealId, Env};

use crate::{deal_id, explain};

/// Where a leg's note goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Payout {
    /// To the payee.
    Release,
    /// Back to the payer.
    Refund,
}

/// Enters the leg's owner in the token's registry, and keeps what was agreed.
///
/// # Errors
/// `NoToken` when there is no token or registry, or the registry's refusal: this contract is not approved, or no proof
/// escrows the leg's nullifier key.
pub fn open(env: &mut Env, deal: &DealId, leg: u8, terms: &LegTerms) -> Result<Leg, ContractError> {
    let registry = registry(env, &terms.token)?;
    let message = OpenDealMsg {
        deal: deal_id(env, &leg_preimage(deal, leg)),
        owner: terms.owner,
        limit: LEG_LIMIT,
        r: terms.r,
        c1: terms.c1,
    };
    let _slot: u32 = env
        .call(&registry, "open_deal", &message)
        .map_err(explain)?;
    Ok(Leg {
        token: terms.token,
        deposit: terms.deposit,
        release: terms.release,
        refund: terms.refund,
        state: LegState::Empty,
    })
}

fn registry(env: &Env, token: &ContractId) -> Result<ContractId, ContractError> {
    let state: TokenState = env.static_call(token, "state", &()).map_err(explain)?;
    Ok(state.settings.registry)
}

/// Passes the payer's payment to the leg on, if it makes the agreed note.
///
/// # Errors
/// `NotEmpty`, `OtherNote`, then the token's refusal.
pub fn deposit(env: &mut Env, leg: &mut Leg, transfer: &TransferMsg) -> Result<u64, ContractError> {
    if leg.state != LegState::Empty {
        return Err(DealError::NotEmpty.into());
    }
    if transfer.cm1 != leg.deposit {
        return Err(DealError::OtherNote.into());
    }
    let position = env
        .call(&leg.token, "transfer_for", transfer)
        .map_err(explain)?;
    leg.state = LegState::Locked { position };
    Ok(position)
}

/// Pays the leg's note out, if it becomes the agreed note.
///
/// # Errors
/// `NotLocked`, `OtherNote`, then the token's refusal.
pub fn pay_out(
    env: &mut Env,
    deal: &DealId,
    number: u8,
    leg: &mut Leg,
    payout: Payout,
    transfer: &TransferMsg,
) -> Result<(), ContractError> {
    if !is_locked(leg) {
        return Err(DealError::NotLocked.into());
    }
    let (agreed, state) = match payout {
        Payout::Release => (leg.release, LegState::Released),
        Payout::Refund => (leg.refund, LegState::Refunded),
    };
    if transfer.cm1 != agreed {
        return Err(DealError::OtherNote.into());
    }
    let message = TransferDealMsg {
        deal: deal_id(env, &leg_preimage(deal, number)),
        transfer: transfer.clone(),
    };
    let _position: u64 = env
        .call(&leg.token, "transfer_deal", &message)
        .map_err(explain)?;
    leg.state = state;
    Ok(())
}

/// Whether a note is locked in the leg.
pub const fn is_locked(leg: &Leg) -> bool {
    matches!(leg.state, LegState::Locked { .. })
}
