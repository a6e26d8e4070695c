//! What is answered, and what t answers make.

use borsh::{BorshDeserialize, BorshSerialize};
use obolus_protocol::{Point, Scalar, audit::SharedSecret};
use rand::{CryptoRng, RngCore};

use super::{
    OpenRequest, RequestDigest,
    dleq::{self, DleqError, DleqProof, Statement},
};
use crate::{
    context,
    group::{GroupError, GroupId, GroupKey, Purpose},
    lagrange::interpolate,
    member::Member,
    share::KeyShare,
    wire::{self, Kind, ProperPoint, WireError, digest},
};

/// Why a ciphertext was not opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// The wrong key or member.
    #[error(transparent)]
    Group(#[from] GroupError),
    /// Too few members.
    #[error("{given} members answered, {needed} needed: ask more of them")]
    TooFew {
        /// Answers given.
        given: usize,
        /// Answers needed.
        needed: u8,
    },
    /// Two answers of one member.
    #[error("{0} answered twice: take one answer of each member")]
    Twice(Member),
    /// An answer to another question.
    #[error("the answer of {0} is for another request: ask it for this one")]
    OtherRequest(Member),
    /// An answer with a share of another group.
    #[error(
        "the answer of {0} is of another group, or older than the last refresh of shares: ask it again"
    )]
    OtherGroup(Member),
    /// An answer that is not the member's share of R.
    #[error("the answer of {member} is wrong ({reason}): ask another member, and this one why")]
    Wrong {
        /// Whose answer.
        member: Member,
        /// What is wrong with the proof.
        reason: DleqError,
    },
    /// The answers make nothing.
    #[error("the answers make no shared point: ask again")]
    NoSecret,
}

/// A member's answer to one request: `D_i = p_i·R`, with the proof that p_i is the member's share.
///
/// It is not public: t of them open the ciphertext.
#[derive(Clone, Copy, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct PartialDecryption {
    group: GroupId,
    request: RequestDigest,
    member: Member,
    point: ProperPoint,
    proof: DleqProof,
}

impl PartialDecryption {
    /// Answers a request. The request's R is in the subgroup and not the identity by its type; nothing else may meet
    /// a share.
    ///
    /// # Errors
    /// [`OpenError::Group`] for a share of a treasury's key.
    pub fn create<R: RngCore + CryptoRng>(
        share: &KeyShare,
        request: &OpenRequest,
        rng: &mut R,
    ) -> Result<Self, OpenError> {
        let (group, member) = (share.group(), share.member());
        group.require(Purpose::Auditor)?;
        let base = request.ciphertext.ephemeral();
        let point = base.mul(share.secret());
        let digest = request.digest();
        let statement = Statement {
            base,
            public: group.verifying_share(member)?,
            result: &point,
            binding: &binding(group, &digest, member),
        };
        let proof = dleq::prove(&statement, share.secret(), rng)
            .map_err(|reason| OpenError::Wrong { member, reason })?;
        Ok(Self {
            group: group.id(),
            request: digest,
            member,
            point: ProperPoint(point),
            proof,
        })
    }

    /// Who answered.
    pub const fn member(&self) -> Member {
        self.member
    }

    /// Which request it answers.
    pub const fn request(&self) -> RequestDigest {
        self.request
    }

    /// `D_i`.
    pub const fn point(&self) -> &Point {
        &self.point.0
    }

    /// The proof.
    pub const fn proof(&self) -> &DleqProof {
        &self.proof
    }

    /// Whether it is this member's answer to this request.
    ///
    /// # Errors
    /// [`OpenError`], naming the member.
    pub fn verify(&self, group: &GroupKey, request: &OpenRequest) -> Result<(), OpenError> {
        let member = self.member;
        group.require(Purpose::Auditor)?;
        let public = group.verifying_share(member)?;
        if self.group != group.id() {
            return Err(OpenError::OtherGroup(member));
        }
        if self.request != request.digest() {
            return Err(OpenError::OtherRequest(member));
        }
        let statement = Statement {
            base: request.ciphertext.ephemeral(),
            public,
            result: self.point(),
            binding: &binding(group, &self.request, member),
        };
        dleq::verify(&statement, &self.proof).map_err(|reason| OpenError::Wrong { member, reason })
    }

    /// The wire form.
    pub fn to_bytes(&self) -> Vec<u8> {
        wire::encode(Kind::PartialDecryption, self)
    }

    /// Decodes the wire form; the point must be in the subgroup and not the identity.
    ///
    /// # Errors
    /// [`WireError`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, WireError> {
        wire::decode(Kind::PartialDecryption, bytes)
    }
}

digest! {
    /// Hash of what one member answered: for a public log, which must never hold the answers.
    AnswersHash
}

impl AnswersHash {
    /// Of answers in the order of the questions. Each holds a point that only those can compute who may know it, so the
    /// hash tells nobody else anything.
    pub fn of(answers: &[PartialDecryption]) -> Self {
        let bytes: Vec<u8> = answers.iter().flat_map(|a| a.to_bytes()).collect();
        Self(context::hash(context::ANSWERS, &[&bytes]))
    }
}

/// What a proof is for: this group, this request, this member. A log that checks proofs computes the same.
pub(crate) fn binding(group: &GroupKey, request: &RequestDigest, member: Member) -> [u8; 32] {
    context::hash(
        context::PARTIAL_BINDING,
        &[
            group.id().as_bytes(),
            request.as_bytes(),
            &[member.number()],
        ],
    )
}

/// K of the request's ciphertext, from at least t answers, each of which is checked.
///
/// # Errors
/// [`OpenError`]: too few answers, one twice, or one that is wrong, naming the member.
pub fn combine(
    group: &GroupKey,
    request: &OpenRequest,
    answers: &[PartialDecryption],
) -> Result<SharedSecret, OpenError> {
    group.require(Purpose::Auditor)?;
    let mut points = Vec::with_capacity(answers.len());
    for answer in answers {
        if points.iter().any(|(member, _)| *member == answer.member) {
            return Err(OpenError::Twice(answer.member));
        }
        answer.verify(group, request)?;
        points.push((answer.member, *answer.point()));
    }
    let needed = group.threshold().needed();
    let quorum = points.get(..usize::from(needed)).ok_or(OpenError::TooFew {
        given: answers.len(),
        needed,
    })?;
    let shared = interpolate(quorum, Scalar::from(0_u64)).ok_or(OpenError::NoSecret)?;
    SharedSecret::new(&shared).map_err(|_| OpenError::NoSecret)
}
