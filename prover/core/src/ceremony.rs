//! A directory of ceremony keys, as `obolus ceremony import` writes it: `NAME.zkey` and `NAME.obolvk` for each circuit.
//!
//! The ceremony was verified when the files were written and is not verified again. The directory is trusted as far as
//! that of development keys is (see the module on key files): a doctored key makes proofs that fail here.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use obolus_ceremony::container::MAX_FILE_BYTES;
use obolus_verifier::{CircuitName, KeyError, VerifyingKey};
use thiserror::Error;

use crate::progress::Progress;
use crate::prover::{PrepareError, Prover};
use crate::statement::Provable;

#[cfg(test)]
mod tests;

/// Why a ceremony's key could not be loaded.
#[derive(Debug, Error)]
pub enum CeremonyStoreError {
    /// A file cannot be read.
    #[error(
        "{path}: {source}; import the ceremony with `obolus ceremony import`", path = path.display()
    )]
    Io {
        /// Which.
        path: PathBuf,
        /// The system's answer.
        source: io::Error,
    },
    /// Larger than any file that is read.
    #[error("{path} has {bytes} bytes, at most {MAX_FILE_BYTES} can be read", path = path.display())]
    TooLarge {
        /// Which file.
        path: PathBuf,
        /// How large.
        bytes: u64,
    },
    /// A verifying key that is refused.
    #[error("{path}: {1}", path = .0.display())]
    Key(PathBuf, KeyError),
    /// A proving key that is refused.
    #[error("{path}: {1}", path = .0.display())]
    Prepare(PathBuf, PrepareError),
}

/// A directory of ceremony keys.
#[derive(Clone, Debug)]
pub struct CeremonyStore {
    directory: PathBuf,
}

impl CeremonyStore {
    /// Names the directory; nothing is read yet.
    pub fn new(directory: impl Into<PathBuf>) -> Self {
        Self {
            directory: directory.into(),
        }
    }

    /// Whether a circuit's ceremony was imported: its verifying key is written last.
    pub fn has(&self, circuit: &CircuitName) -> bool {
        self.path(circuit, "obolvk").exists()
    }

    /// The prover of a statement under its ceremony key.
    ///
    /// # Errors
    /// [`CeremonyStoreError`] names the file.
    pub fn prover<S: Provable>(
        &self,
        progress: &dyn Progress,
    ) -> Result<Prover<S>, CeremonyStoreError> {
        let key = self.verifying_key(&S::CIRCUIT)?;
        let path = self.path(&S::CIRCUIT, "zkey");
        Prover::ceremony(&key, &read(&path)?, progress)
            .map_err(|error| CeremonyStoreError::Prepare(path, error))
    }

    /// The same, with the proving key read for the first proof. That its file is there, and not too large, is seen now.
    ///
    /// # Errors
    /// [`CeremonyStoreError`] names the file.
    pub fn on_demand<S: Provable>(&self) -> Result<Prover<S>, CeremonyStoreError> {
        let key = self.verifying_key(&S::CIRCUIT)?;
        let path = self.path(&S::CIRCUIT, "zkey");
        check_size(&path)?;
        Prover::ceremony_on_demand(key, path.clone())
            .map_err(|error| CeremonyStoreError::Prepare(path, error))
    }

    fn verifying_key(&self, circuit: &CircuitName) -> Result<VerifyingKey, CeremonyStoreError> {
        let path = self.path(circuit, "obolvk");
        VerifyingKey::decode(&read(&path)?).map_err(|error| CeremonyStoreError::Key(path, error))
    }

    fn path(&self, circuit: &CircuitName, ending: &str) -> PathBuf {
        self.directory.join(format!("{circuit}.{ending}"))
    }
}

/// Reads a file of the directory.
///
/// # Errors
/// [`CeremonyStoreError`] names the file.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, CeremonyStoreError> {
    check_size(path)?;
    fs::read(path).map_err(io(path))
}

fn check_size(path: &Path) -> Result<(), CeremonyStoreError> {
    let bytes = fs::metadata(path).map_err(io(path))?.len();
    if bytes > MAX_FILE_BYTES {
        return Err(CeremonyStoreError::TooLarge {
            path: path.to_path_buf(),
            bytes,
        });
    }
    Ok(())
}

fn io(path: &Path) -> impl FnOnce(io::Error) -> CeremonyStoreError {
    let path = path.to_path_buf();
    move |source| CeremonyStoreError::Io { path, source }
}
