//! Taking over as the auditor: the transaction that starts an epoch under the group's key.

use obolus_abi::registry::SetAuditorMsg;
use obolus_wallet::TokenConfig;
use obolus_wallet::committee::{Detail, Group, Proposal};

use super::AccessError;

/// Whether a proposal does nothing but make this group the auditor of this token's registry; returns what it says.
///
/// # Errors
/// [`AccessError::NotTheKey`].
pub fn check_key(
    proposal: &Proposal,
    group: &Group,
    token: &TokenConfig,
) -> Result<SetAuditorMsg, AccessError> {
    let body = &proposal.transaction.body;
    let not = |reason| Err(AccessError::NotTheKey(reason));
    if !matches!(proposal.detail, Detail::AuditorKey) || body.entry.as_str() != "set_auditor" {
        return not("it is of another kind");
    }
    if body.chain != token.chain || body.contract != token.registry {
        return not("it is for another chain or registry");
    }
    let message: SetAuditorMsg = match borsh::from_slice(&body.args) {
        Ok(message) if body.memos.is_empty() => message,
        _ => return not("its message is malformed"),
    };
    match group.key().auditor_key() {
        Ok(key) if key.encode() == message.auditor => Ok(message),
        _ => not("it names another key"),
    }
}

#[cfg(test)]
mod tests;
