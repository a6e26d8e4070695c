//! What the auditor hands to the issuer when a participant has lost its key: the openings of its unspent notes and its
//! nullifier key, so that they can be seized to a new slot. Whoever holds this sees those notes and cannot spend them.

use std::io::ErrorKind;
use std::path::Path;

use borsh::{BorshDeserialize, BorshSerialize};
use obolus_abi::{ChainId, ContractId};
use obolus_protocol::{
    Note, Owner,
    keys::{NullifierKey, SpendValidatingKey},
    note::{Position, Slot},
};
use zeroize::Zeroizing;

use crate::files::read_at_most;
use crate::keystore::{KeystoreError, Passphrase, WorkFactor, sealed};

const MAGIC: &[u8; 8] = b"obolrec1";
/// Largest file that is read: half a million notes.
const MAX_FILE: u64 = 64 << 20;

/// An unspent note.
#[derive(Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct RecoveredNote {
    /// Where it is.
    pub position: Position,
    /// Its opening.
    pub note: Note,
}

/// One participant's unspent notes, as of a block.
#[derive(BorshSerialize, BorshDeserialize)]
pub struct Recovery {
    /// The chain.
    pub chain: ChainId,
    /// The token.
    pub token: ContractId,
    /// The last block that was read.
    pub height: u64,
    /// The participant's slot.
    pub slot: Slot,
    /// Its owner hash.
    pub owner: Owner,
    /// Its spend-validating key.
    pub ak: SpendValidatingKey,
    /// Its nullifier key, from escrow.
    pub nk: NullifierKey,
    /// Its unspent notes in the order of their positions.
    pub notes: Vec<RecoveredNote>,
}

/// Why a recovery file was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecoveryError {
    /// The file, or its passphrase.
    #[error(transparent)]
    File(#[from] KeystoreError),
    /// Its content contradicts itself.
    #[error("the recovery file contradicts itself: have the auditor make it again")]
    Content,
}

impl Recovery {
    /// What the notes hold.
    pub fn total(&self) -> u128 {
        let values = self.notes.iter().map(|n| u128::from(n.note.value.get()));
        values.sum()
    }

    /// Whether keys, owner and notes belong together.
    ///
    /// # Errors
    /// [`RecoveryError::Content`].
    pub fn check(&self) -> Result<(), RecoveryError> {
        let owners = self.notes.iter().all(|n| n.note.owner == self.owner);
        let ordered = self.notes.is_sorted_by(|a, b| a.position < b.position);
        if owners && ordered && Owner::derive(self.ak.point(), &self.nk) == self.owner {
            Ok(())
        } else {
            Err(RecoveryError::Content)
        }
    }

    /// Writes it to a file that must not exist, under a passphrase.
    ///
    /// # Errors
    /// [`RecoveryError`].
    pub fn create(
        &self,
        path: &Path,
        passphrase: &Passphrase,
        work: WorkFactor,
    ) -> Result<(), RecoveryError> {
        self.check()?;
        // Sized up front: growing would leave copies behind in freed memory.
        let mut plaintext = Zeroizing::new(Vec::with_capacity(512 + 128 * self.notes.len()));
        plaintext.extend_from_slice(MAGIC);
        borsh::to_writer(&mut *plaintext, self).map_err(|_| KeystoreError::Encrypt)?;
        Ok(sealed::create(
            path,
            &sealed::seal(&plaintext, passphrase, work)?,
        )?)
    }

    /// Reads a file.
    ///
    /// # Errors
    /// [`RecoveryError`].
    pub fn open(path: &Path, passphrase: &Passphrase) -> Result<Self, RecoveryError> {
        let read = |kind: ErrorKind| RecoveryError::File(KeystoreError::Read(kind));
        let content = read_at_most(path, MAX_FILE)
            .map_err(|error| read(error.kind()))?
            .ok_or(read(ErrorKind::FileTooLarge))?;
        let plaintext = sealed::unseal(&content, passphrase)?;
        let body = plaintext
            .strip_prefix(MAGIC)
            .ok_or(KeystoreError::Damaged)?;
        let recovery: Self = borsh::from_slice(body).map_err(|_| KeystoreError::Damaged)?;
        recovery.check()?;
        Ok(recovery)
    }
}

#[cfg(test)]
mod tests;
