//! An embedded ledger that is driven directly: submit bytes, get a block or a reason.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use obolus_abi::{ContractId, registry::RegistryState, token::TokenState};
use obolus_chain::{Genesis, Timestamp};
use obolus_protocol::tx::Height;
use obolus_runtime::ledger::{AdmitError, Admitted, Execution, Proposal};
use obolus_runtime_api::{BlockUpdate, Receipt};
use obolus_wallet::{ChainSource, SourceError};

use super::DevError;

/// Blocks handed to a follower at once.
const UPDATES_AT_ONCE: usize = 256;

/// One token's contracts.
#[derive(Clone, Copy, Debug)]
pub struct Contracts {
    /// The participant registry.
    pub registry: ContractId,
    /// The shielded token.
    pub token: ContractId,
}

/// Why a transaction was not taken: stable code and sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// Stable snake-case code.
    pub code: String,
    /// The sentence for people.
    pub message: String,
}

/// The verdict on one submitted transaction.
pub type Outcome = Result<Receipt, Reason>;

/// An open ledger.
pub struct Desk {
    execution: Execution,
    directory: PathBuf,
    contracts: Option<Contracts>,
    executing: Duration,
}

impl Desk {
    /// Opens, or begins, the ledger of `genesis`.
    pub fn open(directory: &Path, genesis: &Genesis) -> Result<Self, DevError> {
        Ok(Self::of(Execution::open(directory, genesis)?, directory))
    }

    /// A ledger that is open already.
    pub fn of(execution: Execution, directory: &Path) -> Self {
        Self {
            execution,
            directory: directory.to_path_buf(),
            contracts: None,
            executing: Duration::ZERO,
        }
    }

    /// Closes the ledger and opens it again from disk.
    pub fn reopen(self) -> Result<Self, DevError> {
        let Self {
            execution,
            directory,
            contracts,
            executing,
        } = self;
        drop(execution);
        Ok(Self {
            execution: Execution::recover(&directory)?,
            directory,
            contracts,
            executing,
        })
    }

    /// The token that the demo is about.
    pub fn serve(&mut self, contracts: Contracts) {
        self.contracts = Some(contracts);
    }

    /// Hands the ledger over.
    pub fn into_execution(self) -> Execution {
        self.execution
    }

    /// The ledger.
    pub fn execution(&self) -> &Execution {
        &self.execution
    }

    /// Checks signatures and proofs of each submission by itself.
    pub fn admit(&self, bytes: Vec<u8>) -> Result<Admitted, Reason> {
        self.execution.admit(bytes).map_err(reason)
    }

    /// Executes on the tip without committing.
    pub fn build(&self, admitted: Vec<Admitted>) -> Result<Proposal, DevError> {
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        let now = u64::try_from(now.as_millis()).unwrap_or(u64::MAX);
        let time = Timestamp(now.max(self.execution.tip().time_ms));
        Ok(self.execution.build(admitted, time)?)
    }

    /// How long blocks were executed so far.
    pub const fn time_executing(&self) -> Duration {
        self.executing
    }

    /// Commits a block of these transactions: one outcome each, in order.
    pub fn submit(&mut self, batch: Vec<Vec<u8>>) -> Result<Vec<Outcome>, DevError> {
        let checked = self.execution.admit_batch(batch).into_iter();
        let checked: Vec<_> = checked.map(|admitted| admitted.map_err(reason)).collect();
        let good: Vec<_> = checked.iter().flatten().cloned().collect();
        let start = Instant::now();
        let proposal = self.build(good)?;
        self.executing += start.elapsed();
        let receipts = if proposal.executed.is_empty() {
            Vec::new()
        } else {
            self.execution.commit(&proposal.executed)?
        };
        if !receipts.is_empty() {
            let tip = self.execution.tip();
            tracing::info!(height = tip.height, app_hash = %tip.app_hash, "block committed");
        }
        let outcome = |admitted: Result<Admitted, Reason>| {
            let admitted = admitted?;
            if let Some(refused) = proposal
                .refused
                .iter()
                .find(|r| r.bytes_hash == admitted.bytes_hash())
            {
                let code = refused.reason.code().into();
                return Err(Reason {
                    code,
                    message: refused.reason.to_string(),
                });
            }
            receipts
                .iter()
                .find(|r| r.digest == admitted.digest())
                .cloned()
                .ok_or(Reason {
                    code: "deferred".into(),
                    message: "the block had no room: submit again".into(),
                })
        };
        Ok(checked.into_iter().map(outcome).collect())
    }

    fn read<T: borsh::BorshDeserialize>(
        &self,
        contract: impl Fn(&Contracts) -> ContractId,
    ) -> Result<T, SourceError> {
        let contracts = self.contracts.as_ref().ok_or(SourceError::Unavailable)?;
        self.state(contract(contracts))
    }

    /// What a contract's `state` returns.
    pub fn state<T: borsh::BorshDeserialize>(
        &self,
        contract: ContractId,
    ) -> Result<T, SourceError> {
        let bytes = self
            .execution
            .query(contract, "state", Vec::new())
            .map_err(|_| SourceError::Refused)?;
        borsh::from_slice(&bytes).map_err(|_| SourceError::Malformed)
    }
}

fn reason(error: AdmitError) -> Reason {
    Reason {
        code: error.code().into(),
        message: error.to_string(),
    }
}

impl ChainSource for Desk {
    fn tip(&self) -> Result<Height, SourceError> {
        Ok(Height(self.execution.tip().height))
    }

    fn updates(&self, from: Height) -> Result<Vec<BlockUpdate>, SourceError> {
        self.execution
            .updates(from, UPDATES_AT_ONCE)
            .map_err(|_| SourceError::Unavailable)
    }

    fn registry_state(&self) -> Result<RegistryState, SourceError> {
        self.read(|contracts| contracts.registry)
    }

    fn token_state(&self) -> Result<TokenState, SourceError> {
        self.read(|contracts| contracts.token)
    }
}
