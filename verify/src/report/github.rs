//! Workflow commands of GitHub: one annotation for each finding. The grammar is in `verify/schemas/github.md`.
//!
//! The runner takes a line that starts with `::` for a command, so no line may be started by input, and no
//! property may be ended by it.

use std::io::{self, Write};

use super::text::{grouped, visible};
use super::{Exit, Report};

pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    for (item, finding) in report.problems() {
        write!(out, "::error ")?;
        if let Some(item) = item {
            if item.source.path != "-" {
                write!(out, "file={},", property(&item.source.path))?;
            }
            if let Some(line) = item.source.line {
                write!(out, "line={line},")?;
            }
        }
        writeln!(
            out,
            "title={}::{}",
            property(&format!("obolus verify {} {}", finding.fault, finding.code)),
            data(&match item {
                Some(item) => format!("{}: {}", item.source, finding.message),
                None => finding.message.clone(),
            })
        )?;
    }
    let exit = report.exit();
    let level = if exit == Exit::Valid {
        "notice"
    } else {
        "error"
    };
    writeln!(
        out,
        "::{level} title=obolus verify {}::{} of {} valid, exit status {} ({})",
        report.command,
        grouped(report.valid()),
        grouped(report.items.len()),
        exit.code(),
        exit.as_str()
    )
}

/// The text after the second `::`.
fn data(text: &str) -> String {
    visible(text).replace('%', "%25")
}

/// The value of a property. Carriage returns and line feeds are escaped as the runner decodes them, because a
/// path must stay the path.
fn property(text: &str) -> String {
    let escaped = text
        .replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
        .replace(':', "%3A")
        .replace(',', "%2C");
    visible(&escaped)
}
