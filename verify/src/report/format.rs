//! The forms of a report.

use std::io::{self, Write};

use super::{Report, github, human, json, junit, sarif};

/// How a report is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// Lines for people: every failure and a summary.
    #[default]
    Human,
    /// One JSON object, `verify/schemas/report.schema.json`.
    Json,
    /// JUnit XML, `verify/schemas/junit.xsd`.
    Junit,
    /// SARIF 2.1.0, `verify/schemas/sarif.schema.json`.
    Sarif,
    /// Workflow commands of GitHub, `verify/schemas/github.md`.
    Github,
}

impl Report {
    /// Writes the report.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write(&self, format: Format, out: &mut dyn Write) -> io::Result<()> {
        match format {
            Format::Human => human::write(self, out),
            Format::Json => json::write(self, out),
            Format::Junit => junit::write(self, out),
            Format::Sarif => sarif::write(self, out),
            Format::Github => github::write(self, out),
        }
    }
}
