//! Completion scripts and manual pages, made from the commands themselves.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::{Args, Command};
use clap_complete::Shell;

/// Arguments of `completions`.
#[derive(Args)]
pub struct CompletionArgs {
    /// For which shell.
    shell: Shell,
}

/// Arguments of `man`.
#[derive(Args)]
pub struct ManArgs {
    /// Write the pages into this directory, which must exist.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
#[error("cannot write: {0}; check the directory")]
pub struct GenerateError(#[from] io::Error);

/// Prints a completion script.
///
/// # Errors
/// [`GenerateError`].
pub fn completions(args: &CompletionArgs, mut command: Command) -> Result<(), GenerateError> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command, "obolus", &mut script);
    Ok(io::stdout().lock().write_all(&script)?)
}

/// Writes one page for each command.
///
/// # Errors
/// [`GenerateError`].
pub fn man(args: &ManArgs, command: Command) -> Result<(), GenerateError> {
    Ok(clap_mangen::generate_to(command, &args.out)?)
}
