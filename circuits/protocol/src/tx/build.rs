//! Assembly in three states: unproven → proven → signed.
//!
//! The order is forced because proofs bind the digest and signatures should be given last, to a
//! transaction that is known to be complete. Signatures may be made elsewhere (an HSM, other role
//! holders): [`ProvenTx::sign`] takes finished signatures and checks each.

use obolus_abi::TxDigest;

use super::{
    MAX_PROOFS, MAX_ROLE_SIGNATURES, MAX_SPEND_SIGNATURES, ProofEnvelope, RoleSignature,
    SpendSignature, Transaction, TxBody, TxError,
};

/// A body whose digest is final; proofs can now be made for it.
pub struct UnprovenTx {
    body: TxBody,
}

impl UnprovenTx {
    /// Fixes the body.
    ///
    /// # Errors
    /// The limit that a part of the body breaks.
    pub fn new(body: TxBody) -> Result<Self, TxError> {
        body.check_limits()?;
        Ok(Self { body })
    }

    /// The body.
    pub fn body(&self) -> &TxBody {
        &self.body
    }

    /// What the proofs must be bound to, by way of [`context`](crate::context::context).
    pub fn digest(&self) -> TxDigest {
        self.body.digest()
    }

    /// Adds the proofs; none for entries that need none.
    ///
    /// # Errors
    /// [`TxError::TooMany`] or [`TxError::NonCanonical`].
    pub fn prove(self, proofs: Vec<ProofEnvelope>) -> Result<ProvenTx, TxError> {
        if proofs.len() > MAX_PROOFS {
            return Err(TxError::TooMany("proofs"));
        }
        proofs.iter().try_for_each(ProofEnvelope::check_limits)?;
        Ok(ProvenTx {
            body: self.body,
            proofs,
        })
    }
}

/// A body with its proofs; signatures can now be made over its digest.
pub struct ProvenTx {
    body: TxBody,
    proofs: Vec<ProofEnvelope>,
}

impl ProvenTx {
    /// The body.
    pub fn body(&self) -> &TxBody {
        &self.body
    }

    /// What the signatures must cover.
    pub fn digest(&self) -> TxDigest {
        self.body.digest()
    }

    /// Adds the signatures, sorted as the wire form wants them, and checks each.
    ///
    /// # Errors
    /// A signature that does not hold, two under one key, too many, or a transaction above its size
    /// limit.
    pub fn sign(
        self,
        mut spend_signatures: Vec<SpendSignature>,
        mut role_signatures: Vec<RoleSignature>,
    ) -> Result<SignedTx, TxError> {
        if spend_signatures.len() > MAX_SPEND_SIGNATURES {
            return Err(TxError::TooMany("spend_signatures"));
        }
        if role_signatures.len() > MAX_ROLE_SIGNATURES {
            return Err(TxError::TooMany("role_signatures"));
        }
        let digest = self.digest();
        spend_signatures
            .iter()
            .try_for_each(|signature| signature.verify(&digest))?;
        role_signatures
            .iter()
            .try_for_each(|signature| signature.verify(&digest))?;
        spend_signatures.sort_by_key(|signature| signature.key);
        role_signatures.sort_by_key(|signature| signature.key);
        let tx = Transaction {
            body: self.body,
            proofs: self.proofs,
            spend_signatures,
            role_signatures,
        };
        tx.check_signature_order()?;
        tx.check_size()?;
        Ok(SignedTx(tx))
    }
}

/// A complete transaction, ready to submit.
pub struct SignedTx(Transaction);

impl SignedTx {
    /// The transaction.
    pub fn transaction(&self) -> &Transaction {
        &self.0
    }

    /// Gives up the state; the transaction may be changed again, as attackers do.
    pub fn into_transaction(self) -> Transaction {
        self.0
    }
}
