//! Small secrets in files: age with one scrypt recipient, written whole or not at all, readable by the owner only.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use rand::RngCore;
use rand::rngs::OsRng;
use zeroize::Zeroizing;

use super::{KeystoreError, Passphrase, WorkFactor};
use crate::files::read_at_most;

/// Largest file that is read; a real one has a few hundred bytes.
const MAX_FILE_BYTES: u64 = 16 * 1024;

/// Encrypts under a passphrase.
pub(crate) fn seal(
    plaintext: &[u8],
    passphrase: &Passphrase,
    work: WorkFactor,
) -> Result<Vec<u8>, KeystoreError> {
    let mut recipient = age::scrypt::Recipient::new(passphrase.0.clone());
    recipient.set_work_factor(work.0);
    age::encrypt(&recipient, plaintext).map_err(|_| KeystoreError::Encrypt)
}

/// Decrypts.
pub(crate) fn unseal(
    ciphertext: &[u8],
    passphrase: &Passphrase,
) -> Result<Zeroizing<Vec<u8>>, KeystoreError> {
    let mut identity = age::scrypt::Identity::new(passphrase.0.clone());
    identity.set_max_work_factor(WorkFactor::MAX.0);
    age::decrypt(&identity, ciphertext)
        .map(Zeroizing::new)
        .map_err(decrypt_error)
}

/// Writes a file that must not exist.
pub(crate) fn create(path: &Path, content: &[u8]) -> Result<(), KeystoreError> {
    let temp = write_temp(path, content)?;
    // A hard link fails if the name is taken, where a rename would replace a key file that
    // another process made in the meantime.
    let linked = fs::hard_link(&temp, path);
    let removed = fs::remove_file(&temp);
    linked.map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => KeystoreError::Exists,
        kind => KeystoreError::Write(kind),
    })?;
    removed.map_err(write_error)?;
    sync_directory(path)
}

/// Writes a file in the place of what may be there.
pub(crate) fn replace(path: &Path, content: &[u8]) -> Result<(), KeystoreError> {
    let temp = write_temp(path, content)?;
    if let Err(error) = fs::rename(&temp, path) {
        // The rename's failure is the one to report; a left-over holds only ciphertext.
        let _ = fs::remove_file(&temp);
        return Err(write_error(error));
    }
    sync_directory(path)
}

/// Reads a file of bounded size.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, KeystoreError> {
    read_at_most(path, MAX_FILE_BYTES)
        .map_err(|error| KeystoreError::Read(error.kind()))?
        .ok_or(KeystoreError::Damaged)
}

/// Writes under a fresh name beside `path` and syncs it.
fn write_temp(path: &Path, content: &[u8]) -> Result<PathBuf, KeystoreError> {
    let name = path.file_name().ok_or(KeystoreError::NotAFile)?;
    let mut temp_name = OsString::from(".");
    temp_name.push(name);
    temp_name.push(format!(".{:016x}", OsRng.next_u64()));
    let temp = path.with_file_name(temp_name);

    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(&temp).and_then(|mut file| {
        file.write_all(content)?;
        file.sync_all()
    });
    if let Err(error) = written {
        // The write's failure is the one to report.
        let _ = fs::remove_file(&temp);
        return Err(write_error(error));
    }
    Ok(temp)
}

/// Makes the new name itself durable.
fn sync_directory(path: &Path) -> Result<(), KeystoreError> {
    let directory = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    File::open(directory)
        .and_then(|directory| directory.sync_all())
        .map_err(write_error)
}

fn write_error(error: std::io::Error) -> KeystoreError {
    KeystoreError::Write(error.kind())
}

/// age reports a wrong passphrase as a failed decryption of the file key; everything that fails
/// after the file key was recovered is damage.
fn decrypt_error(error: age::DecryptError) -> KeystoreError {
    match error {
        age::DecryptError::DecryptionFailed
        | age::DecryptError::KeyDecryptionFailed
        | age::DecryptError::NoMatchingKeys => KeystoreError::WrongPassphrase,
        age::DecryptError::ExcessiveWork { .. } => KeystoreError::ExcessiveWork,
        _ => KeystoreError::Damaged,
    }
}
