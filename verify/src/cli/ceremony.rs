//! `verify ceremony`.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use obolus_ceremony::{
    CeremonyError, CeremonyFiles, Contribution, Policy as Demands, PowersError, Verified, verify,
};
use obolus_protocol::statement::circuit_digest;
use obolus_verifier::CircuitName;

use super::{OutputArgs, RuleArgs, UsageError};
use crate::batch::run_findings;
use crate::policy::{Policy, Rules};
use crate::report::{Fact, Fault, Finding, Item, Kind, Report, Source, Subject};

/// Arguments of `verify ceremony`.
#[derive(Args, Debug)]
pub struct CeremonyArgs {
    /// The circuit's name; one of the protocol's must have the circuit of this release.
    #[arg(long, value_name = "NAME")]
    pub circuit: String,
    /// The circuit, `.r1cs`.
    #[arg(long, value_name = "FILE")]
    pub r1cs: PathBuf,
    /// The prepared powers of tau, `.ptau`.
    #[arg(long, value_name = "FILE")]
    pub ptau: PathBuf,
    /// The key after the last contribution, `.zkey`.
    #[arg(long, value_name = "FILE")]
    pub zkey: PathBuf,
    /// Fewest participants of the second phase, beacons not counted.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub minimum_contributions: usize,
    /// Rules.
    #[command(flatten)]
    pub rules: RuleArgs,
    /// Output.
    #[command(flatten)]
    pub output: OutputArgs,
}

const NAME: &str = "ceremony";

pub(super) fn run(args: &CeremonyArgs) -> Result<Report, UsageError> {
    let circuit = CircuitName::new(&args.circuit)
        .map_err(|error| UsageError::Value("--circuit", error.to_string()))?;
    let rules = match args.rules.policies(Policy::default()) {
        Ok(policies) => Rules::new(policies),
        Err(finding) => return Ok(Report::failed(NAME, finding)),
    };
    let mut subject = Subject {
        circuit: Some(circuit.clone()),
        ..Subject::default()
    };
    let (outcome, facts) = match checked(args, &circuit, &rules, &mut subject) {
        Ok(facts) => (Ok(()), facts),
        Err(finding) => (Err(finding), Vec::new()),
    };
    let mut report = Report::new(NAME);
    report.items.push(Item {
        source: Source::file(args.zkey.to_string_lossy()),
        kind: Kind::Ceremony,
        subject,
        outcome,
        facts,
        elapsed: Duration::ZERO,
    });
    report.findings = run_findings(&report.items, &rules);
    Ok(report)
}

fn checked(
    args: &CeremonyArgs,
    circuit: &CircuitName,
    rules: &Rules,
    subject: &mut Subject,
) -> Result<Vec<Fact>, Finding> {
    let [r1cs, ptau, zkey] = [&args.r1cs, &args.ptau, &args.zkey].map(|path| read(path));
    let (r1cs, ptau, zkey) = (r1cs?, ptau?, zkey?);
    let files = CeremonyFiles {
        r1cs: &r1cs,
        ptau: &ptau,
        zkey: &zkey,
    };
    let demands = Demands {
        minimum_contributions: args.minimum_contributions,
        ..Demands::default()
    };
    let verified = verify(circuit, files, demands).map_err(|error| finding(&error))?;
    subject.key = Some(verified.key.id());
    let digest = verified.transcript.r1cs.to_string();
    if circuit_digest(circuit.as_str()).is_some_and(|expected| expected != digest) {
        return Err(Finding::new(
            Fault::Invalid,
            "circuit_differs",
            format!(
                "the ceremony holds, but it is about another circuit than this release's {circuit}: compare releases"
            ),
        ));
    }
    rules.check_claims(subject, Some(rules.now()))?;
    Ok(facts(&verified, digest))
}

fn finding(error: &CeremonyError) -> Finding {
    let (fault, code) = match error {
        CeremonyError::R1cs(_)
        | CeremonyError::Zkey(_)
        | CeremonyError::Powers(PowersError::File(_)) => (Fault::Malformed, "ceremony_malformed"),
        CeremonyError::TooFew { .. } | CeremonyError::Powers(PowersError::TooFew { .. }) => {
            (Fault::Refused, "too_few")
        }
        _ => (Fault::Invalid, "ceremony_invalid"),
    };
    Finding::new(fault, code, error)
}

fn read(path: &Path) -> Result<Vec<u8>, Finding> {
    fs::read(path).map_err(|error| {
        Finding::new(
            Fault::Unreadable,
            "unreadable",
            format!("{} cannot be read: {error}", path.display()),
        )
    })
}

fn facts(verified: &Verified, digest: String) -> Vec<Fact> {
    let transcript = &verified.transcript;
    let listed = |list: &[Contribution]| {
        let shown = list
            .iter()
            // The hash first: a name may look like anything.
            .map(|one| format!("{} by {}", one.hash, one.contributor));
        shown.collect::<Vec<_>>().join("; ")
    };
    vec![
        ("constraints", transcript.constraints.to_string()),
        ("r1cs_blake3", digest),
        ("circuit_hash", transcript.circuit_hash.to_string()),
        ("participants", transcript.participants().to_string()),
        ("phase1", listed(&transcript.phase1)),
        ("phase2", listed(&transcript.phase2)),
    ]
}
