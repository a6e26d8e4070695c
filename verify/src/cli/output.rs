//! Where reports go, and on how many threads they are made.

use std::fs::{self, File};
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args, ValueEnum};
use thiserror::Error;

use super::{UsageError, timed};
use crate::report::{Exit, Format, Report};

/// Output options of every subcommand.
#[derive(Args, Debug, Clone)]
pub struct OutputArgs {
    /// Form of the report on standard output.
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub format: Format,
    /// Write the report to a file too, in a form of its own; may be repeated.
    #[arg(long = "write", value_name = "FORMAT=PATH")]
    pub writes: Vec<WriteArg>,
    /// Threads; all processors if not given.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub jobs: Option<u16>,
}

/// A further report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WriteArg {
    /// Its form.
    pub format: Format,
    /// Its file, replaced if it is there.
    pub path: PathBuf,
}

/// Why an argument names no report.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum WriteArgError {
    /// No `=`, or no path after it.
    #[error("write FORMAT=PATH, for example junit=report.xml")]
    Form,
    /// No such form.
    #[error("no form {0:?}: use human, json, junit, sarif or github")]
    Format(String),
}

impl FromStr for WriteArg {
    type Err = WriteArgError;

    fn from_str(text: &str) -> Result<Self, WriteArgError> {
        let (format, path) = text.split_once('=').ok_or(WriteArgError::Form)?;
        if path.is_empty() {
            return Err(WriteArgError::Form);
        }
        Ok(Self {
            format: Format::from_str(format, false)
                .map_err(|_| WriteArgError::Format(format.to_owned()))?,
            path: PathBuf::from(path),
        })
    }
}

impl OutputArgs {
    /// Makes a report on the threads asked for, writes it wherever it is wanted, and says how the run ended. A report
    /// that cannot be written makes the run unreadable, whatever it says, and then no file of the run is left: whoever
    /// waits for it must not take an old file for a new one, nor one of them for the verdict.
    pub fn finish(&self, make: impl FnOnce() -> Result<Report, UsageError> + Send) -> Exit {
        let report = match self.in_pool(make) {
            Ok(report) => report,
            Err(error) => {
                complain(&error.to_string());
                return Exit::Usage;
            }
        };
        let mut exit = report.exit();
        for write in &self.writes {
            if let Err(error) = write_file(&report, write) {
                complain(&format!("{}: {error}", write.path.display()));
                exit = Exit::Unreadable;
            }
        }
        if let Err(error) = write_stdout(&report, self.format) {
            complain(&format!("standard output: {error}"));
            exit = Exit::Unreadable;
        }
        if exit == Exit::Unreadable && report.exit() != Exit::Unreadable {
            self.remove_files();
        }
        exit
    }

    /// Takes away the reports that say otherwise than the exit status. Only files: a pipe or a device is not the run's.
    fn remove_files(&self) {
        for WriteArg { path, .. } in &self.writes {
            let is_file = path.metadata().is_ok_and(|found| found.is_file());
            if is_file && let Err(error) = fs::remove_file(path) {
                complain(&format!("{}: {error}", path.display()));
            }
        }
    }

    fn in_pool(
        &self,
        make: impl FnOnce() -> Result<Report, UsageError> + Send,
    ) -> Result<Report, UsageError> {
        // 0 lets rayon count processors.
        let threads = self.jobs.map_or(0, usize::from);
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()?;
        pool.install(|| timed(make))
    }
}

fn write_file(report: &Report, write: &WriteArg) -> io::Result<()> {
    let mut out = BufWriter::new(File::create(&write.path)?);
    report.write(write.format, &mut out)?;
    out.flush()
}

fn write_stdout(report: &Report, format: Format) -> io::Result<()> {
    let mut out = BufWriter::new(io::stdout().lock());
    report.write(format, &mut out)?;
    out.flush()
}

/// On standard error; if even that is gone, the exit status is left.
fn complain(text: &str) {
    let _ = writeln!(io::stderr(), "error: {text}");
}

/// A line on standard error that counts, on a terminal only.
pub(super) struct Counter {
    shown: bool,
}

impl Counter {
    pub(super) fn new(format: Format) -> Self {
        Self {
            shown: format == Format::Human && io::stderr().is_terminal(),
        }
    }

    pub(super) fn show(&self, done: usize) {
        if self.shown {
            let _ = write!(io::stderr(), "\r{done} proofs");
        }
    }
}

/// Takes the line away.
impl Drop for Counter {
    fn drop(&mut self) {
        if self.shown {
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
    }
}
