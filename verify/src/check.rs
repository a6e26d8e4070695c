//! The checks of one bundle before its proof is verified: rules, key, and whether its claims fit each other.

use std::sync::Arc;

use ark_bn254::Fr;
use borsh::BorshDeserialize;
use obolus_abi::registry::RegisterMsg;
use obolus_abi::token::{IssueMsg, RedeemMsg, TransferMsg};
use obolus_abi::{FieldBytes, PointBytes};
use obolus_protocol::context::{USER, context};
use obolus_protocol::field::fr_to_bytes;
use obolus_verifier::{CircuitName, UncheckedProof, VerifyingKey};

use crate::bundle::{Bundle, BundleId, Statement, protocol_names};
use crate::keyring::Keyring;
use crate::policy::Rules;
use crate::report::{Fault, Finding, Subject};

#[cfg(test)]
mod tests;

/// A proof whose claims were checked; what is left is the pairing equation.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// The key, accepted and linted.
    pub key: Arc<VerifyingKey>,
    /// Public inputs, as many as the key has.
    pub inputs: Vec<Fr>,
    /// The proof.
    pub proof: UncheckedProof,
}

/// What a bundle says it is about.
pub fn subject(bundle: &Bundle, id: BundleId) -> Subject {
    Subject {
        bundle: Some(id),
        circuit: Some(bundle.circuit.clone()),
        key: Some(bundle.key_id),
        chain: bundle.statement.as_ref().map(Statement::chain),
        token: bundle.statement.as_ref().map(|statement| statement.token),
    }
}

/// Checks the claims of a bundle.
///
/// # Errors
/// A finding for the first claim that is not accepted or does not fit the others.
pub fn check(
    bundle: Bundle,
    subject: &Subject,
    rules: &Rules,
    keyring: &Keyring,
) -> Result<Candidate, Finding> {
    rules.check_claims(subject, bundle.made_at)?;
    let key = keyring.resolve(bundle.key_id, bundle.key.as_deref())?;
    if *key.circuit() != bundle.circuit {
        return Err(Finding::new(
            Fault::Refused,
            "key_circuit",
            format!(
                "the bundle says circuit {} but its key is of {}",
                bundle.circuit,
                key.circuit()
            ),
        ));
    }
    rules.check_origin(&key)?;
    check_count(&key, bundle.inputs.len())?;
    if let Some(statement) = &bundle.statement {
        check_statement(&bundle.circuit, statement, &bundle.inputs)?;
    }
    Ok(Candidate {
        key,
        inputs: bundle.inputs,
        proof: bundle.proof,
    })
}

/// As many public inputs as the key has.
///
/// # Errors
/// A finding with both numbers.
pub fn check_count(key: &VerifyingKey, given: usize) -> Result<(), Finding> {
    let expected = key.public_inputs();
    if given == expected {
        return Ok(());
    }
    Err(invalid(
        "input_count",
        format!("the circuit has {expected} public inputs but {given} were given"),
    ))
}

/// The proof is bound to the statement: its context is that of the call, and where the call's arguments are known
/// to hold public inputs, they hold these.
fn check_statement(
    circuit: &CircuitName,
    statement: &Statement,
    inputs: &[Fr],
) -> Result<(), Finding> {
    let Some(names) = protocol_names(circuit) else {
        return Err(invalid(
            "statement_unknown",
            format!(
                "circuit {circuit} is not one of the protocol's, so nothing binds its proofs to a transaction: leave \
                 the statement out"
            ),
        ));
    };
    if statement.caller.is_none()
        && (statement.token != statement.body.contract || statement.entry != statement.body.entry)
    {
        return Err(invalid(
            "call_mismatch",
            "the statement says that a user made the call, but the transaction calls another contract or entry"
                .to_owned(),
        ));
    }
    let expected = context(
        &statement.body.digest(),
        &statement.token,
        &statement.caller.unwrap_or(USER),
        &statement.entry,
    );
    if inputs.last() != Some(&expected) {
        return Err(invalid(
            "context_mismatch",
            "the proof is bound to another transaction, chain, token, caller or entry than the statement says"
                .to_owned(),
        ));
    }
    if statement.caller.is_some() {
        // What a contract passes on is not in the transaction.
        return Ok(());
    }
    check_arguments(circuit, statement, names, inputs)
}

/// Entries that users call with the public inputs in the arguments, and their circuits.
fn circuit_of_entry(entry: &str) -> Option<CircuitName> {
    match entry {
        "transfer" => Some(CircuitName::TRANSFER),
        "issue" => Some(CircuitName::ISSUE),
        "redeem" => Some(CircuitName::REDEEM),
        "register" => Some(CircuitName::REGISTER),
        _ => None,
    }
}

fn check_arguments(
    circuit: &CircuitName,
    statement: &Statement,
    names: &[&str],
    inputs: &[Fr],
) -> Result<(), Finding> {
    let entry = statement.entry.as_str();
    let Some(expected) = circuit_of_entry(entry) else {
        return Ok(());
    };
    if expected != *circuit {
        return Err(invalid(
            "entry_circuit",
            format!("entry {entry} takes proofs of circuit {expected}, not {circuit}"),
        ));
    }
    let inputs: Vec<FieldBytes> = inputs.iter().map(fr_to_bytes).collect();
    let named = |name: &str| {
        let at = names.iter().position(|other| *other == name);
        let input = at.and_then(|at| inputs.get(at)).copied();
        input.ok_or_else(|| invalid("input_count", format!("public input {name} is missing")))
    };
    // The auditor's key and the context are not arguments; the rest of the inputs is.
    let auditor = PointBytes::from_xy(&named("p_x")?, &named("p_y")?);
    let context = named("context")?;
    let args = &statement.body.args;
    let from_args = match entry {
        "transfer" => message::<TransferMsg>(args)?
            .inputs(&auditor, context)
            .to_array()
            .to_vec(),
        "issue" => message::<IssueMsg>(args)?
            .inputs(&auditor, context)
            .to_array()
            .to_vec(),
        "redeem" => message::<RedeemMsg>(args)?
            .inputs(&auditor, context)
            .to_array()
            .to_vec(),
        _ => message::<RegisterMsg>(args)?
            .inputs(&auditor, context)
            .to_array()
            .to_vec(),
    };
    let differs =
        |(name, (a, b)): (&&str, (&FieldBytes, &FieldBytes))| (a != b).then(|| (*name).to_owned());
    if let Some(name) = names
        .iter()
        .zip(from_args.iter().zip(&inputs))
        .find_map(differs)
    {
        return Err(invalid(
            "argument_mismatch",
            format!("public input {name} is not what the transaction's arguments say"),
        ));
    }
    Ok(())
}

/// Borsh refuses bytes after the message.
fn message<T: BorshDeserialize>(args: &[u8]) -> Result<T, Finding> {
    borsh::from_slice(args).map_err(|error| {
        invalid(
            "arguments",
            format!("the transaction's arguments are not those of its entry: {error}"),
        )
    })
}

fn invalid(code: &'static str, message: String) -> Finding {
    Finding::new(Fault::Invalid, code, message)
}
