//! `obolus prover seal`: a request body for whoever posts it with other tools.

use std::path::PathBuf;

use clap::Args;
use obolus_prover_api::{Priority, PriorityError, ProofRequest, ServiceKeys};
use obolus_verifier::KeyIdText;
use zeroize::Zeroizing;

use super::ProverError;

/// Arguments of `seal`.
#[derive(Args)]
pub struct SealArgs {
    /// The service's keys as its operator gave them (obolprover1…).
    #[arg(long, value_name = "KEYS", env = "OBOLUS_PROVER_KEYS")]
    prover_keys: ServiceKeys,
    /// Id of the circuit's verifying key (obolvk1…), see /v1/circuits.
    #[arg(long, value_name = "ID")]
    key_id: KeyIdText,
    /// The witness: a .wtns file, or context and encoded witness of one of our own circuits.
    #[arg(long, value_name = "FILE")]
    wtns: PathBuf,
    /// 0 to 9, the highest first.
    #[arg(long, value_name = "N", default_value = "4", value_parser = priority)]
    priority: Priority,
    /// How long the proof is of use, in seconds.
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=2_592_000))]
    deadline: Option<u64>,
    /// Where to write the body.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

fn priority(text: &str) -> Result<Priority, String> {
    let number: u8 = text.parse().map_err(|_| "expected a number from 0 to 9")?;
    Priority::try_from(number).map_err(|error: PriorityError| error.to_string())
}

/// Seals a witness and writes the body of `POST /v1/proofs`.
pub fn seal(args: &SealArgs) -> Result<(), ProverError> {
    let io = |path: &PathBuf| {
        let path = path.clone();
        move |error| ProverError::Io(path, error)
    };
    let witness = Zeroizing::new(std::fs::read(&args.wtns).map_err(io(&args.wtns))?);
    let key_id = args.key_id.to_string();
    let sealed = args.prover_keys.sealing.seal(&witness, &key_id)?;
    let mut request = ProofRequest::new(key_id, &sealed);
    request.priority = args.priority;
    request.deadline_ms = args.deadline.map(|seconds| seconds * 1000);
    let body = serde_json::to_vec(&request)?;
    std::fs::write(&args.out, body).map_err(io(&args.out))
}
