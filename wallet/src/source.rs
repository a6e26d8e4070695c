//! Where blocks come from: the embedded ledger, or a node.

use obolus_abi::{ContractId, registry::RegistryState, token::TokenState};
use obolus_protocol::tx::Height;
use obolus_runtime_api::BlockUpdate;

use crate::config::OtherMoney;

/// Reads the chain. Wallets only ask for whole blocks of all participants, so a source learns
/// nothing of what is theirs.
pub trait ChainSource {
    /// Height of the last committed block.
    ///
    /// # Errors
    /// [`SourceError`].
    fn tip(&self) -> Result<Height, SourceError>;

    /// Committed blocks from `from` on, in order and without gaps; as many as the source likes to
    /// give at once, none when `from` is above the tip.
    ///
    /// # Errors
    /// [`SourceError`].
    fn updates(&self, from: Height) -> Result<Vec<BlockUpdate>, SourceError>;

    /// The registry's current state.
    ///
    /// # Errors
    /// [`SourceError`].
    fn registry_state(&self) -> Result<RegistryState, SourceError>;

    /// The token's current state.
    ///
    /// # Errors
    /// [`SourceError`].
    fn token_state(&self) -> Result<TokenState, SourceError>;
}

/// Why a source gave no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SourceError {
    /// It cannot be reached, or its store failed.
    #[error("unavailable; check the node and try again")]
    Unavailable,
    /// It does not let this client in.
    #[error(
        "the node does not let this client in: check the bearer token or the certificate that is given for it"
    )]
    Denied,
    /// It answered with something else than was asked for.
    #[error("malformed answer; check that node and wallet are of compatible versions")]
    Malformed,
    /// It follows another chain.
    #[error("the node is on another chain than this wallet: check the node's URL")]
    OtherChain,
    /// Its ledger has no such token.
    #[error(
        "the node's ledger has no token {0}: check the token file, and that the node is up to date"
    )]
    NoToken(ContractId),
    /// Its ledger shows the token's amounts in another way than the token file.
    #[error(transparent)]
    OtherMoney(#[from] Box<OtherMoney>),
    /// A query was refused by the contract.
    #[error("the contract refused the query; check the token and registry addresses")]
    Refused,
}
