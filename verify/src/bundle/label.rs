//! Names of public inputs.

use obolus_abi::{
    BalanceInputs, IssueInputs, RatioInputs, RedeemInputs, RegisterInputs, SupplyInputs,
    TransferInputs, VelocityInputs,
};
use obolus_verifier::CircuitName;
use thiserror::Error;

/// Why labels were refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum LabelError {
    /// Empty, too long or with other characters.
    #[error(
        "a label has 1 to {} characters of a-z, A-Z, 0-9, _, ., [ and ]",
        Label::MAX_LEN
    )]
    Form,
    /// Not as many as public inputs.
    #[error("{labels} labels for {inputs} public inputs; label each of them")]
    Count {
        /// Labels.
        labels: usize,
        /// Public inputs.
        inputs: usize,
    },
    /// Twice the same.
    #[error("label {0} occurs twice")]
    Repeated(String),
    /// One of the protocol's circuits has other names.
    #[error("public input {index} of circuit {circuit} is {expected}, not {given}")]
    Other {
        /// Position from 0.
        index: usize,
        /// The circuit.
        circuit: CircuitName,
        /// Its name for the input.
        expected: &'static str,
        /// The label.
        given: String,
    },
    /// The labelled value is not the public input at its place.
    #[error("the value labelled {0} is not the public input at its place")]
    Value(String),
}

/// Name of a public input: 1 to 64 characters of `a-z`, `A-Z`, `0-9`, `_`, `.`, `[`, `]`, as circom names signals.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Label(String);

impl Label {
    /// Longest label in bytes.
    pub const MAX_LEN: usize = 64;

    /// Checks and takes a label.
    ///
    /// # Errors
    /// [`LabelError::Form`].
    pub fn new(text: &str) -> Result<Self, LabelError> {
        let allowed = |c: u8| c.is_ascii_alphanumeric() || b"_.[]".contains(&c);
        if text.is_empty() || text.len() > Self::MAX_LEN || !text.bytes().all(allowed) {
            return Err(LabelError::Form);
        }
        Ok(Self(text.to_owned()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Names of the public inputs of one of the protocol's circuits, in order.
pub(crate) fn protocol_names(circuit: &CircuitName) -> Option<&'static [&'static str]> {
    match circuit.as_str() {
        TransferInputs::<()>::CIRCUIT => Some(TransferInputs::<()>::NAMES),
        IssueInputs::<()>::CIRCUIT => Some(IssueInputs::<()>::NAMES),
        RedeemInputs::<()>::CIRCUIT => Some(RedeemInputs::<()>::NAMES),
        RegisterInputs::<()>::CIRCUIT => Some(RegisterInputs::<()>::NAMES),
        RatioInputs::<()>::CIRCUIT => Some(RatioInputs::<()>::NAMES),
        BalanceInputs::<()>::CIRCUIT => Some(BalanceInputs::<()>::NAMES),
        SupplyInputs::<()>::CIRCUIT => Some(SupplyInputs::<()>::NAMES),
        VelocityInputs::<()>::CIRCUIT => Some(VelocityInputs::<()>::NAMES),
        _ => None,
    }
}

/// Labels fit the circuit and the number of inputs.
pub(super) fn check(
    circuit: &CircuitName,
    labels: &[Label],
    inputs: usize,
) -> Result<(), LabelError> {
    if labels.len() != inputs {
        return Err(LabelError::Count {
            labels: labels.len(),
            inputs,
        });
    }
    let mut seen = std::collections::BTreeSet::new();
    if let Some(twice) = labels.iter().find(|label| !seen.insert(*label)) {
        return Err(LabelError::Repeated(twice.0.clone()));
    }
    let names = protocol_names(circuit).unwrap_or_default();
    for (index, (label, expected)) in labels.iter().zip(names).enumerate() {
        if label.0 != *expected {
            return Err(LabelError::Other {
                index,
                circuit: circuit.clone(),
                expected,
                given: label.0.clone(),
            });
        }
    }
    Ok(())
}
