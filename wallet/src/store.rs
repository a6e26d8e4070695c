//! A wallet's directory: what a run leaves for the next one, encrypted and written whole or not at all.
//!
//! ```text
//! DIR/key.age           the seed, under a passphrase (see `keystore`)
//! DIR/wallet.toml       which node, which token; no secret
//! DIR/state             what was scanned, encrypted
//! DIR/outbox/<id>       one payment, encrypted (see `outbox`)
//! DIR/outbox/<id>.live  locked by the process that is working on the payment
//! DIR/offers/<hash>     one offered payment with its secrets, encrypted (see `deal::offers`)
//! DIR/proposals/<id>    what a treasury's proposal needs besides its bytes, encrypted (see `treasury`)
//! DIR/lock              locked while state or outbox are read and changed
//! ```
//!
//! The key of `state`, `outbox` and `offers` follows from the seed, so a restored wallet can read an old directory. A `state` that
//! does not open is discarded and the chain scanned again; an outbox record that does not open is an error, since it may
//! be a payment in flight.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use borsh::{BorshDeserialize, BorshSerialize};
use obolus_protocol::{FullViewingKey, Seed};
use zeroize::Zeroizing;

use crate::config::TokenConfig;
use crate::keystore::{KeystoreError, sealed};
use crate::wallet::{Wallet, WalletSnapshot};

pub mod cipher;

const KEY_CONTEXT: &str = "obolus 2026 wallet state key v1";
const MAGIC: &[u8] = b"obolwal2";
/// Largest file that is read, in bytes.
const MAX_FILE: u64 = 1 << 30;
const STATE: &str = "state";

/// Why a wallet's directory could not be used.
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
    /// Does not open with this wallet's key.
    #[error("{path} is damaged, or belongs to another wallet: restore it from a backup, or move it away if no payment can be in flight any more", path = .0.display())]
    Damaged(PathBuf),
    /// Writing.
    #[error(transparent)]
    Write(#[from] KeystoreError),
}

/// An open wallet directory.
pub struct WalletDir {
    root: PathBuf,
    key: Zeroizing<[u8; 32]>,
}

/// What came of loading the state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loaded {
    /// The state of the last run.
    Saved,
    /// There was none.
    New,
    /// It could not be used; the wallet begins with the first block again.
    Discarded,
}

/// Holds the directory's lock; only one process changes state or outbox at a time.
#[derive(Debug)]
pub struct DirLock(#[expect(dead_code, reason = "closing the file releases the lock")] File);

impl WalletDir {
    /// The directory `root` of the wallet with this seed.
    ///
    /// # Errors
    /// [`StoreError::Io`] when it cannot be made.
    pub fn open(root: &Path, seed: &Seed) -> Result<Self, StoreError> {
        let directory = Self {
            root: root.to_path_buf(),
            key: Zeroizing::new(blake3::derive_key(KEY_CONTEXT, seed.expose())),
        };
        let outbox = directory.outbox();
        make_private(&outbox).map_err(io("creating", &outbox))?;
        Ok(directory)
    }

    /// A directory of encrypted records that holds no wallet: a member's of a committee.
    ///
    /// # Errors
    /// [`StoreError::Io`] when it cannot be made.
    pub(crate) fn records(root: &Path, key: Zeroizing<[u8; 32]>) -> Result<Self, StoreError> {
        make_private(root).map_err(io("creating", root))?;
        Ok(Self {
            root: root.to_path_buf(),
            key,
        })
    }

    /// Waits for the directory's lock.
    ///
    /// # Errors
    /// [`StoreError::Io`].
    pub fn lock(&self) -> Result<DirLock, StoreError> {
        let path = self.root.join("lock");
        let file = open_lock(&path)?;
        file.lock().map_err(io("locking", &path))?;
        Ok(DirLock(file))
    }

    /// The wallet as the last run left it.
    ///
    /// # Errors
    /// [`StoreError::Io`] when the file cannot be read; a damaged one is discarded.
    pub fn load(
        &self,
        token: TokenConfig,
        keys: FullViewingKey,
    ) -> Result<(Wallet, Loaded), StoreError> {
        let path = self.root.join(STATE);
        let snapshot = match self.read::<WalletSnapshot>(&path, &state_name(&token)) {
            Ok(Some(snapshot)) => snapshot,
            Ok(None) => return Ok((Wallet::new(token, keys), Loaded::New)),
            Err(StoreError::Damaged(_)) => {
                return Ok((Wallet::new(token, keys), Loaded::Discarded));
            }
            Err(error) => return Err(error),
        };
        let fresh = Wallet::new(token, keys.clone());
        Ok(match Wallet::restore(token, keys, snapshot) {
            Ok(wallet) => (wallet, Loaded::Saved),
            Err(_) => (fresh, Loaded::Discarded),
        })
    }

    /// Saves what a wallet has scanned.
    ///
    /// # Errors
    /// [`StoreError`]; the old state is still in place then.
    pub fn save(&self, token: &TokenConfig, wallet: &Wallet) -> Result<(), StoreError> {
        self.write(
            &self.root.join(STATE),
            &state_name(token),
            &wallet.snapshot(),
        )
    }

    pub(crate) fn outbox(&self) -> PathBuf {
        self.root.join("outbox")
    }

    /// What a treasury's proposals need besides their bytes. Made when it is asked for.
    pub(crate) fn proposals(&self) -> PathBuf {
        self.root.join("proposals")
    }

    pub(crate) fn offers(&self) -> PathBuf {
        self.root.join("offers")
    }

    /// Encrypts a record and puts it in the place of what may be there.
    pub(crate) fn write(
        &self,
        path: &Path,
        name: &str,
        record: &impl BorshSerialize,
    ) -> Result<(), StoreError> {
        let mut plaintext = Zeroizing::new(Vec::new());
        borsh::to_writer(&mut *plaintext, record).map_err(|_| KeystoreError::Encrypt)?;
        let sealed = cipher::seal(&self.key, name.as_bytes(), &plaintext);
        let sealed = sealed.ok_or(KeystoreError::Encrypt)?;
        Ok(sealed::replace(path, &[MAGIC, sealed.as_slice()].concat())?)
    }

    /// Reads and decrypts a record; none if there is no file.
    pub(crate) fn read<T: BorshDeserialize>(
        &self,
        path: &Path,
        name: &str,
    ) -> Result<Option<T>, StoreError> {
        let mut content = Vec::new();
        let read = File::open(path).and_then(|file| file.take(MAX_FILE).read_to_end(&mut content));
        match read {
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(io("reading", path)(error)),
        }
        let damaged = || StoreError::Damaged(path.to_path_buf());
        let sealed = content.strip_prefix(MAGIC).ok_or_else(damaged)?;
        let plaintext = cipher::open(&self.key, name.as_bytes(), sealed).ok_or_else(damaged)?;
        borsh::from_slice(&plaintext)
            .map(Some)
            .map_err(|_| damaged())
    }
}

/// Binds the state to chain and token: one of another token does not open.
fn state_name(token: &TokenConfig) -> String {
    format!("state {} {}", token.chain, token.token)
}

/// Makes a directory, and those above it that are missing, for its owner alone whatever the umask: names and times of files
/// tell others how much is paid and when. One that is there stays as it is.
///
/// # Errors
/// What the operating system says.
pub fn make_private(path: &Path) -> std::io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

pub(crate) fn open_lock(path: &Path) -> Result<File, StoreError> {
    OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(path)
        .map_err(io("opening", path))
}

pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> StoreError {
    let path = path.to_path_buf();
    move |error| StoreError::Io {
        action,
        path,
        kind: error.kind(),
    }
}

#[cfg(test)]
mod tests;
