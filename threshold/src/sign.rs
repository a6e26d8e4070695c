//! Signing together: FROST (RFC 9591) in its re-randomised form, two rounds.
//!
//! 1. Each of at least t members draws [`Nonces`], keeps them, and sends their [`NonceCommitments`].
//! 2. Whoever prepared the transaction sends a [`SigningRequest`]: the digest, α, the commitments. Each member looks at the
//!    transaction's body, whose digest makes its [`Approval`], and answers with a [`SignatureShare`]; the nonces are gone.
//! 3. [`aggregate()`] makes one of the protocol's signatures under `rk = ak + α·G`, or names the members whose shares are
//!    wrong.
//!
//! α is the wallet's: the proof was made with it before anybody signs. FROST's binding factors and the protocol's challenge
//! both cover rk, so a share for one α is worth nothing under another.
//!
//! Nonces sign once. The type has no copy and signing consumes it:
//!
//! ```
//! # use obolus_threshold::{Approval, KeyShare, Nonces, SigningRequest};
//! fn once(nonces: Nonces, share: &KeyShare, one: &SigningRequest, approval: &Approval) {
//!     let _ = nonces.sign(share, one, approval);
//! }
//! ```
//!
//! ```compile_fail,E0382
//! # use obolus_threshold::{Approval, KeyShare, Nonces, SigningRequest};
//! fn twice(nonces: Nonces, share: &KeyShare, one: &SigningRequest, approval: &Approval) {
//!     let _ = nonces.sign(share, one, approval);
//!     let _ = nonces.sign(share, one, approval);
//! }
//! ```
//!
//! ```compile_fail,E0599
//! # use obolus_threshold::{Approval, KeyShare, Nonces, SigningRequest};
//! fn copied(nonces: Nonces, share: &KeyShare, one: &SigningRequest, approval: &Approval) {
//!     let _ = nonces.clone().sign(share, one, approval);
//! }
//! ```
//!
//! Nonces that wait on disk go through a [`NonceVault`], which gives them out once. With a plain key (an auditor's proof of
//! possession, the registration of `ak`) α is zero.

mod aggregate;
mod approval;
mod nonces;
mod request;
mod vault;

pub use aggregate::{SignatureShare, aggregate};
pub use approval::Approval;
pub use nonces::{NonceCommitments, NonceId, Nonces};
pub use request::{SigningRequest, SigningRequestId};
pub use vault::{NonceVault, VaultError, commit_stored, sign_stored};

use crate::{
    group::{GroupError, Purpose},
    member::Member,
};

/// Why nothing was signed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignError {
    /// The wrong key or member.
    #[error(transparent)]
    Group(#[from] GroupError),
    /// From another group, or from the time before a refresh.
    #[error(
        "what {0} sent is of another group, or older than the last refresh of shares: ask it again"
    )]
    OtherGroup(Member),
    /// Too few members.
    #[error("{given} members, {needed} needed: ask more of them")]
    TooFew {
        /// How many there are.
        given: usize,
        /// How many it takes.
        needed: u8,
    },
    /// A member that is named twice.
    #[error("{0} is there twice: take one message of each member")]
    Twice(Member),
    /// A signer whose commitments are not in the request.
    #[error("these nonces of {0} are not in the request: draw new ones and commit again")]
    NotAsked(Member),
    /// Nonces of another member.
    #[error("these nonces belong to {0}: use the own ones")]
    OtherMember(Member),
    /// The request is for another transaction than the one that was looked at.
    #[error(
        "the request is for another transaction than the one approved: do not sign, and ask who sent it"
    )]
    OtherTransaction,
    /// An auditor's key with a re-randomiser.
    #[error("{0} signs without re-randomiser only: send a request with zero")]
    Randomised(Purpose),
    /// A share that was made for another request.
    #[error("the share of {0} is for another request: ask it for the share of this one")]
    OtherRequest(Member),
    /// Shares that do not hold.
    #[error("wrong signature shares of {}: ask the others, with new nonces", list(.0))]
    Cheaters(Vec<Member>),
    /// α cancels the key.
    #[error("the re-randomised key is the identity: draw another re-randomiser")]
    IdentityKey,
    /// FROST refused for another reason.
    #[error("signing failed: begin again with new nonces")]
    Protocol,
}

fn list(members: &[Member]) -> String {
    let names: Vec<_> = members.iter().map(ToString::to_string).collect();
    names.join(", ")
}

#[cfg(test)]
mod tests;
