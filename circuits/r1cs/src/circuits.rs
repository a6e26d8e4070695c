//! The eight circuits, and the two passes over them.

mod audit;
mod balance;
mod issue;
mod ratio;
mod redeem;
mod register;
mod registration;
mod spend;
mod supply;
mod transfer;
mod velocity;

pub use balance::Balance;
pub use issue::Issue;
pub use ratio::Ratio;
pub use redeem::Redeem;
pub use register::Register;
pub use supply::Supply;
pub use transfer::Transfer;
pub use velocity::Velocity;

use obolus_protocol::{Fr, statement::Rule};

use crate::{assignment::Assignment, builder::Builder, lc::Lc, shape::R1csShape};

/// A statement that has a circuit. Implemented by [`Transfer`], [`Issue`], [`Redeem`],
/// [`Register`], [`Ratio`], [`Balance`], [`Supply`] and [`Velocity`] only.
pub trait Statement: sealed::Circuit {
    /// The circuit's name.
    const NAME: &'static str;
    /// Names of the public inputs, in order.
    const PUBLIC: &'static [&'static str];
    /// As many as the circuit has variables, or more, and a power of two above its constraints and public inputs: points of a
    /// prover's domain.
    const POINTS: usize;
    /// The statement's rules. Those that types or contracts guarantee have no constraints.
    const RULES: &'static [Rule];
    /// What the prover knows.
    type Witness;
    /// What the verifier is shown.
    type Public;
}

pub(crate) mod sealed {
    use super::Builder;

    /// How a statement becomes constraints.
    pub trait Circuit: Sized {
        /// The witness as field elements, one for each free input or bit.
        type Values;

        /// Values for recording, and public inputs: all zero.
        fn blank() -> (Self::Values, <Self as super::Statement>::Public)
        where
            Self: super::Statement;

        /// Takes a native witness apart.
        fn values(witness: &<Self as super::Statement>::Witness) -> Self::Values
        where
            Self: super::Statement;

        /// Writes the constraints.
        fn synthesize(
            cs: &mut Builder,
            values: &Self::Values,
            public: &<Self as super::Statement>::Public,
        ) where
            Self: super::Statement;
    }
}

/// Records a circuit's constraints. No witness is needed.
pub fn shape<S: Statement>() -> R1csShape {
    let mut cs = Builder::recording(S::NAME, S::PUBLIC);
    let (values, public) = S::blank();
    S::synthesize(&mut cs, &values, &public);
    cs.into_shape()
}

/// Computes the values of all variables for a witness and given public inputs. Says nothing about
/// whether they satisfy the circuit: see [`Assignment::check`].
pub fn assign<S: Statement>(witness: &S::Witness, public: &S::Public) -> Assignment {
    assign_values::<S>(&S::values(witness), public)
}

/// As [`assign`], from values that need not come from a native witness.
pub(crate) fn assign_values<S: Statement>(values: &S::Values, public: &S::Public) -> Assignment {
    let mut cs = Builder::values(S::PUBLIC.len(), S::POINTS);
    S::synthesize(&mut cs, values, public);
    cs.into_assignment()
}

/// `context` is squared once, so that it occurs in a constraint and cannot be exchanged in a proof.
fn bind_context(cs: &mut Builder, context: &Lc) {
    cs.rule(Rule::ContextBinding, |cs| {
        cs.gadget("binding", |cs| {
            cs.product("context_squared", context, context)
        });
    });
}

/// `2^exponent`.
fn power_of_two(exponent: u32) -> Fr {
    (0..exponent).fold(Fr::from(1_u64), |power, _| power + power)
}

#[cfg(test)]
mod tests;
