//! `verify snarkjs`.

use std::path::PathBuf;

use clap::Args;
use obolus_verifier::CircuitName;

use super::{OutputArgs, RuleArgs, UsageError};
use crate::batch::run_findings;
use crate::policy::{Policy, Rules};
use crate::report::Report;
use crate::snarkjs::{Files, verify_files};

/// Arguments of `verify snarkjs`.
#[derive(Args, Debug)]
pub struct SnarkjsArgs {
    /// verification_key.json: whoever gives it vouches for it.
    #[arg(value_name = "VKEY")]
    pub vkey: PathBuf,
    /// proof.json of snarkjs or rapidsnark.
    #[arg(value_name = "PROOF")]
    pub proof: PathBuf,
    /// public.json.
    #[arg(value_name = "PUBLIC")]
    pub public: PathBuf,
    /// Name of the circuit; a part of the key's id.
    #[arg(long, value_name = "NAME", default_value = "circom")]
    pub circuit: String,
    /// Rules.
    #[command(flatten)]
    pub rules: RuleArgs,
    /// Output.
    #[command(flatten)]
    pub output: OutputArgs,
}

const NAME: &str = "snarkjs";

pub(super) fn run(args: &SnarkjsArgs) -> Result<Report, UsageError> {
    let circuit = CircuitName::new(&args.circuit)
        .map_err(|error| UsageError::Value("--circuit", error.to_string()))?;
    let rules = match args.rules.policies(Policy::default()) {
        Ok(policies) => Rules::new(policies),
        Err(finding) => return Ok(Report::failed(NAME, finding)),
    };
    let files = Files {
        circuit: &circuit,
        key: &args.vkey,
        proof: &args.proof,
        public: &args.public,
    };
    let mut report = Report::new(NAME);
    report.items.push(verify_files(files, &rules));
    report.findings = run_findings(&report.items, &rules);
    Ok(report)
}
