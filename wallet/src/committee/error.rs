//! Why a committee's command failed.

use std::path::PathBuf;

use obolus_threshold::sign::VaultError;
use obolus_threshold::{GroupError, IdentityError, ShareError, WireError};

use crate::keystore::KeystoreError;
use crate::roles::RoleKeyError;
use crate::store::StoreError;

/// Why a committee's command failed. Carries no secret.
#[derive(Debug, thiserror::Error)]
pub enum CommitteeError {
    /// The directory.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The identity's file.
    #[error(transparent)]
    Identity(#[from] RoleKeyError),
    /// No member's directory.
    #[error(
        "{0} is no member's directory: begin a ceremony there with `obolus committee begin --dir {0}`"
    )]
    NoMember(PathBuf),
    /// The members' file or the group's.
    #[error("{0}: {1}")]
    Form(&'static str, String),
    /// The group's file is not the ceremony's.
    #[error(
        "{0} was changed since the ceremony: do not use it; restore it from a backup or from another member, whose file is \
         the same"
    )]
    Changed(PathBuf),
    /// A key exists.
    #[error("this directory has a share of a key already: use another directory for another key")]
    HasKey,
    /// No key yet.
    #[error("this directory has no share of a key yet: finish the ceremony first")]
    NoKey,
    /// A ceremony runs.
    #[error(
        "a ceremony is under way in this directory: finish it, or end it with `obolus committee abandon`"
    )]
    UnderWay,
    /// No ceremony runs.
    #[error("no ceremony is under way in this directory: begin one; what a dead one left is gone")]
    NotUnderWay,
    /// Refreshed shares wait.
    #[error(
        "refreshed shares wait in this directory: compare their fingerprint with all members and take them into use with \
         `obolus committee adopt`, or drop them with `obolus committee abandon`"
    )]
    Waiting,
    /// No refreshed shares wait.
    #[error("no refreshed shares wait in this directory: finish a refresh first")]
    NothingWaits,
    /// Another fingerprint than the members compared.
    #[error(
        "the refreshed shares have the fingerprint {0}: nothing is changed; if other members have another one, all abandon the \
         refresh and find out who was shown something else"
    )]
    OtherFingerprint(String),
    /// Round 2 with other messages than before.
    #[error(
        "this member answered other messages of round 1 before: nothing else is answered in this ceremony; begin another one"
    )]
    OtherMessages,
    /// Finishing before round 2.
    #[error("this member has not seen round 1 yet: run `obolus committee round2` first")]
    TooEarly,
    /// A ceremony went wrong; members are named.
    #[error("{0}")]
    Ceremony(String),
    /// A ceremony that is over; members are named.
    #[error("{0}. This ceremony is over, its secrets are deleted")]
    Dead(String),
    /// Signing went wrong; members are named.
    #[error("{0}")]
    Signing(String),
    /// Not a member's letter.
    #[error("the letter is from nobody in this group: take it from a member")]
    Stranger,
    /// A letter that does not open.
    #[error("the letter of {0}: {1}")]
    Letter(String, IdentityError),
    /// A share in another's name.
    #[error("{sender} sent a share in the name of {member}: ask {member} for its own")]
    InAnothersName {
        /// Who sent it.
        sender: String,
        /// Whose it says to be.
        member: String,
    },
    /// Too few nonces.
    #[error(
        "nonces of {found} members are left, and it takes {needed}: ask members for more (`obolus committee nonces`)"
    )]
    Nonces {
        /// Members with nonces.
        found: usize,
        /// Members needed.
        needed: u8,
    },
    /// Not asked.
    #[error("this proposal is for the signatures of {0}: it is not this member's to approve")]
    NotAsked(String),
    /// Bytes of the threshold library.
    #[error(transparent)]
    Wire(#[from] WireError),
    /// The group's key.
    #[error(transparent)]
    Group(#[from] GroupError),
    /// The share.
    #[error(transparent)]
    Share(#[from] ShareError),
    /// Nonces on disk.
    #[error(transparent)]
    Vault(Box<VaultError<StoreError>>),
    /// A transaction.
    #[error(transparent)]
    Tx(#[from] obolus_protocol::tx::TxError),
}

impl From<VaultError<StoreError>> for CommitteeError {
    fn from(error: VaultError<StoreError>) -> Self {
        Self::Vault(Box::new(error))
    }
}

impl From<KeystoreError> for CommitteeError {
    fn from(error: KeystoreError) -> Self {
        Self::Identity(error.into())
    }
}
