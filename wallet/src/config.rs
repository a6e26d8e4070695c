//! Which token a wallet follows.

use obolus_abi::{ChainId, ContractId};
use obolus_protocol::audit::AuditorKey;

/// One token on one chain, as its issuer publishes it.
///
/// The auditor's key belongs to it: a node that could choose the key would read every payment. Keys
/// of later epochs are trusted one by one, see
/// [`TokenView::trust_auditor`](crate::view::TokenView::trust_auditor).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TokenConfig {
    /// The chain.
    pub chain: ChainId,
    /// The token contract.
    pub token: ContractId,
    /// The token's registry.
    pub registry: ContractId,
    /// The auditor's key that the registry was instantiated with.
    pub auditor: AuditorKey,
}
