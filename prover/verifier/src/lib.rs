//! Verification of Groth16 proofs over BN254, and nothing that could make one.
//!
//! The crate knows six things:
//!
//! * a [`VerifyingKey`] is linted when it is built or decoded, so that holding one means that a
//!   proof accepted under it was not free to make; its [`KeyId`](obolus_abi::KeyId) is the BLAKE3
//!   hash of its canonical encoding and is written `obolvk1…` ([`KeyIdText`]);
//! * a [`Proof`] decodes from exactly one byte string, 128 bytes, every point on its curve, in its
//!   prime-order subgroup and not the identity; an [`UncheckedProof`] waits for the subgroup check of one of them, which
//!   [`verify_batch`] makes at no cost;
//! * [`verify`] checks one proof, [`verify_batch`] many with one final exponentiation, naming the
//!   bad ones; [`inputs_from_bytes`] reads public inputs from the wire;
//! * [`snarkjs`] reads and writes proofs, public inputs and verifying keys as snarkjs does;
//! * [`solidity`] writes a key as a contract that verifies on a chain with the EVM;
//! * a verdict is a `Result<(), VerifyError>`: there is no boolean to drop.
//!
//! What must never live here: witnesses, constraint systems, proving keys.

mod batch;
mod circuit;
mod key;
mod key_text;
mod points;
mod proof;
pub mod snarkjs;
pub mod solidity;
#[cfg(any(test, feature = "test-fixtures"))]
pub mod trapdoor;
mod verify;

pub use batch::{Item, verify_batch};
pub use circuit::{CircuitName, CircuitNameError};
pub use key::{KeyError, KeyOrigin, KeyPoints, VerifyingKey};
pub use key_text::{KeyIdText, KeyIdTextError};
pub use points::PointError;
pub use proof::{Proof, ProofError, UncheckedProof};
pub use verify::{VerifyError, inputs_from_bytes, verify};
