//! Read-only entries.

use obolus_sdk::abi::token::{TokenError, TokenInit, TokenState};
use obolus_sdk::{Env, FieldBytes};

use crate::storage::{
    ISSUE_NONCE, ISSUED, ISSUER, NULLIFIERS, OPERATOR, PROFILE, REDEEMED, RULES, initialised,
};

/// The token at a glance.
///
/// # Errors
/// `State`.
pub fn state(env: &Env, (): ()) -> Result<TokenState, TokenError> {
    let rules = initialised(RULES.get(env))?;
    let profile = initialised(PROFILE.get(env))?;
    Ok(TokenState {
        settings: TokenInit {
            name: profile.name,
            unit: profile.unit,
            exponent: profile.exponent,
            registry: rules.registry,
            issuer: initialised(ISSUER.get(env))?,
            operator: initialised(OPERATOR.get(env))?,
            pins: rules.pins,
        },
        issued: initialised(ISSUED.get(env))?,
        redeemed: initialised(REDEEMED.get(env))?,
        issue_nonce: initialised(ISSUE_NONCE.get(env))?,
        paused: rules.paused,
        enabled: rules.enabled,
    })
}

/// Whether a nullifier was recorded.
///
/// # Errors
/// None.
pub fn spent(env: &Env, nullifier: FieldBytes) -> Result<bool, TokenError> {
    Ok(NULLIFIERS.contains(env, &nullifier))
}
