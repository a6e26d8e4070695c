//! One ledger three times: contracts natively on the mock, interpreted on the mock, and compiled on the runtime. Every
//! call runs on all of them.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use borsh::{BorshDeserialize, BorshSerialize};
use obolus_abi::hostcall::INIT_ENTRY;
use obolus_abi::{ContractError, ContractId, FieldBytes};
use obolus_chain::Timestamp;
use obolus_contract_hostile::messages::Raw;
use obolus_protocol::tx::{EntryName, Height};
use obolus_runtime::exec::{self, Authorities, BlockEnv, CallError, CallOutcome, Fuel, TopCall};
use obolus_runtime::overlay::Overlay;
use obolus_runtime::state::{ContractRecord, MemoryState, StateRead, WriteSet, keys};
use obolus_runtime::vm::{Vm, code_id};
use obolus_sdk::Entry;
use obolus_sdk::mock::{Maths, Mock, MockError, MockTx, Snapshot};

use super::maths::RealMaths;
use crate::traces::interpreter;
use crate::traces::script::{Made, Step};

/// One machine for all tests: its pool reserves address space.
pub static VM: LazyLock<Vm> = LazyLock::new(|| Vm::new().expect("a virtual machine"));
/// Fuel of every call here.
pub const FUEL: Fuel = Fuel(50_000_000);

/// What both hosts must agree on when a call fails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    Reverted(ContractError),
    Trapped,
    NoSuchEntry,
}

impl Refusal {
    /// The contract's code, when it refused.
    pub fn code(&self) -> Option<u16> {
        match self {
            Self::Reverted(error) => Some(error.code),
            _ => None,
        }
    }
}

/// Everything that calls can change, on both sides, to be compared.
#[derive(Debug, PartialEq, Eq)]
pub struct Mark {
    mock: Snapshot,
    runtime: BTreeMap<Vec<u8>, Vec<u8>>,
}

/// The ledgers. `tx` is what the next calls carry.
pub struct Twin {
    pub tx: MockTx,
    /// What was done so far.
    pub script: Vec<Step>,
    mock: Mock,
    /// Runs the contracts' modules on the second engine.
    interpreted: Mock,
    overlay: Overlay,
    events: Vec<(ContractId, Vec<u8>)>,
    contracts: Vec<ContractId>,
}

impl Twin {
    pub fn new() -> Self {
        let [mock, interpreted] = [(); 2].map(|()| Mock::with_maths(Box::new(RealMaths)));
        Self {
            tx: MockTx::default(),
            script: Vec::new(),
            mock,
            interpreted,
            overlay: Overlay::new(Arc::new(MemoryState::new())),
            events: Vec::new(),
            contracts: Vec::new(),
        }
    }

    /// Milliseconds since 1970 of the next calls.
    pub const fn now(&self) -> u64 {
        self.mock.block.time_ms
    }

    /// Sets the block's time on both sides.
    pub const fn set_time(&mut self, time_ms: u64) {
        self.mock.block.time_ms = time_ms;
    }

    /// The block that is being made.
    pub fn height(&self) -> u64 {
        self.mock.block.height
    }

    /// The cryptography that both sides compute with.
    pub fn maths(&self) -> &dyn Maths {
        self.mock.maths()
    }

    /// Everything that calls can change, as it is now.
    pub fn mark(&self) -> Mark {
        let everything = self.overlay.scan(&[], None, usize::MAX);
        Mark {
            mock: self.mock.snapshot(),
            runtime: everything.expect("a state in memory").into_iter().collect(),
        }
    }

    /// Installs a contract on all sides, its code frozen, without running its `init`.
    pub fn install(
        &mut self,
        contract: ContractId,
        entries: &'static [Entry],
        module: &'static [u8],
    ) {
        self.place(contract, module);
        self.mock.install(contract, entries);
        let interpreted = interpreter::entries(module);
        self.interpreted.install(contract, interpreted);
        self.script.push(Step::Install(contract, module));
    }

    fn place(&mut self, contract: ContractId, module: &[u8]) {
        let code = Vm::check(module)
            .expect("a module that passes validation")
            .code;
        assert_eq!(code, code_id(module));
        let record = ContractRecord::frozen(code);
        self.overlay.put(keys::code(&code), module.to_vec());
        self.overlay.put(keys::contract(&contract), encode(&record));
        self.contracts.push(contract);
    }

    /// Installs a contract on all sides, its code frozen, and runs its `init`.
    pub fn instantiate<M: BorshSerialize>(
        &mut self,
        contract: ContractId,
        entries: &'static [Entry],
        module: &'static [u8],
        message: &M,
    ) -> Result<(), Refusal> {
        self.overlay.begin();
        self.place(contract, module);
        self.enter(&self.tx.clone());
        let native = self.mock.instantiate(contract, entries, message);
        let interpreted = interpreter::entries(module);
        let interpreted = self.interpreted.instantiate(contract, interpreted, message);
        let made = self.made(contract, INIT_ENTRY, message);
        self.script.push(Step::Instantiate(module, made));
        let (env, auth) = (self.env(), self.auth());
        let wasm = exec::initialise(
            &VM,
            &mut self.overlay,
            &env,
            &auth,
            contract,
            encode(message),
            FUEL,
        );
        let wasm = wasm.expect("no fault");
        if wasm.result.is_ok() {
            self.overlay.commit();
        } else {
            self.overlay.rollback();
            self.contracts.pop();
        }
        let mocks = [native, interpreted].map(|outcome| outcome.map(|()| Raw(Vec::new())));
        self.compare(mocks, wasm).map(drop)
    }

    /// Calls a mutable entry on all sides.
    pub fn call<M: BorshSerialize, R: BorshDeserialize>(
        &mut self,
        contract: ContractId,
        entry: &str,
        message: &M,
    ) -> Result<R, Refusal> {
        self.enter(&self.tx.clone());
        let mocks = [&mut self.mock, &mut self.interpreted]
            .map(|mock| mock.call::<_, Raw>(contract, entry, message));
        let made = self.made(contract, entry, message);
        self.script.push(Step::Call(made));
        let (env, auth) = (self.env(), self.auth());
        let call = top(contract, entry, message);
        let wasm =
            exec::execute(&VM, &mut self.overlay, &env, &auth, &call, FUEL).expect("no fault");
        let reply = self.compare(mocks, wasm)?;
        Ok(R::try_from_slice(&reply).expect("a reply of this type"))
    }

    /// Calls a read-only entry on all sides.
    pub fn query<M: BorshSerialize, R: BorshDeserialize>(
        &mut self,
        contract: ContractId,
        entry: &str,
        message: &M,
    ) -> Result<R, Refusal> {
        self.enter(&MockTx {
            digest: obolus_abi::TxDigest([0; 32]),
            ..MockTx::default()
        });
        let mocks = [&mut self.mock, &mut self.interpreted]
            .map(|mock| mock.query::<_, Raw>(contract, entry, message));
        let made = Made {
            auth: Authorities::default(),
            ..self.made(contract, entry, message)
        };
        self.script.push(Step::Query(made));
        let call = top(contract, entry, message);
        let state = self.committed();
        let wasm =
            exec::query(&VM, &VM.admit_query(), state, &self.env(), &call, FUEL).expect("no fault");
        let reply = self.compare(mocks, wasm)?;
        Ok(R::try_from_slice(&reply).expect("a reply of this type"))
    }

    /// Ends the block on all sides.
    pub fn end_block(&mut self) {
        let env = self.env();
        exec::end_block(&mut self.overlay, &env).expect("no fault");
        self.script.push(Step::EndBlock(env));
        self.interpreted.block = self.mock.block;
        self.mock.end_block();
        self.interpreted.end_block();
        self.overlay = Overlay::new(self.committed());
    }

    /// The field element that proofs for a call are bound to.
    pub fn context(
        &mut self,
        contract: ContractId,
        caller: Option<ContractId>,
        entry: &str,
    ) -> FieldBytes {
        self.mock.tx = self.tx.clone();
        self.mock.context(&contract, caller.as_ref(), entry)
    }

    /// Events so far, on both sides.
    pub fn events(&self) -> &[(ContractId, Vec<u8>)] {
        &self.events
    }

    /// Everything written so far, as one state.
    fn committed(&self) -> Arc<MemoryState> {
        let mut state = MemoryState::new();
        let everything = self
            .overlay
            .scan(&[], None, usize::MAX)
            .expect("a state in memory");
        let writes: WriteSet = everything
            .into_iter()
            .map(|(key, value)| (key, Some(value)))
            .collect();
        state.apply(&writes);
        Arc::new(state)
    }

    /// Tells both mocks of the transaction and the block that come next.
    fn enter(&mut self, tx: &MockTx) {
        self.mock.tx = tx.clone();
        self.interpreted.tx = tx.clone();
        self.interpreted.block = self.mock.block;
    }

    /// Replies or refusals, storage and events of all sides are the same; those of the mocks first, native and
    /// interpreted.
    #[track_caller]
    fn compare(
        &mut self,
        mocks: [Result<Raw, MockError>; 2],
        wasm: CallOutcome,
    ) -> Result<Vec<u8>, Refusal> {
        let [native, interpreted] = mocks.map(|outcome| {
            outcome.map(|reply| reply.0).map_err(|error| match error {
                MockError::Reverted(error) => Refusal::Reverted(error),
                MockError::Trapped(_) | MockError::BadReply => Refusal::Trapped,
                MockError::NoSuchEntry => Refusal::NoSuchEntry,
            })
        });
        let result = wasm.result.map_err(|error| match error {
            CallError::Revert(error) => Refusal::Reverted(error),
            CallError::NoSuchContract | CallError::NoSuchEntry => Refusal::NoSuchEntry,
            _ => Refusal::Trapped,
        });
        assert_eq!(native, result, "replies or refusals differ");
        assert_eq!(
            interpreted, result,
            "replies or refusals of the engines differ"
        );
        let same = self.mock.snapshot() == self.interpreted.snapshot();
        assert!(same, "what the interpreter wrote or emitted differs");
        self.events.extend(
            wasm.events
                .into_iter()
                .map(|event| (event.contract, event.data)),
        );
        assert_eq!(self.mock.events(), self.events, "events differ");
        let state = self.committed();
        for contract in &self.contracts {
            let prefix = keys::storage(contract, &[]);
            let entries = state
                .scan(&prefix, None, usize::MAX)
                .expect("a state in memory");
            let storage: BTreeMap<Vec<u8>, Vec<u8>> = entries
                .into_iter()
                .map(|(key, value)| (key[prefix.len()..].to_vec(), value))
                .collect();
            assert_eq!(
                self.mock.storage(*contract),
                storage,
                "storage of {contract} differs"
            );
        }
        result
    }

    fn made<M: BorshSerialize>(&self, contract: ContractId, entry: &str, message: &M) -> Made {
        Made {
            env: self.env(),
            auth: self.auth(),
            contract,
            entry: entry.into(),
            args: encode(message),
        }
    }

    fn env(&self) -> BlockEnv {
        BlockEnv {
            chain: self.mock.block.chain,
            height: Height(self.mock.block.height),
            time: Timestamp(self.mock.block.time_ms),
        }
    }

    fn auth(&self) -> Authorities {
        Authorities {
            digest: self.tx.digest,
            spend_keys: self.tx.spend_keys.clone(),
            role_keys: self.tx.role_keys.clone(),
            proofs: self.tx.proofs.clone(),
            memos: self.tx.memos.iter().map(|len| *len as usize).collect(),
        }
    }
}

fn top<M: BorshSerialize>(contract: ContractId, entry: &str, message: &M) -> TopCall {
    TopCall {
        contract,
        entry: EntryName::new(entry).expect("an entry name"),
        args: encode(message),
    }
}

pub fn encode<M: BorshSerialize>(message: &M) -> Vec<u8> {
    borsh::to_vec(message).expect("writing to memory")
}
