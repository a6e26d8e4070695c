//! Confidential values as types: what only the host can vouch for, so that no contract can make it up.

use core::ops::Deref;

use obolus_abi::{
    FieldBytes, IssueInputs, KeyId, RatioInputs, RedeemInputs, RegisterInputs, SupplyInputs,
    TransferInputs, VelocityInputs,
};

use crate::{Env, Refused};

/// The public inputs of a statement that a contract may ask the host about.
pub trait Statement: Copy {
    /// The circuit that proves it.
    const CIRCUIT: &'static str;

    /// The inputs, in the order of the proof, handed to `ask`.
    fn with_inputs<R>(self, ask: impl FnOnce(&[FieldBytes]) -> R) -> R;
}

macro_rules! statements {
    ($( $inputs:ident ),*) => {
        $( impl Statement for $inputs<FieldBytes> {
            const CIRCUIT: &'static str = Self::CIRCUIT;

            fn with_inputs<R>(self, ask: impl FnOnce(&[FieldBytes]) -> R) -> R {
                ask(&self.to_array())
            }
        } )*
    };
}
statements!(
    TransferInputs,
    IssueInputs,
    RedeemInputs,
    RegisterInputs,
    RatioInputs,
    SupplyInputs,
    VelocityInputs
);

/// A statement that holds: the running transaction carries a valid proof of it, made for this very call.
///
/// The only way to one is [`Env::proven`]. So a function that takes a `Proven<TransferInputs<FieldBytes>>` cannot be
/// handed inputs that nobody proved, and what it reads from it (nullifiers, commitments) is proved. It has no
/// encoding, so it cannot be stored, sent or decoded, and does not outlive the call's instance.
///
/// ```compile_fail,E0423
/// use obolus_sdk::{FieldBytes, Proven, abi::RegisterInputs};
///
/// fn forge(inputs: RegisterInputs<FieldBytes>) -> Proven<RegisterInputs<FieldBytes>> {
///     Proven(inputs)
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Proven<S>(S);

impl<S> Deref for Proven<S> {
    type Target = S;

    fn deref(&self) -> &S {
        &self.0
    }
}

impl Env {
    /// Asks the host whether the transaction carries a valid proof of this statement under the pinned key. The last
    /// public input of every statement should be [`Env::context`], which binds the proof to this call.
    ///
    /// # Errors
    /// [`Refused`] when it does not.
    pub fn proven<S: Statement>(&self, key: &KeyId, inputs: S) -> Result<Proven<S>, Refused> {
        inputs.with_inputs(|inputs| self.proof_holds(key, inputs))?;
        Ok(Proven(inputs))
    }
}

#[cfg(test)]
mod tests;
