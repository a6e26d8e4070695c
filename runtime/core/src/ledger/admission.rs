//! Admission: what a transaction must satisfy before it is executed.
//!
//! What the transaction says of itself, [`obolus_chain`] checks; here is what depends on the ledger: its
//! expiry, and whether it is committed already.

use std::collections::BTreeSet;

use obolus_abi::{FieldBytes, KeyId, TxDigest};
use obolus_chain::{Authentic, Circuits, Part, Received, authenticate, check_expiry};
use obolus_protocol::tx::{Height, Transaction, TxError};

use super::AdmitError;
use crate::exec::Authorities;
use crate::state::{StateRead, keys};

/// A transaction of the right form for this chain, neither expired nor committed, whose signatures and
/// proofs nobody has looked at.
#[derive(Clone, Debug)]
pub struct Screened(Received);

impl Screened {
    /// The transaction's id.
    pub fn digest(&self) -> TxDigest {
        self.0.digest()
    }

    /// Names this copy, with its proofs and signatures.
    pub fn bytes_hash(&self) -> [u8; 32] {
        self.0.bytes_hash()
    }

    /// Length of its encoding in bytes.
    pub fn size(&self) -> usize {
        self.0.bytes().len()
    }
}

/// A transaction that passed admission: signatures and proofs hold, and it may be executed.
#[derive(Clone, Debug)]
pub struct Admitted(Received);

impl From<Authentic> for Admitted {
    fn from(authentic: Authentic) -> Self {
        Self(authentic.into_received())
    }
}

impl Admitted {
    /// The transaction's id.
    pub fn digest(&self) -> TxDigest {
        self.0.digest()
    }

    /// Names this copy, with its proofs and signatures.
    pub fn bytes_hash(&self) -> [u8; 32] {
        self.0.bytes_hash()
    }

    /// Length of its encoding in bytes.
    pub fn size(&self) -> usize {
        self.0.bytes().len()
    }

    /// The transaction.
    pub fn transaction(&self) -> &Transaction {
        self.0.transaction()
    }

    /// A transaction of a block in this ledger's own log: it was admitted before it was written.
    pub(super) fn from_own_log(bytes: Vec<u8>) -> Result<Self, TxError> {
        Received::decode(bytes).map(Self)
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.0.into_bytes()
    }

    pub(super) fn part(&self) -> Part {
        self.0.part()
    }

    /// What the host tells contracts about this transaction's signatures, proofs and memos.
    pub fn authorities(&self) -> Authorities {
        let tx = self.transaction();
        let proofs: BTreeSet<(KeyId, Vec<FieldBytes>)> = tx
            .proofs
            .iter()
            .map(|envelope| (envelope.key, envelope.inputs.clone()))
            .collect();
        Authorities {
            digest: self.digest(),
            spend_keys: tx.spend_signatures.iter().map(|s| s.key).collect(),
            role_keys: tx.role_signatures.iter().map(|s| s.key).collect(),
            proofs,
            memos: tx.body.memos.iter().map(Vec::len).collect(),
        }
    }
}

/// What admission compares with.
pub(super) struct Rules<'a> {
    pub(super) chain: obolus_abi::ChainId,
    pub(super) horizon: Height,
    pub(super) next: Height,
    pub(super) circuits: &'a Circuits,
    pub(super) state: &'a dyn StateRead,
}

impl Rules<'_> {
    /// What costs next to nothing: form, chain, expiry, replay.
    pub(super) fn screen(&self, bytes: Vec<u8>) -> Result<Screened, AdmitError> {
        let received = Received::of_chain(bytes, &self.chain)?;
        let digest = received.digest();
        let expiry = received.transaction().body.expiry;
        check_expiry(&digest, expiry, self.next, self.horizon)?;
        if self.state.get(&keys::seen(&digest))?.is_some() {
            return Err(AdmitError::AlreadyCommitted(digest));
        }
        Ok(Screened(received))
    }

    /// Checks signatures and proofs; the results are in the transactions' order.
    pub(super) fn authenticate(&self, batch: Vec<Screened>) -> Vec<Result<Admitted, AdmitError>> {
        let received = batch.into_iter().map(|screened| screened.0).collect();
        authenticate(self.circuits, received)
            .into_iter()
            .map(|verdict| Ok(verdict?.into()))
            .collect()
    }
}
