//! What a party can do next in a deal, and until when. A courtesy: the contract decides, by the time of its block.

use obolus_abi::deal::LegState;
use obolus_abi::deal::conditional::{Condition, Verdict};
use obolus_wallet::deal::{Deal, Kind};
use serde::Serialize;

/// One thing that can be done.
#[derive(Serialize)]
pub struct Next {
    /// The verb.
    pub verb: &'static str,
    /// The leg, if the verb has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub leg: Option<u8>,
    /// From when on, milliseconds since 1970; from now on if there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from_ms: Option<u64>,
    /// Until when.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until_ms: Option<u64>,
}

impl Next {
    const fn new(verb: &'static str, leg: Option<u8>) -> Self {
        Self {
            verb,
            leg,
            from_ms: None,
            until_ms: None,
        }
    }

    const fn until(mut self, ms: u64) -> Self {
        self.until_ms = Some(ms);
        self
    }

    const fn from(mut self, ms: u64) -> Self {
        self.from_ms = Some(ms);
        self
    }
}

/// What is decided by now: what the contract wrote down, and what follows from the clock.
pub fn verdict(deal: &Deal, now: u64) -> Verdict {
    let Kind::Conditional {
        expiry_ms,
        condition,
    } = &deal.terms.kind
    else {
        return deal.verdict;
    };
    match (deal.verdict, condition) {
        (Verdict::Open, Condition::Time(from_ms)) if now >= *from_ms => Verdict::Fulfilled,
        (Verdict::Open, _) if now > *expiry_ms => Verdict::Failed,
        (decided, _) => decided,
    }
}

/// What party `party` can do.
pub fn next(deal: &Deal, party: u8, now: u64) -> Vec<Next> {
    match &deal.terms.kind {
        Kind::Dvp { expiry_ms } | Kind::Pvp { expiry_ms, .. } => pair(deal, party, *expiry_ms, now),
        Kind::Conditional {
            expiry_ms,
            condition,
        } => conditional(deal, party, (*expiry_ms, condition), now),
        Kind::Standing { due_ms } => standing(deal, party, due_ms, now),
    }
}

const fn locked(state: LegState) -> bool {
    matches!(state, LegState::Locked { .. })
}

fn states(deal: &Deal) -> impl Iterator<Item = (u8, LegState)> {
    (0_u8..).zip(deal.legs.iter().map(|leg| leg.state))
}

fn pair(deal: &Deal, party: u8, expiry_ms: u64, now: u64) -> Vec<Next> {
    let off = states(deal).any(|(_, state)| state == LegState::Refunded);
    let bound = states(deal).all(|(_, state)| locked(state));
    let mut all = Vec::new();
    if bound && now <= expiry_ms {
        all.push(Next::new("settle", None).until(expiry_ms));
    }
    for (leg, state) in states(deal) {
        let own = deal.terms.payer_of(leg) == party;
        match state {
            LegState::Empty if own && !off && now <= expiry_ms => {
                all.push(Next::new("deposit", Some(leg)).until(expiry_ms));
            }
            LegState::Locked { .. } if now > expiry_ms => {
                all.push(Next::new("refund", Some(leg)));
            }
            LegState::Locked { .. } if bound => {
                all.push(Next::new("refund", Some(leg)).from(expiry_ms.saturating_add(1)));
            }
            LegState::Locked { .. } if own => all.push(Next::new("refund", Some(leg))),
            _ => {}
        }
    }
    all
}

fn conditional(
    deal: &Deal,
    party: u8,
    (expiry_ms, condition): (u64, &Condition),
    now: u64,
) -> Vec<Next> {
    let mut all = Vec::new();
    let verdict = verdict(deal, now);
    let Some((leg, state)) = states(deal).next() else {
        return all;
    };
    if matches!(state, LegState::Released | LegState::Refunded) {
        return all;
    }
    if state == LegState::Empty && party == 0 && now <= expiry_ms && verdict != Verdict::Failed {
        all.push(Next::new("deposit", Some(leg)).until(expiry_ms));
    }
    match (verdict, condition) {
        (Verdict::Open, Condition::Oracle { .. }) => {
            all.push(Next::new("attest", None).until(expiry_ms));
        }
        (Verdict::Open, Condition::Approvals(_)) => {
            all.push(Next::new("approve", None).until(expiry_ms));
        }
        (Verdict::Open, Condition::Time(from_ms)) if locked(state) => {
            all.push(Next::new("release", Some(leg)).from(*from_ms));
        }
        (Verdict::Fulfilled, _) if locked(state) => all.push(Next::new("release", Some(leg))),
        (Verdict::Failed, _) if locked(state) => all.push(Next::new("refund", Some(leg))),
        _ => {}
    }
    if party == 1 && verdict != Verdict::Failed {
        all.push(Next::new("decline", None));
    }
    all
}

fn standing(deal: &Deal, party: u8, due_ms: &[u64], now: u64) -> Vec<Next> {
    let mut all = Vec::new();
    for ((leg, state), due) in states(deal).zip(due_ms) {
        let cancelled = deal.cancelled_ms.is_some_and(|after| *due > after);
        match state {
            LegState::Empty if party == 0 && !cancelled => {
                all.push(Next::new("deposit", Some(leg)));
            }
            LegState::Locked { .. } if cancelled => all.push(Next::new("refund", Some(leg))),
            LegState::Locked { .. } if now < *due => {
                all.push(Next::new("release", Some(leg)).from(*due));
            }
            LegState::Locked { .. } => all.push(Next::new("release", Some(leg))),
            _ => {}
        }
    }
    if party == 0
        && deal.cancelled_ms.is_none()
        && let Some(last) = due_ms.last().filter(|last| now < **last)
    {
        all.push(Next::new("cancel", None).until(*last));
    }
    all
}

#[cfg(test)]
mod tests;
