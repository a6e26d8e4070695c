//! One JSON object; its form is in `verify/schemas/report.schema.json`.

use std::collections::BTreeMap;
use std::io::{self, Write};

use obolus_verifier::KeyIdText;
use serde::Serialize;

use super::{Fact, Fault, Finding, Item, Report};

/// Name of the form.
const FORMAT: &str = "obolus.verify-report";
/// Changes with every change that a reader could notice.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct ReportJson<'a> {
    format: &'static str,
    version: u32,
    tool: &'static str,
    tool_version: &'static str,
    command: &'static str,
    verdict: &'static str,
    exit_code: u8,
    elapsed_us: u128,
    counts: Counts,
    findings: Vec<FindingJson<'a>>,
    facts: BTreeMap<&'static str, &'a str>,
    items: Vec<ItemJson<'a>>,
}

#[derive(Serialize)]
struct Counts {
    total: usize,
    valid: usize,
    invalid: usize,
    malformed: usize,
    refused: usize,
    unreadable: usize,
}

#[derive(Serialize)]
struct FindingJson<'a> {
    verdict: &'static str,
    code: &'static str,
    message: &'a str,
}

#[derive(Serialize)]
struct ItemJson<'a> {
    source: &'a str,
    line: Option<u64>,
    kind: &'static str,
    bundle: Option<String>,
    circuit: Option<&'a str>,
    key_id: Option<String>,
    chain: Option<String>,
    token: Option<String>,
    verdict: &'static str,
    code: Option<&'static str>,
    message: Option<&'a str>,
    facts: BTreeMap<&'static str, &'a str>,
    elapsed_us: u128,
}

pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let exit = report.exit();
    let json = ReportJson {
        format: FORMAT,
        version: VERSION,
        tool: "obolus-verify",
        tool_version: env!("CARGO_PKG_VERSION"),
        command: report.command,
        verdict: exit.as_str(),
        exit_code: exit.code(),
        elapsed_us: report.elapsed.as_micros(),
        counts: Counts {
            total: report.items.len(),
            valid: report.valid(),
            invalid: report.count(Fault::Invalid),
            malformed: report.count(Fault::Malformed),
            refused: report.count(Fault::Refused),
            unreadable: report.count(Fault::Unreadable),
        },
        findings: report.findings.iter().map(finding).collect(),
        facts: facts(&report.facts),
        items: report.items.iter().map(item).collect(),
    };
    super::text::json(&json, out)
}

fn finding(finding: &Finding) -> FindingJson<'_> {
    FindingJson {
        verdict: finding.fault.as_str(),
        code: finding.code.0,
        message: &finding.message,
    }
}

fn item(item: &Item) -> ItemJson<'_> {
    let finding = item.outcome.as_ref().err();
    let subject = &item.subject;
    ItemJson {
        source: &item.source.path,
        line: item.source.line,
        kind: item.kind.as_str(),
        bundle: subject.bundle.map(|id| id.to_string()),
        circuit: subject.circuit.as_ref().map(|name| name.as_str()),
        key_id: subject.key.map(|key| KeyIdText(key).to_string()),
        chain: subject.chain.map(|chain| chain.to_string()),
        token: subject.token.map(|token| token.to_string()),
        verdict: item.verdict(),
        code: finding.map(|finding| finding.code.0),
        message: finding.map(|finding| finding.message.as_str()),
        facts: facts(&item.facts),
        elapsed_us: item.elapsed.as_micros(),
    }
}

fn facts(facts: &[Fact]) -> BTreeMap<&'static str, &str> {
    facts
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect()
}
