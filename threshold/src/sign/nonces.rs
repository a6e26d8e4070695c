//! Round 1: one-time nonces and their commitments.

use borsh::{BorshDeserialize, BorshSerialize};
use frost_core::round1::{Nonce, NonceCommitment, SigningCommitments, SigningNonces, commit};
use frost_core::{keys::SigningShare, round2};
use rand::{CryptoRng, RngCore};
use zeroize::Zeroizing;

use super::{Approval, SignError, SignatureShare, SigningRequest};
use crate::{
    context,
    group::GroupId,
    member::Member,
    secret::SecretScalar,
    share::KeyShare,
    suite::{BabyJubJub, Element},
    wire::{self, Kind, ProperPoint, WireError, digest},
};

digest! {
    /// Names a pair of nonces by its commitments.
    NonceId
}

/// A pair of nonces of one member. Two signatures with one pair give the share away, so there is no copy of it, and
/// signing takes it. Wiped on drop, never printed.
pub struct Nonces {
    group: GroupId,
    member: Member,
    nonces: SigningNonces<BabyJubJub>,
}

impl Nonces {
    /// Draws a pair. Each nonce is a hash of fresh randomness and the share, so a generator that repeats or is known
    /// to somebody does not betray the share by itself.
    pub fn draw<R: RngCore + CryptoRng>(share: &KeyShare, rng: &mut R) -> Self {
        let (nonces, _) = commit(&SigningShare::new(*share.secret()), rng);
        Self {
            group: share.group().id(),
            member: share.member(),
            nonces,
        }
    }

    /// What the coordinator gets.
    pub fn commitments(&self) -> NonceCommitments {
        let commitments = self.nonces.commitments();
        NonceCommitments {
            group: self.group,
            member: self.member,
            hiding: ProperPoint(commitments.hiding().value().0),
            binding: ProperPoint(commitments.binding().value().0),
        }
    }

    /// Signs `request` if it is for the approved transaction. The nonces are gone, whether or not it signs.
    ///
    /// # Errors
    /// [`SignError`] if the request is for another transaction, group, or pair of nonces.
    pub fn sign(
        self,
        share: &KeyShare,
        request: &SigningRequest,
        approval: &Approval,
    ) -> Result<SignatureShare, SignError> {
        request.check(share, approval)?;
        if self.member != share.member() {
            return Err(SignError::OtherMember(self.member));
        }
        if request.commitments_of(self.member)? != &self.commitments() {
            return Err(SignError::NotAsked(self.member));
        }
        #[expect(
            deprecated,
            reason = "the successor derives α from a seed and the commitments; ours is fixed by the proof, and rk is in \
                      the binding factors and in the challenge, so that choosing it late gives no more than choosing \
                      the message late"
        )]
        let signed: Result<round2::SignatureShare<BabyJubJub>, _> = frost_rerandomized::sign(
            &request.package(),
            &self.nonces,
            &share.key_package(),
            request.randomizer(),
        );
        let signed = signed.map_err(|_| SignError::Protocol)?;
        Ok(SignatureShare::new(request, self.member, &signed))
    }

    /// The bytes, for the vault's encrypted store.
    pub(super) fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        let hiding = SecretScalar::new((*self.nonces.hiding()).to_scalar());
        let binding = SecretScalar::new((*self.nonces.binding()).to_scalar());
        wire::encode_secret(Kind::Nonces, &(self.group, self.member, hiding, binding))
    }

    pub(super) fn from_bytes(bytes: &[u8]) -> Result<Self, WireError> {
        let Stored(group, member, hiding, binding) = wire::decode(Kind::Nonces, bytes)?;
        let nonce = |scalar: &SecretScalar| Nonce::from_scalar(*scalar.get());
        Ok(Self {
            group,
            member,
            nonces: SigningNonces::from_nonces(nonce(&hiding), nonce(&binding)),
        })
    }
}

#[derive(BorshDeserialize)]
struct Stored(GroupId, Member, SecretScalar, SecretScalar);

/// A member's commitments to a pair of nonces. Public.
#[derive(Clone, Copy, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct NonceCommitments {
    group: GroupId,
    member: Member,
    hiding: ProperPoint,
    binding: ProperPoint,
}

impl NonceCommitments {
    /// Whose they are.
    pub const fn member(&self) -> Member {
        self.member
    }

    /// For shares of which group.
    pub const fn group(&self) -> GroupId {
        self.group
    }

    /// The nonces' name.
    pub fn id(&self) -> NonceId {
        NonceId(context::hash(context::NONCE_ID, &[&self.to_bytes()]))
    }

    /// The wire form.
    pub fn to_bytes(&self) -> Vec<u8> {
        wire::encode(Kind::Commitments, self)
    }

    /// Decodes the wire form; refuses the identity and points outside the subgroup.
    ///
    /// # Errors
    /// [`WireError`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, WireError> {
        wire::decode(Kind::Commitments, bytes)
    }

    pub(super) fn frost(&self) -> SigningCommitments<BabyJubJub> {
        let commitment = |point: ProperPoint| NonceCommitment::new(Element(point.0));
        SigningCommitments::new(commitment(self.hiding), commitment(self.binding))
    }
}
