//! Files that appear whole or not at all, survive a power cut, and are never overwritten.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Why a file was not written.
#[derive(Debug, thiserror::Error)]
pub enum FilesError {
    /// The system refuses.
    #[error("{0}: {1}; check permissions and free space")]
    Io(PathBuf, io::Error),
    /// There is another one of that name.
    #[error("{0} is there already with other content: choose another folder, or remove it")]
    Exists(PathBuf),
}

/// Creates a file in a folder, which is created if need be. A file that has this content already is left alone, so that
/// what was interrupted can be done again.
///
/// # Errors
/// [`FilesError`].
pub fn create(folder: &Path, path: &Path, bytes: &[u8]) -> Result<(), FilesError> {
    let io = |path: &Path| {
        let path = path.to_path_buf();
        move |error| FilesError::Io(path, error)
    };
    fs::create_dir_all(folder).map_err(io(folder))?;
    // On the same file system, under a name of its own, gone when dropped.
    let mut partial = tempfile::NamedTempFile::new_in(folder).map_err(io(folder))?;
    partial.write_all(bytes).map_err(io(path))?;
    readable(partial.as_file()).map_err(io(path))?;
    partial.as_file().sync_all().map_err(io(path))?;
    match partial.persist_noclobber(path) {
        Ok(_) => {}
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => {
            if fs::read(path).map_err(io(path))? != bytes {
                return Err(FilesError::Exists(path.to_path_buf()));
            }
        }
        Err(error) => return Err(FilesError::Io(path.to_path_buf(), error.error)),
    }
    let directory = File::open(folder).map_err(io(folder))?;
    directory.sync_all().map_err(io(folder))
}

/// Nothing in these files is secret, and temporary files are their owner's alone.
fn readable(file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(fs::Permissions::from_mode(0o644))
}
