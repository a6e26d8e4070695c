//! JUnit XML: one test case for each item, one more for the run; `verify/schemas/junit.xsd`.

use std::fmt::Display;
use std::io::{self, Write};
use std::time::Duration;

use super::{Fault, Finding, Item, Report};

pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    // Readers tell what failed from what could not be tried; only the first was looked at.
    let is_error = |finding: &&Finding| finding.fault == Fault::Unreadable;
    let (errors, all) = (
        report.problems().filter(|(_, f)| is_error(f)).count(),
        report.problems().count(),
    );
    let counts = format!(
        "tests=\"{}\" failures=\"{}\" errors=\"{errors}\" time=\"{}\"",
        report.items.len() + 1,
        all - errors,
        seconds(report.elapsed)
    );
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    writeln!(out, "<testsuites name=\"obolus-verify\" {counts}>")?;
    writeln!(
        out,
        "  <testsuite name=\"verify {}\" {counts} skipped=\"0\">",
        escaped(report.command)
    )?;
    for item in &report.items {
        case(item, out)?;
    }
    let run = escaped(report.command);
    write!(
        out,
        "    <testcase name=\"the run as a whole\" classname=\"obolus-verify.{run}\" time=\"{}\"",
        seconds(report.elapsed)
    )?;
    close(report.findings.iter(), out)?;
    writeln!(out, "  </testsuite>\n</testsuites>")
}

fn case(item: &Item, out: &mut dyn Write) -> io::Result<()> {
    write!(
        out,
        "    <testcase name=\"{}\" classname=\"obolus-verify.{}\" time=\"{}\"",
        escaped(&item.source.to_string()),
        item.kind.as_str(),
        seconds(item.elapsed)
    )?;
    close(item.outcome.as_ref().err().into_iter(), out)
}

/// Ends the start tag of a test case, with its failures.
fn close<'a>(
    findings: impl ExactSizeIterator<Item = &'a Finding>,
    out: &mut dyn Write,
) -> io::Result<()> {
    if findings.len() == 0 {
        return writeln!(out, "/>");
    }
    writeln!(out, ">")?;
    for finding in findings {
        let tag = match finding.fault {
            Fault::Unreadable => "error",
            _ => "failure",
        };
        writeln!(
            out,
            "      <{tag} type=\"{}.{}\" message=\"{}\"/>",
            finding.fault,
            finding.code,
            escaped(&finding.message)
        )?;
    }
    writeln!(out, "    </testcase>")
}

fn seconds(time: Duration) -> impl Display {
    format!("{}.{:06}", time.as_secs(), time.subsec_micros())
}

/// Text for an attribute. Characters that XML 1.0 cannot hold become visible text.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in super::text::visible(text).chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            other => out.push(other),
        }
    }
    out
}
