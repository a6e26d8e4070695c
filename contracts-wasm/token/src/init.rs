//! Instantiation.

use obolus_sdk::abi::registry::CheckRootsMsg;
use obolus_sdk::abi::token::{SetVelocityMsg, TokenError, TokenEvent, TokenInit};
use obolus_sdk::{ContractError, Env};

use crate::gate::auditor;
use crate::notes;
use crate::operate::check_velocity;
use crate::storage::{
    CLEARED, ISSUE_NONCE, ISSUER, OPERATOR, PREDECESSOR, PROFILE, Profile, RESERVES, RULES, Rules,
};
use crate::versions;

/// Longest display name, in bytes.
const MAX_NAME: usize = 64;
/// Longest unit, in bytes.
const MAX_UNIT: usize = 12;
/// Most decimal digits: 10^18 is the largest power of ten that a u64 amount can hold.
const MAX_EXPONENT: u8 = 18;

/// Sets the rules. The registry must exist and answer: a token without one would accept nothing.
///
/// # Errors
/// `State`, `BadInit`, `NotFrozenCode` of the predecessor, then the registry's refusal or `Registry`.
pub fn init(env: &mut Env, msg: TokenInit) -> Result<(), ContractError> {
    if RULES.get(env).is_some() {
        return Err(TokenError::State.into());
    }
    check(&msg)?;
    let rules = Rules {
        registry: msg.registry,
        pins: msg.pins,
        enabled: [true; 5],
        paused: false,
        velocity: msg.velocity,
        velocity_serial: u32::from(msg.velocity.is_some()),
    };
    check_velocity(&rules)?;
    if let Some(predecessor) = &msg.predecessor {
        env.code_frozen(predecessor)
            .map_err(|_| TokenError::NotFrozenCode)?;
    }
    auditor(env, &rules, &CheckRootsMsg::default())?;

    RULES.set(env, &rules);
    PROFILE.set(
        env,
        &Profile {
            name: msg.name,
            unit: msg.unit,
            exponent: msg.exponent,
        },
    );
    ISSUER.set(env, &msg.issuer);
    OPERATOR.set(env, &msg.operator);
    if let Some(reserves) = &msg.reserves {
        RESERVES.set(env, reserves);
    }
    if let Some(predecessor) = &msg.predecessor {
        PREDECESSOR.set(env, predecessor);
    }
    CLEARED.set(env, &0);
    notes::init(env);
    ISSUE_NONCE.set(env, &0);
    if msg.velocity.is_some() {
        // Wallets learn rules from events only.
        env.emit(&TokenEvent::VelocitySet(SetVelocityMsg {
            rule: msg.velocity,
        }));
    }
    Ok(versions::begin(env, rules.pins)?)
}

fn check(msg: &TokenInit) -> Result<(), TokenError> {
    let named = (1..=MAX_NAME).contains(&msg.name.len())
        && (1..=MAX_UNIT).contains(&msg.unit.len())
        && msg.exponent <= MAX_EXPONENT;
    let roles = msg.issuer.validate().is_ok() && msg.operator.validate().is_ok();
    // Attestations need a key for their proofs.
    let reserves = msg
        .reserves
        .as_ref()
        .is_none_or(|reserves| reserves.attestor.validate().is_ok() && msg.pins.supply.is_some());
    if named && roles && reserves {
        Ok(())
    } else {
        Err(TokenError::BadInit)
    }
}
