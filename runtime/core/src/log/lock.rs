//! One process per ledger directory.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;

use super::{LogError, io_error};

/// An exclusive lock on a ledger directory, held until dropped. The operating system releases it
/// when the process ends, however it ends.
#[derive(Debug)]
pub struct DirLock {
    file: File,
}

impl DirLock {
    /// Locks `directory`, which must exist.
    ///
    /// # Errors
    /// [`LogError::Locked`] when another process (or this one, elsewhere) holds it.
    pub fn acquire(directory: &Path) -> Result<Self, LogError> {
        let path = directory.join("lock");
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(io_error("opening", &path))?;
        match file.try_lock() {
            Ok(()) => Ok(Self { file }),
            Err(TryLockError::WouldBlock) => Err(LogError::Locked(directory.to_path_buf())),
            Err(TryLockError::Error(source)) => Err(io_error("locking", &path)(source)),
        }
    }
}

impl Drop for DirLock {
    fn drop(&mut self) {
        // Closing alone would not do if the process is spawning another one right now: until its
        // exec, the child holds a copy of the descriptor. Unlocking releases the lock for all copies.
        // Failing to is harmless: the lock goes when the last copy is closed.
        let _ = self.file.unlock();
    }
}
