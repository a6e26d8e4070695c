//! Standing orders: scheduled payments out of notes that the payer locks in advance. The payer can cancel what is not
//! due yet, and nothing else. See `docs/settlement.md`.
//!
//! | entry | who | what |
//! |---|---|---|
//! | `init` | at instantiation | nothing to set |
//! | `open` | user; payer signs | fixes payments and times; returns the order's id |
//! | `deposit` | user; payer signs | locks the agreed note of a payment |
//! | `release` | anybody who knows the order | a due payment to its payee |
//! | `cancel` | user; payer signs | cancels what is not due |
//! | `refund` | anybody who knows the order | a cancelled payment back to the payer |
//! | `deal` | anyone, read-only | one order |
#![no_std]

extern crate alloc;

use obolus_deals::leg::{self, Payout};
use obolus_deals::{deal_id, signed_by, user_only};
use obolus_sdk::abi::deal::standing::{OpenStandingMsg, Standing, StandingEvent};
use obolus_sdk::abi::deal::{DealError, DealMsg, DepositMsg, Leg, MAX_LEGS, PayOutMsg};
use obolus_sdk::abi::registry::RegistryError;
use obolus_sdk::abi::token::TokenError;
use obolus_sdk::{ContractError, DealId, Env, Map};

/// Orders by id. Field ids are part of the stored state.
const ORDERS: Map<DealId, Standing> = Map::new(16);

fn init(_env: &mut Env, (): ()) -> Result<(), DealError> {
    Ok(())
}

/// Opens an order; returns its id.
///
/// # Errors
/// `UserOnly`, `BadTerms`, `NotParty`, `DealExists`, then what [`leg::open`] says.
fn open(env: &mut Env, msg: OpenStandingMsg) -> Result<DealId, ContractError> {
    user_only(env)?;
    check_terms(&msg)?;
    signed_by(env, &msg.header.payer)?;
    let deal = deal_id(env, &msg.header.preimage());
    if ORDERS.contains(env, &deal) {
        return Err(DealError::DealExists.into());
    }
    let mut order = Standing {
        payer: msg.header.payer,
        cancelled_ms: None,
        payments: alloc::vec::Vec::new(),
    };
    for (number, (due_ms, terms)) in (0_u8..).zip(msg.header.due_ms.iter().zip(&msg.legs)) {
        order
            .payments
            .push((*due_ms, leg::open(env, &deal, number, terms)?));
    }
    ORDERS.set(env, &deal, &order);
    env.emit(&StandingEvent::Opened { deal, terms: msg });
    Ok(deal)
}

fn check_terms(msg: &OpenStandingMsg) -> Result<(), DealError> {
    let times = &msg.header.due_ms;
    let count = (1..=MAX_LEGS).contains(&times.len()) && times.len() == msg.legs.len();
    let ascending = times.windows(2).all(|pair| pair[0] < pair[1]);
    let token = msg.legs.iter().all(|leg| leg.token == msg.header.token);
    if count && ascending && token {
        Ok(())
    } else {
        Err(DealError::BadTerms)
    }
}

/// Locks the agreed note of a payment; returns its position.
///
/// # Errors
/// `UserOnly`, `NoSuchDeal`, `NoSuchLeg`, `Cancelled`, `NotParty`, then what [`leg::deposit`] says.
fn deposit(env: &mut Env, msg: DepositMsg) -> Result<u64, ContractError> {
    user_only(env)?;
    let mut order = load(env, &msg.deal)?;
    let payer = order.payer;
    let (leg, _, cancelled) = pick(&mut order, msg.leg)?;
    if cancelled {
        return Err(DealError::Cancelled.into());
    }
    signed_by(env, &payer)?;
    let position = leg::deposit(env, leg, &msg.transfer)?;
    ORDERS.set(env, &msg.deal, &order);
    env.emit(&StandingEvent::Deposited {
        deal: msg.deal,
        leg: msg.leg,
        position,
    });
    Ok(position)
}

/// Makes a due payment.
///
/// # Errors
/// `UserOnly`, `NoSuchDeal`, `NoSuchLeg`, `Cancelled`, `NotDue`, then what [`leg::pay_out`] says.
fn release(env: &mut Env, msg: PayOutMsg) -> Result<(), ContractError> {
    pay_out(env, msg, Payout::Release)
}

/// Pays a cancelled payment back.
///
/// # Errors
/// `UserOnly`, `NoSuchDeal`, `NoSuchLeg`, `Bound`, then what [`leg::pay_out`] says.
fn refund(env: &mut Env, msg: PayOutMsg) -> Result<(), ContractError> {
    pay_out(env, msg, Payout::Refund)
}

fn pay_out(env: &mut Env, msg: PayOutMsg, payout: Payout) -> Result<(), ContractError> {
    user_only(env)?;
    let now = env.time_ms();
    let mut order = load(env, &msg.deal)?;
    let (leg, due_ms, cancelled) = pick(&mut order, msg.leg)?;
    let event = match payout {
        Payout::Release if cancelled => return Err(DealError::Cancelled.into()),
        Payout::Release if now < due_ms => return Err(DealError::NotDue.into()),
        Payout::Release => StandingEvent::Released {
            deal: msg.deal,
            leg: msg.leg,
        },
        Payout::Refund if !cancelled => return Err(DealError::Bound.into()),
        Payout::Refund => StandingEvent::Refunded {
            deal: msg.deal,
            leg: msg.leg,
        },
    };
    leg::pay_out(env, &msg.deal, msg.leg, leg, payout, &msg.transfer)?;
    ORDERS.set(env, &msg.deal, &order);
    env.emit(&event);
    Ok(())
}

/// Cancels every payment that is due after the block's time.
///
/// # Errors
/// `UserOnly`, `NoSuchDeal`, `NotParty`, `Cancelled`.
fn cancel(env: &mut Env, msg: DealMsg) -> Result<(), DealError> {
    user_only(env)?;
    let mut order = load(env, &msg.deal)?;
    signed_by(env, &order.payer)?;
    if order.cancelled_ms.is_some() {
        return Err(DealError::Cancelled);
    }
    let after_ms = env.time_ms();
    order.cancelled_ms = Some(after_ms);
    ORDERS.set(env, &msg.deal, &order);
    env.emit(&StandingEvent::Cancelled {
        deal: msg.deal,
        after_ms,
    });
    Ok(())
}

/// One order.
///
/// # Errors
/// `NoSuchDeal`.
fn deal(env: &Env, msg: DealMsg) -> Result<Standing, DealError> {
    load(env, &msg.deal)
}

fn load(env: &Env, deal: &DealId) -> Result<Standing, DealError> {
    ORDERS.get(env, deal).ok_or(DealError::NoSuchDeal)
}

/// A payment's leg, when it is due, and whether it is cancelled.
fn pick(order: &mut Standing, number: u8) -> Result<(&mut Leg, u64, bool), DealError> {
    let cancelled_ms = order.cancelled_ms;
    let (due_ms, leg) = order
        .payments
        .get_mut(usize::from(number))
        .ok_or(DealError::NoSuchLeg)?;
    let cancelled = cancelled_ms.is_some_and(|after_ms| *due_ms > after_ms);
    Ok((leg, *due_ms, cancelled))
}

obolus_sdk::contract! {
    events StandingEvent;
    errors DealError, TokenError, RegistryError;
    write init;
    write open;
    write deposit;
    write release;
    write cancel;
    write refund;
    read deal;
}

#[cfg(test)]
mod tests;
