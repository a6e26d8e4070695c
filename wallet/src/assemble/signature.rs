//! Signatures that were made elsewhere: by several who hold one key together.

use obolus_abi::PointBytes;
use obolus_protocol::tx::{SignedTx, SpendSignature, Transaction, UnprovenTx};

use super::AssembleError;

/// A transaction with a signature that was made elsewhere: the one of its holder, or the last one if it has others.
///
/// # Errors
/// [`AssembleError::WrongKey`] unless it is under `expected`; a signature that does not hold.
pub fn with_signature(
    unsigned: Transaction,
    signature: SpendSignature,
    expected: &PointBytes,
) -> Result<SignedTx, AssembleError> {
    if signature.key != *expected {
        return Err(AssembleError::WrongKey);
    }
    let proven = UnprovenTx::new(unsigned.body)?.prove(unsigned.proofs)?;
    let mut signatures = unsigned.spend_signatures;
    signatures.push(signature);
    Ok(proven.sign(signatures, unsigned.role_signatures)?)
}
