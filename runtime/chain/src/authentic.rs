//! A transaction by itself: form, signatures and proofs.
//!
//! Cheap checks come first. Spend signatures and then proofs are verified all of a batch at once; a bad one is named by
//! bisection and spoils no other.
//!
//! Nothing is remembered under a digest here: a spoiled copy of a transaction, with another's digest
//! and a broken proof or signature, is refused on its own and leaves the honest copy alone.

use obolus_abi::{ChainId, KeyId, TxDigest};
use obolus_protocol::field::Fr;
use obolus_protocol::tags::context::TRANSACTION_BYTES;
use obolus_protocol::tx::{Height, SpendSignature, Transaction, TxError};
use obolus_verifier::{Item, UncheckedProof, VerifyError, inputs_from_bytes, verify_batch};
use rand::rngs::OsRng;
use rayon::prelude::*;

use crate::{Circuits, TxFault};

#[cfg(test)]
mod tests;

/// Hash of a transaction's full bytes, as [`Transaction::bytes_hash`] computes it.
pub fn transaction_hash(bytes: &[u8]) -> [u8; 32] {
    blake3::derive_key(TRANSACTION_BYTES, bytes)
}

/// A transaction of the right form, whose signatures and proofs nobody has looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    tx: Transaction,
    bytes: Vec<u8>,
    digest: TxDigest,
    bytes_hash: [u8; 32],
}

impl Received {
    /// Decodes a transaction.
    ///
    /// # Errors
    /// As [`Transaction::decode`].
    pub fn decode(bytes: Vec<u8>) -> Result<Self, TxError> {
        let tx = Transaction::decode(&bytes)?;
        Ok(Self {
            digest: tx.id(),
            bytes_hash: transaction_hash(&bytes),
            tx,
            bytes,
        })
    }

    /// Decodes a transaction of this chain.
    ///
    /// # Errors
    /// [`TxFault`] if it is malformed or another chain's.
    pub fn of_chain(bytes: Vec<u8>, chain: &ChainId) -> Result<Self, TxFault> {
        let received = Self::decode(bytes)?;
        if received.tx.body.chain != *chain {
            return Err(TxFault::WrongChain);
        }
        Ok(received)
    }

    /// The transaction's id.
    pub fn digest(&self) -> TxDigest {
        self.digest
    }

    /// Names this copy, with its proofs and signatures.
    pub fn bytes_hash(&self) -> [u8; 32] {
        self.bytes_hash
    }

    /// The transaction.
    pub fn transaction(&self) -> &Transaction {
        &self.tx
    }

    /// Its encoding.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Its encoding, by value.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// Which part of a block it belongs to; parts come in ascending order.
    ///
    /// Role transactions come first, so that a freeze in a block stops every transfer of that block.
    /// Among them those without proofs come before those with: anybody can attach a role signature
    /// of a key that nobody knows, but no transfer goes without a proof, so this does not get one
    /// ahead of a freeze.
    pub fn part(&self) -> Part {
        match (self.tx.is_role(), self.tx.proofs.is_empty()) {
            (true, true) => Part::Administration,
            (true, false) => Part::RoleWithProof,
            (false, _) => Part::User,
        }
    }
}

/// The parts of a block, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// Role transactions without proofs.
    Administration,
    /// Role transactions with proofs.
    RoleWithProof,
    /// Everything else.
    User,
}

/// A transaction whose signatures and proofs hold. Whether it may be in a block, its place decides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authentic(Received);

impl Authentic {
    /// The transaction.
    pub fn received(&self) -> &Received {
        &self.0
    }

    #[cfg(any(test, feature = "test-fixtures"))]
    pub(crate) fn assumed(received: Received) -> Self {
        Self(received)
    }

    /// The transaction, by value.
    pub fn into_received(self) -> Received {
        self.0
    }
}

/// One proof, decoded and ready to verify.
struct Claim {
    tx: usize,
    index: usize,
    key: KeyId,
    inputs: Vec<Fr>,
    proof: UncheckedProof,
}

/// Checks signatures and proofs; one result each, in order. Runs on rayon's current thread pool.
///
/// One bad transaction spoils no other, but costs time: keep a batch to one submitter.
pub fn authenticate(circuits: &Circuits, batch: Vec<Received>) -> Vec<Result<Authentic, TxFault>> {
    let signed = signatures(&batch);
    let checked: Vec<_> = batch
        .into_par_iter()
        .zip(signed)
        .enumerate()
        .map(|(tx, (received, signed))| {
            signed?;
            claims(circuits, tx, &received).map(|claims| (received, claims))
        })
        .collect();
    let mut results = Vec::with_capacity(checked.len());
    let mut claims = Vec::new();
    for outcome in checked {
        results.push(outcome.map(|(received, own)| {
            claims.extend(own);
            Authentic(received)
        }));
    }
    let items: Vec<(&Claim, Item<'_>)> = claims
        .iter()
        .filter_map(|claim| {
            let key = circuits.key(&claim.key)?;
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

/// Spend signatures that are checked together: enough to share their doublings and buckets, few enough for all cores to
/// have some.
const SIGNATURES: usize = 512;

/// Checks the signatures of all; one result each, in order.
fn signatures(batch: &[Received]) -> Vec<Result<(), TxFault>> {
    let mut results: Vec<Result<(), TxFault>> = batch
        .par_iter()
        .map(|received| {
            for signature in &received.tx.role_signatures {
                signature.verify(&received.digest)?;
            }
            Ok(())
        })
        .collect();
    let spends = spends(batch, &results);
    let size = spends.len().div_ceil(rayon::current_num_threads());
    let verdicts: Vec<_> = spends
        .par_chunks(size.clamp(1, SIGNATURES))
        .flat_map_iter(|chunk| {
            let signed: Vec<_> = chunk.iter().map(|(_, signed)| *signed).collect();
            SpendSignature::verify_batch(&signed, &mut OsRng)
        })
        .collect();
    for ((tx, _), verdict) in spends.iter().zip(verdicts) {
        if let (Err(error), Some(result @ Ok(()))) = (verdict, results.get_mut(*tx)) {
            *result = Err(error.into());
        }
    }
    results
}

/// The spend signatures of transactions that are not refused already, each with its transaction's place. Those of others stay
/// out: a false one among them would have the whole batch checked again, and its transaction be refused for another fault.
fn spends<'a>(
    batch: &'a [Received],
    results: &[Result<(), TxFault>],
) -> Vec<(usize, (&'a SpendSignature, TxDigest))> {
    let open = batch.iter().zip(results).enumerate();
    open.filter(|(_, (_, result))| result.is_ok())
        .flat_map(|(tx, (received, _))| {
            let own = received.tx.spend_signatures.iter();
            own.map(move |signature| (tx, (signature, received.digest)))
        })
        .collect()
}

/// Checks the proofs but for their equations, which are returned.
fn claims(circuits: &Circuits, number: usize, received: &Received) -> Result<Vec<Claim>, TxFault> {
    received
        .tx
        .proofs
        .iter()
        .enumerate()
        .map(|(index, envelope)| {
            let key = circuits.key(&envelope.key).ok_or(TxFault::UnknownKey {
                index,
                key: envelope.key,
            })?;
            if key.public_inputs() != envelope.inputs.len() {
                return Err(TxFault::InputCount { index });
            }
            Ok(Claim {
                tx: number,
                index,
                key: envelope.key,
                inputs: inputs_from_bytes(&envelope.inputs)
                    .map_err(|error| refusal(index, error))?,
                proof: UncheckedProof::decode(&envelope.proof.0)
                    .map_err(|reason| TxFault::ProofMalformed { index, reason })?,
            })
        })
        .collect()
}

/// Whether a transaction with this expiry may be in the block of height `next`.
///
/// # Errors
/// [`TxFault::Expired`], [`TxFault::ExpiryTooFar`].
pub fn check_expiry(
    id: &TxDigest,
    expiry: Height,
    next: Height,
    horizon: Height,
) -> Result<(), TxFault> {
    let latest = Height(next.0.saturating_add(horizon.0));
    if expiry < next {
        Err(TxFault::Expired {
            id: *id,
            expiry,
            next,
        })
    } else if expiry > latest {
        Err(TxFault::ExpiryTooFar { expiry, latest })
    } else {
        Ok(())
    }
}

fn refusal(index: usize, error: VerifyError) -> TxFault {
    match error {
        VerifyError::InputCount { .. } => TxFault::InputCount { index },
        VerifyError::NonCanonicalInput(_) => TxFault::NonCanonical,
        VerifyError::Proof(reason) => TxFault::ProofMalformed { index, reason },
        VerifyError::Refused => TxFault::ProofInvalid { index },
    }
}
