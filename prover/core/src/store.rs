//! A directory of development keys, one file a circuit and kind of processor, named by the circuit's
//! digest and the kernels' path.
//!
//! A missing, damaged or foreign file is made again. Files appear whole or not at all: they are written
//! under another name, flushed to the disk and renamed.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{self, PathBuf};

use obolus_kernels::{Mapped, Multiples, Path};
use obolus_verifier::CircuitName;
use rand::RngCore;
use rand::rngs::OsRng;
use thiserror::Error;

use crate::key::ProvingKey;
use crate::key_file::{self, KeyFileError};
use crate::progress::Progress;
use crate::qap::Domains;
use crate::relation::Relation;
use crate::setup::{SetupError, development_key_with, development_verifying_key};

#[cfg(test)]
mod tests;

/// Why no key could be had.
#[derive(Debug, Error)]
pub enum StoreError {
    /// The directory or a file in it cannot be used.
    #[error("cannot use the key directory at {path}: {source}; check permissions and free space")]
    Io {
        /// The file or directory.
        path: PathBuf,
        /// The system's answer.
        source: io::Error,
    },
    /// The setup refused.
    #[error(transparent)]
    Setup(#[from] SetupError),
    /// The key has no file form.
    #[error(transparent)]
    File(#[from] KeyFileError),
}

/// A directory of development keys.
#[derive(Clone, Debug)]
pub struct KeyStore {
    directory: PathBuf,
    tables: Multiples,
}

impl KeyStore {
    /// Opens the directory, creating it if need be.
    ///
    /// # Errors
    /// [`StoreError::Io`] if it cannot be created.
    pub fn open(directory: impl Into<PathBuf>) -> Result<Self, StoreError> {
        let directory = directory.into();
        fs::create_dir_all(&directory).map_err(at(&directory))?;
        Ok(Self {
            directory,
            tables: Multiples::default(),
        })
    }

    /// Makes keys with tables of another size than the default: fewer multiples take less memory and
    /// more time for each proof. Keys that are there already are used as they are.
    pub fn with_tables(self, tables: Multiples) -> Self {
        Self { tables, ..self }
    }

    /// Where the key of a circuit lies.
    pub fn path(&self, relation: &Relation) -> PathBuf {
        let name = blake3::Hash::from_bytes(*relation.digest()).to_hex();
        let path = Path::best();
        self.directory.join(format!("{name}-{path}.insecure-key"))
    }

    /// Whether there is a file for the key of a circuit; what is in it shows when it is read.
    pub fn has(&self, relation: &Relation) -> bool {
        self.path(relation).exists()
    }

    /// The development key of a circuit: from its file, or made and filed.
    ///
    /// # Errors
    /// [`StoreError`] if the directory cannot be read or written or the setup refuses. A damaged
    /// file, or one with another key, is no error.
    pub fn development(
        &self,
        circuit: &CircuitName,
        relation: &Relation,
        progress: &dyn Progress,
    ) -> Result<ProvingKey, StoreError> {
        let path = self.path(relation);
        if let Some(key) = load(&path, circuit, relation)? {
            return Ok(key);
        }
        let key = development_key_with(circuit, relation, self.tables, progress)?;
        write(&path, &key_file::encode(&key)?)?;
        // The tables in memory are given up for those in the file, which processes share.
        Ok(load(&path, circuit, relation)?.unwrap_or(key))
    }
}

/// The key in a file; `None` if there is no file, or none that can be used.
fn load(
    path: &path::Path,
    circuit: &CircuitName,
    relation: &Relation,
) -> Result<Option<ProvingKey>, StoreError> {
    let file = match File::open(path).and_then(|file| Mapped::open(&file)) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(at(path)(error)),
    };
    let words = |start, length| file.words(start, length);
    let reason = match key_file::decode(file.bytes(), &words) {
        Ok(key) if key.digest() != relation.digest() => "it is another circuit's".to_owned(),
        // A development key has no freedom: another one is stale, or was put there.
        Ok(key) if *key.verifying_key() != development_verifying_key(circuit, relation)? => {
            "it is not this circuit's development key".to_owned()
        }
        Ok(key)
            if !key.fits(
                relation.factors(),
                Domains::new(relation.factors())
                    .map_err(SetupError::Qap)?
                    .size(),
            ) =>
        {
            "its parts do not fit the circuit".to_owned()
        }
        Ok(key) => return Ok(Some(key)),
        Err(error) => error.to_string(),
    };
    tracing::warn!(path = %path.display(), %reason, "key file cannot be used: making it again");
    Ok(None)
}

/// Replaces a file by a whole new one that survives a power cut.
fn write(path: &path::Path, bytes: &[u8]) -> Result<(), StoreError> {
    // A name of its own, so that processes that make the same key at once do not mix their bytes.
    let mut suffix = [0; 8];
    OsRng
        .try_fill_bytes(&mut suffix)
        .map_err(|error| at(path)(io::Error::other(error)))?;
    let temporary = path.with_extension(format!("{:016x}.tmp", u64::from_le_bytes(suffix)));
    let written = File::create_new(&temporary)
        .and_then(|mut file| {
            file.write_all(bytes)?;
            file.sync_all()
        })
        .and_then(|()| fs::rename(&temporary, path));
    if let Err(error) = written {
        // The first error is the one to report; a left-over file is harmless.
        let _ = fs::remove_file(&temporary);
        return Err(at(path)(error));
    }
    let Some(directory) = path.parent() else {
        return Ok(());
    };
    File::open(directory)
        .and_then(|directory| directory.sync_all())
        .map_err(at(directory))
}

fn at(path: &path::Path) -> impl FnOnce(io::Error) -> StoreError {
    let path = path.to_path_buf();
    move |source| StoreError::Io { path, source }
}
