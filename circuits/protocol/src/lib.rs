//! Native maths of the protocol: keys, notes, trees, ciphers, statements, wire codec.
//!
//! No constraint system lives here. The circuits of `obolus-r1cs` compute the same functions under
//! the same names; contracts see only bytes.
//!
//! - [`field`], [`tags`], [`poseidon2`], [`curve`]: the arithmetic everything else is made of;
//! - [`amount`], [`keys`], [`address`], [`note`]: what institutions hold and exchange;
//! - [`rate`]: how amounts of one token become amounts of another;
//! - [`tree`]: the note tree and the registry trees;
//! - [`schnorr`], [`pedersen`], [`audit`]: who may spend, hidden totals, what the auditor reads;
//! - [`memo`]: what a payment tells its recipient; [`deal`]: what the parties of a deal share;
//! - [`audience`], [`disclosure`]: what a party shows to one verifier and to nobody else;
//! - [`balance`]: what a holder claims to have; [`velocity`]: how often it pays in a period;
//! - [`statement`]: what is proved, with a native check of every rule;
//! - [`context`], [`tx`]: what a proof and a signature are bound to, and how it travels;
//! - every decoder refuses non-canonical bytes and trailing bytes, and says what to do next.

pub mod address;
pub mod amount;
pub mod audience;
pub mod audit;
pub mod balance;
pub mod context;
pub mod curve;
pub mod deal;
pub mod disclosure;
pub mod field;
pub mod keys;
pub mod memo;
pub mod note;
pub mod pedersen;
pub mod poseidon2;
pub mod rate;
pub mod schnorr;
pub mod statement;
pub mod tags;
pub mod tree;
pub mod tx;
pub mod velocity;

pub use address::Address;
pub use amount::Amount;
pub use curve::Point;
pub use field::{Fr, Scalar};
pub use keys::{FullViewingKey, Owner, Seed, SpendingKey};
pub use note::{Commitment, Note, Nullifier};
pub use rate::Rate;
pub use tree::MerklePath;
