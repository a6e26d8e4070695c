//! The audit ciphertext of a note that moved in from the token's predecessor: an issue's, with the spent note's nullifier in
//! the place of the nonce.

use obolus_abi::token::MigrateMsg;

use super::{
    AuditError, SharedSecret,
    issue::{IssueNonce, IssueOpening, open_with},
    wire,
};

/// Opens the ciphertext of a move on the ledger, whose shared point is known.
///
/// # Errors
/// [`AuditError::Malformed`] or [`AuditError::Garbage`].
pub fn open_message_with(
    shared: &SharedSecret,
    message: &MigrateMsg,
) -> Result<IssueOpening, AuditError> {
    let ciphertext = (
        wire::field(&message.c1)?,
        wire::field(&message.c2)?,
        wire::field(&message.c3)?,
    );
    let nonce = IssueNonce::new(wire::field(&message.out.nf1)?);
    open_with(shared, nonce, ciphertext)
}

#[cfg(test)]
mod tests;
