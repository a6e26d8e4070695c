//! Key ceremonies: n members make a shared key that nobody ever holds, or refresh the shares of one.
//!
//! Pedersen's distributed key generation in the form of the FROST paper (each member proves that it knows its own
//! summand), from `frost-core`. Members exchange files, in two rounds:
//!
//! 1. all agree on a [`Ceremony`] (who, how many, for what) and each sends its [`Round1`] to all;
//! 2. with all n of them, each member sends every other one a [`Round2`], which only that member can read;
//! 3. each member computes its [`KeyShare`](crate::KeyShare) and compares the group's id with the others.
//!
//! Every message is signed and names the ceremony; a share is sealed to its recipient. A round-2 message covers the hash
//! of all round-1 messages that its sender saw, so a member that told two members different things is found out
//! before anybody has a share. Whoever sends something wrong is named, and the ceremony ends: start another one.
//!
//! All of a member's secrets in a ceremony follow from one [`CeremonySecret`], so there is nothing else to keep between
//! rounds, and a member that starts again sends the same polynomial again.

mod ceremony;
mod error;
mod message;
mod participant;

pub use ceremony::{Ceremony, CeremonyError, CeremonyId, SessionId};
pub use error::DkgError;
pub use message::{Round1, Round2};
pub use participant::{CeremonySecret, Participant};

#[cfg(test)]
mod tests;
