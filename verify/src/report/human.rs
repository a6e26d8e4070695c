//! Lines for people.

use std::io::{self, Write};

use super::text::{grouped, visible};
use super::{Exit, Fault, Report};

pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    for (item, finding) in report.problems() {
        let place = item.map_or_else(String::new, |i| {
            format!("{}: ", visible(&i.source.to_string()))
        });
        writeln!(
            out,
            "{:<10} {place}{} [{}]",
            finding.fault,
            visible(&finding.message),
            finding.code
        )?;
        if let Some(item) = item {
            claims(item, out)?;
        }
    }
    for item in report.items.iter().filter(|item| item.outcome.is_ok()) {
        // Facts are shown where a command gives any; a proof that holds has none.
        if !item.facts.is_empty() {
            let facts = item
                .facts
                .iter()
                .map(|(name, value)| format!("{name} {}", visible(value)));
            writeln!(
                out,
                "{:<10} {}: {}",
                "valid",
                visible(&item.source.to_string()),
                facts.collect::<Vec<_>>().join(", ")
            )?;
        }
    }
    for (name, value) in &report.facts {
        writeln!(out, "{name}: {}", visible(value))?;
    }
    summary(report, out)
}

/// Ids of a bad item, as far as they could be read.
fn claims(item: &super::Item, out: &mut dyn Write) -> io::Result<()> {
    let subject = &item.subject;
    let mut parts = Vec::new();
    if let Some(id) = &subject.bundle {
        parts.push(format!("bundle {id}"));
    }
    if let Some(circuit) = &subject.circuit {
        parts.push(format!("circuit {circuit}"));
    }
    if let Some(key) = subject.key {
        parts.push(format!("key {}", obolus_verifier::KeyIdText(key)));
    }
    if parts.is_empty() {
        return Ok(());
    }
    writeln!(out, "{:<10} {}", "", parts.join(", "))
}

fn summary(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let exit = report.exit();
    let seconds = report.elapsed.as_secs_f64();
    write!(
        out,
        "{}: {} of {} valid in {seconds:.2} s",
        if exit == Exit::Valid { "ok" } else { "FAILED" },
        grouped(report.valid()),
        grouped(report.items.len()),
    )?;
    for fault in Fault::ALL {
        match report.count(fault) {
            0 => {}
            count => write!(out, ", {} {fault}", grouped(count))?,
        }
    }
    writeln!(out, " (exit status {}, {})", exit.code(), exit.as_str())
}
