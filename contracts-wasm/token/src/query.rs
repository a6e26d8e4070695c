//! Read-only entries.

use alloc::vec::Vec;

use obolus_sdk::abi::token::{TokenError, TokenInit, TokenState, Version, VersionsMsg};
use obolus_sdk::{Env, FieldBytes};

use crate::notes;
use crate::storage::{
    BACKING, CLEARED, ISSUE_NONCE, ISSUER, OPERATOR, PREDECESSOR, PROFILE, RESERVES, RULES,
    SUCCESSOR, initialised,
};
use crate::versions::{current, page};

/// The token at a glance.
///
/// # Errors
/// `State`.
pub fn state(env: &Env, (): ()) -> Result<TokenState, TokenError> {
    let rules = initialised(RULES.get(env))?;
    let profile = initialised(PROFILE.get(env))?;
    let [issued, redeemed] = notes::sums(env)?;
    Ok(TokenState {
        settings: TokenInit {
            name: profile.name,
            unit: profile.unit,
            exponent: profile.exponent,
            registry: rules.registry,
            issuer: initialised(ISSUER.get(env))?,
            operator: initialised(OPERATOR.get(env))?,
            pins: rules.pins,
            reserves: RESERVES.get(env),
            velocity: rules.velocity,
            predecessor: PREDECESSOR.get(env),
        },
        issued,
        redeemed,
        issue_nonce: initialised(ISSUE_NONCE.get(env))?,
        paused: rules.paused,
        enabled: rules.enabled,
        redemptions: notes::redemptions(env)?,
        cleared: initialised(CLEARED.get(env))?,
        backing: BACKING.get(env),
        version: current(env)?,
        velocity_serial: rules.velocity_serial,
        successor: SUCCESSOR.get(env),
    })
}

/// A page of the circuits' versions, by number: what had entered and left when each began.
///
/// # Errors
/// `State`.
pub fn versions(env: &Env, msg: VersionsMsg) -> Result<Vec<Version>, TokenError> {
    page(env, &msg)
}

/// Whether a nullifier was recorded.
///
/// # Errors
/// None.
pub fn spent(env: &Env, nullifier: FieldBytes) -> Result<bool, TokenError> {
    Ok(notes::is_spent(env, &nullifier))
}
