//! The files of snarkjs, circom and rapidsnark, for Groth16 over BN254.
//!
//! An [`ImportedProver`] is made from a `.zkey` and proves what a `.wtns` ([`Witness`]) says; proofs,
//! public inputs and verifying keys are read and written in snarkjs' JSON, and our own circuits as
//! `.r1cs` ([`write_r1cs`]), so that ceremonies can use them.
//!
//! Every file is hostile until it is read: lengths are compared with the bytes that are there
//! before memory is set aside, numbers have one form, points are on their curve and in their
//! subgroup. What cannot be seen in a key is who knows its trapdoor, hence
//! [`KeyOrigin::Imported`](obolus_verifier::KeyOrigin::Imported).

mod container;
mod imported;
mod json;
mod numbers;
mod r1cs;
mod witness;
mod zkey;

pub use container::{ContainerError, FileKind, MAX_FILE_BYTES};
pub use imported::{ImportedProveError, ImportedProver};
pub use json::{
    JsonError, inputs_from_json, inputs_to_json, key_from_json, key_to_json, proof_from_json,
    proof_to_json,
};
pub use r1cs::write_r1cs;
pub use witness::{Witness, WitnessError};
pub use zkey::ZkeyError;
