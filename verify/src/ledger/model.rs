//! The replay of statements: every rule of ledger, registry, token and settlement contracts as native code, a second
//! implementation beside the contracts. It executes no contract, so it needs no virtual machine.
//!
//! What it cannot do: compute app hashes, and follow contracts whose code it does not know. A ledger with calls
//! of such contracts is refused, not passed over.

use std::collections::BTreeSet;
use std::path::Path;

use borsh::{BorshDeserialize, BorshSerialize};
use obolus_abi::system::{
    AdminPolicy, FreezeCodeMsg, InstantiateMsg, SystemError, UploadMsg, entry as system_entry,
};
use obolus_abi::{ChainId, CodeId, ContractId, RoleSet};
use obolus_chain::{
    CheckedBlock, Genesis, Header, Received, check_expiry, contract_id, genesis_tip,
};
use obolus_protocol::tx::{SYSTEM_CONTRACT, entry};
use obolus_runtime_api::{AppHash, BlockHash, Tip};

use self::call::{Call, CallFault};
use super::facts::Facts;
use super::replica::{Engine, Position, Replica, ReplicaError};
use super::state::{State, StateError};

mod accesslog;
mod call;
mod facts;
mod keys;
mod registry;
mod settle;
mod token;

/// Ids of the contracts' modules, as they are built.
const CODE_IDS: &str = include_str!("../../../contracts-wasm/artifacts/golden/code-ids.txt");
const FILE: &str = "statements.redb";
/// Changes with the rules and with the layout of the state.
const RULES: u32 = 5;

/// What a contract's code is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
enum Kind {
    Registry,
    Token,
    Unknown,
    Dvp,
    Pvp,
    Conditional,
    Standing,
    Netting,
    AccessLog,
}

#[derive(Clone, Debug, BorshSerialize, BorshDeserialize)]
struct Contract {
    kind: Kind,
    /// Who may freeze its code; none once that happened.
    admin: Option<RoleSet>,
}

/// Replays statements without executing contracts.
#[derive(Clone, Copy, Debug, Default)]
pub struct Statements;

impl Engine for Statements {
    fn name(&self) -> &'static str {
        "statements"
    }

    fn open(&self, directory: &Path, genesis: &Genesis) -> Result<Box<dyn Replica>, ReplicaError> {
        let state = State::open(&directory.join(FILE)).map_err(failed)?;
        let fresh = genesis_tip(genesis);
        let saved: Option<Saved> = state.get(keys::POSITION).map_err(failed)?;
        let saved = saved.unwrap_or(Saved {
            rules: RULES,
            chain: fresh.chain,
            height: 0,
            block: fresh.block,
            time_ms: fresh.time_ms,
        });
        if saved.rules != RULES {
            return Err(ReplicaError::Failed(
                "the working directory was made by another release, which may have checked less; use another one"
                    .to_owned(),
            ));
        }
        if saved.chain != fresh.chain {
            return Err(ReplicaError::Failed(format!(
                "the working directory belongs to chain {}; use another one",
                saved.chain
            )));
        }
        Ok(Box::new(Model {
            state,
            genesis: genesis.clone(),
            at: saved,
        }))
    }
}

#[derive(Clone, Copy, Debug, BorshSerialize, BorshDeserialize)]
struct Saved {
    rules: u32,
    chain: ChainId,
    height: u64,
    block: BlockHash,
    time_ms: u64,
}

struct Model {
    state: State,
    genesis: Genesis,
    at: Saved,
}

fn failed(error: StateError) -> ReplicaError {
    ReplicaError::Failed(error.to_string())
}

impl Replica for Model {
    fn position(&self) -> Position {
        Position {
            height: self.at.height,
            block: self.at.block,
            app_hash: None,
        }
    }

    fn apply(&mut self, block: CheckedBlock) -> Result<(), ReplicaError> {
        let applied = self.block(block);
        if applied.is_err() {
            self.state.abandon_block();
        }
        applied
    }

    fn finish(&mut self) -> Result<(), ReplicaError> {
        self.state.commit().map_err(failed)
    }

    fn facts(&self) -> &dyn Facts {
        self
    }
}

impl Model {
    fn block(&mut self, block: CheckedBlock) -> Result<(), ReplicaError> {
        let (header, transactions) = block.into_parts();
        self.check_follows(&header)?;
        let mut changed = BTreeSet::new();
        for (index, authentic) in transactions.iter().enumerate() {
            self.transaction(authentic.received(), &header, &mut changed)
                .map_err(|fault| match fault {
                    CallFault::State(error) => failed(error),
                    CallFault::Unknown(_) => ReplicaError::NeedsExecution { index },
                    fault => ReplicaError::Transaction {
                        index,
                        code: fault.code().to_owned(),
                        message: fault.to_string(),
                    },
                })?;
        }
        for contract in &changed {
            token::end_block(&mut self.state, contract).map_err(|fault| ReplicaError::Block {
                code: fault.code().to_owned(),
                message: fault.to_string(),
            })?;
        }
        let at = Saved {
            height: header.height.0,
            block: header.hash(),
            time_ms: header.time.0,
            ..self.at
        };
        self.state
            .put(keys::POSITION.to_vec(), &at)
            .and_then(|()| self.state.end_block())
            .map_err(failed)?;
        self.at = at;
        Ok(())
    }

    /// Follows the last block. Nobody here knows the app hash: the header's own is taken for it.
    fn check_follows(&self, header: &Header) -> Result<(), ReplicaError> {
        let tip = Tip {
            chain: self.at.chain,
            height: self.at.height,
            block: self.at.block,
            app_hash: if self.at.height == 0 {
                genesis_tip(&self.genesis).app_hash
            } else {
                AppHash(header.app_hash.0)
            },
            time_ms: self.at.time_ms,
        };
        header
            .check_follows(&tip)
            .map_err(|error| ReplicaError::Block {
                code: error.code().to_owned(),
                message: error.to_string(),
            })
    }

    fn transaction(
        &mut self,
        received: &Received,
        header: &Header,
        changed: &mut BTreeSet<ContractId>,
    ) -> Result<(), CallFault> {
        let digest = received.digest();
        let body = &received.transaction().body;
        check_expiry(
            &digest,
            body.expiry,
            header.height,
            self.genesis.expiry_horizon,
        )
        .map_err(|fault| CallFault::Ledger(fault.code(), fault.to_string()))?;
        let seen = keys::seen(&digest);
        if self.state.contains(&seen)? {
            return Err(CallFault::Ledger(
                "already_committed",
                format!("the transaction {digest} is in an earlier block already"),
            ));
        }
        let call = Call::new(received, header.height.0, header.time.0);
        if body.contract == SYSTEM_CONTRACT {
            self.system(&call)?;
        } else {
            match kind(&self.state, &body.contract)? {
                Kind::Registry => registry::call(&mut self.state, &call)?,
                Kind::Token => {
                    changed.extend(token::call(&mut self.state, &call)?);
                    changed.insert(body.contract);
                }
                Kind::AccessLog => accesslog::call(&mut self.state, &call)?,
                Kind::Unknown => return Err(CallFault::Unknown(body.contract)),
                kind => settle::Run {
                    state: &mut self.state,
                    call: &call,
                    changed,
                }
                .entry(kind)?,
            }
        }
        Ok(self.state.put(seen, &())?)
    }

    /// What the operator does to make tokens, and freezing. Other deployers, migrations and new admins need execution.
    fn system(&mut self, call: &Call<'_>) -> Result<(), CallFault> {
        let body = call.body();
        let by_operator = || call.role_approved(&self.genesis.operator, SystemError::NotOperator);
        match body.entry.as_str() {
            entry::UPLOAD => {
                by_operator()?;
                let UploadMsg { module, .. } = call.args()?;
                let key = keys::code(&CodeId(*blake3::hash(&module).as_bytes()));
                if self.state.contains(&key)? {
                    return Err(CallFault::contract(SystemError::CodeExists));
                }
                Ok(self.state.put(key, &())?)
            }
            entry::INSTANTIATE => {
                by_operator()?;
                self.instantiate(call)
            }
            entry::FREEZE_CODE => {
                let FreezeCodeMsg { contract } = call.args()?;
                let key = keys::contract(&contract);
                let record: Option<Contract> = self.state.get(&key)?;
                let mut record =
                    record.ok_or_else(|| CallFault::contract(SystemError::NoSuchContract))?;
                let Some(admin) = record.admin.take() else {
                    return Err(CallFault::contract(SystemError::CodeFrozen));
                };
                call.role_approved(&admin, SystemError::NotAdmin)?;
                Ok(self.state.put(key, &record)?)
            }
            system_entry::SET_DEPLOY_POLICY
            | system_entry::SET_QUOTA
            | system_entry::PROPOSE_MIGRATION
            | system_entry::MIGRATE
            | system_entry::SET_ADMIN
            | system_entry::APPLY_ADMIN
            | system_entry::CANCEL_MIGRATION => Err(CallFault::Unknown(body.contract)),
            _ => Err(CallFault::contract(SystemError::NoSuchEntry)),
        }
    }

    fn instantiate(&mut self, call: &Call<'_>) -> Result<(), CallFault> {
        let InstantiateMsg {
            code,
            salt,
            init,
            admin,
            quota,
        } = call.args()?;
        if admin.validate().is_err() {
            return Err(CallFault::contract(SystemError::BadAdmin));
        }
        if !self.state.contains(&keys::code(&code))? {
            return Err(CallFault::contract(SystemError::NoSuchCode));
        }
        let contract = contract_id(&self.at.chain, &code, &salt);
        let key = keys::contract(&contract);
        if self.state.contains(&key)? {
            return Err(CallFault::contract(SystemError::ContractExists));
        }
        // What it stores is not counted here.
        if quota.is_some() {
            return Err(CallFault::Unknown(contract));
        }
        let kind = known_code(&code);
        let arguments = || CallFault::Arguments("init".to_owned());
        match kind {
            Kind::Registry => {
                let msg = borsh::from_slice(&init).map_err(|_| arguments())?;
                registry::init(&mut self.state, call, &contract, msg)?;
            }
            Kind::Token => {
                let msg = borsh::from_slice(&init).map_err(|_| arguments())?;
                token::init(&mut self.state, &contract, msg)?;
            }
            Kind::AccessLog => accesslog::init(&mut self.state, call, &contract, &init)?,
            // Its `init` may have called anything.
            Kind::Unknown => return Err(CallFault::Unknown(contract)),
            kind => settle::init(&mut self.state, &contract, kind, &init)?,
        }
        let record = Contract {
            kind,
            admin: match admin {
                AdminPolicy::Frozen => None,
                AdminPolicy::Admin { role, .. } => Some(role),
            },
        };
        Ok(self.state.put(key, &record)?)
    }
}

fn kind(state: &State, contract: &ContractId) -> Result<Kind, CallFault> {
    let record: Option<Contract> = state.get(&keys::contract(contract))?;
    record
        .map(|record| record.kind)
        .ok_or(CallFault::NoContract(*contract))
}

fn is_registry(state: &State, contract: &ContractId) -> Result<bool, CallFault> {
    let record: Option<Contract> = state.get(&keys::contract(contract))?;
    Ok(record.is_some_and(|record| record.kind == Kind::Registry))
}

/// Refuses contracts whose code can still be replaced.
fn check_frozen<E: Into<obolus_abi::ContractError>>(
    state: &State,
    contract: &ContractId,
    otherwise: E,
) -> Result<(), CallFault> {
    let record: Option<Contract> = state.get(&keys::contract(contract))?;
    if record.is_some_and(|record| record.admin.is_none()) {
        return Ok(());
    }
    Err(CallFault::contract(otherwise))
}

fn known_code(code: &CodeId) -> Kind {
    let text = code.to_string();
    let name = CODE_IDS
        .lines()
        .filter_map(|line| line.split_once(' '))
        .find_map(|(name, id)| (id.trim() == text).then_some(name));
    match name {
        Some("registry") => Kind::Registry,
        Some("token") => Kind::Token,
        Some("dvp") => Kind::Dvp,
        Some("pvp") => Kind::Pvp,
        Some("conditional") => Kind::Conditional,
        Some("standing") => Kind::Standing,
        Some("netting") => Kind::Netting,
        Some("accesslog") => Kind::AccessLog,
        _ => Kind::Unknown,
    }
}
