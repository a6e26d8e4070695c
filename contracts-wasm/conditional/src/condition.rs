//! What decides a condition.

use obolus_deals::{signed_by, user_only};
use obolus_sdk::abi::deal::conditional::{
    AttestMsg, Condition, Conditional, ConditionalEvent, Verdict, attestation,
};
use obolus_sdk::abi::deal::{DealError, DealMsg, LegState};
use obolus_sdk::{DealId, Env};

use crate::life::{DEALS, load};

/// What is decided at a time: what was written down, and what follows from the clock.
pub fn verdict(deal: &Conditional, now_ms: u64) -> Verdict {
    match (deal.verdict, &deal.condition) {
        (Verdict::Open, Condition::Time(from_ms)) if now_ms >= *from_ms => Verdict::Fulfilled,
        (Verdict::Open, _) if now_ms > deal.expiry_ms => Verdict::Failed,
        (decided, _) => decided,
    }
}

/// Takes an oracle's attestation. The first outcome counts. The contrary one, if it comes later, is put on record as
/// evidence, and changes nothing.
///
/// # Errors
/// `UserOnly`, `NoSuchDeal`, `BadTerms` when the condition is another one, `BadAttestation`, `Decided`.
pub fn attest(env: &mut Env, msg: AttestMsg) -> Result<(), DealError> {
    user_only(env)?;
    let mut deal = load(env, &msg.deal)?;
    let Condition::Oracle { key, statement } = &deal.condition else {
        return Err(DealError::BadTerms);
    };
    env.ed25519_verify(key, &msg.signature, &attestation(statement, msg.outcome))
        .map_err(|_| DealError::BadAttestation)?;
    if deal.attested == Some(!msg.outcome) {
        env.emit(&ConditionalEvent::Equivocated {
            deal: msg.deal,
            attestation: msg,
        });
        return Ok(());
    }
    if verdict(&deal, env.time_ms()) != Verdict::Open {
        return Err(DealError::Decided);
    }
    deal.attested = Some(msg.outcome);
    let attested = if msg.outcome {
        Verdict::Fulfilled
    } else {
        Verdict::Failed
    };
    decide(env, &msg.deal, &mut deal, attested);
    Ok(())
}

/// Counts the approvers that signed the transaction.
///
/// # Errors
/// `UserOnly`, `NoSuchDeal`, `BadTerms` when the condition is another one, `Decided`, `NotApprover`.
pub fn approve(env: &mut Env, msg: DealMsg) -> Result<(), DealError> {
    user_only(env)?;
    let mut deal = load(env, &msg.deal)?;
    let Condition::Approvals(approvers) = deal.condition.clone() else {
        return Err(DealError::BadTerms);
    };
    if verdict(&deal, env.time_ms()) != Verdict::Open {
        return Err(DealError::Decided);
    }
    let before = deal.approved.len();
    for key in &approvers.keys {
        if let Err(place) = deal.approved.binary_search(key)
            && env.role_signed(key).is_ok()
        {
            deal.approved.insert(place, *key);
        }
    }
    if deal.approved.len() == before {
        return Err(DealError::NotApprover);
    }
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a role has at most RoleSet::MAX_KEYS holders"
    )]
    let count = deal.approved.len() as u8;
    env.emit(&ConditionalEvent::Approved {
        deal: msg.deal,
        count,
    });
    if count >= approvers.threshold {
        decide(env, &msg.deal, &mut deal, Verdict::Fulfilled);
    } else {
        DEALS.set(env, &msg.deal, &deal);
    }
    Ok(())
}

/// The payee gives up: the payer need not wait for the expiry. Once it is paid there is nothing to give up.
///
/// # Errors
/// `UserOnly`, `NoSuchDeal`, `NotParty`, `Decided`.
pub fn decline(env: &mut Env, msg: DealMsg) -> Result<(), DealError> {
    user_only(env)?;
    let mut deal = load(env, &msg.deal)?;
    signed_by(env, &deal.payee)?;
    let paid = deal.leg.state == LegState::Released;
    if paid || verdict(&deal, env.time_ms()) == Verdict::Failed {
        return Err(DealError::Decided);
    }
    decide(env, &msg.deal, &mut deal, Verdict::Failed);
    Ok(())
}

fn decide(env: &mut Env, id: &DealId, deal: &mut Conditional, verdict: Verdict) {
    deal.verdict = verdict;
    DEALS.set(env, id, deal);
    env.emit(&ConditionalEvent::Decided {
        deal: *id,
        fulfilled: verdict == Verdict::Fulfilled,
    });
}
