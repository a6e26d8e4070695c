//! A little world for guests: a state in memory, an overlay, one virtual machine for all tests.

use std::sync::{Arc, LazyLock};

use obolus_abi::hostcall::{HOST_CALLS, IMPORT_MODULE, pack};
use obolus_abi::system::{AdminPolicy, Delay};
use obolus_abi::{ChainId, ContractError, ContractId, RoleKey, RoleSet, TxDigest};
use obolus_chain::Timestamp;
use obolus_protocol::tx::{EntryName, Height};

use crate::exec::{
    Authorities, BlockEnv, CallError, CallOutcome, Fuel, TopCall, TrapKind, execute, query,
};
use crate::overlay::Overlay;
use crate::state::{ContractRecord, MemoryState, WriteSet, keys};
use crate::vm::{Vm, code_id};

/// Fuel that suffices for every well-behaved guest here.
pub const PLENTY: Fuel = Fuel(5_000_000);

/// The machine that tests share: its pool reserves address space.
pub static VM: LazyLock<Vm> = LazyLock::new(|| Vm::new().expect("a virtual machine"));

pub struct World {
    pub state: MemoryState,
    pub env: BlockEnv,
    pub auth: Authorities,
    /// Storage quota of the contracts installed next.
    pub quota: Option<u64>,
}

impl World {
    pub fn new() -> Self {
        Self {
            state: MemoryState::new(),
            env: BlockEnv {
                chain: ChainId([3; 32]),
                height: Height(7),
                time: Timestamp(1_700_000_000_000),
            },
            auth: Authorities {
                digest: TxDigest([5; 32]),
                ..Authorities::default()
            },
            quota: None,
        }
    }

    /// Installs a guest whose text follows the host-call imports and one exported page of memory.
    pub fn install(&mut self, id: u8, text: &str) -> ContractId {
        self.install_module(id, &module(text))
    }

    pub fn install_module(&mut self, id: u8, bytes: &[u8]) -> ContractId {
        Vm::check(bytes).expect("a module that passes validation");
        let contract = ContractId([id; 32]);
        let code = code_id(bytes);
        let admin = AdminPolicy::Admin {
            role: RoleSet {
                keys: vec![RoleKey([1; 32])],
                threshold: 1,
            },
            delay: Delay::default(),
        };
        let record = ContractRecord {
            admin,
            quota: self.quota,
            ..ContractRecord::frozen(code)
        };
        let record = borsh::to_vec(&record).expect("a record");
        self.state.apply(&WriteSet::from([
            (keys::code(&code), Some(bytes.to_vec())),
            (keys::contract(&contract), Some(record)),
        ]));
        contract
    }

    /// Calls a mutable entry and applies its writes.
    pub fn call(&mut self, contract: ContractId, entry: &str, args: &[u8]) -> CallOutcome {
        self.call_with(contract, entry, args, PLENTY)
    }

    pub fn call_with(
        &mut self,
        contract: ContractId,
        entry: &str,
        args: &[u8],
        fuel: Fuel,
    ) -> CallOutcome {
        let (outcome, writes) = self.dry_run(&VM, contract, entry, args, fuel);
        self.state.apply(&writes);
        outcome
    }

    /// Calls a mutable entry without applying its writes.
    pub fn dry_run(
        &self,
        vm: &Vm,
        contract: ContractId,
        entry: &str,
        args: &[u8],
        fuel: Fuel,
    ) -> (CallOutcome, WriteSet) {
        let mut overlay = Overlay::new(Arc::new(self.state.clone()));
        let call = top(contract, entry, args);
        let outcome =
            execute(vm, &mut overlay, &self.env, &self.auth, &call, fuel).expect("no fault");
        assert_eq!(overlay.depth(), 0, "a call leaves no frame open");
        (outcome, overlay.into_writes())
    }

    pub fn query(
        &self,
        contract: ContractId,
        entry: &str,
        args: &[u8],
    ) -> Result<Vec<u8>, CallError> {
        let call = top(contract, entry, args);
        let state = Arc::new(self.state.clone());
        query(&VM, &VM.admit_query(), state, &self.env, &call, PLENTY)
            .expect("no fault")
            .result
    }

    /// Calls `run` of a guest and demands this trap, all fuel gone, and nothing written or emitted.
    pub fn traps(&mut self, text: &str, kind: TrapKind) {
        let contract = self.install(250, text);
        let (outcome, writes) = self.dry_run(&VM, contract, "run", &[], PLENTY);
        assert_eq!(outcome.result, Err(CallError::Trap(kind)), "{text}");
        assert_eq!(outcome.fuel_used, PLENTY, "a trap uses up all fuel");
        assert!(outcome.events.is_empty() && writes.is_empty());
    }
}

pub fn top(contract: ContractId, entry: &str, args: &[u8]) -> TopCall {
    TopCall {
        contract,
        entry: EntryName::new(entry).expect("an entry name"),
        args: args.to_vec(),
    }
}

/// A module: every host call imported as `$name`, one page of exported memory, then `text`.
pub fn module(text: &str) -> Vec<u8> {
    wat::parse_str(format!(
        "(module {} (memory (export \"memory\") 1) {text})",
        imports()
    ))
    .expect("valid WAT")
}

/// Imports of the whole table.
pub fn imports() -> String {
    let mut text = String::new();
    for call in HOST_CALLS {
        let params: String = call
            .args
            .iter()
            .map(|(_, kind)| if kind.is_i64() { " i64" } else { " i32" })
            .collect();
        text += &format!(
            "(import \"{IMPORT_MODULE}\" \"{0}\" (func ${0} (param{params}) (result i64)))\n",
            call.name
        );
    }
    text
}

/// A `bytes` or `out` argument as an instruction.
pub fn bytes(address: u32, len: u32) -> String {
    format!("(i64.const {})", pack(address, len).cast_signed())
}

/// A mutable entry `run` that returns 0 after `body`.
pub fn run(body: &str) -> String {
    format!("(func (export \"x_run\") (result i32) {body} (i32.const 0))")
}

/// A data segment with these bytes.
pub fn data(address: u32, bytes: &[u8]) -> String {
    let text: String = bytes.iter().map(|byte| format!("\\{byte:02x}")).collect();
    format!("(data (i32.const {address}) \"{text}\")")
}

/// Stores the i64 that `expression` leaves at 1024 and returns it as the entry's reply.
pub fn reply_i64(expression: &str) -> String {
    format!(
        "(i64.store (i32.const 1024) {expression}) (drop (call $ret {}))",
        bytes(1024, 8)
    )
}

/// Returns the host buffer as the entry's reply.
pub fn reply_buffer() -> String {
    "(i64.store (i32.const 1024) (call $buffer_len))
     (drop (call $buffer_read (i64.or (i64.const 2048) (i64.shl (i64.load (i32.const 1024)) (i64.const 32))) (i32.const 0)))
     (drop (call $ret (i64.or (i64.const 2048) (i64.shl (i64.load (i32.const 1024)) (i64.const 32)))))"
        .into()
}

/// The i64 that a guest replied with.
pub fn number(outcome: &CallOutcome) -> i64 {
    let reply = outcome.result.as_ref().expect("a reply");
    i64::from_le_bytes(reply.as_slice().try_into().expect("eight bytes"))
}

/// An encoded error for guests to revert with.
pub fn error() -> (ContractError, Vec<u8>) {
    let error = ContractError {
        code: 77,
        name: "on_purpose".into(),
        message: "refused on purpose".into(),
    };
    let bytes = borsh::to_vec(&error).expect("an error");
    (error, bytes)
}
