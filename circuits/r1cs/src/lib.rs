//! The protocol's statements as R1CS constraints over BN254's scalar field.
//!
//! A circuit is one function over a constraint writer, run in two passes: [`shape`] records the
//! constraints without any witness, [`assign`] computes the values of all variables, and `A·z` and
//! `B·z` besides, without touching a matrix. Both passes number variables and constraints alike.
//!
//! Rules keep the names they have in `docs/spec` and in the native checks of
//! [`obolus_protocol::statement`]; a constraint that does not hold names its rule. Public inputs
//! are taken as given and never recomputed: with a wrong one, the assignment does not satisfy the
//! circuit.
//!
//! What is not here: keys and proofs (they know a circuit by its shape), and the choice of what to
//! prove. `docs/spec/curve.md` proves the curve arithmetic that the gadgets rely on.

mod assignment;
mod builder;
mod circuits;
mod gadgets;
mod lc;
mod replay;
mod shape;

pub use assignment::{Assignment, Unsatisfied};
pub use circuits::{
    Balance, Issue, Ratio, Redeem, Register, Statement, Supply, Transfer, Velocity, assign, shape,
};
pub use replay::Replay;
pub use shape::{Matrix, R1csShape};
