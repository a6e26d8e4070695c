//! Opening, funding and paying out.

use obolus_deals::leg::{self, Payout};
use obolus_deals::{deal_id, signed_by, user_only};
use obolus_sdk::abi::deal::conditional::{
    Condition, Conditional, ConditionalEvent, ConditionalHeader, OpenConditionalMsg, Verdict,
};
use obolus_sdk::abi::deal::{DealError, DealMsg, DepositMsg, PayOutMsg};
use obolus_sdk::{ContractError, DealId, Env, Map};

use crate::condition::verdict;

/// Deals by id. Field ids are part of the stored state.
pub const DEALS: Map<DealId, Conditional> = Map::new(16);

/// Nothing to set.
///
/// # Errors
/// None.
pub fn init(_env: &mut Env, (): ()) -> Result<(), DealError> {
    Ok(())
}

/// Opens a deal; returns its id.
///
/// # Errors
/// `UserOnly`, `BadTerms`, `Expired`, `NotParty`, `DealExists`, then what [`leg::open`] says.
pub fn open(env: &mut Env, msg: OpenConditionalMsg) -> Result<DealId, ContractError> {
    user_only(env)?;
    let header = &msg.header;
    check_terms(&msg)?;
    if env.time_ms() > header.expiry_ms {
        return Err(DealError::Expired.into());
    }
    signed_by(env, &header.payer)?;
    let deal = deal_id(env, &header.preimage());
    if DEALS.contains(env, &deal) {
        return Err(DealError::DealExists.into());
    }
    let leg = leg::open(env, &deal, 0, &msg.leg)?;
    let ConditionalHeader {
        payer,
        payee,
        condition,
        expiry_ms,
        ..
    } = header.clone();
    let conditional = Conditional {
        payer,
        payee,
        condition,
        expiry_ms,
        verdict: Verdict::Open,
        attested: None,
        approved: alloc::vec::Vec::new(),
        leg,
    };
    DEALS.set(env, &deal, &conditional);
    env.emit(&ConditionalEvent::Opened { deal, terms: msg });
    Ok(deal)
}

fn check_terms(msg: &OpenConditionalMsg) -> Result<(), DealError> {
    let header = &msg.header;
    let condition = match &header.condition {
        Condition::Oracle { .. } => true,
        Condition::Approvals(approvers) => approvers.validate().is_ok(),
        Condition::Time(from_ms) => *from_ms <= header.expiry_ms,
    };
    if condition && msg.leg.token == header.token && header.payer != header.payee {
        Ok(())
    } else {
        Err(DealError::BadTerms)
    }
}

/// Locks the agreed note; returns its position.
///
/// # Errors
/// `UserOnly`, `NoSuchDeal`, `NoSuchLeg`, `Expired`, `Decided`, `NotParty`, then what [`leg::deposit`] says.
pub fn deposit(env: &mut Env, msg: DepositMsg) -> Result<u64, ContractError> {
    user_only(env)?;
    let mut deal = load(env, &msg.deal)?;
    only_leg(msg.leg)?;
    if env.time_ms() > deal.expiry_ms {
        return Err(DealError::Expired.into());
    }
    if deal.verdict == Verdict::Failed {
        return Err(DealError::Decided.into());
    }
    signed_by(env, &deal.payer)?;
    let position = leg::deposit(env, &mut deal.leg, &msg.transfer)?;
    DEALS.set(env, &msg.deal, &deal);
    env.emit(&ConditionalEvent::Deposited {
        deal: msg.deal,
        position,
    });
    Ok(position)
}

/// Pays the payee.
///
/// # Errors
/// `UserOnly`, `NoSuchDeal`, `NoSuchLeg`, `ConditionOpen`, then what [`leg::pay_out`] says.
pub fn release(env: &mut Env, msg: PayOutMsg) -> Result<(), ContractError> {
    pay_out(env, msg, Payout::Release)
}

/// Pays the payer back.
///
/// # Errors
/// As [`release`].
pub fn refund(env: &mut Env, msg: PayOutMsg) -> Result<(), ContractError> {
    pay_out(env, msg, Payout::Refund)
}

fn pay_out(env: &mut Env, msg: PayOutMsg, payout: Payout) -> Result<(), ContractError> {
    user_only(env)?;
    let mut deal = load(env, &msg.deal)?;
    only_leg(msg.leg)?;
    let (needed, event) = match payout {
        Payout::Release => (
            Verdict::Fulfilled,
            ConditionalEvent::Released { deal: msg.deal },
        ),
        Payout::Refund => (
            Verdict::Failed,
            ConditionalEvent::Refunded { deal: msg.deal },
        ),
    };
    if verdict(&deal, env.time_ms()) != needed {
        return Err(DealError::ConditionOpen.into());
    }
    leg::pay_out(env, &msg.deal, 0, &mut deal.leg, payout, &msg.transfer)?;
    DEALS.set(env, &msg.deal, &deal);
    env.emit(&event);
    Ok(())
}

/// One deal.
///
/// # Errors
/// `NoSuchDeal`.
pub fn deal(env: &Env, msg: DealMsg) -> Result<Conditional, DealError> {
    load(env, &msg.deal)
}

/// A deal that exists.
///
/// # Errors
/// `NoSuchDeal`.
pub fn load(env: &Env, deal: &DealId) -> Result<Conditional, DealError> {
    DEALS.get(env, deal).ok_or(DealError::NoSuchDeal)
}

const fn only_leg(leg: u8) -> Result<(), DealError> {
    if leg == 0 {
        Ok(())
    } else {
        Err(DealError::NoSuchLeg)
    }
}
