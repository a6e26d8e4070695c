//! A member's directory: identity, share, group, and whatever else is kept, encrypted.

use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use borsh::{BorshDeserialize, BorshSerialize};
use obolus_threshold::{Identity, IdentitySeed, KeyShare, MemberCard};
use zeroize::Zeroizing;

use super::{CommitteeError, Group, open_identity};
use crate::keystore::{Passphrase, sealed};
use crate::roles::RoleKeyError;
use crate::store::{DirLock, StoreError, WalletDir, io, make_private};

const KEY_CONTEXT: &str = "obolus 2026 committee member records v1";
const IDENTITY: &str = "identity.age";
const GROUP: &str = "group.toml";
const SHARE: &str = "share";
pub(super) const WAITING: &str = "share.next";

/// An open member's directory.
pub struct MemberDir {
    root: PathBuf,
    records: WalletDir,
    identity: Identity,
}

/// What a ceremony leaves: the share, and the hash of the group's file, which is in clear.
#[derive(BorshSerialize, BorshDeserialize)]
struct KeptKey {
    share: SecretBytes,
    group: [u8; 32],
}

/// A refreshed share with its group's file, until it is adopted.
#[derive(BorshSerialize, BorshDeserialize)]
struct Waiting {
    share: SecretBytes,
    group: String,
}

/// Bytes that are wiped when dropped.
#[derive(BorshSerialize, BorshDeserialize, zeroize::Zeroize, zeroize::ZeroizeOnDrop)]
pub(super) struct SecretBytes(pub(super) Vec<u8>);

impl MemberDir {
    /// Makes a directory for this identity, or opens the one that it has there.
    ///
    /// # Errors
    /// [`CommitteeError`]; [`crate::KeystoreError::Exists`] where another identity lives.
    pub fn create<E: From<CommitteeError> + From<RoleKeyError>>(
        root: &Path,
        identity: &Path,
        passphrase: impl FnOnce() -> Result<Passphrase, E>,
    ) -> Result<Self, E> {
        let place = || -> Result<(), CommitteeError> {
            make_private(root).map_err(io("creating", root))?;
            let content = sealed::read(identity)?;
            let own = root.join(IDENTITY);
            if own.exists() && sealed::read(&own)? == content {
                return Ok(());
            }
            Ok(sealed::create(&own, &content)?)
        };
        place()?;
        Self::open(root, passphrase)
    }

    /// Opens a member's directory.
    ///
    /// # Errors
    /// [`CommitteeError::NoMember`], or a failure of the identity's file.
    pub fn open<E: From<CommitteeError> + From<RoleKeyError>>(
        root: &Path,
        passphrase: impl FnOnce() -> Result<Passphrase, E>,
    ) -> Result<Self, E> {
        let path = root.join(IDENTITY);
        if !path.exists() {
            return Err(CommitteeError::NoMember(root.to_path_buf()).into());
        }
        let seed = open_identity(&path, passphrase)?;
        Ok(Self::with_seed(root, &seed)?)
    }

    pub(crate) fn with_seed(root: &Path, seed: &IdentitySeed) -> Result<Self, CommitteeError> {
        let key = Zeroizing::new(blake3::derive_key(KEY_CONTEXT, seed.expose()));
        Ok(Self {
            root: root.to_path_buf(),
            records: WalletDir::records(root, key)?,
            identity: Identity::from_seed(seed),
        })
    }

    /// Where it is.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The member's keys.
    pub const fn identity(&self) -> &Identity {
        &self.identity
    }

    /// The member's public keys.
    pub const fn card(&self) -> &MemberCard {
        self.identity.card()
    }

    /// Waits for the directory's lock.
    ///
    /// # Errors
    /// [`CommitteeError::Store`].
    pub fn lock(&self) -> Result<DirLock, CommitteeError> {
        Ok(self.records.lock()?)
    }

    /// The group.
    ///
    /// # Errors
    /// [`CommitteeError::NoKey`] before the end of a ceremony; [`CommitteeError::Changed`] if the file is not the one that
    /// the ceremony wrote.
    pub fn group(&self) -> Result<Group, CommitteeError> {
        let path = self.root.join(GROUP);
        let text = match fs::read(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return Err(CommitteeError::NoKey),
            Err(error) => return Err(io("reading", &path)(error).into()),
        };
        // The file is in clear, and says to whose keys letters are sealed: it counts as the ceremony wrote it, to the byte.
        let kept = self.kept_key()?;
        if *blake3::hash(&text).as_bytes() != kept.group {
            return Err(CommitteeError::Changed(path));
        }
        let text = str::from_utf8(&text).map_err(|_| CommitteeError::Changed(path.clone()))?;
        let group = Group::from_toml(text)?;
        if group.key() != KeyShare::from_bytes(&kept.share.0)?.group() {
            return Err(CommitteeError::Changed(path));
        }
        Ok(group)
    }

    /// The member's share of the key.
    ///
    /// # Errors
    /// [`CommitteeError::NoKey`] before the end of a ceremony.
    pub fn share(&self) -> Result<KeyShare, CommitteeError> {
        Ok(KeyShare::from_bytes(&self.kept_key()?.share.0)?)
    }

    fn kept_key(&self) -> Result<KeptKey, CommitteeError> {
        self.read(SHARE)?.ok_or(CommitteeError::NoKey)
    }

    pub(super) fn has_share(&self) -> bool {
        self.root.join(SHARE).exists()
    }

    /// Keeps the result of a ceremony.
    pub(super) fn keep_key(&self, share: &KeyShare, group: &Group) -> Result<(), CommitteeError> {
        let file = group.to_toml();
        let kept = KeptKey {
            share: SecretBytes(share.to_bytes().to_vec()),
            group: *blake3::hash(file.as_bytes()).as_bytes(),
        };
        self.write(SHARE, &kept)?;
        sealed::replace(&self.root.join(GROUP), file.as_bytes())?;
        Ok(())
    }

    /// Keeps a refreshed share beside the one in use.
    pub(super) fn keep_waiting(
        &self,
        share: &KeyShare,
        group: &Group,
    ) -> Result<(), CommitteeError> {
        let waiting = Waiting {
            share: SecretBytes(share.to_bytes().to_vec()),
            group: group.to_toml(),
        };
        Ok(self.write(WAITING, &waiting)?)
    }

    /// The refreshed share that waits, if one does.
    pub(super) fn waiting(&self) -> Result<Option<(KeyShare, Group)>, CommitteeError> {
        let Some(waiting): Option<Waiting> = self.read(WAITING)? else {
            return Ok(None);
        };
        let share = KeyShare::from_bytes(&waiting.share.0)?;
        Ok(Some((share, Group::from_toml(&waiting.group)?)))
    }

    /// Keeps something, durably, in the place of what may be there. `name` is a path below the directory.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn keep(&self, name: &str, content: &[u8]) -> Result<(), StoreError> {
        self.write(name, &SecretBytes(content.to_vec()))
    }

    /// What is kept under a name.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn kept(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, StoreError> {
        let kept: Option<SecretBytes> = self.read(name)?;
        Ok(kept.map(|kept| Zeroizing::new(kept.0.clone())))
    }

    pub(super) fn write(&self, name: &str, record: &impl BorshSerialize) -> Result<(), StoreError> {
        let path = self.root.join(name);
        if let Some(folder) = path.parent() {
            make_private(folder).map_err(io("creating", folder))?;
        }
        self.records.write(&path, &record_name(name), record)
    }

    pub(super) fn read<T: BorshDeserialize>(&self, name: &str) -> Result<Option<T>, StoreError> {
        self.records.read(&self.root.join(name), &record_name(name))
    }

    /// Deletes a record: when this returns it is gone, also after a power cut.
    pub(super) fn remove(&self, name: &str) -> Result<(), StoreError> {
        let path = self.root.join(name);
        fs::remove_file(&path).map_err(io("removing", &path))?;
        let folder = path.parent().unwrap_or(&self.root);
        File::open(folder)
            .and_then(|folder| folder.sync_all())
            .map_err(io("syncing", folder))
    }
}

/// Binds a record to its place: none is taken for another.
fn record_name(name: &str) -> String {
    format!("committee {name}")
}
