//! Prepared chains on disk, so that transfers are proved once and not before each run.
//!
//! ```text
//! CACHE/<name>/data/       data directory of a development node, before the load
//! CACHE/<name>/payload     checksum, then the borsh encoding of the transfers, if it is for a load
//! ```
//!
//! The name holds everything that the content depends on. A folder whose payload does not match its checksum is made
//! again.

use std::fs;
use std::path::{Path, PathBuf};

use obolus_wallet::CircuitKeys;
use obolus_wallet::config::Token;
use tempfile::TempDir;

use super::BenchError;
use crate::dev::{self, Counter, Desk};

/// Changes when the content of a fixture does.
const VERSION: u32 = 1;
const PAYLOAD: &str = "payload";
const DATA: &str = "data";

/// `target/obolus-bench` of the build that this executable belongs to, else in the folder for temporary files.
pub fn default_cache() -> PathBuf {
    dev::default_directory(&std::env::temp_dir())
        .parent()
        .map_or_else(std::env::temp_dir, Path::to_path_buf)
        .join("obolus-bench")
}

/// Where one fixture is kept.
pub struct Place {
    directory: PathBuf,
}

/// A chain before a load, and what goes with it.
pub struct Fixture {
    directory: PathBuf,
    /// The token on the chain.
    pub token: Token,
    /// The transfers, for a load.
    pub payload: Vec<Vec<u8>>,
}

/// A chain that was begun for a fixture.
pub struct Fresh {
    work: TempDir,
    /// The token on it.
    pub token: Token,
    /// Where its role keys are.
    pub dev: PathBuf,
}

impl Place {
    /// The place under `cache` of a fixture that is `label`led with what it holds.
    pub fn new(cache: &Path, keys: &CircuitKeys, label: &str) -> Self {
        let mut hasher = blake3::Hasher::new();
        for key in keys.all() {
            hasher.update(&key.id().0);
        }
        for code in [obolus_contracts::REGISTRY, obolus_contracts::TOKEN] {
            hasher.update(blake3::hash(code).as_bytes());
        }
        let digest = hasher.finalize().to_hex();
        let name = format!("v{VERSION}-{label}-{}", &digest[..16]);
        Self {
            directory: cache.join(name),
        }
    }

    /// What is there, if it is whole.
    pub fn load(&self) -> Result<Option<Fixture>, BenchError> {
        let path = self.directory.join(PAYLOAD);
        if !path.exists() {
            return Ok(None);
        }
        let bytes = fs::read(&path).map_err(BenchError::io(path))?;
        let Some(payload) = decode(&bytes) else {
            tracing::warn!(directory = %self.directory.display(), "a prepared chain is damaged and is made again");
            return Ok(None);
        };
        Ok(Some(Fixture {
            token: Token::read(&self.directory.join(DATA).join("dev/token.toml"))?,
            directory: self.directory.clone(),
            payload,
        }))
    }

    /// A development chain in a folder beside the fixture's.
    pub fn begin(&self) -> Result<(Fresh, Desk), BenchError> {
        let parent = self.directory.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(parent).map_err(BenchError::io(parent))?;
        let work = tempfile::tempdir_in(parent).map_err(BenchError::io(parent))?;
        let data = work.path().join(DATA);
        fs::create_dir(&data).map_err(BenchError::io(&data))?;
        let chain = dev::bootstrap(&data, false)?;
        let mut desk = Desk::of(chain.ledger, &data.join("ledger"));
        desk.follow(chain.token.config);
        let fresh = Fresh {
            work,
            token: chain.token,
            dev: chain.dev,
        };
        Ok((fresh, desk))
    }

    /// Moves a finished chain with its payload into place; its ledger is closed.
    pub fn finish(&self, fresh: Fresh, payload: Vec<Vec<u8>>) -> Result<Fixture, BenchError> {
        let path = fresh.work.path().join(PAYLOAD);
        let bytes = encode(&payload)?;
        fs::write(&path, bytes).map_err(BenchError::io(path))?;
        if self.directory.exists() {
            fs::remove_dir_all(&self.directory).map_err(BenchError::io(&self.directory))?;
        }
        let work = fresh.work.keep();
        fs::rename(&work, &self.directory).map_err(BenchError::io(&self.directory))?;
        Ok(Fixture {
            directory: self.directory.clone(),
            token: fresh.token,
            payload,
        })
    }
}

impl Fixture {
    /// A copy of the chain that a node may change, beside the original and so on the same disk.
    pub fn copy(&self) -> Result<TempDir, BenchError> {
        let parent = self.directory.parent().unwrap_or(Path::new("."));
        let copy = tempfile::tempdir_in(parent).map_err(BenchError::io(parent))?;
        copy_tree(&self.directory.join(DATA), copy.path())?;
        Ok(copy)
    }
}

fn copy_tree(from: &Path, to: &Path) -> Result<(), BenchError> {
    for entry in fs::read_dir(from).map_err(BenchError::io(from))? {
        let entry = entry.map_err(BenchError::io(from))?;
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        if source.is_dir() {
            fs::create_dir_all(&target).map_err(BenchError::io(&target))?;
            copy_tree(&source, &target)?;
        } else {
            fs::copy(&source, &target).map_err(BenchError::io(source))?;
        }
    }
    Ok(())
}

fn encode(payload: &Vec<Vec<u8>>) -> Result<Vec<u8>, BenchError> {
    let content = borsh::to_vec(payload).map_err(|_| BenchError::Encoding)?;
    let mut bytes = blake3::hash(&content).as_bytes().to_vec();
    bytes.extend(content);
    Ok(bytes)
}

fn decode(bytes: &[u8]) -> Option<Vec<Vec<u8>>> {
    let (checksum, content) = bytes.split_at_checked(32)?;
    if blake3::hash(content).as_bytes() != checksum {
        return None;
    }
    borsh::from_slice(content).ok()
}

#[cfg(test)]
mod tests;
