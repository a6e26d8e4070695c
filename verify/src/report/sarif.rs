//! SARIF 2.1.0 (OASIS Standard): one result for each finding; `verify/schemas/sarif.schema.json`.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;

use super::text::visible;
use super::{Exit, Finding, Item, Report};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Log {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run {
    tool: Tool,
    column_kind: &'static str,
    invocations: [Invocation; 1],
    results: Vec<SarifResult>,
}

#[derive(Serialize)]
struct Tool {
    driver: Driver,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver {
    name: &'static str,
    version: &'static str,
    semantic_version: &'static str,
    rules: Vec<Rule>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule {
    id: &'static str,
    short_description: Message,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Invocation {
    execution_successful: bool,
    exit_code: u8,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifResult {
    rule_id: &'static str,
    rule_index: usize,
    level: &'static str,
    message: Message,
    locations: Vec<Location>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    partial_fingerprints: BTreeMap<&'static str, String>,
}

#[derive(Serialize)]
struct Message {
    text: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    physical_location: PhysicalLocation,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: ArtifactLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<Region>,
}

#[derive(Serialize)]
struct ArtifactLocation {
    uri: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: u64,
}

pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let codes: BTreeMap<_, _> = report
        .problems()
        .map(|(_, finding)| (finding.code.0, finding.fault))
        .collect();
    let index: BTreeMap<&str, usize> = codes.keys().enumerate().map(|(at, c)| (*c, at)).collect();
    let rules = codes.iter().map(|(code, fault)| Rule {
        id: code,
        short_description: Message {
            text: format!("{fault}: {}", code.replace('_', " ")),
        },
    });
    let results = report.problems().map(|(item, finding)| SarifResult {
        rule_id: finding.code.0,
        rule_index: index.get(finding.code.0).copied().unwrap_or(0),
        level: "error",
        message: Message {
            text: text(item, finding),
        },
        locations: item.and_then(location).into_iter().collect(),
        partial_fingerprints: item.map(fingerprints).unwrap_or_default(),
    });
    let exit = report.exit();
    let version = env!("CARGO_PKG_VERSION");
    let log = Log {
        schema: "https://json.schemastore.org/sarif-2.1.0.json",
        version: "2.1.0",
        runs: [Run {
            tool: Tool {
                driver: Driver {
                    name: "obolus-verify",
                    version,
                    semantic_version: version,
                    rules: rules.collect(),
                },
            },
            column_kind: "unicodeCodePoints",
            invocations: [Invocation {
                // False only if the tool could not do its work.
                execution_successful: exit != Exit::Unreadable,
                exit_code: exit.code(),
            }],
            results: results.collect(),
        }],
    };
    super::text::json(&log, out)
}

fn text(item: Option<&Item>, finding: &Finding) -> String {
    let text = match item {
        Some(item) => format!("{}: {}", item.source, finding.message),
        None => finding.message.clone(),
    };
    visible(&text)
}

/// None for standard input, which has no address.
fn location(item: &Item) -> Option<Location> {
    if item.source.path == "-" {
        return None;
    }
    Some(Location {
        physical_location: PhysicalLocation {
            artifact_location: ArtifactLocation {
                uri: uri(&item.source.path),
            },
            region: item.source.line.map(|start_line| Region { start_line }),
        },
    })
}

/// What makes the same finding in two runs the same one.
fn fingerprints(item: &Item) -> BTreeMap<&'static str, String> {
    let bundle = item.subject.bundle.map(|id| ("bundle/v1", id.to_string()));
    bundle.into_iter().collect()
}

/// A path as a URI reference (RFC 3986): every byte outside the unreserved ones and `/` is escaped, `:` too, so
/// that a relative path has no scheme.
fn uri(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    if path.starts_with('/') {
        out.push_str("file://");
    }
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                out.push(char::from(byte));
            }
            other => out.push_str(&format!("%{other:02X}")),
        }
    }
    out
}
