//! The messages of a ceremony: signed by their sender, bound to the ceremony.

use borsh::{BorshDeserialize, BorshSerialize};
use frost_core::{
    Signature,
    keys::{CoefficientCommitment, VerifiableSecretSharingCommitment, dkg::round1},
};
use obolus_protocol::{Point, Scalar};

use super::ceremony::CeremonyId;
use crate::{
    context,
    identity::{Identity, IdentityError, MemberCard, SealedScalar},
    member::{Member, Threshold},
    secret::SecretScalar,
    suite::{BabyJubJub, Element},
    wire::{self, Kind, ProperPoint, WireError, digest},
};

digest! {
    /// Hash of all messages of round 1.
    Transcript
}

/// Round 1: commitments to a member's polynomial, and the proof that it knows the constant term. Public, for all members.
#[derive(Clone, PartialEq, Eq)]
pub struct Round1 {
    body: Round1Body,
    signature: [u8; 64],
}

#[derive(Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
struct Round1Body {
    ceremony: CeremonyId,
    sender: Member,
    commitments: Vec<ProperPoint>,
    proof_commitment: ProperPoint,
    proof_response: PublicScalar,
}

/// Round 2: one member's share of the sender's polynomial, sealed to that member.
#[derive(Clone, PartialEq, Eq)]
pub struct Round2 {
    body: Round2Body,
    signature: [u8; 64],
}

#[derive(Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
struct Round2Body {
    ceremony: CeremonyId,
    transcript: Transcript,
    sender: Member,
    recipient: Member,
    sealed: SealedScalar,
}

impl Round1 {
    pub(super) fn create(
        identity: &Identity,
        ceremony: CeremonyId,
        sender: Member,
        package: &round1::Package<BabyJubJub>,
    ) -> Self {
        let commitments = package.commitment().coefficients().iter();
        let proof = package.proof_of_knowledge();
        let body = Round1Body {
            ceremony,
            sender,
            commitments: commitments.map(|c| ProperPoint(c.value().0)).collect(),
            proof_commitment: ProperPoint(proof.R().0),
            proof_response: PublicScalar(*proof.z()),
        };
        let signature = identity.sign(&body.digest());
        Self { body, signature }
    }

    /// Who sent it; checked when it is used.
    pub const fn sender(&self) -> Member {
        self.body.sender
    }

    /// The ceremony it is for; checked when it is used.
    pub const fn ceremony(&self) -> CeremonyId {
        self.body.ceremony
    }

    /// The wire form.
    pub fn to_bytes(&self) -> Vec<u8> {
        wire::encode(Kind::Round1, &(&self.body, self.signature))
    }

    /// Decodes the wire form.
    ///
    /// # Errors
    /// [`WireError`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, WireError> {
        let (body, signature) = wire::decode::<(Round1Body, _)>(Kind::Round1, bytes)?;
        if body.commitments.len() > usize::from(Threshold::MAX_MEMBERS) {
            return Err(WireError::Malformed("too many commitments".to_owned()));
        }
        Ok(Self { body, signature })
    }

    pub(super) fn verify(&self, card: &MemberCard) -> Result<(), IdentityError> {
        card.verify(&self.body.digest(), &self.signature)
    }

    pub(super) fn commitments(&self) -> impl DoubleEndedIterator<Item = Point> {
        self.body.commitments.iter().map(|commitment| commitment.0)
    }

    pub(super) fn package(&self) -> round1::Package<BabyJubJub> {
        let coefficient = |point| CoefficientCommitment::new(Element(point));
        round1::Package::new(
            VerifiableSecretSharingCommitment::new(self.commitments().map(coefficient).collect()),
            Signature::new(
                Element(self.body.proof_commitment.0),
                self.body.proof_response.0,
            ),
        )
    }
}

impl Round1Body {
    fn digest(&self) -> [u8; 32] {
        context::hash(context::ROUND_1, &[&wire::encode(Kind::Round1, self)])
    }
}

impl Round2 {
    pub(super) fn create(
        identity: &Identity,
        route: &Route,
        share: &SecretScalar,
        card: &MemberCard,
    ) -> Result<Self, IdentityError> {
        let body = Round2Body {
            ceremony: route.ceremony,
            transcript: route.transcript,
            sender: route.sender,
            recipient: route.recipient,
            sealed: card.seal(&share.to_bytes(), &route.info())?,
        };
        let signature = identity.sign(&body.digest());
        Ok(Self { body, signature })
    }

    /// Who sent it; checked when it is used.
    pub const fn sender(&self) -> Member {
        self.body.sender
    }

    /// To whom it is sealed.
    pub const fn recipient(&self) -> Member {
        self.body.recipient
    }

    /// The ceremony it is for; checked when it is used.
    pub const fn ceremony(&self) -> CeremonyId {
        self.body.ceremony
    }

    /// The wire form.
    pub fn to_bytes(&self) -> Vec<u8> {
        wire::encode(Kind::Round2, &(&self.body, self.signature))
    }

    /// Decodes the wire form.
    ///
    /// # Errors
    /// [`WireError`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, WireError> {
        let (body, signature) = wire::decode(Kind::Round2, bytes)?;
        Ok(Self { body, signature })
    }

    pub(super) fn verify(&self, card: &MemberCard) -> Result<(), IdentityError> {
        card.verify(&self.body.digest(), &self.signature)
    }

    pub(super) const fn transcript(&self) -> Transcript {
        self.body.transcript
    }

    pub(super) fn open(&self, identity: &Identity) -> Result<SecretScalar, IdentityError> {
        let route = Route {
            ceremony: self.body.ceremony,
            transcript: self.body.transcript,
            sender: self.body.sender,
            recipient: self.body.recipient,
        };
        let bytes = identity.open(&self.body.sealed, &route.info())?;
        SecretScalar::try_from_slice(&bytes).map_err(|_| IdentityError::Sealed)
    }
}

impl Round2Body {
    fn digest(&self) -> [u8; 32] {
        context::hash(context::ROUND_2, &[&wire::encode(Kind::Round2, self)])
    }
}

/// Where a share travels. It is part of HPKE's info: under another member's signature the same ciphertext does not open.
pub(super) struct Route {
    pub(super) ceremony: CeremonyId,
    pub(super) transcript: Transcript,
    pub(super) sender: Member,
    pub(super) recipient: Member,
}

impl Route {
    fn info(&self) -> Vec<u8> {
        [
            context::SEALED_SHARE.as_bytes(),
            self.ceremony.as_bytes(),
            self.transcript.as_bytes(),
            &[self.sender.number(), self.recipient.number()],
        ]
        .concat()
    }
}

impl Transcript {
    /// Of the messages in the order of members, all of one length.
    pub(super) fn of(messages: &[&Round1]) -> Self {
        let bytes: Vec<u8> = messages.iter().flat_map(|m| m.to_bytes()).collect();
        Self(context::hash(context::TRANSCRIPT, &[&bytes]))
    }
}

/// A scalar that everybody may see.
#[derive(Clone, Copy, PartialEq, Eq)]
struct PublicScalar(Scalar);

impl BorshSerialize for PublicScalar {
    fn serialize<W: borsh::io::Write>(&self, writer: &mut W) -> borsh::io::Result<()> {
        SecretScalar::new(self.0).serialize(writer)
    }
}

impl BorshDeserialize for PublicScalar {
    fn deserialize_reader<R: borsh::io::Read>(reader: &mut R) -> borsh::io::Result<Self> {
        SecretScalar::deserialize_reader(reader).map(|scalar| Self(*scalar.get()))
    }
}
