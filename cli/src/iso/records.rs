//! Records in the wallet's directory that only grow: each is encrypted and on disk before anything follows from it.
//!
//! ```text
//! file    = frame …
//! frame   = length (u32, little-endian) ‖ check (8 bytes) ‖ nonce (24 bytes) ‖ ciphertext
//! ```
//!
//! XChaCha20-Poly1305; the file's name and the frame's number are authenticated with it, so frames cannot be exchanged or
//! left out in the middle. `check` is a keyed hash of name, number and length: a length that was changed is damage, and never
//! taken for a frame that is not whole yet. So only the last frame of a file can be cut off, where a crash cut it short; it
//! was never acted upon.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use borsh::{BorshDeserialize, BorshSerialize};
use obolus_wallet::store::cipher;
use zeroize::{Zeroize, Zeroizing};

use super::error::IsoError;
use crate::wallet::Context;

const KEY_CONTEXT: &str = "obolus 2026 iso records key v1";
const CHECK_CONTEXT: &str = "obolus 2026 iso records length check v1";
const LENGTH: usize = 4;
const CHECK: usize = 8;
/// What stands before nonce and ciphertext.
const HEAD: usize = LENGTH + CHECK;
/// Longest frame in bytes.
const MAX_FRAME: usize = 1 << 20;

/// What encrypts a wallet's records; it follows from the viewing key, so that a wallet made again from its seed reads them.
pub struct RecordKey(Zeroizing<[u8; 32]>);

impl RecordKey {
    /// Of a wallet.
    pub fn of(context: &Context) -> Result<Self, IsoError> {
        let bytes = borsh::to_vec(&context.keys).map(Zeroizing::new);
        let bytes = bytes.map_err(|_| IsoError::Encrypt)?;
        Ok(Self(Zeroizing::new(blake3::derive_key(
            KEY_CONTEXT,
            &bytes,
        ))))
    }

    /// A name for something that others cannot compute.
    pub fn name(&self, of: &[u8]) -> [u8; 32] {
        *blake3::keyed_hash(&self.0, of).as_bytes()
    }

    /// What shows that a frame's length is the one that was written.
    fn check(&self, name: &str, number: usize, length: u32) -> [u8; CHECK] {
        let mut hasher = blake3::Hasher::new_derive_key(CHECK_CONTEXT);
        hasher
            .update(&*self.0)
            .update(&length.to_le_bytes())
            .update(&associated(name, number));
        let mut check = [0; CHECK];
        hasher.finalize_xof().fill(&mut check);
        hasher.zeroize();
        check
    }
}

/// Held by the one process that may write a file of records; the operating system releases it.
pub struct Exclusive {
    _lock: File,
}

impl Exclusive {
    /// Takes that of a file, or none if another process has it.
    pub fn take(path: &Path) -> Result<Option<Self>, IsoError> {
        let (path, file) = lock_file(path)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self { _lock: file })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(IsoError::Io(path, error)),
        }
    }

    /// Waits for it.
    pub fn wait(path: &Path) -> Result<Self, IsoError> {
        let (path, file) = lock_file(path)?;
        file.lock().map_err(|error| IsoError::Io(path, error))?;
        Ok(Self { _lock: file })
    }
}

/// Each file has a lock of its own beside it.
fn lock_file(path: &Path) -> Result<(PathBuf, File), IsoError> {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    let path = PathBuf::from(name);
    let mut options = OpenOptions::new();
    options.create(true).truncate(false).write(true);
    let file = open(&mut options, &path)?;
    Ok((path, file))
}

/// A file of records that this process may add to.
pub struct Records {
    path: PathBuf,
    file: File,
    /// Where the last whole frame ends.
    end: u64,
    count: usize,
    name: &'static str,
}

impl Records {
    /// Opens a file and reads it. The caller holds its [`Exclusive`].
    ///
    /// # Errors
    /// [`IsoError::Io`], [`IsoError::Damaged`].
    pub fn open<T: BorshDeserialize>(
        path: &Path,
        name: &'static str,
        key: &RecordKey,
        _exclusive: &Exclusive,
    ) -> Result<(Self, Vec<T>), IsoError> {
        let io = |error| IsoError::Io(path.to_path_buf(), error);
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        let mut file = open(&mut options, path)?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(io)?;
        let (records, end) = decode(&bytes, path, name, key)?;
        let end = u64::try_from(end).unwrap_or(u64::MAX);
        file.set_len(end).map_err(io)?;
        file.sync_all().map_err(io)?;
        // The file's name, too, must survive.
        if let Some(folder) = path.parent() {
            let synced = File::open(folder).and_then(|folder| folder.sync_all());
            synced.map_err(|error| IsoError::Io(folder.to_path_buf(), error))?;
        }
        let records_file = Self {
            path: path.to_path_buf(),
            file,
            end,
            count: records.len(),
            name,
        };
        Ok((records_file, records))
    }

    /// Reads a file that another process may be adding to; none has no records.
    ///
    /// # Errors
    /// [`IsoError::Io`], [`IsoError::Damaged`].
    pub fn read<T: BorshDeserialize>(
        path: &Path,
        name: &'static str,
        key: &RecordKey,
    ) -> Result<Vec<T>, IsoError> {
        match std::fs::read(path) {
            Ok(bytes) => Ok(decode(&bytes, path, name, key)?.0),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Vec::new()),
            Err(error) => Err(IsoError::Io(path.to_path_buf(), error)),
        }
    }

    /// Adds records, durably, all or some of the first ones.
    ///
    /// # Errors
    /// [`IsoError::Io`], [`IsoError::Encrypt`], [`IsoError::Event`].
    pub fn append<T: BorshSerialize>(
        &mut self,
        records: &[T],
        key: &RecordKey,
    ) -> Result<(), IsoError> {
        let mut bytes = Vec::new();
        for (number, record) in (self.count..).zip(records) {
            let plain = borsh::to_vec(record).map(Zeroizing::new);
            let plain = plain.map_err(|_| IsoError::Encrypt)?;
            let sealed = cipher::seal(&key.0, &associated(self.name, number), &plain);
            let sealed = sealed.ok_or(IsoError::Encrypt)?;
            if sealed.len() > MAX_FRAME {
                return Err(IsoError::Event);
            }
            let length = u32::try_from(sealed.len()).map_err(|_| IsoError::Event)?;
            bytes.extend(length.to_le_bytes());
            bytes.extend(key.check(self.name, number, length));
            bytes.extend(sealed);
        }
        let end = self.end;
        let written = self
            .file
            .seek(SeekFrom::Start(end))
            .and_then(|_| self.file.write_all(&bytes))
            .and_then(|()| self.file.sync_data());
        if let Err(error) = written {
            // What is half-written is no frame, and the next one begins in its place.
            let _ = self.file.set_len(end);
            return Err(IsoError::Io(self.path.clone(), error));
        }
        self.end = end.saturating_add(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        self.count += records.len();
        Ok(())
    }
}

fn open(options: &mut OpenOptions, path: &Path) -> Result<File, IsoError> {
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    let file = options.open(path);
    file.map_err(|error| IsoError::Io(path.to_path_buf(), error))
}

fn associated(name: &str, number: usize) -> Vec<u8> {
    format!("{name} {number}").into_bytes()
}

/// All whole frames, and where they end. After them there is nothing, or the beginning of one more.
fn decode<T: BorshDeserialize>(
    bytes: &[u8],
    path: &Path,
    name: &str,
    key: &RecordKey,
) -> Result<(Vec<T>, usize), IsoError> {
    let mut records = Vec::new();
    let mut rest = bytes;
    while let Some((head, after)) = rest.split_first_chunk::<HEAD>() {
        let number = records.len();
        let damaged = || IsoError::Damaged {
            path: path.to_path_buf(),
            record: number + 1,
            offset: bytes.len() - rest.len(),
        };
        let (length, check) = head.split_first_chunk::<LENGTH>().ok_or_else(damaged)?;
        let length = u32::from_le_bytes(*length);
        if *check != key.check(name, number, length) {
            return Err(damaged());
        }
        let length = usize::try_from(length).map_err(|_| damaged())?;
        if length > MAX_FRAME {
            return Err(damaged());
        }
        let Some((frame, after)) = after.split_at_checked(length) else {
            break;
        };
        let plain = cipher::open(&key.0, &associated(name, number), frame).ok_or_else(damaged)?;
        let record = borsh::from_slice(&plain).map_err(|_| damaged())?;
        records.push(record);
        rest = after;
    }
    Ok((records, bytes.len() - rest.len()))
}

#[cfg(test)]
mod tests;
