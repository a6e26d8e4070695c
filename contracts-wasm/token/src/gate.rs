//! Checks that entries share: who calls, canonical bytes, the registry's word, the proof.

use obolus_sdk::abi::registry::CheckRootsMsg;
use obolus_sdk::abi::token::{Circuit, TokenError};
use obolus_sdk::{CallError, ContractError, Env, FieldBytes, PointBytes, Proven, Statement};

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

/// The registry accepts the roots, and the contract that passes the payment on, if one does; returns the auditor's key
/// of the current epoch.
///
/// # Errors
/// The registry's own refusal, or [`TokenError::Registry`] when it does not answer.
pub fn auditor(
    env: &Env,
    rules: &Rules,
    roots: &CheckRootsMsg,
) -> Result<PointBytes, ContractError> {
    env.static_call(&rules.registry, "check_roots", roots)
        .map_err(|error| match error {
            CallError::Reverted(error) => error,
            _ => TokenError::Registry.into(),
        })
}

/// The transaction carries a valid proof under the pinned key for exactly these inputs: what is stored and emitted is
/// taken from the result.
///
/// # Errors
/// [`TokenError::BadProof`].
pub fn proof<S: Statement>(
    env: &Env,
    rules: &Rules,
    circuit: Circuit,
    inputs: S,
) -> Result<Proven<S>, TokenError> {
    env.proven(rules.pin(circuit), inputs)
        .map_err(|_| TokenError::BadProof)
}
