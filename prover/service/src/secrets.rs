//! The service's secret file, and what keeps witnesses out of places that outlive the process.

use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use obolus_prover_api::{KeyError, ServiceSecret};
use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};
use zeroize::Zeroizing;

/// Longest secret file that is read, in bytes.
const LONGEST: u64 = 1024;

/// Why there is no secret.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// The file.
    #[error("{path}: {source}; `obolus prover keygen` makes a service's secret", path = path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// Others may read it.
    #[error("{path} may be read by others: chmod 600 it, and make a new one if somebody has", path = .0.display())]
    Open(PathBuf),
    /// Its content.
    #[error("{path}: {source}", path = path.display())]
    Key {
        /// Which file.
        path: PathBuf,
        /// What is wrong.
        source: KeyError,
    },
    /// The operating system.
    #[error(
        "core dumps cannot be turned off: {0}; a dump would show witnesses, so the service does not start"
    )]
    Dumps(std::io::Error),
}

/// Reads the secret of a service. Refuses a file that others may read.
///
/// # Errors
/// [`SecretError`].
pub fn read(path: &Path) -> Result<ServiceSecret, SecretError> {
    let text = read_private(path)?;
    ServiceSecret::from_file_text(&text).map_err(|source| SecretError::Key {
        path: path.to_path_buf(),
        source,
    })
}

/// Reads a short text that nobody else may read.
///
/// # Errors
/// [`SecretError`].
pub(crate) fn read_private(path: &Path) -> Result<Zeroizing<String>, SecretError> {
    let io = |source| SecretError::Io {
        path: path.to_path_buf(),
        source,
    };
    let file = File::open(path).map_err(io)?;
    if file.metadata().map_err(io)?.mode() & 0o077 != 0 {
        return Err(SecretError::Open(path.to_path_buf()));
    }
    let mut text = Zeroizing::new(String::with_capacity(LONGEST as usize));
    file.take(LONGEST).read_to_string(&mut text).map_err(io)?;
    Ok(text)
}

/// Makes a secret in a new file that only its owner may read, durably.
///
/// # Errors
/// [`SecretError`]; a file that is there is left alone.
pub fn create(path: &Path) -> Result<ServiceSecret, SecretError> {
    let io = |source| SecretError::Io {
        path: path.to_path_buf(),
        source,
    };
    let secret = ServiceSecret::generate().map_err(|source| SecretError::Key {
        path: path.to_path_buf(),
        source,
    })?;
    let mut options = OpenOptions::new();
    options.write(true).create_new(true).mode(0o600);
    let mut file = options.open(path).map_err(io)?;
    file.write_all(secret.to_file_text().as_bytes())
        .map_err(io)?;
    file.sync_all().map_err(io)?;
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))
        .and_then(|folder| folder.sync_all())
        .map_err(io)?;
    Ok(secret)
}

/// No core dump of this process, and no debugger of another user's: both would show witnesses.
///
/// # Errors
/// [`SecretError::Dumps`].
pub fn forbid_core_dumps() -> Result<(), SecretError> {
    let none = Rlimit {
        current: Some(0),
        maximum: Some(0),
    };
    setrlimit(Resource::Core, none).map_err(|error| SecretError::Dumps(error.into()))?;
    set_dumpable_behavior(DumpableBehavior::NotDumpable)
        .map_err(|error| SecretError::Dumps(error.into()))
}
