//! Where a development chain takes transactions: a ledger in this process, or a node.

use std::time::Duration;

use obolus_abi::token::TokenState;
use obolus_abi::{ChainId, ContractId};
use obolus_protocol::tx::{Height, SignedTx};
use obolus_runtime_api::{AppHash, Receipt};
use obolus_wallet::{ChainSource, TokenConfig};

use super::desk::Outcome;
use super::{Contracts, Desk, DevError};

/// How many blocks ahead transactions of development chains expire.
const VALIDITY: u64 = 100;

/// A digest of what a token's ledger holds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Fingerprint(pub [u8; 32]);

/// Takes transactions and says what came of them.
pub trait Counter: ChainSource + Sync {
    /// Has these transactions committed, in this order: one outcome each.
    ///
    /// # Errors
    /// [`DevError`] when the outcomes are not known.
    fn take(&mut self, batch: Vec<Vec<u8>>) -> Result<Vec<Outcome>, DevError>;

    /// Which chain.
    ///
    /// # Errors
    /// [`DevError`] when it cannot be read.
    fn chain(&self) -> Result<ChainId, DevError>;

    /// The app hash of the last block.
    ///
    /// # Errors
    /// [`DevError`] when it cannot be read.
    fn app_hash(&self) -> Result<AppHash, DevError>;

    /// What changes when, and only when, the followed token or its registry does.
    ///
    /// # Errors
    /// [`DevError`] when they cannot be read.
    fn fingerprint(&self) -> Result<Fingerprint, DevError>;

    /// The fingerprint as it would be after this transaction; none if only its commit can tell.
    ///
    /// # Errors
    /// [`DevError::Refused`] when it would not be committed.
    fn foresee(&self, bytes: &[u8]) -> Result<Option<Fingerprint>, DevError>;

    /// A block's transactions.
    ///
    /// # Errors
    /// [`DevError`] when it cannot be read.
    fn transactions(&self, height: Height) -> Result<Vec<Vec<u8>>, DevError>;

    /// CPU time that the chain spent in contracts so far.
    ///
    /// # Errors
    /// [`DevError`] when it cannot be read.
    fn executing(&self) -> Result<Duration, DevError>;

    /// The state of a token, followed or not.
    ///
    /// # Errors
    /// [`DevError`] when it cannot be read.
    fn state_of(&self, token: &ContractId) -> Result<TokenState, DevError>;

    /// Lets go of everything and starts over from what is kept.
    ///
    /// # Errors
    /// [`DevError`] when the ledger cannot be opened.
    fn reopen(self: Box<Self>) -> Result<Box<dyn Counter>, DevError>;

    /// Follows this token from now on.
    fn follow(&mut self, token: TokenConfig);

    /// The last block a transaction made now may be in.
    ///
    /// # Errors
    /// [`DevError::Source`] when the chain cannot be read.
    fn expiry(&self) -> Result<Height, DevError> {
        Ok(Height(self.tip()?.0 + VALIDITY))
    }

    /// Has transactions committed that must all be taken.
    ///
    /// # Errors
    /// [`DevError::Refused`] names the step and the first reason.
    fn must_all(&mut self, what: &'static str, txs: &[SignedTx]) -> Result<Vec<Receipt>, DevError> {
        let batch = txs.iter().map(|tx| tx.transaction().encode()).collect();
        let refused = |reason: super::Reason| DevError::Refused {
            what,
            message: reason.message,
        };
        let outcomes = self.take(batch)?;
        outcomes
            .into_iter()
            .map(|outcome| outcome.map_err(refused))
            .collect()
    }

    /// Has one transaction committed that must be taken.
    ///
    /// # Errors
    /// As [`Self::must_all`].
    fn must(&mut self, what: &'static str, tx: &SignedTx) -> Result<Receipt, DevError> {
        let mut receipts = self.must_all(what, std::slice::from_ref(tx))?;
        receipts.pop().ok_or(DevError::Refused {
            what,
            message: "no receipt".into(),
        })
    }
}

impl Counter for Desk {
    fn chain(&self) -> Result<ChainId, DevError> {
        Ok(self.execution().chain())
    }

    fn app_hash(&self) -> Result<AppHash, DevError> {
        Ok(self.execution().tip().app_hash)
    }

    fn fingerprint(&self) -> Result<Fingerprint, DevError> {
        Ok(Fingerprint(self.app_hash()?.0))
    }

    fn foresee(&self, bytes: &[u8]) -> Result<Option<Fingerprint>, DevError> {
        let admitted = self.admit(bytes.to_vec());
        let admitted = admitted.map_err(|reason| DevError::Refused {
            what: "transaction",
            message: reason.message,
        })?;
        let after = self.build(vec![admitted])?.executed.app_hash();
        Ok(Some(Fingerprint(after.0)))
    }

    fn transactions(&self, height: Height) -> Result<Vec<Vec<u8>>, DevError> {
        Ok(self.execution().block(height)?.txs)
    }

    fn executing(&self) -> Result<Duration, DevError> {
        Ok(self.time_executing())
    }

    fn state_of(&self, token: &ContractId) -> Result<TokenState, DevError> {
        Ok(self.state(*token)?)
    }

    fn reopen(self: Box<Self>) -> Result<Box<dyn Counter>, DevError> {
        Ok(Box::new(Desk::reopen(*self)?))
    }

    fn follow(&mut self, token: TokenConfig) {
        self.serve(Contracts {
            registry: token.registry,
            token: token.token,
        });
    }

    fn take(&mut self, batch: Vec<Vec<u8>>) -> Result<Vec<Outcome>, DevError> {
        self.submit(batch)
    }
}
