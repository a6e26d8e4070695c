//! Configuration files: TOML, whose relative paths start at the file's folder.

use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;

/// Why a configuration file was refused.
#[derive(Debug, thiserror::Error)]
pub enum ConfigFileError {
    /// The file.
    #[error("cannot read the configuration {path}: {source}", path = path.display())]
    Read {
        /// Which.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// Its content.
    #[error("the configuration {path} is not valid: {reason}", path = path.display())]
    Parse {
        /// Which file.
        path: PathBuf,
        /// What is wrong, and where.
        reason: Box<toml::de::Error>,
    },
}

/// Where a file's relative paths start.
#[derive(Clone, Copy, Debug)]
pub struct Folder<'a>(&'a Path);

impl Folder<'_> {
    /// Makes a path of the file one that this process can open.
    pub fn resolve(self, path: &mut PathBuf) {
        *path = self.0.join(&*path);
    }
}

/// Reads a file; its paths are still to be resolved.
///
/// # Errors
/// [`ConfigFileError`] names the file, and the field if it is the content.
pub fn read_config<C: DeserializeOwned>(path: &Path) -> Result<(C, Folder<'_>), ConfigFileError> {
    let text = std::fs::read_to_string(path).map_err(|source| ConfigFileError::Read {
        path: path.to_path_buf(),
        source,
    })?;
    let config = toml::from_str(&text).map_err(|reason| ConfigFileError::Parse {
        path: path.to_path_buf(),
        reason: Box::new(reason),
    })?;
    let folder = path.parent().unwrap_or_else(|| Path::new(""));
    Ok((config, Folder(folder)))
}
