//! Setup, key store and proving.
//!
//! A [`Prover`] holds one circuit and its key; [`Prover::prove`] takes a witness, checks the
//! statement natively so that a broken rule is named, fills in the circuit, proves, verifies the
//! proof with `obolus-verifier` and returns it as transactions carry it ([`Proven`]).
//! [`Provers`] has one for every statement. A proving key is mapped and checked when the first proof needs it; verifying keys are
//! there from the beginning.
//!
//! Below that: a [`Relation`] is a circuit as sparse matrices; [`development_key`] makes its
//! INSECURE key from a published seed, the same on every machine; a [`KeyStore`] keeps such keys
//! in a directory, a [`CeremonyStore`] those of ceremonies; [`prove`] is the kernel. A [`DevSimulator`] forges proofs under the development keys, for load tests. Polynomials follow the convention of circom and snarkjs.
//!
//! Work is split with rayon on the caller's current pool. When many statements are waiting, one per core
//! takes less time than one on all cores: [`Prover::prove_many`], or `pool.install` with one thread each.
//! Field and curve arithmetic is `obolus-kernels`'.
//!
//! [`snarkjs`] reads and writes the files of snarkjs, circom and rapidsnark and proves with their keys.
//!
//! What must never live here: constraints, and checks that a verifier relies on.

mod ceremony;
mod demand;
mod development;
mod kernel;
mod key;
mod key_file;
mod many;
mod progress;
mod prover;
mod provers;
mod qap;
mod relation;
mod setup;
mod simulate;
pub mod snarkjs;
mod statement;
mod store;

pub use ceremony::{CeremonyStore, CeremonyStoreError};
pub use kernel::{KernelError, prove};
pub use key::ProvingKey;
pub use key_file::KeyFileError;
pub use obolus_kernels::{Multiples, Path as KernelPath};
pub use obolus_r1cs::{Balance, Issue, Ratio, Redeem, Register, Supply, Transfer, Velocity};
pub use progress::{Progress, Step};
pub use prover::{PrepareError, ProveError, Proven, Prover, relation};
pub use provers::Provers;
pub use qap::QapError;
pub use relation::{Relation, RelationError, Row};
pub use setup::{SetupError, development_key, development_key_with};
pub use simulate::{DevSimulator, Simulator, SimulatorError};
pub use statement::Provable;
pub use store::{KeyStore, StoreError};
