//! Kernels for BN254: sums of multiples in G1 and G2 and transforms over the scalar field for the prover, products of
//! Miller loops for the verifier of many proofs.
//!
//! A [`Table`] holds fixed bases with precomputed multiples and computes Σ zⱼ·Pⱼ; with
//! [`Multiples::NONE`] it is a plain sum for bases that are used a few times. A [`Transform`] moves the
//! values of a polynomial from a domain to the odd coset beside it. [`pairing`] has the Miller loops. Each is written once for any
//! processor and once for lanes, which ADX with BMI2, AVX2 with FMA and AVX-512 with IFMA implement; [`Path::best`] chooses at run time. The types of `ark-bn254` are used outside, the
//! kernels' own forms inside. `docs/kernels.md` in the repository derives them.
//!
//! **Not constant time.** Which memory is read, in which order and how long it takes depends on the
//! scalars, so on the witness. Provers must not run where an attacker can time them closely or shares a
//! core or a cache with them.
//!
//! But for one call in `obolus-runtime`, this is the only crate of the programs with `unsafe`. What must never live here: circuits, keys, anything
//! of Groth16.

mod adder;
mod curve;
mod digits;
#[cfg(target_arch = "x86_64")]
mod field;
#[cfg(feature = "test-fixtures")]
#[allow(clippy::unwrap_used, reason = "only tests use it")]
pub mod fixtures;
#[cfg(target_arch = "x86_64")]
mod inverse;
#[cfg(target_arch = "x86_64")]
mod lanes;
mod lists;
mod msm;
pub mod pairing;
mod path;
mod portable;
#[cfg(target_arch = "x86_64")]
mod prime;
mod table;
mod transform;
#[cfg(target_arch = "x86_64")]
mod vector;
mod words;

pub use curve::Curve;
pub use path::Path;
pub use table::{Multiples, Shape, Table};
pub use transform::Transform;
pub use words::{Mapped, Words};
