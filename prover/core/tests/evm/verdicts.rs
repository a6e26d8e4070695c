//! What our verifier and snarkjs say.

use std::fs;

use obolus_verifier::snarkjs::{JsonError, inputs_from_json, key_to_json, proof_from_json};
use obolus_verifier::{ProofError, VerifyError, VerifyingKey, verify};
use revm::primitives::U256;
use serde_json::{Value, json};

use crate::node::{modules, sources, succeed, target};
use crate::vectors::{Vector, Words};

/// Our verdict on the text that snarkjs is given, a refusal under the name of the contract's error.
pub fn ours(key: &VerifyingKey, vector: &Vector) -> Result<(), &'static str> {
    let text = proof_json(&vector.proof).to_string();
    let proof = proof_from_json(text.as_bytes()).map_err(|error| match error {
        JsonError::Number(_) => "CoordinateNotCanonical",
        // The text of an identity has 0 where others have 1.
        JsonError::NotAffine(_) => "PointIsIdentity",
        JsonError::Proof(ProofError::Point { point: 'B', .. }) => "BNotInSubgroup",
        JsonError::Proof(ProofError::Point { .. }) => "PointNotOnCurve",
        other => panic!("{}: {other}", vector.name),
    })?;
    let text = inputs_json(&vector.inputs).to_string();
    let inputs = inputs_from_json(text.as_bytes()).map_err(|error| match error {
        JsonError::Number(_) => "InputNotCanonical",
        other => panic!("{}: {other}", vector.name),
    })?;
    verify(key, &inputs, &proof).map_err(|error| match error {
        VerifyError::InputCount { expected, given } if given > expected => "CallDataTooLong",
        VerifyError::InputCount { .. } => "no reason",
        VerifyError::NonCanonicalInput(_) => "InputNotCanonical",
        VerifyError::Proof(error) => panic!("{}: {error}", vector.name),
        VerifyError::Refused => "ProofRefused",
    })
}

/// Whether snarkjs accepts each of the proofs.
pub fn snarkjs(keys: &[&VerifyingKey], vectors: &[Vector]) -> Vec<bool> {
    let keys: Vec<Value> = keys
        .iter()
        .map(|key| serde_json::from_str(&key_to_json(key).unwrap()).unwrap())
        .collect();
    let asked: Vec<Value> = vectors
        .iter()
        .map(|vector| {
            json!({
                "key": vector.subject,
                "inputs": inputs_json(&vector.inputs),
                "proof": proof_json(&vector.proof),
            })
        })
        .collect();
    let directory = tempfile::tempdir_in(target()).unwrap();
    let file = json!({ "keys": keys, "vectors": asked });
    fs::write(directory.path().join("vectors.json"), file.to_string()).unwrap();
    let script = sources("snarkjs").join("verify.cjs");
    let modules = modules("snarkjs");
    let arguments = [
        script.to_str().unwrap(),
        modules.to_str().unwrap(),
        "vectors.json",
    ];
    let output = succeed(directory.path(), "node", &arguments);
    let verdicts: Vec<String> = serde_json::from_slice(&output).unwrap();
    assert_eq!(verdicts.len(), vectors.len());
    let accepted = |(verdict, vector): (&String, &Vector)| match verdict.as_str() {
        "yes" => true,
        "no" => false,
        // It has no key point for an input too many.
        error => {
            assert_eq!(
                vector.refusal.as_deref(),
                Some("CallDataTooLong"),
                "{error}"
            );
            false
        }
    };
    verdicts.iter().zip(vectors).map(accepted).collect()
}

fn inputs_json(inputs: &[U256]) -> Value {
    inputs.iter().map(U256::to_string).collect()
}

/// `proof.json`.
fn proof_json([ax, ay, bx1, bx0, by1, by0, cx, cy]: &Words) -> Value {
    json!({
        "pi_a": g1_json(ax, ay),
        "pi_b": g2_json([bx0, bx1], [by0, by1]),
        "pi_c": g1_json(cx, cy),
        "protocol": "groth16",
        "curve": "bn128",
    })
}

fn g1_json(x: &U256, y: &U256) -> Value {
    if x.is_zero() && y.is_zero() {
        return json!(["0", "1", "0"]);
    }
    json!([x.to_string(), y.to_string(), "1"])
}

fn g2_json(x: [&U256; 2], y: [&U256; 2]) -> Value {
    if x.iter().chain(&y).all(|part| part.is_zero()) {
        return json!([["0", "0"], ["1", "0"], ["0", "0"]]);
    }
    let text = |pair: [&U256; 2]| pair.map(U256::to_string);
    json!([text(x), text(y), ["1", "0"]])
}
