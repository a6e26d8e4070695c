//! How a ceremony ends early, and through whom.

use frost_core::Error;

use crate::{
    member::Member,
    share::ShareError,
    suite::{self, BabyJubJub},
};

/// Why a ceremony ended. Where a member is named, the fault is in what that member signed, but for missing and doubled
/// messages and a broken signature, which whoever carries the files can cause too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DkgError {
    /// These keys have no seat in the ceremony.
    #[error(
        "this identity is not a member of the ceremony: add its card, and agree on the ceremony again"
    )]
    NotMember,
    /// A message is missing.
    #[error("no message of {0}: get its file")]
    Missing(Member),
    /// Two different messages of one sender.
    #[error("two messages of {0}: keep its one file, and ask it if they differ")]
    Twice(Member),
    /// A message of another ceremony, or from outside the group.
    #[error("the message of {0} is of another ceremony: compare the ceremony's id")]
    OtherCeremony(Member),
    /// A message that its sender did not sign.
    #[error("the message of {0} is not signed by it: get its file again, from itself")]
    Signature(Member),
    /// A message for somebody else.
    #[error("the message of {0} is not for this member: get the file that is")]
    Recipient(Member),
    /// The wrong number of commitments.
    #[error("{0} committed to a polynomial of the wrong degree: end the ceremony and exclude it")]
    Degree(Member),
    /// The member does not know its own secret.
    #[error("{0} cannot show that it knows its secret: end the ceremony and exclude it")]
    Proof(Member),
    /// A member that was shown other messages of round 1, by their senders or by whoever carries the files.
    #[error(
        "{0} saw other messages of round 1: compare them, one sender signed two; end the ceremony"
    )]
    Disagreement(Member),
    /// The share does not open.
    #[error("the share that {0} sealed does not open: end the ceremony and exclude it")]
    Sealed(Member),
    /// The share is not on the polynomial that its sender committed to.
    #[error("{0} sent a share that does not fit its commitments: end the ceremony and exclude it")]
    Share(Member),
    /// Our own message of round 1 is another one than this secret makes.
    #[error(
        "the own message of round 1 was made with another secret: use the secret of this ceremony"
    )]
    OwnMessage,
    /// A member's card cannot be sealed to.
    #[error("nothing can be sealed to {0}: ask for its card again")]
    Card(Member),
    /// A new key where shares are refreshed, or the other way round, or shares of another group.
    #[error("this ceremony is for another task or another group: look at what was agreed on")]
    Task,
    /// The result is no group key.
    #[error(transparent)]
    Result(#[from] ShareError),
    /// FROST refused for another reason.
    #[error("the ceremony failed: start another one")]
    Protocol,
}

pub(super) fn refusal(error: &Error<BabyJubJub>) -> DkgError {
    let culprit = suite::culprits(error).first().copied();
    match (error, culprit) {
        (Error::InvalidProofOfKnowledge { .. }, Some(member)) => DkgError::Proof(member),
        (Error::InvalidSecretShare { .. }, Some(member)) => DkgError::Share(member),
        _ => DkgError::Protocol,
    }
}
