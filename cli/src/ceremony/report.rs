//! What the commands say about a ceremony.

use std::fmt;
use std::path::Path;

use obolus_ceremony::{Contribution, Contributor, R1cs, Verified};
use obolus_verifier::{CircuitName, KeyIdText};
use serde::Serialize;

/// Name of the JSON form; `cli/schemas/ceremony.verify.json`.
pub const SCHEMA: &str = "obolus.ceremony.verify/1";

/// A verified ceremony.
#[derive(Serialize)]
pub struct Report {
    circuit: String,
    key: String,
    r1cs_blake3: String,
    circuit_hash: String,
    constraints: usize,
    public_inputs: usize,
    variables: usize,
    domain_power: u32,
    participants: usize,
    phase1: Vec<Step>,
    phase2: Vec<Step>,
}

/// A contribution.
#[derive(Serialize)]
struct Step {
    /// Not authenticated by anything.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    hash: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    beacon: Option<Beacon>,
}

/// What a beacon was made from.
#[derive(Serialize)]
struct Beacon {
    value: String,
    iterations_log2: u8,
}

impl Report {
    /// Of a ceremony.
    pub fn of(verified: &Verified) -> Self {
        let transcript = &verified.transcript;
        Self {
            circuit: transcript.circuit.to_string(),
            key: KeyIdText(verified.key.id()).to_string(),
            r1cs_blake3: transcript.r1cs.to_string(),
            circuit_hash: transcript.circuit_hash.to_string(),
            constraints: transcript.constraints,
            public_inputs: transcript.public_inputs,
            variables: transcript.variables,
            domain_power: transcript.domain_power,
            participants: transcript.participants(),
            phase1: transcript.phase1.iter().map(Step::of).collect(),
            phase2: transcript.phase2.iter().map(Step::of).collect(),
        }
    }
}

impl Step {
    fn of(contribution: &Contribution) -> Self {
        let beacon = match &contribution.contributor {
            Contributor::Participant { .. } => None,
            Contributor::Beacon {
                value, iterations, ..
            } => Some(Beacon {
                value: obolus_runtime_api::hex::encode(value),
                iterations_log2: *iterations,
            }),
        };
        Self {
            name: contribution.contributor.name().map(str::to_owned),
            hash: contribution.hash.to_string(),
            beacon,
        }
    }
}

/// The same for people.
pub struct Text<'a>(pub &'a Verified);

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Verified { key, transcript } = self.0;
        writeln!(f, "the ceremony holds")?;
        writeln!(f, "circuit       {}", transcript.circuit)?;
        writeln!(
            f,
            "key           {} ({})",
            KeyIdText(key.id()),
            key.origin()
        )?;
        writeln!(f, "r1cs BLAKE3   {}", transcript.r1cs)?;
        writeln!(f, "circuit hash  {}", transcript.circuit_hash)?;
        writeln!(
            f,
            "size          {} constraints, {} variables, {} public inputs",
            transcript.constraints, transcript.variables, transcript.public_inputs
        )?;
        for (title, list) in [
            ("powers of tau", &transcript.phase1),
            ("key", &transcript.phase2),
        ] {
            writeln!(f, "contributions to the {title}:")?;
            for contribution in list {
                writeln!(f, "  {}", contribution.contributor)?;
                writeln!(f, "    {}", contribution.hash)?;
            }
        }
        write!(
            f,
            "names are not authenticated: compare each hash with what its participant published"
        )
    }
}

/// What to do with an exported circuit.
pub fn next_steps(name: &CircuitName, r1cs: &R1cs, path: &Path) -> String {
    let power = r1cs.domain_power() + 1;
    format!(
        "{path}: {constraints} constraints, BLAKE3 {digest}

Take a prepared powers of tau file of power {power} or more, or make one:
  snarkjs powersoftau new bn128 {power} pot0.ptau
  snarkjs powersoftau contribute pot0.ptau pot1.ptau --name=NAME    # every participant, one after the other
  snarkjs powersoftau beacon pot1.ptau pot2.ptau VALUE 10
  snarkjs powersoftau prepare phase2 pot2.ptau pot.ptau

Then the second phase, for this circuit:
  snarkjs groth16 setup {name}.r1cs pot.ptau {name}_0.zkey
  snarkjs zkey contribute {name}_0.zkey {name}_1.zkey --name=NAME   # every participant, one after the other
  snarkjs zkey beacon {name}_1.zkey {name}.zkey VALUE 10
  obolus ceremony import --circuit {name} --zkey {name}.zkey --ptau pot.ptau --out DIR

docs/ceremony.md is the runbook.",
        path = path.display(),
        constraints = r1cs.constraints(),
        digest = r1cs.digest(),
    )
}
