//! Why a tool did not do what it was told.

use std::io;
use std::path::PathBuf;

/// Why a tool did not do what it was told.
#[derive(Debug, thiserror::Error)]
pub enum ToolError {
    /// A file or directory.
    #[error("{0}: {1}; check the path and its permissions")]
    Io(PathBuf, io::Error),
    /// A directory that has something in it.
    #[error("{0} exists already: choose another name or directory")]
    Exists(PathBuf),
    /// A contract's name.
    #[error(
        "a contract's name has 1 to 32 characters of a-z, 0-9 and -, and begins with a letter: not {0:?}"
    )]
    Name(String),
    /// No SDK there.
    #[error("there is no contracts-wasm/sdk in {0}: name the directory of the Obolus sources")]
    NoSdk(PathBuf),
    /// Not a crate, or no package in it.
    #[error("{0} names no package: run the command in a contract's crate, or name its directory")]
    NoPackage(PathBuf),
    /// Sources that cannot be archived.
    #[error("{0} cannot be part of the source archive: only files with UTF-8 names, no links, {max} bytes in all", max = crate::archive::MAX_BYTES)]
    Source(PathBuf),
    /// Cargo did not run.
    #[error("cannot run cargo: {0}; install Rust with its target wasm32-unknown-unknown")]
    Cargo(io::Error),
    /// Cargo ran and failed.
    #[error("cargo {0} failed: see its messages above")]
    Failed(&'static str),
    /// Cargo's output is not what it should be.
    #[error(
        "the module is not where cargo should have put it ({0}): the crate's library must be a cdylib"
    )]
    NoModule(PathBuf),
}

impl ToolError {
    pub(crate) fn io(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |error| Self::Io(path, error)
    }
}

/// Why a value does not fit a schema.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CodecError {
    /// The schema itself.
    #[error("the schema is not one of a contract: {0}")]
    Schema(String),
    /// No such entry.
    #[error("the schema has no entry {0}")]
    NoEntry(String),
    /// A value of another type.
    #[error("{at}: expected {expected}")]
    Value {
        /// Where in the message.
        at: String,
        /// What should be there.
        expected: String,
    },
    /// Bytes of another type.
    #[error("the bytes do not decode: they end early, go on too long, or are of another type")]
    Bytes,
}
