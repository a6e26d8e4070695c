//! The verifying keys of the development keys, as files that are compiled in.
//!
//! They follow from the circuits, but to build eight circuits takes more time than everything else that a wallet does
//! before its first proof. Tests compare these bytes with what the circuits give, and a proving key that is read with the one that
//! its own circuit gives.

use obolus_verifier::{CircuitName, VerifyingKey};

use crate::prover::PrepareError;

#[cfg(test)]
mod tests;

macro_rules! file {
    ($name:literal) => {
        include_bytes!(concat!("../golden/development-keys/", $name, ".obolvk"))
    };
}

/// By circuit, in the order of a genesis.
const FILES: [(CircuitName, &[u8]); 8] = [
    (CircuitName::TRANSFER, file!("transfer")),
    (CircuitName::ISSUE, file!("issue")),
    (CircuitName::REDEEM, file!("redeem")),
    (CircuitName::REGISTER, file!("register")),
    (CircuitName::RATIO, file!("ratio")),
    (CircuitName::BALANCE, file!("balance")),
    (CircuitName::SUPPLY, file!("supply")),
    (CircuitName::VELOCITY, file!("velocity")),
];

/// The verifying key of a statement's development key.
///
/// # Errors
/// [`PrepareError`] only if this program was built with files that are not its circuits'.
pub(crate) fn verifying_key(circuit: &CircuitName) -> Result<VerifyingKey, PrepareError> {
    let found = FILES.into_iter().find(|(name, _)| name == circuit);
    let (_, bytes) = found.ok_or_else(|| PrepareError::OtherKey(circuit.clone()))?;
    VerifyingKey::decode(bytes).map_err(|_| PrepareError::OtherKey(circuit.clone()))
}
