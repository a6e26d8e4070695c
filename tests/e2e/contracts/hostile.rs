//! The hostile contract on the runtime: it is stopped, pays for it, and leaves nothing behind.

use std::sync::Arc;

use borsh::BorshSerialize;
use obolus_abi::hostcall::HostCode;
use obolus_abi::{ChainId, ContractId};
use obolus_chain::Timestamp;
use obolus_contract_hostile::messages::{ChainMsg, ForwardMsg, HostileError, Oversize};
use obolus_contracts::HOSTILE;
use obolus_protocol::tx::{EntryName, Height};
use obolus_runtime::exec::{
    self, Authorities, BlockEnv, CallError, CallOutcome, Fuel, TopCall, TrapKind,
};
use obolus_runtime::overlay::Overlay;
use obolus_runtime::state::{ContractRecord, MemoryState, WriteSet, keys};
use obolus_runtime::vm::code_id;

use super::twin::{VM, encode};

const FUEL: Fuel = Fuel(20_000_000);
const ENV: BlockEnv = BlockEnv {
    chain: ChainId([1; 32]),
    height: Height(1),
    time: Timestamp(0),
};

/// A state with as many hostile contracts, numbered from 1.
fn world(contracts: u8) -> Arc<MemoryState> {
    let code = code_id(HOSTILE);
    let record = encode(&ContractRecord::frozen(code));
    let mut writes = WriteSet::from([(keys::code(&code), Some(HOSTILE.to_vec()))]);
    for number in 1..=contracts {
        writes.insert(keys::contract(&id(number)), Some(record.clone()));
    }
    let mut state = MemoryState::new();
    state.apply(&writes);
    Arc::new(state)
}

fn id(number: u8) -> ContractId {
    ContractId([number; 32])
}

/// Calls an entry of contract 1; the outcome and how many keys were written.
fn call<M: BorshSerialize>(
    state: &Arc<MemoryState>,
    entry: &str,
    message: &M,
) -> (CallOutcome, usize) {
    let call = TopCall {
        contract: id(1),
        entry: EntryName::new(entry).expect("an entry name"),
        args: encode(message),
    };
    let mut overlay = Overlay::new(Arc::clone(state) as Arc<_>);
    let auth = Authorities::default();
    let outcome = exec::execute(&VM, &mut overlay, &ENV, &auth, &call, FUEL).expect("no fault");
    (outcome, overlay.into_writes().len())
}

/// The call fails like this, has burnt all its fuel, and left no write and no event.
#[track_caller]
fn dies<M: BorshSerialize>(entry: &str, message: &M, error: CallError) {
    let (outcome, writes) = call(&world(1), entry, message);
    assert_eq!(outcome.result, Err(error), "{entry}");
    assert_eq!(outcome.fuel_used, FUEL, "{entry}");
    assert!(outcome.events.is_empty() && writes == 0, "{entry}");
}

#[test]
fn endless_work_runs_out_of_fuel() {
    dies("spin", &(), CallError::OutOfFuel);
}

#[test]
fn deep_recursion_is_bounded() {
    dies(
        "sink",
        &1_000_000u32,
        CallError::Trap(TrapKind::StackOverflow),
    );
    let (outcome, _) = call(&world(1), "sink", &100u32);
    assert_eq!(outcome.result, Ok(encode(&100u32)));
    let (deep, _) = call(&world(1), "recurse", &1_000_000u32);
    assert!(
        matches!(deep.result, Err(CallError::Trap(_))),
        "{:?}",
        deep.result
    );
}

#[test]
fn a_memory_bomb_gets_sixteen_mebibytes() {
    let (outcome, _) = call(&world(1), "bomb", &());
    assert_eq!(outcome.result, Ok(encode(&256u32)));
    assert!(outcome.fuel_used > Fuel(5_000 * 256));
}

#[test]
fn half_done_work_leaves_nothing() {
    dies("half", &(), CallError::Trap(TrapKind::Abort));
    let (refused, writes) = call(&world(1), "half_refused", &());
    assert_eq!(
        refused.result,
        Err(CallError::Revert(HostileError::Half.into()))
    );
    assert!(refused.fuel_used < FUEL && refused.events.is_empty() && writes == 0);
}

#[test]
fn bad_pointers_trap() {
    for entry in [
        "bad_input_address",
        "bad_input_length",
        "bad_input_wrap",
        "bad_fixed",
        "bad_fixed_write",
        "bad_output_address",
        "bad_output_wrap",
    ] {
        dies(entry, &(), CallError::Trap(TrapKind::BadPointer));
    }
}

#[test]
fn exits_without_data_trap() {
    dies("exit_revert", &(), CallError::Trap(TrapKind::BadExit));
    dies("exit_unknown", &(), CallError::Trap(TrapKind::BadExit));
    let (silent, _) = call(&world(1), "exit_silent", &());
    assert_eq!(silent.result, Ok(vec![]));
}

#[test]
fn limits_trap_one_step_beyond() {
    for limit in Oversize::ALL {
        dies("oversize", limit, CallError::Trap(TrapKind::BadArgument));
    }
}

#[test]
fn a_write_behind_a_read_only_export_traps() {
    let call = TopCall {
        contract: id(1),
        entry: EntryName::new("sneak").expect("an entry name"),
        args: vec![],
    };
    let outcome =
        exec::query(&VM, &VM.admit_query(), world(1), &ENV, &call, FUEL).expect("no fault");
    assert_eq!(outcome.result, Err(CallError::Trap(TrapKind::ReadOnly)));
}

#[test]
fn a_swallowed_failure_rolls_back_the_callee_alone() {
    let state = world(2);
    for (entry, code) in [
        ("half", HostileError::Trapped.code()),
        ("half_refused", HostileError::Half.code()),
    ] {
        let msg = ForwardMsg {
            contract: id(2),
            entry: entry.into(),
            input: vec![],
            fuel: 1_000_000,
        };
        let (outcome, writes) = call(&state, "swallow", &msg);
        assert_eq!(outcome.result, Ok(encode(&code)), "{entry}");
        assert_eq!(
            writes, 2,
            "the count of contract 1 alone, and what it stores"
        );
        assert!(outcome.events.iter().all(|event| event.contract == id(1)));
        assert_eq!(outcome.events.len(), 2);
    }
}

#[test]
fn chains_are_bounded_and_never_close() {
    let state = world(20);
    let hops = |numbers: &[u8]| ChainMsg {
        hops: numbers.iter().rev().map(|number| id(*number)).collect(),
    };
    let (reached, _) = call(&state, "chain", &hops(&(2..=16).collect::<Vec<_>>()));
    assert_eq!(reached.result, Ok(encode(&0u64)));
    let (deeper, _) = call(&state, "chain", &hops(&(2..=17).collect::<Vec<_>>()));
    assert_eq!(
        deeper.result,
        Err(CallError::Revert(HostileError::TooDeep.into()))
    );
    let (closed, _) = call(&state, "chain", &hops(&[2, 3, 1]));
    assert_eq!(
        closed.result,
        Err(CallError::Revert(HostileError::Reentered.into()))
    );
    assert_eq!(
        HostCode::ALL.len(),
        9,
        "each code has a case in the SDK's CallError, TreeError or ScheduleError"
    );
}
