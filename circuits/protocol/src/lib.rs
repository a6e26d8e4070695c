//! Native maths of the protocol: keys, notes, trees, ciphers, statements, wire codec.
//!
//! No constraint system lives here. The circuits of `obolus-r1cs` compute the same functions under
//! the same names; contracts see only bytes.
//!
//! - [`field`], [`tags`], [`poseidon2`], [`curve`]: the arithmetic everything else is made of;
//! - [`amount`], [`keys`], [`address`], [`note`]: what institutions hold and exchange;
//! - [`tree`]: the note tree and the registry trees;
//! - every decoder refuses non-canonical bytes and trailing bytes, and says what to do next.

pub mod address;
pub mod amount;
pub mod curve;
pub mod field;
pub mod keys;
pub mod note;
pub mod poseidon2;
pub mod tags;
pub mod tree;

pub use address::Address;
pub use amount::Amount;
pub use curve::Point;
pub use field::{Fr, Scalar};
pub use keys::{FullViewingKey, Owner, Seed, SpendingKey};
pub use note::{Commitment, Note, Nullifier};
pub use tree::MerklePath;
