//! Where blocks come from: the embedded ledger, or a node.

use obolus_abi::{registry::RegistryState, token::TokenState};
use obolus_protocol::tx::Height;
use obolus_runtime_api::BlockUpdate;

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
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SourceError {
    /// It cannot be reached, or its store failed.
    #[error("unavailable; check the node and try again")]
    Unavailable,
    /// It answered with something else than was asked for.
    #[error("malformed answer; check that node and wallet are of compatible versions")]
    Malformed,
    /// It follows another chain.
    #[error("the node is on another chain than this wallet: check the node's URL")]
    OtherChain,
    /// A query was refused by the contract.
    #[error("the contract refused the query; check the token and registry addresses")]
    Refused,
}
