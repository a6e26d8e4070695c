//! A development chain that a node runs, driven over HTTP.

use std::collections::HashSet;
use std::time::Duration;

use obolus_abi::ChainId;
use obolus_abi::registry::RegistryState;
use obolus_abi::token::TokenState;
use obolus_chain::Block;
use obolus_protocol::tx::Height;
use obolus_runtime_api::{AppHash, BlockUpdate, Receipt, TxState, TxStatus};
use obolus_wallet::client::{ClientError, NodeClient};
use obolus_wallet::{ChainSource, SourceError, TokenConfig};

use super::desk::Outcome;
use super::{Counter, DevError, Fingerprint, Reason};

/// How long a transaction may take to its block.
const PATIENCE: Duration = Duration::from_secs(60);

/// A node.
pub struct Remote {
    client: NodeClient,
    token: Option<TokenConfig>,
}

impl Remote {
    /// Drives the chain of this node.
    pub const fn new(client: NodeClient) -> Self {
        Self {
            client,
            token: None,
        }
    }

    /// Hands a transaction in, and the end of it once it is there.
    fn send(&self, bytes: &[u8], wait: Duration) -> Result<Option<Outcome>, DevError> {
        match self.client.submit_bytes(bytes, wait) {
            Ok(accepted) => Ok(end(accepted.status)),
            Err(ClientError::Refused {
                status: 400 | 413 | 422,
                code,
                detail,
            }) => Ok(Some(Err(Reason {
                code,
                message: detail,
            }))),
            Err(error) => Err(error.into()),
        }
    }

    fn state(&self, contract: &obolus_abi::ContractId) -> Result<Vec<u8>, DevError> {
        Ok(self.client.query(contract, "state", &[])?)
    }
}

fn end(status: TxStatus) -> Option<Outcome> {
    match (status.state, status.receipt) {
        (TxState::Committed, Some(receipt)) => Some(Ok(receipt)),
        (TxState::Refused, _) => Some(Err(Reason {
            code: status.code.unwrap_or_default(),
            message: status.detail.unwrap_or_default(),
        })),
        _ => None,
    }
}

/// A node answers the same bytes the same: what was committed before, or twice, was not taken now.
fn news(receipt: Receipt, before: u64, seen: &mut HashSet<obolus_abi::TxDigest>) -> Outcome {
    if receipt.height > before && seen.insert(receipt.digest) {
        return Ok(receipt);
    }
    Err(Reason {
        code: "already_committed".into(),
        message: "the transaction is committed already".into(),
    })
}

impl Counter for Remote {
    fn take(&mut self, batch: Vec<Vec<u8>>) -> Result<Vec<Outcome>, DevError> {
        let before = self.client.tip()?.height;
        let mut early = Vec::new();
        for bytes in &batch {
            early.push(self.send(bytes, Duration::ZERO)?);
        }
        let (mut outcomes, mut seen) = (Vec::new(), HashSet::new());
        for (bytes, early) in batch.iter().zip(early) {
            let outcome = match early {
                Some(outcome) => outcome,
                None => self.send(bytes, PATIENCE)?.ok_or(DevError::Slow)?,
            };
            outcomes.push(outcome.and_then(|receipt| news(receipt, before, &mut seen)));
        }
        Ok(outcomes)
    }

    fn chain(&self) -> Result<ChainId, DevError> {
        Ok(self.client.tip()?.chain)
    }

    fn app_hash(&self) -> Result<AppHash, DevError> {
        Ok(self.client.tip()?.app_hash)
    }

    /// Other tokens of the chain move as well, so the app hash would not do.
    fn fingerprint(&self) -> Result<Fingerprint, DevError> {
        let mut hasher = blake3::Hasher::new();
        if let Some(token) = &self.token {
            for contract in [&token.registry, &token.token] {
                let state = self.state(contract)?;
                hasher.update(&(state.len() as u64).to_le_bytes());
                hasher.update(&state);
            }
        }
        Ok(Fingerprint(*hasher.finalize().as_bytes()))
    }

    fn foresee(&self, _: &[u8]) -> Result<Option<Fingerprint>, DevError> {
        Ok(None)
    }

    fn transactions(&self, height: Height) -> Result<Vec<Vec<u8>>, DevError> {
        let bytes = self.client.block(height)?;
        let block = Block::decode(&bytes).map_err(|_| ClientError::Malformed)?;
        Ok(block.txs)
    }

    fn executing(&self) -> Result<Duration, DevError> {
        let metrics = self.client.metrics()?;
        metrics
            .lines()
            .find_map(|line| {
                line.strip_prefix(r#"obolus_stage_cpu_seconds_total{stage="execute"} "#)
            })
            .and_then(|value| value.trim().parse().ok())
            .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
            .ok_or(DevError::Node(ClientError::Malformed))
    }

    fn state_of(&self, token: &obolus_abi::ContractId) -> Result<TokenState, DevError> {
        let state = self.state(token)?;
        Ok(borsh::from_slice(&state).map_err(|_| ClientError::Malformed)?)
    }

    /// The node keeps everything.
    fn reopen(self: Box<Self>) -> Result<Box<dyn Counter>, DevError> {
        Ok(self)
    }

    fn follow(&mut self, token: TokenConfig) {
        self.client.follow(token);
        self.token = Some(token);
    }
}

impl ChainSource for Remote {
    fn tip(&self) -> Result<Height, SourceError> {
        ChainSource::tip(&self.client)
    }

    fn updates(&self, from: Height) -> Result<Vec<BlockUpdate>, SourceError> {
        self.client.updates(from)
    }

    fn registry_state(&self) -> Result<RegistryState, SourceError> {
        self.client.registry_state()
    }

    fn token_state(&self) -> Result<TokenState, SourceError> {
        self.client.token_state()
    }
}
