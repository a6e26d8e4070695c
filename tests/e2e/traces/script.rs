//! What was done to contracts, written down so that it can be done again, and what comes of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use obolus_abi::ContractId;
use obolus_chain::next_app_hash;
use obolus_protocol::tx::{EntryName, Height};
use obolus_runtime::exec::{self, Authorities, BlockEnv, CallOutcome, TopCall};
use obolus_runtime::ledger::TX_FUEL;
use obolus_runtime::overlay::Overlay;
use obolus_runtime::state::{ContractRecord, MemoryState, StateRead, WriteSet, keys};
use obolus_runtime::vm::{Vm, code_id};
use obolus_runtime_api::AppHash;

use crate::contracts::twin::encode;

/// A call with everything that it depends on besides the state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    pub env: BlockEnv,
    pub auth: Authorities,
    pub contract: ContractId,
    pub entry: String,
    pub args: Vec<u8>,
}

/// One thing that was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// A contract of frozen code, without running its `init`.
    Install(ContractId, &'static [u8]),
    /// The same, and `init`; nothing is left if it refuses.
    Instantiate(&'static [u8], Made),
    /// A mutable entry.
    Call(Made),
    /// A read-only entry, on everything written so far.
    Query(Made),
    /// The block ends.
    EndBlock(BlockEnv),
}

/// What came of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Of an installation.
    Installed,
    /// Of a call: its outcome, and what is in the state that was not there, or was something else.
    Called(CallOutcome, WriteSet),
    /// Of a block's end: everything that the block wrote, and the app hash after it.
    Ended(WriteSet, AppHash),
}

/// Does it all on the runtime; one effect for each step.
pub fn run(script: &[Step], vm: &Vm) -> Vec<Effect> {
    let mut ledger = Ledger {
        vm,
        state: MemoryState::new(),
        overlay: Overlay::new(Arc::new(MemoryState::new())),
        app_hash: AppHash([0; 32]),
    };
    script.iter().map(|step| ledger.step(step)).collect()
}

/// A ledger without admission: its transactions are believed, and not remembered.
struct Ledger<'a> {
    vm: &'a Vm,
    state: MemoryState,
    overlay: Overlay,
    app_hash: AppHash,
}

impl Ledger<'_> {
    fn step(&mut self, step: &Step) -> Effect {
        match step {
            Step::Install(contract, module) => {
                self.place(contract, module);
                Effect::Installed
            }
            Step::Instantiate(module, made) => self.observe(|ledger| {
                ledger.overlay.begin();
                ledger.place(&made.contract, module);
                let outcome = exec::initialise(
                    ledger.vm,
                    &mut ledger.overlay,
                    &made.env,
                    &made.auth,
                    made.contract,
                    made.args.clone(),
                    TX_FUEL,
                )
                .expect("no fault");
                match &outcome.result {
                    Ok(_) => ledger.overlay.commit(),
                    Err(_) => ledger.overlay.rollback(),
                }
                outcome
            }),
            Step::Call(made) => self.observe(|ledger| {
                let overlay = &mut ledger.overlay;
                exec::execute(
                    ledger.vm,
                    overlay,
                    &made.env,
                    &made.auth,
                    &top(made),
                    TX_FUEL,
                )
                .expect("no fault")
            }),
            Step::Query(made) => self.observe(|ledger| {
                let mut state = MemoryState::new();
                let found = ledger.contents().into_iter();
                state.apply(&found.map(|(key, value)| (key, Some(value))).collect());
                let (vm, state) = (ledger.vm, Arc::new(state));
                exec::query(vm, &vm.admit_query(), state, &made.env, &top(made), TX_FUEL)
                    .expect("no fault")
            }),
            Step::EndBlock(env) => self.end_block(env),
        }
    }

    fn place(&mut self, contract: &ContractId, module: &[u8]) {
        let code = code_id(module);
        self.overlay.put(keys::code(&code), module.to_vec());
        let record = encode(&ContractRecord::frozen(code));
        self.overlay.put(keys::contract(contract), record);
    }

    fn observe(&mut self, act: impl FnOnce(&mut Self) -> CallOutcome) -> Effect {
        let mut before = self.contents();
        let outcome = act(self);
        let mut writes = WriteSet::new();
        for (key, value) in self.contents() {
            if before.remove(&key).as_ref() != Some(&value) {
                writes.insert(key, Some(value));
            }
        }
        writes.extend(before.into_keys().map(|key| (key, None)));
        Effect::Called(outcome, writes)
    }

    fn contents(&self) -> BTreeMap<Vec<u8>, Vec<u8>> {
        let everything = self.overlay.scan(&[], None, usize::MAX);
        everything.expect("a state in memory").into_iter().collect()
    }

    fn end_block(&mut self, env: &BlockEnv) -> Effect {
        exec::end_block(&mut self.overlay, env).expect("no fault");
        let nothing: Arc<dyn StateRead> = Arc::new(MemoryState::new());
        let writes = std::mem::replace(&mut self.overlay, Overlay::new(nothing)).into_writes();
        self.app_hash = next_app_hash(&self.app_hash, Height(env.height.0), &writes);
        self.state.apply(&writes);
        self.overlay = Overlay::new(Arc::new(self.state.clone()));
        Effect::Ended(writes, self.app_hash)
    }
}

fn top(made: &Made) -> TopCall {
    TopCall {
        contract: made.contract,
        entry: EntryName::new(&made.entry).expect("an entry name"),
        args: made.args.clone(),
    }
}
