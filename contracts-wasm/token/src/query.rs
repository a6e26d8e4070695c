//! Read-only entries.

use obolus_sdk::abi::token::{TokenError, TokenInit, TokenState};
use obolus_sdk::{Env, FieldBytes};

use crate::notes;
use crate::storage::{ISSUE_NONCE, ISSUER, OPERATOR, PROFILE, RULES, initialised};

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
        },
        issued,
        redeemed,
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
    Ok(notes::is_spent(env, &nullifier))
}
