//! The files of snarkjs, circom and rapidsnark, for Groth16 over BN254.
//!
//! An [`ImportedProver`] is made from a `.zkey` and proves what a `.wtns` ([`Witness`]) says; our own
//! circuits are written as `.r1cs` ([`write_r1cs`]), so that ceremonies can use them. The JSON of
//! proofs, public inputs and verifying keys is [`obolus_verifier::snarkjs`]'s.
//!
//! Every file is hostile until it is read: lengths are compared with the bytes that are there
//! before memory is set aside, numbers have one form, points are on their curve and in their
//! subgroup. What cannot be seen in a key is who knows its trapdoor, hence
//! [`KeyOrigin::Imported`](obolus_verifier::KeyOrigin::Imported).

mod imported;
mod r1cs;
#[cfg(test)]
mod tests;
mod witness;
mod zkey;

pub use imported::{ImportedProveError, ImportedProver};
pub use obolus_ceremony::container::{ContainerError, FileKind, MAX_FILE_BYTES};
pub use r1cs::write_r1cs;
pub use witness::{Witness, WitnessError};
pub use zkey::ZkeyError;
pub(crate) use zkey::ceremony_key;
