//! One proof in the three files of snarkjs.

use std::path::Path;
use std::time::Instant;

use ark_bn254::Fr;
use obolus_verifier::snarkjs::{MAX_PROOF, MAX_PUBLIC, inputs_from_json, proof_from_json};
use obolus_verifier::{CircuitName, Proof, verify};

use crate::check::check_count;
use crate::keyfile::read_snarkjs_key;
use crate::policy::Rules;
use crate::report::{Fault, Finding, Item, Kind, Source, Subject};
use crate::source::{name, read_file};

/// The files, and what their circuit is to be called.
#[derive(Clone, Copy, Debug)]
pub struct Files<'a> {
    /// Name of the circuit; it is part of the key's id.
    pub circuit: &'a CircuitName,
    /// `verification_key.json`.
    pub key: &'a Path,
    /// `proof.json`.
    pub proof: &'a Path,
    /// `public.json`.
    pub public: &'a Path,
}

/// Verifies the proof. The item's source is the file that is wrong, or the proof's.
pub fn verify_files(files: Files<'_>, rules: &Rules) -> Item {
    let start = Instant::now();
    let mut subject = Subject {
        circuit: Some(files.circuit.clone()),
        ..Subject::default()
    };
    let outcome = verify_inner(files, rules, &mut subject);
    let (path, outcome) = match outcome {
        Ok(()) => (files.proof, Ok(())),
        Err((path, finding)) => (path, Err(finding)),
    };
    Item {
        source: Source::file(name(path)),
        kind: Kind::Proof,
        subject,
        outcome,
        facts: Vec::new(),
        elapsed: start.elapsed(),
    }
}

fn verify_inner<'a>(
    files: Files<'a>,
    rules: &Rules,
    subject: &mut Subject,
) -> Result<(), (&'a Path, Finding)> {
    let key = read_snarkjs_key(files.circuit, files.key).map_err(|f| (files.key, f))?;
    subject.key = Some(key.id());
    rules
        .check_claims(subject, None)
        .map_err(|f| (files.key, f))?;
    let inputs = inputs(files.public).map_err(|f| (files.public, f))?;
    let proof = proof(files.proof).map_err(|f| (files.proof, f))?;
    check_count(&key, inputs.len()).map_err(|f| (files.public, f))?;
    verify(&key, &inputs, &proof).map_err(|error| {
        let finding = Finding::new(Fault::Invalid, "proof_refused", error);
        (files.proof, finding)
    })
}

fn inputs(path: &Path) -> Result<Vec<Fr>, Finding> {
    let bytes = read_file(path, MAX_PUBLIC)?;
    inputs_from_json(&bytes)
        .map_err(|error| Finding::new(Fault::Malformed, "public_malformed", error))
}

fn proof(path: &Path) -> Result<Proof, Finding> {
    let bytes = read_file(path, MAX_PROOF)?;
    proof_from_json(&bytes)
        .map_err(|error| Finding::new(Fault::Malformed, "proof_malformed", error))
}
