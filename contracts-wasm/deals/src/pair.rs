//! Two legs against each other.
//!
//! | legs | until the expiry | after it |
//! |---|---|---|
//! | none locked | deposits | nothing |
//! | one locked | the other's deposit, or its payer takes it back | back to its payer |
//! | both locked | both to their payees, in one transaction | each back to its payer |
//!
//! Once a leg went back, no leg takes a deposit any more. So neither party can be paid without paying, and neither is
//! held longer than until the expiry.

use obolus_sdk::abi::RatioInputs;
use obolus_sdk::abi::deal::pair::{OpenPairMsg, OpenPvpMsg, Pair, PairEvent, RateMsg, SettleMsg};
use obolus_sdk::abi::deal::{DealError, DealMsg, DepositMsg, Leg, LegState, PayOutMsg};
use obolus_sdk::{ContractError, DealId, Env, FieldBytes, Map, Proven};

use crate::leg::{self, Payout, is_locked};
use crate::{deal_id, signed_by, user_only};

/// Deals by id. Field ids are part of the stored state.
const DEALS: Map<DealId, Pair> = Map::new(16);

/// Opens a deal; returns its id.
///
/// # Errors
/// `UserOnly`, `BadTerms`, `Expired`, `NotParty`, `DealExists`, then what [`leg::open`] says.
pub fn open(env: &mut Env, msg: OpenPairMsg) -> Result<DealId, ContractError> {
    open_with(env, msg, None)
}

/// Opens a deal at a rate in which its two deposits were proved to stand; returns its id.
///
/// # Errors
/// `BadRate` when something else was proved, then as [`open`].
pub fn open_at_rate(
    env: &mut Env,
    msg: OpenPvpMsg,
    proven: &Proven<RatioInputs<FieldBytes>>,
) -> Result<DealId, ContractError> {
    if msg.inputs(proven.context) != **proven {
        return Err(DealError::BadRate.into());
    }
    open_with(env, msg.pair, Some(msg.rate))
}

fn open_with(
    env: &mut Env,
    msg: OpenPairMsg,
    rate: Option<RateMsg>,
) -> Result<DealId, ContractError> {
    user_only(env)?;
    check_terms(&msg)?;
    if env.time_ms() > msg.header.expiry_ms {
        return Err(DealError::Expired.into());
    }
    let [opener, _] = &msg.header.parties;
    signed_by(env, opener)?;
    let deal = deal_id(env, &msg.header.preimage());
    if DEALS.contains(env, &deal) {
        return Err(DealError::DealExists.into());
    }
    let [first, second] = &msg.legs;
    let pair = Pair {
        parties: msg.header.parties,
        expiry_ms: msg.header.expiry_ms,
        legs: [
            leg::open(env, &deal, 0, first)?,
            leg::open(env, &deal, 1, second)?,
        ],
    };
    DEALS.set(env, &deal, &pair);
    env.emit(&PairEvent::Opened {
        deal,
        terms: msg,
        rate,
    });
    Ok(deal)
}

/// The tokens differ, the legs are of the header's tokens, and the parties' keys differ.
fn check_terms(msg: &OpenPairMsg) -> Result<(), DealError> {
    let [first, second] = &msg.legs;
    let tokens = msg.header.tokens == [first.token, second.token] && first.token != second.token;
    let [one, other] = &msg.header.parties;
    if tokens && one != other {
        Ok(())
    } else {
        Err(DealError::BadTerms)
    }
}

/// Locks the agreed note of a leg; returns its position.
///
/// # Errors
/// `UserOnly`, `NoSuchDeal`, `Cancelled`, `NoSuchLeg`, `Expired`, `NotParty`, then what [`leg::deposit`] says.
pub fn deposit(env: &mut Env, msg: DepositMsg) -> Result<u64, ContractError> {
    user_only(env)?;
    let mut pair = load(env, &msg.deal)?;
    if pair.legs.iter().any(|leg| leg.state == LegState::Refunded) {
        return Err(DealError::Cancelled.into());
    }
    let expired = env.time_ms() > pair.expiry_ms;
    let (leg, _, payer) = pick(&mut pair, msg.leg)?;
    if expired {
        return Err(DealError::Expired.into());
    }
    signed_by(env, &payer)?;
    let position = leg::deposit(env, leg, &msg.transfer)?;
    DEALS.set(env, &msg.deal, &pair);
    env.emit(&PairEvent::Deposited {
        deal: msg.deal,
        leg: msg.leg,
        position,
    });
    Ok(position)
}

/// Pays both legs out to their payees. Nobody need sign: where the notes go was agreed.
///
/// # Errors
/// `UserOnly`, `NoSuchDeal`, `Expired`, then what [`leg::pay_out`] says of the first leg, then of the second.
pub fn settle(env: &mut Env, msg: SettleMsg) -> Result<(), ContractError> {
    user_only(env)?;
    let mut pair = load(env, &msg.deal)?;
    if env.time_ms() > pair.expiry_ms {
        return Err(DealError::Expired.into());
    }
    // Both before any payment: the second call's refusal would drop the first payment too, but only later.
    if !pair.legs.iter().all(is_locked) {
        return Err(DealError::NotLocked.into());
    }
    for (number, (leg, transfer)) in (0_u8..).zip(pair.legs.iter_mut().zip(&msg.transfers)) {
        leg::pay_out(env, &msg.deal, number, leg, Payout::Release, transfer)?;
    }
    DEALS.set(env, &msg.deal, &pair);
    env.emit(&PairEvent::Settled { deal: msg.deal });
    Ok(())
}

/// Pays a leg back to its payer: after the expiry, or before it while the other leg is not locked; then the payer signs,
/// since otherwise the other party could call the deal off in its name.
///
/// # Errors
/// `UserOnly`, `NoSuchDeal`, `NoSuchLeg`, `Bound`, `NotParty`, then what [`leg::pay_out`] says.
pub fn refund(env: &mut Env, msg: PayOutMsg) -> Result<(), ContractError> {
    user_only(env)?;
    let mut pair = load(env, &msg.deal)?;
    let expired = env.time_ms() > pair.expiry_ms;
    let (leg, other_locked, payer) = pick(&mut pair, msg.leg)?;
    if !expired {
        if other_locked {
            return Err(DealError::Bound.into());
        }
        signed_by(env, &payer)?;
    }
    leg::pay_out(env, &msg.deal, msg.leg, leg, Payout::Refund, &msg.transfer)?;
    DEALS.set(env, &msg.deal, &pair);
    env.emit(&PairEvent::Refunded {
        deal: msg.deal,
        leg: msg.leg,
    });
    Ok(())
}

/// One deal.
///
/// # Errors
/// `NoSuchDeal`.
pub fn deal(env: &Env, msg: DealMsg) -> Result<Pair, DealError> {
    load(env, &msg.deal)
}

fn load(env: &Env, deal: &DealId) -> Result<Pair, DealError> {
    DEALS.get(env, deal).ok_or(DealError::NoSuchDeal)
}

/// A leg, whether the other one is locked, and the leg's payer.
fn pick(
    pair: &mut Pair,
    number: u8,
) -> Result<(&mut Leg, bool, obolus_sdk::PointBytes), DealError> {
    let [first, second] = &mut pair.legs;
    let [first_payer, second_payer] = pair.parties;
    match number {
        0 => Ok((first, is_locked(second), first_payer)),
        1 => Ok((second, is_locked(first), second_payer)),
        _ => Err(DealError::NoSuchLeg),
    }
}
