//! The index on disk, encrypted: appended in segments, never rewritten as a whole.
//!
//! ```text
//! DIR/lock               locked by the one process that adds to the index
//! DIR/head               the token's file, where the chain continues, the state, how far the segments count; written whole or not at all
//! DIR/segments/000000    frames: length (u32) ‖ nonce (24) ‖ ciphertext of the items of some blocks
//! DIR/names              what the auditor calls participants
//! DIR/annotations        what institutions said of their payments
//! ```
//!
//! Order of writing: frames, fsync, head, fsync. A crash leaves a longer segment than the head says; the rest is cut off.
//! A frame is bound to chain, token, segment, its number and its first record, so that frames cannot be exchanged or left
//! out; the head says how many there are.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use borsh::{BorshDeserialize, BorshSerialize};
use obolus_wallet::TokenConfig;
use obolus_wallet::store::{cipher, make_private};
use rand::{RngCore, rngs::OsRng};
use zeroize::Zeroizing;

mod segment;

pub use segment::{Items, Tail};

const KEY_CONTEXT: &str = "obolus 2026 audit index encryption key v1";
const MAGIC: &[u8; 8] = b"obolidx1";
/// Largest file that is read whole, in bytes.
const MAX_FILE: u64 = 4 << 30;

/// Why the index could not be used.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A file operation.
    #[error("{action} {path}: {kind}; check the directory, its permissions and the disk", path = path.display())]
    Io {
        /// What was attempted.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// What the operating system said.
        kind: ErrorKind,
    },
    /// Does not open with this key, or was changed.
    #[error("{path} is damaged, or belongs to another auditor or token: sync with --again and --token FILE, which reads the chain from its start", path = .0.display())]
    Damaged(PathBuf),
    /// Could not be encrypted.
    #[error("a record could not be encrypted: check free memory")]
    Encrypt,
    /// Somebody else writes.
    #[error("another process is syncing this index: wait for it")]
    Locked,
}

/// An open directory.
#[derive(Clone)]
pub struct Store {
    root: PathBuf,
    key: Zeroizing<[u8; 32]>,
    /// Binds everything to chain and token.
    scope: String,
}

/// Held while the index is added to.
#[derive(Debug)]
pub struct WriteLock(#[expect(dead_code, reason = "closing the file releases the lock")] File);

impl Store {
    /// The directory `root` for a token, under the auditor's index key.
    ///
    /// # Errors
    /// [`StoreError::Io`] when it cannot be made.
    pub fn open(root: &Path, token: &TokenConfig, key: &[u8; 32]) -> Result<Self, StoreError> {
        let store = Self {
            root: root.to_path_buf(),
            key: Zeroizing::new(blake3::derive_key(KEY_CONTEXT, key)),
            scope: format!("{} {}", token.chain, token.token),
        };
        let segments = store.segments();
        make_private(&segments).map_err(io("creating", &segments))?;
        Ok(store)
    }

    /// Takes the lock; does not wait.
    ///
    /// # Errors
    /// [`StoreError::Locked`] or [`StoreError::Io`].
    pub fn lock(&self) -> Result<WriteLock, StoreError> {
        let path = self.root.join("lock");
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(io("opening", &path))?;
        match file.try_lock() {
            Ok(()) => Ok(WriteLock(file)),
            Err(fs::TryLockError::WouldBlock) => Err(StoreError::Locked),
            Err(fs::TryLockError::Error(error)) => Err(io("locking", &path)(error)),
        }
    }

    /// Writes a record in the place of what may be there, whole or not at all.
    ///
    /// # Errors
    /// [`StoreError`]; the old record is still in place then.
    pub fn put(&self, name: &'static str, record: &impl BorshSerialize) -> Result<(), StoreError> {
        let path = self.root.join(name);
        let mut plaintext = Zeroizing::new(Vec::new());
        borsh::to_writer(&mut *plaintext, record).map_err(|_| StoreError::Encrypt)?;
        let sealed = self.seal(name, &plaintext)?;
        let temporary = self.root.join(format!(".{name}.{:016x}", OsRng.next_u64()));
        let written = create_private(&temporary)
            .and_then(|mut file| {
                file.write_all(MAGIC)?;
                file.write_all(&sealed)?;
                file.sync_all()
            })
            .and_then(|()| fs::rename(&temporary, &path));
        if let Err(error) = written {
            // The write's failure is the one to report; a left-over holds only ciphertext.
            let _ = fs::remove_file(&temporary);
            return Err(io("writing", &path)(error));
        }
        sync_directory(&self.root)
    }

    /// Reads a record; none if there is none.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn get<T: BorshDeserialize>(&self, name: &'static str) -> Result<Option<T>, StoreError> {
        let path = self.root.join(name);
        let mut content = Vec::new();
        let read = File::open(&path).and_then(|file| file.take(MAX_FILE).read_to_end(&mut content));
        match read {
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(io("reading", &path)(error)),
        }
        let damaged = || StoreError::Damaged(path.clone());
        let sealed = content.strip_prefix(MAGIC).ok_or_else(damaged)?;
        let plaintext = self.unseal(name, sealed).ok_or_else(damaged)?;
        borsh::from_slice(&plaintext)
            .map(Some)
            .map_err(|_| damaged())
    }

    /// Forgets head and segments; names and annotations stay.
    ///
    /// # Errors
    /// [`StoreError::Io`].
    pub fn clear(&self, _lock: &WriteLock) -> Result<(), StoreError> {
        // The head first: without it, segments do not count.
        let head = self.root.join("head");
        match fs::remove_file(&head) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return Err(io("removing", &head)(error));
            }
            _ => {}
        }
        sync_directory(&self.root)?;
        let segments = self.segments();
        fs::remove_dir_all(&segments)
            .and_then(|()| make_private(&segments))
            .map_err(io("emptying", &segments))
    }

    fn segments(&self) -> PathBuf {
        self.root.join("segments")
    }

    /// Nonce and ciphertext.
    fn seal(&self, name: &str, plaintext: &[u8]) -> Result<Vec<u8>, StoreError> {
        cipher::seal(&self.key, self.bound(name).as_bytes(), plaintext).ok_or(StoreError::Encrypt)
    }

    fn unseal(&self, name: &str, sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        cipher::open(&self.key, self.bound(name).as_bytes(), sealed)
    }

    fn bound(&self, name: &str) -> String {
        format!("{} {name}", self.scope)
    }
}

fn create_private(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Makes new names durable.
fn sync_directory(path: &Path) -> Result<(), StoreError> {
    File::open(path)
        .and_then(|directory| directory.sync_all())
        .map_err(io("syncing", path))
}

fn io(action: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> StoreError {
    let path = path.to_path_buf();
    move |error| StoreError::Io {
        action,
        path,
        kind: error.kind(),
    }
}

#[cfg(test)]
mod tests;
