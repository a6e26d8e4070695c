//! Round 2, the question: which transaction, under which key, with whose nonces.

use borsh::{BorshDeserialize, BorshSerialize};
use frost_core::SigningPackage;
use frost_rerandomized::{RandomizedParams, Randomizer as FrostRandomizer};
use obolus_abi::TxDigest;
use obolus_protocol::{Scalar, schnorr::Randomizer};
use zeroize::Zeroizing;

use super::{Approval, NonceCommitments, SignError};
use crate::{
    context,
    group::{GroupKey, Purpose},
    member::{Member, Threshold},
    secret::SecretScalar,
    share::KeyShare,
    suite::BabyJubJub,
    wire::{self, Kind, WireError, digest},
};

digest! {
    /// Names a signing request, so that a share for another one is not taken for a false one.
    SigningRequestId
}

/// What members are asked to sign. It holds α, which links rk to ak: send it over a confidential channel.
pub struct SigningRequest {
    group: GroupKey,
    digest: TxDigest,
    alpha: SecretScalar,
    commitments: Vec<NonceCommitments>,
}

impl SigningRequest {
    /// Asks the members of these commitments, at least t of them, to sign under `group + alpha·G`.
    ///
    /// # Errors
    /// [`SignError`]: too few members, one twice, one of another group, or an auditor's key with a re-randomiser.
    pub fn new(
        group: &GroupKey,
        digest: TxDigest,
        alpha: &Randomizer,
        mut commitments: Vec<NonceCommitments>,
    ) -> Result<Self, SignError> {
        commitments.sort_by_key(NonceCommitments::member);
        let needed = group.threshold().needed();
        if commitments.len() < usize::from(needed) {
            return Err(SignError::TooFew {
                given: commitments.len(),
                needed,
            });
        }
        for pair in commitments.windows(2) {
            if let [first, second] = pair
                && first.member() == second.member()
            {
                return Err(SignError::Twice(first.member()));
            }
        }
        for commitment in &commitments {
            group.verifying_share(commitment.member())?;
            if commitment.group() != group.id() {
                return Err(SignError::OtherGroup(commitment.member()));
            }
        }
        let plain = *alpha.scalar() == Scalar::from(0_u64);
        if group.purpose() == Purpose::Auditor && !plain {
            return Err(SignError::Randomised(group.purpose()));
        }
        if alpha.randomize(group.point()).is_identity() {
            return Err(SignError::IdentityKey);
        }
        Ok(Self {
            group: group.clone(),
            digest,
            alpha: SecretScalar::new(*alpha.scalar()),
            commitments,
        })
    }

    /// The digest to be signed: for display. What a member agrees to is the body, see [`Approval`].
    pub const fn digest(&self) -> &TxDigest {
        &self.digest
    }

    /// The members that are asked.
    pub fn signers(&self) -> impl Iterator<Item = Member> {
        self.commitments.iter().map(NonceCommitments::member)
    }

    /// The request's name.
    pub fn id(&self) -> SigningRequestId {
        SigningRequestId(context::hash(context::SIGNING_REQUEST, &[&self.to_bytes()]))
    }

    /// The wire form. Secret, for α.
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        let body = (self.digest, &self.alpha, &self.commitments);
        wire::encode_secret(Kind::SigningRequest, &body)
    }

    /// Decodes the wire form with every check of [`Self::new`], for the group that the reader is a member of.
    ///
    /// # Errors
    /// [`WireError`].
    pub fn from_bytes(group: &GroupKey, bytes: &[u8]) -> Result<Self, WireError> {
        let Body(digest, alpha, commitments) = wire::decode(Kind::SigningRequest, bytes)?;
        let malformed = |text: &str| WireError::Malformed(text.to_owned());
        if commitments.len() > usize::from(Threshold::MAX_MEMBERS) {
            return Err(malformed("too many signers"));
        }
        if !commitments.is_sorted_by_key(NonceCommitments::member) {
            return Err(malformed("signers out of order"));
        }
        Self::new(group, digest, &Randomizer::new(*alpha.get()), commitments)
            .map_err(|error| malformed(&error.to_string()))
    }

    pub(super) const fn group(&self) -> &GroupKey {
        &self.group
    }

    /// Whether the member may answer: its share is of this group, the transaction the one that it approved.
    pub(super) fn check(&self, share: &KeyShare, approval: &Approval) -> Result<(), SignError> {
        if self.group != *share.group() {
            return Err(SignError::OtherGroup(share.member()));
        }
        if self.digest != *approval.digest() {
            return Err(SignError::OtherTransaction);
        }
        Ok(())
    }

    pub(super) fn commitments_of(&self, member: Member) -> Result<&NonceCommitments, SignError> {
        let mut commitments = self.commitments.iter();
        commitments
            .find(|commitment| commitment.member() == member)
            .ok_or(SignError::NotAsked(member))
    }

    pub(super) fn package(&self) -> SigningPackage<BabyJubJub> {
        let commitments = self
            .commitments
            .iter()
            .map(|commitment| (commitment.member().identifier(), commitment.frost()))
            .collect();
        SigningPackage::new(commitments, self.digest.as_bytes())
    }

    pub(super) fn randomizer(&self) -> FrostRandomizer<BabyJubJub> {
        FrostRandomizer::from_scalar(*self.alpha.get())
    }

    pub(super) fn params(&self) -> RandomizedParams<BabyJubJub> {
        RandomizedParams::from_randomizer(&self.group.verifying_key(), self.randomizer())
    }
}

impl core::fmt::Debug for SigningRequest {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "SigningRequest({}, alpha redacted)", self.digest)
    }
}

#[derive(BorshSerialize, BorshDeserialize)]
struct Body(TxDigest, SecretScalar, Vec<NonceCommitments>);
