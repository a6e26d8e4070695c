//! Tickets: while a token limits how often its holders pay, each payment and each redemption uses one up.

use std::time::{SystemTime, UNIX_EPOCH};

use obolus_abi::token::{VelocityPlace, VelocityRule};
use obolus_protocol::{
    keys::NullifierKey,
    statement::{SpendInput, VelocityWitness},
    velocity::{Period, PeriodNumber, Quota, Ticket, VelocityTag},
};
use rand::{CryptoRng, Rng, RngCore};

use super::AssembleError;
use crate::view::TokenView;

/// A ticket for the payment whose first input this is; none while the token has no rule. It is drawn among those that the
/// ledger has not seen, so that payments in flight rarely meet; one that does is refused and assembled anew.
///
/// # Errors
/// [`AssembleError::QuotaUsed`], or [`AssembleError::BadRule`] for a rule that no token sets.
pub(crate) fn ticket<R: RngCore + CryptoRng>(
    view: &TokenView,
    nk: &NullifierKey,
    first: &SpendInput,
    rng: &mut R,
) -> Result<Option<(VelocityPlace, VelocityWitness)>, AssembleError> {
    let Some((rule, serial)) = view.velocity() else {
        return Ok(None);
    };
    let quota = Quota::new(rule.quota).map_err(|_| AssembleError::BadRule)?;
    let number = current(rule, serial, view.time_ms());
    let period = Period::of(&view.token(), PeriodNumber(number));
    let place = |ticket| VelocityPlace {
        period: number,
        tag: VelocityTag::derive(nk, period, ticket).to_bytes(),
    };
    let free: Vec<Ticket> = quota
        .tickets()
        .filter(|ticket| !view.is_used(&place(*ticket)))
        .collect();
    if free.is_empty() {
        return Err(AssembleError::QuotaUsed(rule.quota));
    }
    let ticket = free[rng.gen_range(0..free.len())];
    let witness = VelocityWitness::new(nk, first, period, quota, ticket);
    Ok(Some((place(ticket), witness)))
}

/// The period that a block made now would have. Blocks do not go back in time, and an idle chain's last one is old.
fn current(rule: &VelocityRule, serial: u32, tip_ms: u64) -> u64 {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    let now = u64::try_from(now.as_millis()).unwrap_or(u64::MAX);
    rule.period(serial, now.max(tip_ms))
}
