//! `verify proof`.

use std::path::PathBuf;

use clap::Args;
use obolus_abi::{ChainId, ContractId};

use super::output::Counter;
use super::{OutputArgs, RuleArgs, UsageError, id};
use crate::batch::{run_findings, verify_found};
use crate::keyfile::{KeyArg, read_key};
use crate::keyring::Keyring;
use crate::policy::{Policy, Rules};
use crate::report::{Fault, Finding, Report};
use crate::source::Sources;

/// Arguments of `verify proof`.
#[derive(Args, Debug)]
pub struct ProofArgs {
    /// Bundles, folders of bundles, .jsonl files, or - for standard input.
    #[arg(value_name = "BUNDLE")]
    pub bundles: Vec<PathBuf>,
    /// Rules.
    #[command(flatten)]
    pub rules: RuleArgs,
    /// A verifying key, for bundles that do not hold theirs: FILE, or CIRCUIT=FILE for a verification_key.json; may
    /// be repeated.
    #[arg(long = "key", value_name = "FILE")]
    pub keys: Vec<KeyArg>,
    /// The only chain that statements may be for: 64 hexadecimal digits.
    #[arg(long, value_name = "ID")]
    pub chain: Option<String>,
    /// A token that statements may be for: 64 hexadecimal digits; may be repeated.
    #[arg(long = "token", value_name = "ID")]
    pub tokens: Vec<String>,
    /// Fewest valid proofs.
    #[arg(long, value_name = "N")]
    pub minimum: Option<u64>,
    /// Most bundles; a report takes memory for each.
    #[arg(long, value_name = "N", default_value_t = 1_000_000)]
    pub maximum: usize,
    /// Accept keys made from a published seed, under which anybody can forge proofs.
    #[arg(long)]
    pub allow_insecure: bool,
    /// Accept more than one proof of the same statement.
    #[arg(long)]
    pub allow_repeats: bool,
    /// Output.
    #[command(flatten)]
    pub output: OutputArgs,
}

const NAME: &str = "proof";

pub(super) fn run(args: &ProofArgs) -> Result<Report, UsageError> {
    let own = Policy {
        chain: args
            .chain
            .as_deref()
            .map(|c| id("--chain", c))
            .transpose()?
            .map(ChainId),
        tokens: args
            .tokens
            .iter()
            .map(|t| id("--token", t).map(ContractId))
            .collect::<Result<_, _>>()?,
        minimum: args.minimum,
        allow_insecure: args.allow_insecure,
        allow_repeats: args.allow_repeats,
        ..Policy::default()
    };
    if args.bundles.is_empty() {
        return Err(UsageError::NoPaths);
    }
    let rules = match args.rules.policies(own) {
        Ok(policies) => Rules::new(policies),
        Err(finding) => return Ok(Report::failed(NAME, finding)),
    };
    if !rules.pins_keys() {
        return Err(UsageError::NoPin);
    }
    Ok(match keyring(&args.keys) {
        Ok(keyring) => verify(args, &rules, &keyring),
        Err(finding) => Report::failed(NAME, finding),
    })
}

fn keyring(keys: &[KeyArg]) -> Result<Keyring, Finding> {
    let keyring = Keyring::default();
    for arg in keys {
        let add = read_key(arg).and_then(|key| keyring.add(key));
        add.map_err(|finding| Finding {
            message: format!("{}: {}", arg.path.display(), finding.message),
            ..finding
        })?;
    }
    Ok(keyring)
}

fn verify(args: &ProofArgs, rules: &Rules, keyring: &Keyring) -> Report {
    let mut sources = Sources::new(&args.bundles);
    let counter = Counter::new(args.output.format);
    let mut limited = sources.by_ref().take(args.maximum.saturating_add(1));
    let items = verify_found(&mut limited, rules, keyring, &mut |done| counter.show(done));
    let mut report = Report::new(NAME);
    report.findings = run_findings(&items, rules);
    if items.len() > args.maximum {
        report.findings.push(Finding::new(
            Fault::Refused,
            "too_many",
            format!(
                "more than {} bundles, the rest was not looked at: allow more with --maximum",
                args.maximum
            ),
        ));
    }
    report.items = items;
    if sources.left_out() > 0 {
        report
            .facts
            .push(("left_out", sources.left_out().to_string()));
    }
    report
}
