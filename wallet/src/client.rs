//! Talking to a node over HTTP. What it answers is not believed: sizes are bounded, forms checked, and what a wallet does
//! with blocks is checked against itself.
//!
//! Only requests that are safe to repeat are repeated: reads, and submitting the same bytes, which a node answers the same.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use borsh::BorshDeserialize;
use obolus_abi::registry::RegistryState;
use obolus_abi::token::TokenState;
use obolus_abi::{ContractId, KeyId, TxDigest};
use obolus_http::client::Transport;
pub use obolus_http::client::{ClientError, ClientTls, Endpoint};
use obolus_protocol::tx::Height;
use obolus_runtime_api::transaction::BORSH;
use obolus_runtime_api::{
    Accepted, BlockUpdate, CircuitInfo, PathView, RegistryView, Tip, TokenView, TxState, TxStatus,
    Version, hex,
};
use obolus_verifier::{CircuitName, KeyIdText, VerifyingKey};
use serde::Deserialize;

use crate::CircuitKeys;
use crate::config::{Money, Token, TokenConfig};
use crate::outbox::{Submission, SubmitFailure, Submitter};
use crate::source::{ChainSource, SourceError};

/// Blocks asked for at once.
const PAGE: usize = 500;

/// A node.
pub struct NodeClient {
    transport: Transport,
    /// The token whose contracts are asked, if any.
    token: Option<TokenConfig>,
    /// The token's file, if there is one.
    file: Option<File>,
}

/// A token file, which is held against the node's ledger once.
struct File {
    token: Token,
    checked: AtomicBool,
}

#[derive(Deserialize)]
struct QueryReply {
    reply: String,
}

impl NodeClient {
    /// A client of the node at this endpoint. Nothing is sent yet.
    ///
    /// # Errors
    /// [`ClientError`] for an endpoint that cannot be used.
    pub fn new(endpoint: &Endpoint) -> Result<Self, ClientError> {
        Ok(Self {
            transport: Transport::new(endpoint)?,
            token: None,
            file: None,
        })
    }

    /// The same, for a wallet that follows this token.
    #[must_use]
    pub fn following(mut self, token: TokenConfig) -> Self {
        self.follow(token);
        self
    }

    /// The same with the token's file: a node whose ledger shows amounts in another way is not followed. It is asked before
    /// the first block is read.
    #[must_use]
    pub fn following_file(mut self, token: &Token) -> Self {
        self.file = Some(File {
            token: token.clone(),
            checked: AtomicBool::new(false),
        });
        self.following(token.config)
    }

    /// Holds a token file against the node's ledger. Asks for all tokens: the node does not learn which one is meant.
    ///
    /// # Errors
    /// [`SourceError::OtherMoney`], [`SourceError::NoToken`], or no answer.
    fn check_file(&self, file: &Token) -> Result<(), SourceError> {
        let id = file.config.token;
        let tokens = self.tokens()?;
        let ledger = tokens.iter().find(|token| token.token == id);
        let ledger = ledger.ok_or(SourceError::NoToken(id))?;
        Ok(Money::from(file).check(ledger).map_err(Box::new)?)
    }

    /// Asks this token's contracts from now on.
    pub fn follow(&mut self, token: TokenConfig) {
        self.token = Some(token);
    }

    /// What the node runs.
    ///
    /// # Errors
    /// [`ClientError`].
    pub fn version(&self) -> Result<Version, ClientError> {
        self.transport.get_json("/v1/version")
    }

    /// The last committed block.
    ///
    /// # Errors
    /// [`ClientError`].
    pub fn tip(&self) -> Result<Tip, ClientError> {
        self.transport.get_json("/v1/tip")
    }

    /// The node's tokens.
    ///
    /// # Errors
    /// [`ClientError`].
    pub fn tokens(&self) -> Result<Vec<TokenView>, ClientError> {
        self.transport.get_json("/v1/tokens")
    }

    /// A registry.
    ///
    /// # Errors
    /// [`ClientError`].
    pub fn registry(&self, id: &ContractId) -> Result<RegistryView, ClientError> {
        self.transport.get_json(&format!("/v1/registries/{id}"))
    }

    /// Where a transaction is; none if the node does not know it.
    ///
    /// # Errors
    /// [`ClientError`].
    pub fn status(&self, id: &TxDigest) -> Result<Option<TxStatus>, ClientError> {
        match self.transport.get_json(&format!("/v1/transactions/{id}")) {
            Ok(status) => Ok(Some(status)),
            Err(ClientError::Refused { status: 404, .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Whole blocks from a height on.
    ///
    /// # Errors
    /// [`ClientError`].
    pub fn blocks(&self, from: Height) -> Result<Vec<BlockUpdate>, ClientError> {
        let path = format!("/v1/updates?from={from}&limit={PAGE}");
        let body = self.transport.get_bytes(&path, BORSH)?;
        borsh::from_slice(&body).map_err(|_| ClientError::Malformed)
    }

    /// What the chain started from, in its canonical encoding.
    ///
    /// # Errors
    /// [`ClientError`].
    pub fn genesis(&self) -> Result<Vec<u8>, ClientError> {
        self.transport.get_bytes("/v1/genesis", BORSH)
    }

    /// A block as it is on the chain.
    ///
    /// # Errors
    /// [`ClientError`].
    pub fn block(&self, height: Height) -> Result<Vec<u8>, ClientError> {
        self.transport
            .get_bytes(&format!("/v1/blocks/{height}/raw"), BORSH)
    }

    /// The verifying keys of a token: those that it pins, checked against their ids, and the chain's for registrations
    /// and for what a token does not pin.
    ///
    /// # Errors
    /// [`ClientError`]; [`ClientError::Malformed`] if the node has none with such an id.
    pub fn circuit_keys(&self, token: &TokenState) -> Result<CircuitKeys, ClientError> {
        let circuits: Vec<CircuitInfo> = self.transport.get_json("/v1/circuits")?;
        let named = |name: CircuitName| circuits.iter().find(|c| c.name == name.as_str());
        let register = named(CircuitName::REGISTER).ok_or(ClientError::Malformed)?;
        let optional = |name| {
            let circuit = named(name);
            circuit.map(|c| self.verifying_key(&c.key)).transpose()
        };
        let pins = token.settings.pins;
        Ok(CircuitKeys {
            transfer: self.verifying_key(&pins.transfer)?,
            issue: self.verifying_key(&pins.issue)?,
            redeem: self.verifying_key(&pins.redeem)?,
            register: self.verifying_key(&register.key)?,
            ratio: optional(CircuitName::RATIO)?,
            balance: optional(CircuitName::BALANCE)?,
            supply: optional(CircuitName::SUPPLY)?,
            velocity: optional(CircuitName::VELOCITY)?,
        })
    }

    fn verifying_key(&self, id: &KeyId) -> Result<Arc<VerifyingKey>, ClientError> {
        let path = format!("/v1/circuits/{}/key", KeyIdText(*id));
        let bytes = self.transport.get_bytes(&path, BORSH)?;
        let key = VerifyingKey::decode(&bytes).map_err(|_| ClientError::Malformed)?;
        if key.id() == *id {
            Ok(Arc::new(key))
        } else {
            Err(ClientError::Malformed)
        }
    }

    /// The path of a note. Tells the node which note: no wallet asks for a note of its own.
    ///
    /// # Errors
    /// [`ClientError`].
    pub fn path(&self, token: &ContractId, position: u64) -> Result<PathView, ClientError> {
        let path = format!("/v1/tokens/{token}/paths/{position}");
        self.transport.get_json(&path)
    }

    /// The node's metrics in Prometheus' text format.
    ///
    /// # Errors
    /// [`ClientError`].
    pub fn metrics(&self) -> Result<String, ClientError> {
        let body = self.transport.get_bytes("/metrics", BORSH)?;
        String::from_utf8(body).map_err(|_| ClientError::Malformed)
    }

    /// Submits bytes and waits for their end, at most so long.
    ///
    /// # Errors
    /// [`ClientError`]; the bytes may have arrived unless it is [`ClientError::Refused`].
    pub fn submit_bytes(&self, bytes: &[u8], wait: Duration) -> Result<Accepted, ClientError> {
        let path = if wait.is_zero() {
            "/v1/transactions".to_owned()
        } else {
            format!(
                "/v1/transactions?wait=committed&timeout_ms={}",
                wait.as_millis()
            )
        };
        self.transport.post(&path, BORSH, bytes, &[], wait)
    }

    /// A read-only call.
    ///
    /// # Errors
    /// [`ClientError`].
    pub fn query(
        &self,
        contract: &ContractId,
        entry: &str,
        args: &[u8],
    ) -> Result<Vec<u8>, ClientError> {
        let request = serde_json::json!({"entry": entry, "args": hex::encode(args)});
        let path = format!("/v1/contracts/{contract}/query");
        let QueryReply { reply } = self.transport.post_json(&path, &request)?;
        hex::decode(&reply).map_err(|_| ClientError::Malformed)
    }

    fn state<T: BorshDeserialize>(
        &self,
        contract: impl Fn(&TokenConfig) -> ContractId,
    ) -> Result<T, SourceError> {
        let token = self.token.as_ref().ok_or(SourceError::Malformed)?;
        let reply = self.query(&contract(token), "state", &[])?;
        borsh::from_slice(&reply).map_err(|_| SourceError::Malformed)
    }
}

impl ChainSource for NodeClient {
    fn tip(&self) -> Result<Height, SourceError> {
        let tip = Self::tip(self)?;
        if self.token.is_some_and(|token| token.chain != tip.chain) {
            return Err(SourceError::OtherChain);
        }
        if let Some(file) = &self.file
            && !file.checked.load(Ordering::Relaxed)
        {
            self.check_file(&file.token)?;
            file.checked.store(true, Ordering::Relaxed);
        }
        Ok(Height(tip.height))
    }

    fn updates(&self, from: Height) -> Result<Vec<BlockUpdate>, SourceError> {
        Ok(self.blocks(from)?)
    }

    fn registry_state(&self) -> Result<RegistryState, SourceError> {
        self.state(|token| token.registry)
    }

    fn token_state(&self) -> Result<TokenState, SourceError> {
        self.state(|token| token.token)
    }
}

impl Submitter for NodeClient {
    fn submit(&self, bytes: &[u8], wait: Duration) -> Result<Submission, SubmitFailure> {
        match self.submit_bytes(bytes, wait) {
            Ok(Accepted { status, .. }) => Ok(match status.state {
                TxState::Pending => Submission::Pending,
                TxState::Committed => Submission::Committed,
                TxState::Refused => Submission::Refused {
                    code: status.code.unwrap_or_default(),
                    message: status.detail.unwrap_or_default(),
                },
            }),
            // At the door: nothing of it was taken.
            Err(ClientError::Refused {
                status: 400 | 413 | 422,
                code,
                detail,
            }) => Ok(Submission::Refused {
                code,
                message: detail,
            }),
            Err(error) => Err(SubmitFailure(error.to_string())),
        }
    }
}

impl From<ClientError> for SourceError {
    fn from(error: ClientError) -> Self {
        match error {
            ClientError::Malformed | ClientError::TooLarge => Self::Malformed,
            ClientError::Refused {
                status: 401 | 403, ..
            } => Self::Denied,
            ClientError::Refused { status: 422, .. } => Self::Refused,
            _ => Self::Unavailable,
        }
    }
}

#[cfg(test)]
mod tests;
