//! The mock's state and how frames run on it.

use alloc::boxed::Box;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::thread_local;

use obolus_abi::hostcall::{EXIT_OK, EXIT_REVERT, HostCode, SYSTEM_ENTRIES};
use obolus_abi::limits::{MAX_CALL_DEPTH, MAX_INPUT};
use obolus_abi::{ContractError, ContractId, FieldBytes};

use super::{Maths, MockBlock, MockError, MockTx, ToyMaths};
use crate::Entry;

/// How a frame was entered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Access {
    Init,
    Write,
    Read,
}

/// A call to be run.
#[derive(Debug)]
pub(super) struct Call {
    pub access: Access,
    pub contract: ContractId,
    pub entry: String,
    pub input: Vec<u8>,
}

/// What calls change and failed calls restore.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct State {
    pub storage: BTreeMap<(ContractId, Vec<u8>), Vec<u8>>,
    pub appended: BTreeMap<(ContractId, u32), Vec<FieldBytes>>,
    /// Append trees that a test declared full.
    pub full: BTreeSet<(ContractId, u32)>,
    pub anchors: BTreeMap<(ContractId, u32), Vec<FieldBytes>>,
    pub slots: BTreeMap<(ContractId, u32), BTreeMap<u64, FieldBytes>>,
    pub events: Vec<(ContractId, Vec<u8>)>,
    /// Scheduled calls by height and number.
    pub schedule: BTreeMap<(u64, u64), Scheduled>,
    /// Number of the next scheduled call.
    pub next_call: u64,
}

/// A call that waits for its block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Scheduled {
    pub contract: ContractId,
    pub entry: String,
    pub args: Vec<u8>,
}

/// A frame that is open: its code, and the state to go back to.
struct Entered {
    code: fn() -> i32,
    snapshot: State,
}

/// A running call.
#[derive(Debug)]
pub(super) struct Frame {
    pub contract: ContractId,
    pub caller: Option<ContractId>,
    pub entry: String,
    pub read_only: bool,
    pub input: Vec<u8>,
    pub buffer: Vec<u8>,
    pub ret: Vec<u8>,
    pub revert: Option<Vec<u8>>,
}

#[derive(Debug)]
pub(super) struct World {
    pub contracts: BTreeMap<ContractId, (&'static [Entry], bool)>,
    pub state: State,
    pub frames: Vec<Frame>,
    pub tx: MockTx,
    pub block: MockBlock,
    pub maths: Box<dyn Maths>,
    /// Who calls the top-level frame, when a test plays a contract.
    pub caller: Option<ContractId>,
    /// Events before the top-level call.
    earlier_events: usize,
}

thread_local! {
    static CURRENT: RefCell<Option<World>> = const { RefCell::new(None) };
}

/// Payload of the unwinding that stands for a trap.
struct Trap(String);

/// Traps the running frame.
pub(crate) fn trap(reason: &str) -> ! {
    resume_unwind(Box::new(Trap(reason.into())))
}

impl World {
    pub fn new(maths: Box<dyn Maths>) -> Self {
        Self {
            contracts: BTreeMap::new(),
            state: State::default(),
            frames: Vec::new(),
            tx: MockTx::default(),
            block: MockBlock {
                chain: obolus_abi::ChainId([9; 32]),
                height: 1,
                time_ms: 0,
            },
            maths,
            caller: None,
            earlier_events: 0,
        }
    }

    /// Events of the running top-level call so far.
    pub fn events_of_call(&self) -> usize {
        self.state.events.len() - self.earlier_events
    }

    /// The running frame.
    pub fn frame(&mut self) -> &mut Frame {
        match self.frames.last_mut() {
            Some(frame) => frame,
            None => trap("a host call outside a call"),
        }
    }

    pub fn storage_of(&self, contract: ContractId) -> BTreeMap<Vec<u8>, Vec<u8>> {
        self.state
            .storage
            .iter()
            .filter(|((owner, _), _)| *owner == contract)
            .map(|((_, key), value)| (key.clone(), value.clone()))
            .collect()
    }

    /// Takes the calls out of the schedule that the block of `height` runs, in order.
    pub fn take_due(&mut self, height: u64) -> Vec<(u64, Scheduled)> {
        let later = self.state.schedule.split_off(&(height + 1, 0));
        let due = core::mem::replace(&mut self.state.schedule, later);
        due.into_iter()
            .map(|((_, number), call)| (number, call))
            .collect()
    }

    pub fn end_block(&mut self) {
        for (tree, leaves) in &self.state.appended {
            let root = self.maths.append_root(leaves);
            let anchors = self.state.anchors.entry(*tree).or_default();
            if anchors.last() != Some(&root) {
                anchors.push(root);
            }
        }
    }
}

/// Runs `action` on the world of the running call.
pub(super) fn with<R>(action: impl FnOnce(&mut World) -> R) -> R {
    CURRENT.with(|current| match current.borrow_mut().as_mut() {
        Some(world) => action(world),
        None => trap("a host call outside a call"),
    })
}

/// How a call ended without a result.
#[derive(Debug)]
pub(super) enum Failure {
    Code(HostCode),
    Reverted(Vec<u8>),
    Trapped(String),
}

/// Runs a top-level call on a world.
pub(super) fn run_top(world: &mut World, call: Call) -> Result<Vec<u8>, MockError> {
    let empty = World::new(Box::new(ToyMaths));
    let mut mine = core::mem::replace(world, empty);
    mine.frames.clear();
    mine.earlier_events = mine.state.events.len();
    CURRENT.with(|current| *current.borrow_mut() = Some(mine));
    let outcome = run(call);
    if let Some(back) = CURRENT.with(|current| current.borrow_mut().take()) {
        *world = back;
    }
    outcome.map_err(|failure| match failure {
        Failure::Code(HostCode::NoSuchEntry) => MockError::NoSuchEntry,
        Failure::Code(code) => MockError::Trapped(format!("refused before it ran: {code:?}")),
        Failure::Reverted(error) => match borsh::from_slice::<ContractError>(&error) {
            Ok(error) => MockError::Reverted(error),
            Err(_) => MockError::Trapped("the revert error does not decode".into()),
        },
        Failure::Trapped(reason) => MockError::Trapped(reason),
    })
}

/// Runs a call as a new frame: checks, snapshot, code, and rollback on failure.
pub(super) fn run(call: Call) -> Result<Vec<u8>, Failure> {
    let Entered { code, snapshot } = with(|world| enter(world, call)).map_err(Failure::Code)?;
    let outcome = catch_unwind(AssertUnwindSafe(code));
    with(|world| {
        let frame = world.frames.pop();
        let result = match (outcome, frame) {
            (Ok(EXIT_OK), Some(frame)) => Ok(frame.ret),
            (
                Ok(EXIT_REVERT),
                Some(Frame {
                    revert: Some(error),
                    ..
                }),
            ) => Err(Failure::Reverted(error)),
            (Ok(code), _) => Err(Failure::Trapped(format!(
                "exit code {code} without its data"
            ))),
            (Err(panic), _) => Err(Failure::Trapped(match panic.downcast::<Trap>() {
                Ok(trap) => trap.0,
                Err(_) => "panicked".into(),
            })),
        };
        if result.is_err() {
            world.state = snapshot;
        }
        result
    })
}

fn enter(world: &mut World, call: Call) -> Result<Entered, HostCode> {
    if call.access == Access::Write && SYSTEM_ENTRIES.contains(&call.entry.as_str()) {
        return Err(HostCode::NoSuchEntry);
    }
    if world.frames.len() >= MAX_CALL_DEPTH {
        return Err(HostCode::TooDeep);
    }
    if call.input.len() > MAX_INPUT {
        trap("the input is over its limit");
    }
    if world
        .frames
        .iter()
        .any(|frame| frame.contract == call.contract)
    {
        return Err(HostCode::Reentered);
    }
    let prefix = match call.access {
        Access::Read => "q_",
        Access::Init | Access::Write => "x_",
    };
    let (entries, _) = world
        .contracts
        .get(&call.contract)
        .ok_or(HostCode::NoSuchEntry)?;
    let entry = entries
        .iter()
        .find(|entry| entry.export.strip_prefix(prefix) == Some(&*call.entry))
        .ok_or(HostCode::NoSuchEntry)?;
    let parent = world.frames.last();
    let frame = Frame {
        contract: call.contract,
        caller: parent.map(|parent| parent.contract).or(world.caller),
        read_only: call.access == Access::Read || parent.is_some_and(|parent| parent.read_only),
        entry: call.entry,
        input: call.input,
        buffer: Vec::new(),
        ret: Vec::new(),
        revert: None,
    };
    world.frames.push(frame);
    Ok(Entered {
        code: entry.run,
        snapshot: world.state.clone(),
    })
}
