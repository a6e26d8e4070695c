//! The files of snarkjs, and the verification of a trusted setup.
//!
//! A key for Groth16 comes out of two rounds in which participants multiply secrets into published points: the
//! powers of tau, for all circuits, and a second phase for each circuit. Whoever knew all secrets of a phase could
//! prove false statements; one participant who destroys his is enough that nobody does. [`verify`] checks from the
//! three files of a ceremony that every contribution follows from the one before it, that its maker knew the
//! secret, and that the final key is the circuit's:
//!
//! * [`R1cs`] is the circuit, read from `.r1cs`; [`R1csWriter`] writes such files;
//! * [`Powers`] are verified powers of tau, from `.ptau`;
//! * [`Zkey`] is a key, from `.zkey`, with its [`Contributions`];
//! * a [`Verified`] ceremony has a verifying key of origin
//!   [`Ceremony`](obolus_verifier::KeyOrigin::Ceremony) and a [`Transcript`].
//!
//! [`container`] and [`numbers`] are what the formats share. Every file is hostile until it is read: lengths are
//! compared with the bytes that are there before memory is set aside, numbers have one form, points are on their
//! curve and in their subgroup. `docs/ceremony.md` has the equations.
//!
//! What must never live here: proving, circuits of ours, secrets.

mod algebra;
pub mod container;
mod error;
#[cfg(any(test, feature = "test-fixtures"))]
#[allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "for tests only"
)]
pub mod fixtures;
mod hash;
mod initial;
pub mod numbers;
mod params;
mod phase1;
mod phase2;
mod ptau;
mod r1cs;
mod random;
mod transcript;
mod verify;
mod zkey;

pub use algebra::NoRandomness;
pub use error::{CeremonyError, CircuitSize, KeyPart};
pub use hash::CeremonyHash;
pub use params::{Contributor, MAX_BEACON_ITERATIONS, ParamsError};
pub use phase1::{Phase1Fault, PowerList, Powers, PowersError, Secret};
pub use phase2::Phase2Fault;
pub use ptau::{MAX_POWER, Phase1Contribution, Ptau, PtauFileError, SecretKey};
pub use r1cs::{R1cs, R1csDigest, R1csError, R1csWriter, Term};
pub use transcript::{Contribution, Transcript};
pub use verify::{CeremonyFiles, Policy, Verified, verify, verify_under};
pub use zkey::{
    Coefficient, Contributions, DeltaContribution, Side, Zkey, ZkeyFileError, ZkeyHeader,
};
