//! `verify keys`.

use std::path::PathBuf;

use clap::Args;

use super::{OutputArgs, RuleArgs, UsageError};
use crate::batch::too_few;
use crate::keyfile::KeyArg;
use crate::keys::{KeyList, check_circuits, check_key};
use crate::policy::{Policy, Rules};
use crate::report::{Fault, Finding, Kind, Report};

/// Arguments of `verify keys`.
#[derive(Args, Debug)]
pub struct KeysArgs {
    /// Verifying keys: FILE, or CIRCUIT=FILE for a verification_key.json.
    #[arg(value_name = "KEY")]
    pub keys: Vec<KeyArg>,
    /// Golden files to compare the rebuilt circuits with, instead of those built in.
    #[arg(long, value_name = "DIR")]
    pub golden: Option<PathBuf>,
    /// A list of circuits and key ids, one a line, that every KEY must be in.
    #[arg(long = "key-ids", value_name = "FILE")]
    pub list: Option<PathBuf>,
    /// Accept keys made from a published seed, under which anybody can forge proofs.
    #[arg(long)]
    pub allow_insecure: bool,
    /// Rules.
    #[command(flatten)]
    pub rules: RuleArgs,
    /// Output.
    #[command(flatten)]
    pub output: OutputArgs,
}

const NAME: &str = "keys";

pub(super) fn run(args: &KeysArgs) -> Result<Report, UsageError> {
    let own = Policy {
        allow_insecure: args.allow_insecure,
        ..Policy::default()
    };
    let policies = args.rules.policies(own);
    let list = args.list.as_deref().map(KeyList::read).transpose();
    let (rules, list) = match (policies, list) {
        (Ok(policies), Ok(list)) => (Rules::new(policies), list),
        (Err(finding), _) | (_, Err(finding)) => return Ok(Report::failed(NAME, finding)),
    };
    let mut report = Report::new(NAME);
    report.items = check_circuits(args.golden.as_deref());
    report.items.extend(
        args.keys
            .iter()
            .map(|key| check_key(key, list.as_ref(), &rules)),
    );
    let pinned = list.is_some() || rules.pins_keys();
    if args.keys.is_empty() && pinned {
        report.findings.push(Finding::new(
            Fault::Refused,
            "no_keys",
            "key ids are given to compare with, but no key: name the keys",
        ));
    }
    let keys = report.items.iter().filter(|item| item.kind == Kind::Key);
    report.findings.extend(too_few(keys, &rules));
    Ok(report)
}
