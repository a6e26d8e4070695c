//! Keys held by t of n: a treasury that spends with several approvals, an auditor that opens only together.
//!
//! Both are one thing, a secret scalar of BabyJubJub that exists as shares of a polynomial only. `docs/threshold.md` says
//! from which papers it is built, what fewer than t members learn, and what is known to be weak.
//!
//! - [`Threshold`], [`Member`]: t of n, and the numbers of members;
//! - [`GroupKey`], [`KeyShare`]: the public side of a shared key, and one member's secret;
//! - [`Identity`], [`MemberCard`]: a member's long-term keys, to sign messages and to be sent secrets; [`Letter`]: what is
//!   sent so;
//! - [`dkg`]: ceremonies that make a key which nobody ever holds, or refresh the shares of one;
//! - [`split_spending_key`], [`split_auditor`]: shares of a key that exists;
//! - [`sign`]: spend signatures of a treasury, proofs of possession of an auditor;
//! - [`audit`]: partial decryptions with proofs, and what they open;
//! - every decoder refuses non-canonical bytes and trailing bytes, and whoever sends something wrong is named.

pub mod audit;
mod context;
pub mod dkg;
mod group;
mod identity;
mod lagrange;
mod member;
mod secret;
mod share;
pub mod sign;
mod suite;
mod wire;

#[cfg(test)]
mod testing;

pub use audit::{OpenRequest, PartialDecryption};
pub use dkg::{Ceremony, CeremonySecret, Participant};
pub use group::{GroupError, GroupId, GroupKey, Purpose};
pub use identity::{Identity, IdentityError, IdentitySeed, Letter, MemberCard, Topic};
pub use member::{Member, Threshold, ThresholdError};
pub use share::{KeyShare, ShareError, split_auditor, split_spending_key};
pub use sign::{
    Approval, NonceCommitments, NonceVault, Nonces, SignatureShare, SigningRequest, aggregate,
};
pub use wire::WireError;
