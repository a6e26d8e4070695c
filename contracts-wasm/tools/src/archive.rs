//! The source archive of a contract: what a module's source hash stands for.
//!
//! Its bytes are, file by file in the order of their paths: the length of the path (4, little-endian), the path with
//! `/`, the length of the content (8, little-endian), the content. It holds `Cargo.toml`, `Cargo.lock`,
//! `rust-toolchain.toml` and everything under `src` and `examples`. The SDK is named by `Cargo.toml` and not in it.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use obolus_abi::SourceHash;

use crate::ToolError;

/// Most bytes of all files together.
pub(crate) const MAX_BYTES: u64 = 16 << 20;
const FILES: [&str; 3] = ["Cargo.toml", "Cargo.lock", "rust-toolchain.toml"];
const DIRECTORIES: [&str; 2] = ["src", "examples"];

/// The sources of a contract in one run of bytes. The same files give the same bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Archive(Vec<u8>);

impl Archive {
    /// Reads the sources of the crate in `directory`.
    ///
    /// # Errors
    /// [`ToolError::Source`] for what cannot be archived.
    pub fn of(directory: &Path) -> Result<Self, ToolError> {
        let mut files = BTreeMap::new();
        for name in FILES {
            let path = directory.join(name);
            if path.exists() {
                add(&path, name, &mut files)?;
            }
        }
        for name in DIRECTORIES {
            let path = directory.join(name);
            if path.exists() {
                walk(&path, name, &mut files)?;
            }
        }
        let size: u64 = files.values().map(|content| content.len() as u64).sum();
        if size > MAX_BYTES {
            return Err(ToolError::Source(directory.to_owned()));
        }
        let mut bytes = Vec::new();
        for (path, content) in files {
            let len =
                u32::try_from(path.len()).map_err(|_| ToolError::Source(directory.join(&path)))?;
            bytes.extend_from_slice(&len.to_le_bytes());
            bytes.extend_from_slice(path.as_bytes());
            bytes.extend_from_slice(&(content.len() as u64).to_le_bytes());
            bytes.extend_from_slice(&content);
        }
        Ok(Self(bytes))
    }

    /// The archive.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// What a module's source hash is compared with.
    pub fn hash(&self) -> SourceHash {
        SourceHash(*blake3::hash(&self.0).as_bytes())
    }
}

fn walk(
    directory: &Path,
    name: &str,
    files: &mut BTreeMap<String, Vec<u8>>,
) -> Result<(), ToolError> {
    for entry in fs::read_dir(directory).map_err(ToolError::io(directory))? {
        let path = entry.map_err(ToolError::io(directory))?.path();
        let own = path.file_name().and_then(|name| name.to_str());
        let own = own.ok_or_else(|| ToolError::Source(path.clone()))?;
        let name = format!("{name}/{own}");
        if path.is_dir() && !path.is_symlink() {
            walk(&path, &name, files)?;
        } else {
            add(&path, &name, files)?;
        }
    }
    Ok(())
}

fn add(path: &Path, name: &str, files: &mut BTreeMap<String, Vec<u8>>) -> Result<(), ToolError> {
    let about = fs::symlink_metadata(path).map_err(ToolError::io(path))?;
    if !about.is_file() || about.len() > MAX_BYTES {
        return Err(ToolError::Source(path.to_owned()));
    }
    let content = fs::read(path).map_err(ToolError::io(path))?;
    files.insert(name.to_owned(), content);
    Ok(())
}
