//! The file operations on which durability rests, behind a trait so that tests can make them fail.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use super::{LogError, io_error};

/// Writes and syncs of the block log.
pub trait Disk: Send + Sync {
    /// Writes all of `bytes` at the file's position.
    ///
    /// # Errors
    /// When fewer bytes were written; how many is unknown.
    fn write(&self, file: &mut File, bytes: &[u8]) -> io::Result<()>;

    /// Returns once the file's content is on stable storage.
    ///
    /// # Errors
    /// When it may not be. A later success says nothing about earlier content.
    fn sync(&self, file: &File) -> io::Result<()>;
}

/// The operating system's files.
#[derive(Clone, Copy, Debug, Default)]
pub struct RealDisk;

impl Disk for RealDisk {
    fn write(&self, file: &mut File, bytes: &[u8]) -> io::Result<()> {
        file.write_all(bytes)
    }

    fn sync(&self, file: &File) -> io::Result<()> {
        file.sync_data()
    }
}

/// Makes a new directory entry in `directory` survive a power cut.
fn sync_directory(directory: &Path) -> Result<(), LogError> {
    File::open(directory)
        .and_then(|directory| directory.sync_all())
        .map_err(io_error("syncing directory", directory))
}

/// Creates a directory and what is missing above it, so that their names survive a power cut.
pub(crate) fn create_directory_durably(path: &Path) -> Result<(), LogError> {
    let missing: Vec<&Path> = path
        .ancestors()
        .take_while(|path| !path.as_os_str().is_empty() && !path.exists())
        .collect();
    fs::create_dir_all(path).map_err(io_error("creating", path))?;
    missing.into_iter().try_for_each(sync_parent)
}

/// Creates `path` with `content` so that it exists completely or not at all, whatever happens.
pub(crate) fn create_durably(path: &Path, content: &[u8], disk: &dyn Disk) -> Result<(), LogError> {
    let mut temporary = path.as_os_str().to_owned();
    temporary.push(".new");
    let temporary = Path::new(&temporary);
    let mut file = File::create(temporary).map_err(io_error("creating", temporary))?;
    disk.write(&mut file, content)
        .map_err(io_error("writing", temporary))?;
    disk.sync(&file).map_err(io_error("syncing", temporary))?;
    fs::rename(temporary, path).map_err(io_error("renaming to", path))?;
    sync_parent(path)
}

/// Makes the name `path` survive a power cut.
fn sync_parent(path: &Path) -> Result<(), LogError> {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => sync_directory(parent),
        _ => sync_directory(Path::new(".")),
    }
}
