//! Checks that entries share: who calls, canonical bytes, the registry's word, the proof.

use obolus_sdk::abi::registry::{AuditorKeys, CheckRootsMsg, CheckSeizureMsg};
use obolus_sdk::abi::token::{Circuit, TokenError};
use obolus_sdk::{
    BorshSerialize, CallError, ContractError, Env, FieldBytes, PointBytes, Proven, Statement,
};

use crate::storage::Rules;

/// The caller is a user: signatures cover the top-level call, so behind a contract they would vouch
/// for arguments that nobody signed.
///
/// # Errors
/// [`TokenError::UserOnly`].
pub fn user_only(env: &Env) -> Result<(), TokenError> {
    match env.caller() {
        None => Ok(()),
        Some(_) => Err(TokenError::UserOnly),
    }
}

/// Every element and coordinate has its one encoding: a nullifier with two could be spent twice.
///
/// # Errors
/// [`TokenError::NonCanonical`].
pub fn canonical(fields: &[&FieldBytes], points: &[&PointBytes]) -> Result<(), TokenError> {
    let coordinates = points.iter().flat_map(|point| [point.x(), point.y()]);
    for field in fields.iter().map(|field| **field).chain(coordinates) {
        field
            .check_canonical()
            .map_err(|_| TokenError::NonCanonical)?;
    }
    Ok(())
}

/// The registry accepts the roots, and the contract that passes the payment on, if one does; returns the auditor's keys
/// that a proof may be made for.
///
/// # Errors
/// The registry's own refusal, or [`TokenError::Registry`] when it does not answer.
pub fn auditor(
    env: &Env,
    rules: &Rules,
    roots: &CheckRootsMsg,
) -> Result<AuditorKeys, ContractError> {
    ask(env, rules, "check_roots", roots)
}

/// The registry says that whoever is proved under the sender's root is frozen, and has been for long enough; returns
/// the auditor's keys that a proof may be made for.
///
/// # Errors
/// As [`auditor`].
pub fn seizure(
    env: &Env,
    rules: &Rules,
    roots: &CheckSeizureMsg,
) -> Result<AuditorKeys, ContractError> {
    ask(env, rules, "check_seizure", roots)
}

fn ask<M: BorshSerialize>(
    env: &Env,
    rules: &Rules,
    entry: &str,
    message: &M,
) -> Result<AuditorKeys, ContractError> {
    env.static_call(&rules.registry, entry, message)
        .map_err(|error| match error {
            CallError::Reverted(error) => error,
            _ => TokenError::Registry.into(),
        })
}

/// The transaction carries a valid proof under the pinned key for exactly these inputs, with one of the auditor's keys:
/// what is stored and emitted is taken from the result.
///
/// # Errors
/// [`TokenError::BadProof`].
pub fn audited<S: Statement>(
    env: &Env,
    rules: &Rules,
    circuit: Circuit,
    keys: &AuditorKeys,
    inputs: impl Fn(&PointBytes) -> S,
) -> Result<Proven<S>, TokenError> {
    let proven = proof(env, rules, circuit, inputs(&keys.current));
    match (proven, &keys.previous) {
        (Err(_), Some(previous)) => proof(env, rules, circuit, inputs(previous)),
        (proven, _) => proven,
    }
}

/// The transaction carries a valid proof under the pinned key for exactly these inputs.
///
/// # Errors
/// [`TokenError::BadProof`].
pub fn proof<S: Statement>(
    env: &Env,
    rules: &Rules,
    circuit: Circuit,
    inputs: S,
) -> Result<Proven<S>, TokenError> {
    let pin = rules.pin(circuit).ok_or(TokenError::BadProof)?;
    env.proven(pin, inputs).map_err(|_| TokenError::BadProof)
}
