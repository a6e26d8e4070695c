//! Opening together: an auditor's key held by t of n.
//!
//! A ciphertext with ephemeral point R needs `K = p·R`. Somebody asks with an [`OpenRequest`], which says why; each member
//! answers with a [`PartialDecryption`] `D_i = p_i·R` and a proof ([`dleq`]) that its own share was used; [`combine`]
//! makes K of t answers, and the `open_with` functions of [`obolus_protocol::audit`] read the ciphertext with it. Nobody
//! holds p, before or after, and K opens one ciphertext only.
//!
//! A proof is bound to the group, the member and the whole request, so that an answer is a record: this member answered
//! this question.

pub mod dleq;
mod partial;
mod request;

pub use partial::{AnswersHash, OpenError, PartialDecryption, combine};
pub use request::{
    CaseNumber, CiphertextKind, CiphertextRef, OpenRequest, Reason, RequestDigest, Requester,
    TextError,
};

#[cfg(test)]
mod tests;
