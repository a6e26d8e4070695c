//! A chain of one's own: parties, deployments, queries, time.

use borsh::{BorshDeserialize, BorshSerialize};
use ed25519_dalek::SigningKey;
use obolus_abi::system::{AdminPolicy, InstantiateMsg, SYSTEM, UploadMsg};
use obolus_abi::{CodeId, ContractId, RoleKey, RoleSet};
use obolus_chain::{ChainMode, ChainName, Genesis, Timestamp, contract_id};
use obolus_protocol::address::Network;
use obolus_protocol::tx::{Height, Transaction};
use obolus_runtime::ledger::{Admitted, Execution};
use obolus_runtime_api::{BlockUpdate, ScheduledRun};
use obolus_verifier::VerifyingKey;
use tempfile::TempDir;

use crate::{Call, Error, FuelReport};

/// Time of the genesis, in milliseconds since 1970.
const START: u64 = 1_700_000_000_000;
/// For how many blocks a transaction may be included.
pub(crate) const VALIDITY: u64 = 20;

/// What a chain starts from.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Verifying keys of the circuits that calls may prove.
    pub keys: Vec<VerifyingKey>,
    /// Milliseconds of block time between two blocks.
    pub pace_ms: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            keys: Vec::new(),
            pace_ms: 1_000,
        }
    }
}

/// Somebody with an Ed25519 key.
#[derive(Clone, Debug)]
pub struct Party {
    key: SigningKey,
}

impl Party {
    /// What role sets list.
    pub fn role_key(&self) -> RoleKey {
        RoleKey(self.key.verifying_key().to_bytes())
    }

    /// The key that signs.
    pub const fn signing_key(&self) -> &SigningKey {
        &self.key
    }
}

/// A chain in a temporary directory. Every call is a block of its own.
pub struct Scenario {
    pub(crate) ledger: Execution,
    pub(crate) fuel: FuelReport,
    settings: Settings,
    ahead_ms: u64,
    contracts: u64,
    _directory: TempDir,
}

impl Scenario {
    /// A chain without circuits.
    ///
    /// # Errors
    /// [`Error`] when the chain cannot be made.
    pub fn new() -> Result<Self, Error> {
        Self::with(Settings::default())
    }

    /// A chain with these settings.
    ///
    /// # Errors
    /// [`Error`] when a key is refused or the chain cannot be made.
    pub fn with(settings: Settings) -> Result<Self, Error> {
        let directory = tempfile::tempdir()?;
        let keys = settings.keys.iter().map(VerifyingKey::encode);
        let keys: Result<_, _> = keys.collect();
        let genesis = Genesis {
            name: ChainName::new("scenario").map_err(obolus_runtime::ledger::LedgerError::from)?,
            network: Network::Test,
            mode: ChainMode::Development,
            time: Timestamp(START),
            operator: RoleSet {
                keys: vec![party(0).role_key()],
                threshold: 1,
            },
            verifying_keys: keys.map_err(|error| Error::Circuit(error.to_string()))?,
            expiry_horizon: Height(VALIDITY),
        };
        Ok(Self {
            ledger: Execution::open(directory.path(), &genesis)?,
            fuel: FuelReport::default(),
            settings,
            ahead_ms: 0,
            contracts: 0,
            _directory: directory,
        })
    }

    /// The operator, who deploys.
    pub fn operator(&self) -> Party {
        party(0)
    }

    /// A party by number; the same number is the same party.
    pub fn party(&self, number: u8) -> Party {
        party(number.max(1))
    }

    /// Uploads a module.
    ///
    /// # Errors
    /// [`Error::Refused`] says what upload validation refuses.
    pub fn upload(&mut self, module: &[u8]) -> Result<CodeId, Error> {
        let code = CodeId(*blake3::hash(module).as_bytes());
        if self
            .ledger
            .code(&code)
            .map_err(obolus_runtime::ledger::QueryError::from)?
            .is_some()
        {
            return Ok(code);
        }
        let message = UploadMsg {
            module: module.to_vec(),
            source: None,
        };
        let operator = self.operator();
        self.call(SYSTEM, "upload", &message)
            .signed_by(&operator)
            .run()?;
        Ok(code)
    }

    /// Uploads a module, unless it is there, and makes a contract of it that nobody can change.
    ///
    /// # Errors
    /// [`Error::Refused`] when the module or its `init` is refused.
    pub fn deploy<M: BorshSerialize>(
        &mut self,
        module: &[u8],
        init: &M,
    ) -> Result<ContractId, Error> {
        self.deploy_as(module, init, AdminPolicy::Frozen, None)
    }

    /// The same with an admin policy and a storage quota.
    ///
    /// # Errors
    /// As [`Self::deploy`].
    pub fn deploy_as<M: BorshSerialize>(
        &mut self,
        module: &[u8],
        init: &M,
        admin: AdminPolicy,
        quota: Option<u64>,
    ) -> Result<ContractId, Error> {
        let code = self.upload(module)?;
        self.contracts += 1;
        let mut salt = [0; 32];
        for (to, from) in salt.iter_mut().zip(self.contracts.to_le_bytes()) {
            *to = from;
        }
        let message = InstantiateMsg {
            code,
            salt,
            init: encode(init),
            admin,
            quota,
        };
        let operator = self.operator();
        self.call(SYSTEM, "instantiate", &message)
            .signed_by(&operator)
            .run()?;
        Ok(contract_id(&self.ledger.chain(), &code, &salt))
    }

    /// Prepares a call of a mutable entry.
    pub fn call<M: BorshSerialize>(
        &mut self,
        contract: ContractId,
        entry: &str,
        message: &M,
    ) -> Call<'_> {
        Call::new(self, contract, entry, encode(message))
    }

    /// Calls a read-only entry.
    ///
    /// # Errors
    /// [`Error::Query`]; [`Error::Decode`] when the reply is of another type.
    pub fn query<M: BorshSerialize, R: BorshDeserialize>(
        &self,
        contract: ContractId,
        entry: &str,
        message: &M,
    ) -> Result<R, Error> {
        let reply = self.ledger.query(contract, entry, encode(message))?;
        borsh::from_slice(&reply).map_err(|_| Error::Decode("the reply"))
    }

    /// Lets so many empty blocks pass; the scheduled calls that they ran.
    ///
    /// # Errors
    /// [`Error`] when a block cannot be made.
    pub fn advance(&mut self, blocks: u64) -> Result<Vec<ScheduledRun>, Error> {
        let mut runs = Vec::new();
        for _ in 0..blocks {
            let update = self.block(Vec::new())?;
            runs.extend(update.scheduled);
        }
        Ok(runs)
    }

    /// Lets empty blocks pass until the next block has this height.
    ///
    /// # Errors
    /// [`Error`] when a block cannot be made.
    pub fn advance_to(&mut self, height: u64) -> Result<Vec<ScheduledRun>, Error> {
        let next = self.next_height();
        self.advance(height.saturating_sub(next))
    }

    /// Lets the time of the next block be so much later.
    pub const fn sleep(&mut self, ms: u64) {
        self.ahead_ms = self.ahead_ms.saturating_add(ms);
    }

    /// Height of the next block.
    pub fn next_height(&self) -> u64 {
        self.ledger.next_height().0
    }

    /// Time of the next block, in milliseconds since 1970.
    pub fn next_time_ms(&self) -> u64 {
        self.ledger.tip().time_ms + self.settings.pace_ms + self.ahead_ms
    }

    /// What the calls so far cost.
    pub const fn fuel_report(&self) -> &FuelReport {
        &self.fuel
    }

    /// The ledger itself, to read what a scenario does not show.
    pub const fn ledger(&self) -> &Execution {
        &self.ledger
    }

    /// Makes a block of admitted transactions, all of which must be taken.
    pub(crate) fn block(&mut self, admitted: Vec<Admitted>) -> Result<BlockUpdate, Error> {
        let time = Timestamp(self.next_time_ms());
        let proposal = self.ledger.build(admitted, time)?;
        if let Some(refused) = proposal.refused.into_iter().next() {
            return Err(Error::Refused(refused.reason));
        }
        self.ledger.commit(&proposal.executed)?;
        self.ahead_ms = 0;
        let update = proposal.executed.update().clone();
        for tx in &update.txs {
            self.fuel.add(tx.contract, &tx.entry, tx.fuel_used);
        }
        for run in update.scheduled.iter().filter(|run| run.failure.is_none()) {
            self.fuel.add(run.contract, &run.entry, run.fuel_used);
        }
        Ok(update)
    }

    pub(crate) fn admit(&self, tx: &Transaction) -> Result<Admitted, Error> {
        Ok(self.ledger.admit(tx.encode())?)
    }
}

fn party(number: u8) -> Party {
    let mut seed = [7; 32];
    seed[0] = number;
    Party {
        key: SigningKey::from_bytes(&seed),
    }
}

/// Borsh of a value; writing to memory cannot fail.
pub(crate) fn encode<M: BorshSerialize>(value: &M) -> Vec<u8> {
    let mut bytes = Vec::new();
    #[expect(
        clippy::expect_used,
        reason = "a Vec takes any bytes; borsh fails only on lists above 2^32 items"
    )]
    value
        .serialize(&mut bytes)
        .expect("writing to a Vec cannot fail");
    bytes
}
