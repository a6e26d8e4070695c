//! Many bundles: decoded by all threads, verified in groups, reported one by one.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use obolus_protocol::field::fr_to_bytes;
use obolus_verifier::{Item as Equation, VerifyError, verify_batch};
use rayon::prelude::*;

use crate::bundle::Bundle;
use crate::check::{Candidate, check, subject};
use crate::keyring::Keyring;
use crate::policy::Rules;
use crate::report::{Fault, Finding, Item, Kind, Source, Subject};
use crate::source::{Content, Found};

#[cfg(test)]
mod tests;

/// Bundles a group: one final exponentiation and one set of sums for all of them.
const GROUP: usize = 1024;
/// Most bytes of bundles that a group holds before it is decoded.
const GROUP_BYTES: usize = 32 << 20;

/// A bundle that was decoded and checked, or why not.
struct Checked {
    source: Source,
    subject: Subject,
    outcome: Result<Candidate, Finding>,
    elapsed: Duration,
}

/// Verifies bundles in the order of `found`. `progress` is told how many are done after every group.
///
/// Memory is bounded by two groups and by one item of a few hundred bytes for each bundle.
pub fn verify_found(
    found: &mut (dyn Iterator<Item = Found> + Send),
    rules: &Rules,
    keyring: &Keyring,
    progress: &mut dyn FnMut(usize),
) -> Vec<Item> {
    let mut items = Vec::new();
    let mut repeats = Repeats::new(rules);
    let mut group = next_group(found);
    while !group.is_empty() {
        // The next group is looked for by one thread meanwhile.
        let (verified, next) = rayon::join(
            || {
                let checked: Vec<Checked> = group
                    .into_par_iter()
                    .map(|found| decode(found, rules, keyring))
                    .collect();
                verify_group(checked, &mut repeats)
            },
            || next_group(found),
        );
        items.extend(verified);
        progress(items.len());
        group = next;
    }
    items
}

fn next_group(found: &mut dyn Iterator<Item = Found>) -> Vec<Found> {
    let mut group = Vec::new();
    let mut held = 0;
    while group.len() < GROUP && held < GROUP_BYTES {
        let Some(next) = found.next() else { break };
        held += next.content.held();
        group.push(next);
    }
    group
}

fn decode(found: Found, rules: &Rules, keyring: &Keyring) -> Checked {
    let start = Instant::now();
    let Found { source, content } = found;
    let (subject, outcome) = decode_content(content, rules, keyring);
    Checked {
        source,
        subject,
        outcome,
        elapsed: start.elapsed(),
    }
}

fn decode_content(
    content: Content,
    rules: &Rules,
    keyring: &Keyring,
) -> (Subject, Result<Candidate, Finding>) {
    let bytes = match content.read() {
        Ok(bytes) => bytes,
        Err(finding) => return (Subject::default(), Err(finding)),
    };
    match Bundle::decode(&bytes) {
        Ok((bundle, id)) => {
            let subject = subject(&bundle, id);
            let outcome = check(bundle, &subject, rules, keyring);
            (subject, outcome)
        }
        Err(error) => (
            Subject::default(),
            Err(Finding::new(Fault::Malformed, error.code(), &error)),
        ),
    }
}

fn verify_group(checked: Vec<Checked>, repeats: &mut Repeats) -> Vec<Item> {
    let start = Instant::now();
    let candidates = checked.iter().filter_map(|c| c.outcome.as_ref().ok());
    let equations: Vec<Equation<'_>> = candidates
        .map(|candidate| Equation {
            key: &candidate.key,
            inputs: &candidate.inputs,
            proof: &candidate.proof,
        })
        .collect();
    let verdicts = verify_batch(&equations);
    let count = u32::try_from(verdicts.len()).unwrap_or(u32::MAX).max(1);
    let share = start.elapsed() / count;
    let mut verdicts = verdicts.into_iter();
    let item = |checked: Checked| {
        let mut elapsed = checked.elapsed;
        let outcome = checked.outcome.and_then(|candidate| {
            elapsed += share;
            // One verdict for each candidate, in order; were one missing, that would be no acceptance.
            match verdicts.next() {
                Some(Ok(())) => repeats.check(&candidate),
                Some(Err(VerifyError::Proof(error))) => {
                    Err(Finding::new(Fault::Malformed, "bundle_proof", error))
                }
                Some(Err(error)) => Err(Finding::new(Fault::Invalid, "proof_refused", error)),
                None => Err(Finding::new(Fault::Invalid, "proof_refused", "no verdict")),
            }
        });
        Item {
            source: checked.source,
            kind: Kind::Proof,
            subject: checked.subject,
            outcome,
            facts: Vec::new(),
            elapsed,
        }
    };
    checked.into_iter().map(item).collect()
}

/// Statements that were proved so far. Anybody can turn a Groth16 proof into other valid ones of the same
/// statement, so counting proofs would count nothing; statements are counted, and a second proof of one is
/// refused. Proofs that do not hold are not remembered: they could otherwise push honest ones out.
struct Repeats {
    seen: Option<HashSet<[u8; 32]>>,
}

impl Repeats {
    fn new(rules: &Rules) -> Self {
        Self {
            seen: (!rules.allows_repeats()).then(HashSet::new),
        }
    }

    fn check(&mut self, candidate: &Candidate) -> Result<(), Finding> {
        let Some(seen) = &mut self.seen else {
            return Ok(());
        };
        let mut hasher = blake3::Hasher::new_derive_key("obolus 2026 proved statement v1");
        // Whatever the key says of its making: two labels of one key would count a statement twice.
        hasher.update(candidate.key.development_id().as_bytes());
        for input in &candidate.inputs {
            hasher.update(fr_to_bytes(input).as_bytes());
        }
        if seen.insert(*hasher.finalize().as_bytes()) {
            return Ok(());
        }
        Err(Finding::new(
            Fault::Refused,
            "repeated",
            "this statement was proved before in this run; give it once, or allow repeats",
        ))
    }
}

/// What is wrong with a run of proofs as a whole.
pub fn run_findings(items: &[Item], rules: &Rules) -> Vec<Finding> {
    let mut findings = Vec::new();
    if items.is_empty() {
        findings.push(Finding::new(
            Fault::Refused,
            "no_proofs",
            "no proof was found, so nothing was verified: check the paths",
        ));
    }
    findings.extend(too_few(items.iter(), rules));
    findings
}

/// A finding if fewer items are valid than a policy demands.
pub fn too_few<'a>(items: impl Iterator<Item = &'a Item>, rules: &Rules) -> Option<Finding> {
    let valid = items.filter(|item| item.outcome.is_ok()).count() as u64;
    (valid < rules.minimum()).then(|| {
        Finding::new(
            Fault::Refused,
            "too_few",
            format!(
                "{valid} are valid, but the policy demands {}",
                rules.minimum()
            ),
        )
    })
}
