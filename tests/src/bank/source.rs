//! The bank's chain as wallets and auditors read it.

use borsh::BorshDeserialize;
use obolus_abi::ContractId;
use obolus_abi::registry::RegistryState;
use obolus_abi::token::{TokenState, Version, VersionsMsg};
use obolus_protocol::tx::Height;
use obolus_runtime::ledger::Execution;
use obolus_runtime_api::BlockUpdate;
use obolus_wallet::{ChainSource, SourceError, TokenConfig};

use super::{Bank, encode};

/// Blocks that one answer holds at most, so that readers must ask again.
const AT_ONCE: usize = 7;

/// The ledger, asked about one token.
#[derive(Clone, Copy)]
pub struct Source<'a> {
    ledger: &'a Execution,
    token: TokenConfig,
}

impl Bank {
    /// What wallets and auditors read.
    pub const fn source(&self) -> Source<'_> {
        Source {
            ledger: &self.ledger,
            token: self.token,
        }
    }

    /// The versions of the token's circuits, with the sums when each began.
    pub fn versions(&self) -> Vec<Version> {
        let mut versions: Vec<Version> = Vec::new();
        loop {
            let from = u32::try_from(versions.len()).unwrap();
            let args = encode(&VersionsMsg { from });
            let page = self.ledger.query(self.token.token, "versions", args);
            let page: Vec<Version> = borsh::from_slice(&page.unwrap()).unwrap();
            if page.is_empty() {
                return versions;
            }
            versions.extend(page);
        }
    }
}

impl Source<'_> {
    fn state<T: BorshDeserialize>(&self, contract: ContractId) -> Result<T, SourceError> {
        let reply = self.ledger.query(contract, "state", Vec::new());
        let reply = reply.map_err(|_| SourceError::Refused)?;
        borsh::from_slice(&reply).map_err(|_| SourceError::Malformed)
    }
}

impl ChainSource for Source<'_> {
    fn tip(&self) -> Result<Height, SourceError> {
        Ok(Height(self.ledger.tip().height))
    }

    fn updates(&self, from: Height) -> Result<Vec<BlockUpdate>, SourceError> {
        let updates = self.ledger.updates(from, AT_ONCE);
        updates.map_err(|_| SourceError::Unavailable)
    }

    fn registry_state(&self) -> Result<RegistryState, SourceError> {
        self.state(self.token.registry)
    }

    fn token_state(&self) -> Result<TokenState, SourceError> {
        self.state(self.token.token)
    }
}
