//! Admission: what a transaction must satisfy before it is executed.
//!
//! Cheap checks come first: size and form, chain, expiry, replay, signatures. Proofs are verified
//! last, all of a batch at once; a bad one is named by bisection and spoils no other. Keep a batch to
//! one submitter, so that nobody pays for another's bad proofs.
//!
//! Nothing is remembered under a digest here: a spoiled copy of a transaction, with another's digest
//! and a broken proof or signature, is refused on its own and leaves the honest copy alone.

use std::collections::BTreeSet;

use obolus_abi::{FieldBytes, KeyId, TxDigest};
use obolus_protocol::field::Fr;
use obolus_protocol::tx::{Height, Transaction, TxError};
use obolus_verifier::{Item, Proof, VerifyError, inputs_from_bytes, verify_batch};
use rayon::prelude::*;

use super::AdmitError;
use super::block::tx_hash;
use super::genesis::Circuits;
use crate::exec::Authorities;
use crate::state::{StateRead, keys};

/// A transaction of the right form for this chain, whose signatures and proofs nobody has looked at.
#[derive(Clone, Debug)]
pub struct Screened {
    tx: Transaction,
    bytes: Vec<u8>,
    digest: TxDigest,
    bytes_hash: [u8; 32],
}

impl Screened {
    /// The transaction's id.
    pub fn digest(&self) -> TxDigest {
        self.digest
    }

    /// Names this copy, with its proofs and signatures.
    pub fn bytes_hash(&self) -> [u8; 32] {
        self.bytes_hash
    }

    /// Length of its encoding in bytes.
    pub fn size(&self) -> usize {
        self.bytes.len()
    }

    fn new(tx: Transaction, bytes: Vec<u8>) -> Self {
        Self {
            digest: tx.id(),
            bytes_hash: tx_hash(&bytes),
            tx,
            bytes,
        }
    }
}

/// A transaction that passed admission: signatures and proofs hold, and it may be executed.
#[derive(Clone, Debug)]
pub struct Admitted {
    pub(super) tx: Transaction,
    pub(super) bytes: Vec<u8>,
    pub(super) digest: TxDigest,
    pub(super) bytes_hash: [u8; 32],
}

impl Admitted {
    /// The transaction's id.
    pub fn digest(&self) -> TxDigest {
        self.digest
    }

    /// Names this copy, with its proofs and signatures.
    pub fn bytes_hash(&self) -> [u8; 32] {
        self.bytes_hash
    }

    /// Length of its encoding in bytes.
    pub fn size(&self) -> usize {
        self.bytes.len()
    }

    /// The transaction.
    pub fn transaction(&self) -> &Transaction {
        &self.tx
    }

    /// A transaction of a block in this ledger's own log: it was admitted before it was written.
    pub(super) fn from_own_log(bytes: Vec<u8>) -> Result<Self, TxError> {
        Transaction::decode(&bytes).map(|tx| Self::of(Screened::new(tx, bytes)))
    }

    /// Only for a transaction whose signatures and proofs hold.
    fn of(screened: Screened) -> Self {
        let Screened {
            tx,
            bytes,
            digest,
            bytes_hash,
        } = screened;
        Self {
            tx,
            bytes,
            digest,
            bytes_hash,
        }
    }

    /// What the host tells contracts about this transaction's signatures, proofs and memos.
    pub(super) fn authorities(&self) -> Authorities {
        let proofs: BTreeSet<(KeyId, Vec<FieldBytes>)> = self
            .tx
            .proofs
            .iter()
            .map(|envelope| (envelope.key, envelope.inputs.clone()))
            .collect();
        Authorities {
            digest: self.digest,
            spend_keys: self.tx.spend_signatures.iter().map(|s| s.key).collect(),
            role_keys: self.tx.role_signatures.iter().map(|s| s.key).collect(),
            proofs,
            memos: self.tx.body.memos.iter().map(Vec::len).collect(),
        }
    }

    /// Which part of a block it belongs to; parts come in ascending order.
    ///
    /// Role transactions come first, so that a freeze in a block stops every transfer of that block.
    /// Among them those without proofs come before those with: anybody can attach a role signature
    /// of a key that nobody knows, but no transfer goes without a proof, so this does not get one
    /// ahead of a freeze.
    pub(super) fn part(&self) -> Part {
        match (self.tx.is_role(), self.tx.proofs.is_empty()) {
            (true, true) => Part::Administration,
            (true, false) => Part::RoleWithProof,
            (false, _) => Part::User,
        }
    }
}

/// The parts of a block, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    Administration,
    RoleWithProof,
    User,
}

/// What admission compares with.
pub(super) struct Rules<'a> {
    pub(super) chain: obolus_abi::ChainId,
    pub(super) horizon: Height,
    pub(super) next: Height,
    pub(super) circuits: &'a Circuits,
    pub(super) state: &'a dyn StateRead,
}

/// One proof, decoded and ready to verify.
struct Claim {
    tx: usize,
    index: usize,
    key: KeyId,
    inputs: Vec<Fr>,
    proof: Proof,
}

impl Rules<'_> {
    /// What costs next to nothing: form, chain, expiry, replay.
    pub(super) fn screen(&self, bytes: Vec<u8>) -> Result<Screened, AdmitError> {
        let tx = Transaction::decode(&bytes)?;
        if tx.body.chain != self.chain {
            return Err(AdmitError::WrongChain);
        }
        let screened = Screened::new(tx, bytes);
        check_expiry(
            &screened.digest,
            screened.tx.body.expiry,
            self.next,
            self.horizon,
        )?;
        if self.state.get(&keys::seen(&screened.digest))?.is_some() {
            return Err(AdmitError::AlreadyCommitted(screened.digest));
        }
        Ok(screened)
    }

    /// Checks signatures and proofs; the results are in the transactions' order.
    pub(super) fn authenticate(&self, batch: Vec<Screened>) -> Vec<Result<Admitted, AdmitError>> {
        let checked: Vec<_> = batch
            .into_par_iter()
            .enumerate()
            .map(|(tx, screened)| self.claims(tx, &screened).map(|claims| (screened, claims)))
            .collect();
        let mut results = Vec::with_capacity(checked.len());
        let mut claims = Vec::new();
        for outcome in checked {
            results.push(outcome.map(|(screened, own)| {
                claims.extend(own);
                Admitted::of(screened)
            }));
        }
        let items: Vec<(&Claim, Item<'_>)> = claims
            .iter()
            .filter_map(|claim| {
                let key = self.circuits.key(&claim.key)?;
                let item = Item {
                    key,
                    inputs: &claim.inputs,
                    proof: &claim.proof,
                };
                Some((claim, item))
            })
            .collect();
        let verdicts = verify_batch(&items.iter().map(|(_, item)| *item).collect::<Vec<_>>());
        // Backwards, so that the first bad proof of a transaction is the one that is named.
        for ((claim, _), verdict) in items.iter().zip(verdicts).rev() {
            if let (Err(error), Some(result)) = (verdict, results.get_mut(claim.tx)) {
                *result = Err(refusal(claim.index, error));
            }
        }
        results
    }

    /// Checks everything but the proofs' equations, which are returned.
    fn claims(&self, number: usize, screened: &Screened) -> Result<Vec<Claim>, AdmitError> {
        for signature in &screened.tx.role_signatures {
            signature.verify(&screened.digest)?;
        }
        for signature in &screened.tx.spend_signatures {
            signature.verify(&screened.digest)?;
        }
        screened
            .tx
            .proofs
            .iter()
            .enumerate()
            .map(|(index, envelope)| {
                let key = self.circuits.key(&envelope.key);
                let key = key.ok_or(AdmitError::UnknownKey {
                    index,
                    key: envelope.key,
                })?;
                if key.public_inputs() != envelope.inputs.len() {
                    return Err(AdmitError::InputCount { index });
                }
                Ok(Claim {
                    tx: number,
                    index,
                    key: envelope.key,
                    inputs: inputs_from_bytes(&envelope.inputs)
                        .map_err(|error| refusal(index, error))?,
                    proof: Proof::decode(&envelope.proof.0)
                        .map_err(|reason| AdmitError::ProofMalformed { index, reason })?,
                })
            })
            .collect()
    }
}

/// Whether a transaction with this expiry may be in the block of height `next`.
pub(super) fn check_expiry(
    id: &TxDigest,
    expiry: Height,
    next: Height,
    horizon: Height,
) -> Result<(), AdmitError> {
    let latest = Height(next.0.saturating_add(horizon.0));
    if expiry < next {
        Err(AdmitError::Expired {
            id: *id,
            expiry,
            next,
        })
    } else if expiry > latest {
        Err(AdmitError::ExpiryTooFar { expiry, latest })
    } else {
        Ok(())
    }
}

fn refusal(index: usize, error: VerifyError) -> AdmitError {
    match error {
        VerifyError::InputCount { .. } => AdmitError::InputCount { index },
        VerifyError::NonCanonicalInput(_) => AdmitError::NonCanonical,
        VerifyError::Refused => AdmitError::ProofInvalid { index },
    }
}
