//! Transactions: what is signed, what travels beside it, and the strict wire form.
//!
//! The digest of a transaction covers its [`TxBody`] only. Proofs are left out because anybody can
//! re-randomise a Groth16 proof, signatures because they are made over the digest. The hash of the
//! full bytes, [`Transaction::bytes_hash`], names one copy: refusals are cached under it, so that a
//! spoiled copy cannot poison the honest one.
//!
//! Contracts never see proofs or signatures. They ask the host whether the transaction carries a
//! valid proof with certain inputs, or a valid signature under a certain key.

mod body;
mod build;
mod codec;
mod envelope;
mod error;
mod signature;

pub use body::{EntryName, Height, TxBody, entry};
pub use build::{ProvenTx, SignedTx, UnprovenTx};
pub use envelope::{ProofBytes, ProofEnvelope};
pub use error::TxError;
pub use signature::{RoleSignature, SpendSignature};

use borsh::{BorshDeserialize, BorshSerialize, io};
use obolus_abi::{ContractId, TxDigest};

use crate::tags;

/// The contract that the host itself implements: `upload`, `instantiate`, `freeze_code`.
pub const SYSTEM_CONTRACT: ContractId = ContractId([0; 32]);
/// Largest transaction in bytes, save for uploads.
pub const MAX_TX_BYTES: usize = 64 * 1024;
/// Largest upload transaction in bytes: entry `upload` of the [`SYSTEM_CONTRACT`].
pub const MAX_UPLOAD_TX_BYTES: usize = 512 * 1024;
/// Most memo ciphertexts in a transaction.
pub const MAX_MEMOS: usize = 16;
/// Longest memo ciphertext in bytes.
pub const MAX_MEMO_BYTES: usize = 1024;
/// Most proofs in a transaction.
pub const MAX_PROOFS: usize = 8;
/// Most public inputs of one proof.
pub const MAX_INPUTS: usize = 32;
/// Most spend-authorising signatures in a transaction.
pub const MAX_SPEND_SIGNATURES: usize = 8;
/// Most role signatures in a transaction.
pub const MAX_ROLE_SIGNATURES: usize = 32;
/// How many blocks ahead of the tip a transaction may expire. Digests are kept until expiry, so
/// this bounds how many a node remembers.
pub const MAX_EXPIRY_HORIZON: u64 = 1_000;

/// A transaction as it travels and as blocks hold it.
///
/// Signatures of each kind are strictly ascending by key, so that none counts twice and a set of
/// signatures has one encoding.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize)]
pub struct Transaction {
    /// What is signed and executed.
    pub body: TxBody,
    /// Proofs, each with the key and inputs that it claims.
    pub proofs: Vec<ProofEnvelope>,
    /// Schnorr signatures over the digest: under re-randomised spend keys, registered keys or an
    /// auditor's key.
    pub spend_signatures: Vec<SpendSignature>,
    /// Ed25519 signatures of role holders over the digest.
    pub role_signatures: Vec<RoleSignature>,
}

impl Transaction {
    /// Reads a transaction from the wire.
    ///
    /// # Errors
    /// Refuses bytes that [`Self::encode`] would not produce: trailing or missing bytes, counts and
    /// sizes above the limits of this module, non-canonical field elements, unsorted signatures.
    pub fn decode(bytes: &[u8]) -> Result<Self, TxError> {
        if bytes.len() > MAX_UPLOAD_TX_BYTES {
            return Err(TxError::TooLarge);
        }
        let mut rest = bytes;
        let tx = Self::read(&mut rest)?;
        if !rest.is_empty() {
            return Err(TxError::TrailingBytes);
        }
        Ok(tx)
    }

    /// The wire form.
    pub fn encode(&self) -> Vec<u8> {
        codec::encode(self)
    }

    /// Identity of the transaction: the digest of its body.
    pub fn id(&self) -> TxDigest {
        self.body.digest()
    }

    /// Hash of the full bytes: names this copy, with its proofs and signatures. The block's
    /// transaction root and caches of refusals use it.
    pub fn bytes_hash(&self) -> [u8; 32] {
        blake3::derive_key(tags::context::TRANSACTION_BYTES, &self.encode())
    }

    /// Whether any role holder signed. Role transactions come first in a block.
    pub fn is_role(&self) -> bool {
        !self.role_signatures.is_empty()
    }

    fn read<R: io::Read>(reader: &mut R) -> Result<Self, TxError> {
        let body = TxBody::read(reader)?;
        let proofs = codec::list(reader, MAX_PROOFS, "proofs", ProofEnvelope::read)?;
        let spend_signatures = codec::list(
            reader,
            MAX_SPEND_SIGNATURES,
            "spend_signatures",
            SpendSignature::read,
        )?;
        let role_signatures = codec::list(
            reader,
            MAX_ROLE_SIGNATURES,
            "role_signatures",
            RoleSignature::read,
        )?;
        let tx = Self {
            body,
            proofs,
            spend_signatures,
            role_signatures,
        };
        tx.check_signature_order()?;
        tx.check_size()?;
        Ok(tx)
    }

    fn check_size(&self) -> Result<(), TxError> {
        if self.encode().len() > self.body.max_tx_bytes() {
            return Err(TxError::TooLarge);
        }
        Ok(())
    }

    fn check_signature_order(&self) -> Result<(), TxError> {
        let spend = self.spend_signatures.is_sorted_by(|a, b| a.key < b.key);
        let role = self.role_signatures.is_sorted_by(|a, b| a.key < b.key);
        if spend && role {
            Ok(())
        } else {
            Err(TxError::SignatureOrder)
        }
    }
}

/// Inside other borsh values, with every check of [`Transaction::decode`].
impl BorshDeserialize for Transaction {
    fn deserialize_reader<R: io::Read>(reader: &mut R) -> io::Result<Self> {
        Self::read(reader).map_err(codec::into_io)
    }
}

#[cfg(test)]
mod tests;
