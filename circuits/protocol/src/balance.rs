//! Balance claims: a holder shows one verifier that its notes of a token hold at least so much, at a height.
//!
//! A claim is 1 to 16 proofs of the statement [`balance`](crate::statement::balance) that add up, made for one verifier and
//! its challenge, and signed by the holder under `ak`: whoever has the viewing keys could prove, only the holder signs. What a
//! claim shows and what it gives away is in `docs/spec/balance.md`.
//!
//! This crate knows neither verifying keys nor a ledger: [`SignedBalance::verify`] is given a judge of the proofs, and returns
//! what is left to be looked up.

use std::collections::HashSet;

use borsh::{BorshDeserialize, BorshSerialize, io};
use obolus_abi::{BalanceInputs, ChainId, ContractId, KeyId, TxDigest};
use rand::{CryptoRng, RngCore};

use crate::{
    amount::{Amount, Total},
    audience::Audience,
    context::balance_context,
    field::{Fr, fr_from_bytes, fr_to_bytes},
    keys::{Owner, SpendValidatingKey, SpendingKey},
    note::Nullifier,
    schnorr::{self, Randomizer, SIGNATURE_LEN},
    statement::balance::{NOTES, nullifiers},
    tags,
    tx::{Height, ProofBytes, ProofEnvelope},
};

mod wire;

pub use wire::MAX_BYTES;

/// Most proofs of a claim.
pub const MAX_PROOFS: usize = 16;

/// Why a claim shows nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BalanceError {
    /// Not an encoding of a claim.
    #[error("this is no balance claim, or a damaged one: ask for the file again")]
    Malformed,
    /// None, or more than [`MAX_PROOFS`].
    #[error("a balance claim has 1 to {MAX_PROOFS} proofs: merge the notes, or make two claims")]
    Count,
    /// Not the inputs of a balance, or not those of the other proofs.
    #[error("the proofs are not of one holder, anchor, key and request: prove all of them again")]
    Mixed,
    /// Another chain, verifier, challenge, token or height than was asked for.
    #[error("the claim answers another request: ask for one with this challenge")]
    Request,
    /// Another owner than was asked about, or another key.
    #[error("the claim is about another holder, or under another key: do not believe it")]
    Holder,
    /// A nullifier occurs twice.
    #[error("the claim counts a note twice: do not believe it")]
    CountedTwice,
    /// The signature does not hold.
    #[error("the claim is not signed by its holder: do not believe it")]
    Signature,
}

/// Why a verifier does not believe a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BalanceRefusal<E: core::error::Error> {
    /// The claim itself.
    #[error(transparent)]
    Claim(#[from] BalanceError),
    /// One of its proofs, as the judge of the proofs says.
    #[error("a proof of the claim does not hold: {0}")]
    Proof(E),
}

/// What a verifier asks for.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct BalanceRequest {
    /// The chain.
    pub chain: ChainId,
    /// The verifier, and the challenge that it drew for this request.
    pub audience: Audience,
    /// The token.
    pub token: ContractId,
    /// Block after which the notes are there and not spent.
    pub height: Height,
}

impl BalanceRequest {
    /// The context of the proofs.
    pub fn context(&self) -> Fr {
        balance_context(&self.chain, &self.audience, &self.token, self.height)
    }
}

/// Whom a verifier asks about, from the token's directory: a `register` proof tied the two together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holder {
    /// Owner of the notes.
    pub owner: Owner,
    /// Its spend-validating key, which signs.
    pub ak: SpendValidatingKey,
}

/// One proof of a claim.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize)]
struct Part {
    nullifiers: [Nullifier; NOTES],
    threshold: Amount,
    proof: ProofBytes,
}

/// Proofs that add up, not signed yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BalanceClaim {
    request: BalanceRequest,
    owner: Owner,
    anchor: Fr,
    key: KeyId,
    parts: Vec<Part>,
}

impl BalanceClaim {
    /// Puts proofs together that were made for this request.
    ///
    /// # Errors
    /// [`BalanceError::Count`]; [`BalanceError::Mixed`] if they are not of one holder, anchor, key and this request, or no
    /// proofs of a balance; [`BalanceError::CountedTwice`].
    pub fn new(request: BalanceRequest, proofs: &[ProofEnvelope]) -> Result<Self, BalanceError> {
        let (first, key) = match proofs.first() {
            Some(first) => (inputs(first)?, first.key),
            None => return Err(BalanceError::Count),
        };
        let context = request.context();
        let parts = proofs.iter().map(|envelope| {
            let inputs = inputs(envelope)?;
            let same = envelope.key == key
                && inputs.anchor == first.anchor
                && inputs.owner == first.owner
                && inputs.context == context;
            let threshold = amount(inputs.threshold).filter(|_| same);
            Ok(Part {
                nullifiers: nullifiers(&inputs).map(Nullifier::new),
                threshold: threshold.ok_or(BalanceError::Mixed)?,
                proof: envelope.proof,
            })
        });
        let claim = Self {
            request,
            owner: Owner::new(first.owner),
            anchor: first.anchor,
            key,
            parts: parts.collect::<Result<_, _>>()?,
        };
        claim.check_form()?;
        Ok(claim)
    }

    /// Signs the claim as its holder.
    pub fn sign<R: RngCore + CryptoRng>(self, key: &SpendingKey, rng: &mut R) -> SignedBalance {
        let (_, signature) = schnorr::sign(key, &Randomizer::zero(), &self.digest(), rng);
        SignedBalance {
            claim: self,
            signature,
        }
    }

    /// The right number of proofs, and no note in two of them.
    fn check_form(&self) -> Result<(), BalanceError> {
        if self.parts.is_empty() || self.parts.len() > MAX_PROOFS {
            return Err(BalanceError::Count);
        }
        let mut seen = HashSet::new();
        let mut all = self.parts.iter().flat_map(|part| part.nullifiers);
        if all.all(|nullifier| seen.insert(nullifier)) {
            Ok(())
        } else {
            Err(BalanceError::CountedTwice)
        }
    }

    fn envelopes(&self) -> Vec<ProofEnvelope> {
        let context = self.request.context();
        let envelope = |part: &Part| {
            let [nf1, nf2, nf3, nf4, nf5, nf6, nf7, nf8] = part.nullifiers.map(|nf| nf.get());
            let inputs = BalanceInputs {
                anchor: self.anchor,
                owner: self.owner.get(),
                nf1,
                nf2,
                nf3,
                nf4,
                nf5,
                nf6,
                nf7,
                nf8,
                threshold: Fr::from(part.threshold.get()),
                context,
            };
            ProofEnvelope {
                key: self.key,
                inputs: inputs.to_array().iter().map(fr_to_bytes).collect(),
                proof: part.proof,
            }
        };
        self.parts.iter().map(envelope).collect()
    }

    fn digest(&self) -> TxDigest {
        let mut hasher = blake3::Hasher::new_derive_key(tags::context::BALANCE_CLAIM);
        hasher.update(&self.signed_content());
        TxDigest(*hasher.finalize().as_bytes())
    }
}

/// A claim that its holder signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedBalance {
    claim: BalanceClaim,
    signature: [u8; SIGNATURE_LEN],
}

/// What a believed claim says; it holds if the ledger agrees.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "whether the notes exist and are not spent is for the ledger to say"]
pub struct ShownBalance {
    /// Minor units that the holder has at least.
    pub at_least: Total,
    /// To be looked up: a root of the token's note tree at the request's height, or before.
    pub anchor: Fr,
    /// To be looked up: none of them may be spent up to the request's height.
    pub nullifiers: Vec<Nullifier>,
}

impl SignedBalance {
    /// What the claim answers.
    pub const fn request(&self) -> &BalanceRequest {
        &self.claim.request
    }

    /// Whom it is about.
    pub const fn owner(&self) -> Owner {
        self.claim.owner
    }

    /// The verifying key that its proofs name.
    pub const fn key(&self) -> KeyId {
        self.claim.key
    }

    /// Checks everything but the ledger: that the claim answers `request`, is about `holder` and signed by it, counts no note
    /// twice, and that all proofs hold. `holds` judges the proofs; it must accept them only under a verifying key of
    /// `balance` that the verifier trusts.
    ///
    /// # Errors
    /// [`BalanceRefusal`]: nothing was shown then.
    pub fn verify<E: core::error::Error>(
        &self,
        request: &BalanceRequest,
        holder: &Holder,
        holds: impl FnOnce(&[ProofEnvelope]) -> Result<(), E>,
    ) -> Result<ShownBalance, BalanceRefusal<E>> {
        let claim = &self.claim;
        if claim.request != *request {
            return Err(BalanceError::Request.into());
        }
        if claim.owner != holder.owner {
            return Err(BalanceError::Holder.into());
        }
        schnorr::verify(holder.ak.point(), &claim.digest(), &self.signature)
            .map_err(|_| BalanceError::Signature)?;
        claim.check_form()?;
        holds(&claim.envelopes()).map_err(BalanceRefusal::Proof)?;
        let thresholds = claim
            .parts
            .iter()
            .map(|part| u128::from(part.threshold.get()));
        Ok(ShownBalance {
            // At most 16 amounts of 64 bits.
            at_least: Total::new(thresholds.sum()).unwrap_or(Total::MAX),
            anchor: claim.anchor,
            nullifiers: claim
                .parts
                .iter()
                .flat_map(|part| part.nullifiers)
                .collect(),
        })
    }
}

/// The inputs of a balance.
fn inputs(envelope: &ProofEnvelope) -> Result<BalanceInputs<Fr>, BalanceError> {
    let inputs = envelope.inputs.as_slice().try_into();
    let inputs = inputs.map(BalanceInputs::from_array);
    inputs
        .map_err(|_| BalanceError::Mixed)?
        .try_map(|bytes| fr_from_bytes(&bytes))
        .map_err(|_| BalanceError::Mixed)
}

/// An amount among the inputs.
fn amount(value: Fr) -> Option<Amount> {
    let bytes = fr_to_bytes(&value).0;
    let (low, high) = bytes.split_first_chunk()?;
    let amount = Amount::new(u64::from_le_bytes(*low));
    Some(amount).filter(|_| high.iter().all(|byte| *byte == 0))
}

#[cfg(test)]
mod tests;
