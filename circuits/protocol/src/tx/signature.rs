//! Signatures beside the signed body, both kinds over its digest.

use borsh::{BorshSerialize, io};
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use obolus_abi::{PointBytes, RoleKey, TxDigest};
use rand::{CryptoRng, RngCore};

use super::{TxError, codec, envelope::check_canonical};
use crate::{
    audit::AuditorSecret,
    curve::Point,
    keys::SpendingKey,
    schnorr::{self, Randomizer},
};

/// A Schnorr signature on BabyJubJub over the digest.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize)]
pub struct SpendSignature {
    /// A re-randomised spend key, a key being registered, or an auditor's key.
    pub key: PointBytes,
    /// `R ‖ S`, see [`schnorr`].
    pub signature: [u8; schnorr::SIGNATURE_LEN],
}

impl SpendSignature {
    /// Authorises a spend under `ask·G + alpha·G`; with a zero re-randomiser, a registration of
    /// `ak`.
    pub fn create<R: RngCore + CryptoRng>(
        ask: &SpendingKey,
        alpha: &Randomizer,
        digest: &TxDigest,
        rng: &mut R,
    ) -> Self {
        let (key, signature) = schnorr::sign(ask, alpha, digest, rng);
        Self {
            key: key.encode(),
            signature,
        }
    }

    /// Proves to the registry that the auditor's key has a holder.
    pub fn possession<R: RngCore + CryptoRng>(
        auditor: &AuditorSecret,
        digest: &TxDigest,
        rng: &mut R,
    ) -> Self {
        let (key, signature) = schnorr::sign_possession(auditor, digest, rng);
        Self {
            key: key.encode(),
            signature,
        }
    }

    /// Whether the signature holds over `digest`.
    ///
    /// # Errors
    /// [`TxError::SpendSignature`]: key not in the subgroup or the identity, signature malformed or
    /// false.
    pub fn verify(&self, digest: &TxDigest) -> Result<(), TxError> {
        let key = Point::decode(&self.key).map_err(|_| TxError::SpendSignature)?;
        schnorr::verify(&key, digest, &self.signature).map_err(|_| TxError::SpendSignature)
    }

    /// As [`Self::verify`] for many, in a fraction of the time; one verdict each, in order.
    pub fn verify_batch<R: RngCore + CryptoRng>(
        signatures: &[(&Self, TxDigest)],
        rng: &mut R,
    ) -> Vec<Result<(), TxError>> {
        let mut verdicts: Vec<_> = signatures
            .iter()
            .map(|_| Err(TxError::SpendSignature))
            .collect();
        let (claims, places): (Vec<_>, Vec<_>) = signatures
            .iter()
            .zip(&mut verdicts)
            .filter_map(|((signed, digest), verdict)| {
                let claim = schnorr::Claim {
                    key: Point::decode(&signed.key).ok()?,
                    digest,
                    signature: &signed.signature,
                };
                Some((claim, verdict))
            })
            .unzip();
        for (outcome, verdict) in schnorr::verify_batch(&claims, rng).into_iter().zip(places) {
            if outcome.is_ok() {
                *verdict = Ok(());
            }
        }
        verdicts
    }

    pub(super) fn read<R: io::Read>(reader: &mut R) -> Result<Self, TxError> {
        let key: PointBytes = codec::leaf(reader)?;
        check_canonical(&key.x())?;
        check_canonical(&key.y())?;
        Ok(Self {
            key,
            signature: codec::leaf(reader)?,
        })
    }
}

/// An Ed25519 signature of a role holder over the digest.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize)]
pub struct RoleSignature {
    /// The role holder's key.
    pub key: RoleKey,
    /// The signature; the digest is domain-separated already.
    pub signature: [u8; 64],
}

impl RoleSignature {
    /// Signs a transaction as a role holder.
    pub fn create(key: &SigningKey, digest: &TxDigest) -> Self {
        let signature = key.sign(digest.as_bytes());
        Self {
            key: RoleKey(key.verifying_key().to_bytes()),
            signature: signature.to_bytes(),
        }
    }

    /// Whether the signature holds over `digest`, strictly: canonical S, no small-order points.
    ///
    /// # Errors
    /// [`TxError::RoleSignature`].
    pub fn verify(&self, digest: &TxDigest) -> Result<(), TxError> {
        VerifyingKey::from_bytes(&self.key.0)
            .and_then(|key| {
                key.verify_strict(digest.as_bytes(), &Signature::from_bytes(&self.signature))
            })
            .map_err(|_| TxError::RoleSignature)
    }

    pub(super) fn read<R: io::Read>(reader: &mut R) -> Result<Self, TxError> {
        Ok(Self {
            key: codec::leaf(reader)?,
            signature: codec::leaf(reader)?,
        })
    }
}
