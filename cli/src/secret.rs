//! Passphrases and other secrets from outside: a file, the environment, or a prompt on a terminal; never an argument,
//! which every user of the machine can see.

use std::fs::File;
use std::io::{self, IsTerminal, Read};
use std::path::{Path, PathBuf};

use clap::Args;
use obolus_wallet::{KeystoreError, Passphrase};
use zeroize::Zeroizing;

/// Largest part of a file that is read, in bytes.
const MAX_FILE: usize = 4096;

/// Where the passphrase comes from.
#[derive(Args, Clone, Debug, Default)]
pub struct PassphraseArgs {
    /// Read the passphrase from this file (its first line). Without it: the environment variable OBOLUS_PASSPHRASE, or a
    /// prompt if this is a terminal.
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
}

/// Why there is no secret.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// The file.
    #[error("cannot read {0}: {1}")]
    File(PathBuf, std::io::Error),
    /// Nobody to ask.
    #[error("no {0}: this is not a terminal, so give --{1} or the environment variable {2}")]
    NotATerminal(&'static str, &'static str, &'static str),
    /// The terminal.
    #[error("cannot read from the terminal: {0}")]
    Terminal(std::io::Error),
    /// Typed differently the second time.
    #[error("the two entries differ: try again")]
    Differ,
    /// Empty.
    #[error(transparent)]
    Empty(#[from] KeystoreError),
}

/// Whether a new passphrase is chosen, which is typed twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choosing {
    /// An existing one.
    No,
    /// A new one.
    Yes,
}

impl PassphraseArgs {
    /// The passphrase.
    pub fn get(&self, choosing: Choosing) -> Result<Passphrase, SecretError> {
        let secret = read(
            self.passphrase_file.as_deref(),
            "OBOLUS_PASSPHRASE",
            ("passphrase", "passphrase-file"),
            choosing,
        )?;
        Ok(Passphrase::new(secret.as_str().to_owned())?)
    }
}

/// The first line of a file. No more than [`MAX_FILE`] bytes are read, into memory that does not grow, so that no copy stays.
///
/// # Errors
/// The file cannot be read, or is no text.
pub fn first_line(path: &Path) -> io::Result<Zeroizing<String>> {
    let mut text = Zeroizing::new(String::with_capacity(MAX_FILE));
    File::open(path)?
        .take(MAX_FILE as u64)
        .read_to_string(&mut text)?;
    Ok(Zeroizing::new(
        text.lines().next().unwrap_or_default().to_owned(),
    ))
}

/// A secret from a file, the environment or a prompt, in this order.
pub fn read(
    file: Option<&Path>,
    variable: &'static str,
    (what, option): (&'static str, &'static str),
    choosing: Choosing,
) -> Result<Zeroizing<String>, SecretError> {
    if let Some(path) = file {
        return first_line(path).map_err(|error| SecretError::File(path.to_owned(), error));
    }
    if let Ok(secret) = std::env::var(variable) {
        return Ok(Zeroizing::new(secret));
    }
    if !std::io::stdin().is_terminal() {
        return Err(SecretError::NotATerminal(what, option, variable));
    }
    let ask = |prompt: String| {
        rpassword::prompt_password(prompt)
            .map(Zeroizing::new)
            .map_err(SecretError::Terminal)
    };
    let first = ask(format!("{what}: "))?;
    if choosing == Choosing::Yes && *ask(format!("{what} again: "))? != *first {
        return Err(SecretError::Differ);
    }
    Ok(first)
}
