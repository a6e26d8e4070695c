//! Scheduled calls on a ledger: order, shares, failures, and that every node runs the same ones.

mod replay;

use std::fs;
use std::path::{Path, PathBuf};

use obolus_abi::hostcall::HostCode;
use obolus_abi::limits::{
    MAX_SCHEDULE_AHEAD, MAX_SCHEDULED, MAX_SCHEDULED_FUEL, MIN_SCHEDULED_FUEL, STORAGE_ENTRY,
    STORAGE_SCHEDULED,
};
use obolus_abi::{CodeId, ContractId};
use obolus_chain::{Timestamp, contract_id};
use obolus_protocol::tx::{Height, SYSTEM_CONTRACT};
use obolus_runtime_api::ScheduledRun;

use super::super::kit::{
    START, body, contents, genesis, instantiate_message, operator, plain, signed_by, upload_message,
};
use super::super::{Executed, Execution, SCHEDULED_BLOCK_FUEL, encode};
use crate::host::{SeenRun, storage_use, waiting};
use crate::state::keys;

const FUEL: u64 = 1_000_000;

/// Entries of the contract by the number of their name.
#[derive(Clone, Copy)]
enum Entry {
    Tick,
    Spin,
    DropIt,
    Init,
    Again,
    Wipe,
    Nameless,
}

impl Entry {
    const fn name(self) -> [u64; 2] {
        match self {
            Self::Tick => [0, 4],
            Self::Spin => [1, 4],
            Self::DropIt => [2, 7],
            Self::Init => [3, 4],
            Self::Again => [4, 5],
            Self::Wipe => [5, 4],
            Self::Nameless => [0, 3],
        }
    }
}

fn module() -> Vec<u8> {
    wat::parse_str(include_str!("../../../testdata/clock.wat")).unwrap()
}

fn code() -> CodeId {
    CodeId(*blake3::hash(&module()).as_bytes())
}

fn clock(salt: u8) -> ContractId {
    contract_id(&genesis().chain_id(), &code(), &[salt; 32])
}

struct Clock {
    ledger: Execution,
    nonce: u64,
    directory: tempfile::TempDir,
}

impl Clock {
    /// A ledger with contracts 1 and 2 at height 1.
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let mut clock = Self {
            ledger: Execution::open(directory.path(), &genesis()).unwrap(),
            nonce: 0,
            directory,
        };
        let make = |salt| {
            let args = encode(&instantiate_message(code(), [salt; 32], Vec::new()));
            signed_by(&operator(), body(SYSTEM_CONTRACT, "instantiate", args, 10))
        };
        let args = encode(&upload_message(module()));
        let upload = signed_by(&operator(), body(SYSTEM_CONTRACT, "upload", args, 10));
        let txs = [upload, make(1), make(2)];
        super::super::kit::commit(&mut clock.ledger, &txs);
        clock
    }

    /// Commits a call of an entry; the number it replied with, read from a second execution.
    fn call(&mut self, salt: u8, entry: &str, args: Vec<u8>) -> Executed {
        self.nonce += 1;
        let mut body = body(clock(salt), entry, args, self.ledger.next_height().0 + 5);
        body.memos = vec![self.nonce.to_be_bytes().to_vec()];
        let admitted = self.ledger.admit(plain(body).encode()).unwrap();
        let proposal = self.ledger.build(vec![admitted], self.time()).unwrap();
        assert_eq!(proposal.refused, []);
        self.ledger.commit(&proposal.executed).unwrap();
        proposal.executed
    }

    fn refused(&mut self, salt: u8, entry: &str, args: Vec<u8>) -> String {
        let body = body(clock(salt), entry, args, self.ledger.next_height().0 + 5);
        let admitted = self.ledger.admit(plain(body).encode()).unwrap();
        let proposal = self.ledger.build(vec![admitted], self.time()).unwrap();
        proposal.refused[0].reason.code().to_owned()
    }

    fn start(&mut self, salt: u8, at: u64, entry: Entry, fuel: u64, arg: u64) {
        self.call(salt, "start", message(at, fuel, entry, arg));
    }

    /// Commits an empty block; what it ran.
    fn empty(&mut self) -> Vec<ScheduledRun> {
        let built = self.ledger.build(vec![], self.time()).unwrap().executed;
        self.ledger.commit(&built).unwrap();
        built.update().scheduled.clone()
    }

    fn time(&self) -> Timestamp {
        Timestamp(START + self.ledger.next_height().0 * 1000)
    }

    fn height(&self) -> u64 {
        self.ledger.tip().height
    }

    /// The numbers that the contract stored.
    fn list(&self, salt: u8) -> Vec<u64> {
        let bytes = self.ledger.query(clock(salt), "list", vec![]).unwrap();
        let (numbers, []) = bytes.as_chunks() else {
            panic!("whole numbers")
        };
        numbers
            .iter()
            .map(|bytes| u64::from_le_bytes(*bytes))
            .collect()
    }
}

fn message(at: u64, fuel: u64, entry: Entry, arg: u64) -> Vec<u8> {
    let [number, len] = entry.name();
    [at, fuel, number, len, arg]
        .iter()
        .flat_map(|value| value.to_le_bytes())
        .collect()
}

fn numbers(runs: &[ScheduledRun]) -> Vec<u64> {
    runs.iter().map(|run| run.number).collect()
}

#[test]
fn calls_run_in_the_order_of_height_then_number_also_in_empty_blocks() {
    let mut clock = Clock::new();
    // Committed in blocks 2 to 5.
    clock.start(1, 8, Entry::Tick, FUEL, 30);
    clock.start(1, 7, Entry::Tick, FUEL, 10);
    clock.start(2, 7, Entry::Tick, FUEL, 20);
    clock.start(1, 7, Entry::Tick, FUEL, 11);
    assert_eq!(clock.height(), 5);
    assert!(!clock.ledger.call_is_due().unwrap());
    assert_eq!(clock.empty(), []);
    assert!(clock.ledger.call_is_due().unwrap());
    let runs = clock.empty();
    assert_eq!(numbers(&runs), [1, 2, 3]);
    assert_eq!(clock.list(1), [10, 11]);
    assert_eq!(clock.list(2), [20]);
    let last = &runs[2];
    assert_eq!(
        (last.due, last.contract, last.entry.as_str()),
        (7, super::tests::clock(1), "tick")
    );
    assert_eq!(last.events[0].data, 11_u64.to_le_bytes());
    assert!(last.fuel_used > 0 && last.fuel_used < FUEL);
    assert_eq!(last.failure, None);
    assert_eq!(numbers(&clock.empty()), [0]);
    assert!(!clock.ledger.call_is_due().unwrap());
    assert_eq!(clock.ledger.scheduled_runs(Height(7)).unwrap(), runs);
    assert_eq!(
        clock.ledger.updates(Height(7), 1).unwrap()[0].scheduled,
        runs
    );
}

#[test]
fn calls_run_before_the_blocks_transactions() {
    let mut clock = Clock::new();
    clock.start(1, 3, Entry::Tick, FUEL, 5);
    // Block 3: taking back what has just run finds nothing.
    let block = clock.call(1, "stop", 0_u64.to_le_bytes().to_vec());
    assert_eq!(numbers(&block.update().scheduled), [0]);
    assert_eq!(clock.list(1), [5]);
}

#[test]
fn a_call_that_fails_is_dropped_and_the_block_says_why() {
    let mut clock = Clock::new();
    for entry in [Entry::DropIt, Entry::Spin, Entry::Tick] {
        clock.start(1, 10, entry, FUEL, 1);
    }
    while clock.height() < 9 {
        clock.empty();
    }
    let runs = clock.empty();
    let codes: Vec<_> = runs
        .iter()
        .map(|run| run.failure.as_ref().map(|failure| failure.code.as_str()))
        .collect();
    assert_eq!(codes, [Some("contract_trapped"), Some("out_of_fuel"), None]);
    assert_eq!(clock.list(1), [1], "what a failed call wrote is gone");
    assert_eq!(runs[1].fuel_used, FUEL);
    assert!(runs[0].events.is_empty());
    assert_eq!(clock.empty(), [], "it is not tried again");
}

#[test]
fn only_the_contract_itself_is_the_caller() {
    let mut clock = Clock::new();
    assert_eq!(clock.refused(1, "tick", vec![0; 8]), "contract_trapped");
}

#[test]
fn the_blocks_share_is_kept_and_the_rest_comes_next() {
    let mut clock = Clock::new();
    for number in 0..12 {
        clock.start(1, 20, Entry::Spin, MAX_SCHEDULED_FUEL, number);
    }
    while clock.height() < 19 {
        clock.empty();
    }
    let first = clock.empty();
    let fit = usize::try_from(SCHEDULED_BLOCK_FUEL.0 / MAX_SCHEDULED_FUEL).unwrap();
    assert_eq!(first.len(), fit);
    assert!(clock.ledger.call_is_due().unwrap());
    assert_eq!(
        numbers(&clock.empty()),
        (fit as u64..12).collect::<Vec<_>>()
    );
}

#[test]
fn a_contract_goes_on_as_long_as_it_schedules_itself() {
    let mut clock = Clock::new();
    clock.start(1, 3, Entry::Again, FUEL, 7);
    for number in 0..5 {
        assert_eq!(numbers(&clock.empty()), [number]);
    }
    assert_eq!(clock.list(1).len(), 5);
}

#[test]
fn what_is_taken_back_does_not_run_and_others_cannot_take_it_back() {
    let mut clock = Clock::new();
    clock.start(1, 9, Entry::Tick, FUEL, 1);
    clock.start(1, 9, Entry::Tick, FUEL, 2);
    clock.call(2, "stop", 0_u64.to_le_bytes().to_vec());
    clock.call(1, "stop", 0_u64.to_le_bytes().to_vec());
    assert_eq!(
        waiting(clock.ledger.state().as_ref(), &super::tests::clock(1))
            .unwrap()
            .len(),
        1
    );
    while clock.height() < 8 {
        clock.empty();
    }
    assert_eq!(numbers(&clock.empty()), [1]);
}

#[test]
fn a_call_may_take_back_a_later_one_of_the_same_block() {
    let mut clock = Clock::new();
    clock.start(1, 5, Entry::Wipe, FUEL, 1);
    clock.start(1, 5, Entry::Tick, FUEL, 1);
    clock.empty();
    let runs = clock.empty();
    assert_eq!(numbers(&runs), [0]);
    assert_eq!(runs[0].failure, None);
    assert_eq!(clock.empty(), []);
}

#[test]
fn every_bound_is_kept() {
    let mut clock = Clock::new();
    let next = clock.height() + 1;
    let cases = [
        (next, FUEL, Entry::Tick, HostCode::OutOfRange),
        (next - 1, FUEL, Entry::Tick, HostCode::OutOfRange),
        (
            next + 1 + MAX_SCHEDULE_AHEAD + 20,
            FUEL,
            Entry::Tick,
            HostCode::OutOfRange,
        ),
        (u64::MAX, FUEL, Entry::Tick, HostCode::OutOfRange),
        (
            next + 50,
            MIN_SCHEDULED_FUEL - 1,
            Entry::Tick,
            HostCode::OutOfRange,
        ),
        (
            next + 50,
            MAX_SCHEDULED_FUEL + 1,
            Entry::Tick,
            HostCode::OutOfRange,
        ),
        (next + 50, FUEL, Entry::Init, HostCode::NoSuchEntry),
        (next + 50, FUEL, Entry::Nameless, HostCode::NoSuchEntry),
    ];
    for (at, fuel, entry, code) in cases {
        assert_eq!(dry(&clock, message(at, fuel, entry, 0)), code.result());
    }
    assert_eq!(clock.refused(1, "start_long", vec![]), "contract_trapped");
    for number in 0..MAX_SCHEDULED {
        clock.start(1, 1000, Entry::Tick, FUEL, u64::from(number));
    }
    let full = message(1000, FUEL, Entry::Tick, 0);
    assert_eq!(dry(&clock, full), HostCode::Full.result());
    assert_eq!(
        waiting(clock.ledger.state().as_ref(), &super::tests::clock(1))
            .unwrap()
            .len(),
        MAX_SCHEDULED as usize
    );
}

/// What `start` of contract 1 would reply in the next block.
fn dry(clock: &Clock, args: Vec<u8>) -> i64 {
    use crate::exec::{Authorities, BlockEnv, TopCall, execute};
    let vm = crate::vm::Vm::new().unwrap();
    let mut overlay = crate::overlay::Overlay::new(clock.ledger.state());
    let env = BlockEnv {
        chain: clock.ledger.chain(),
        height: clock.ledger.next_height(),
        time: clock.time(),
    };
    let call = TopCall {
        contract: super::tests::clock(1),
        entry: obolus_protocol::tx::EntryName::new("start").unwrap(),
        args,
    };
    let auth = Authorities::default();
    let fuel = crate::exec::Fuel(FUEL);
    let outcome = execute(&vm, &mut overlay, &env, &auth, &call, fuel).unwrap();
    i64::from_le_bytes(outcome.result.unwrap().try_into().unwrap())
}

#[test]
fn a_waiting_call_takes_storage_until_it_runs_or_is_taken_back() {
    let mut clock = Clock::new();
    let used = |clock: &Clock| {
        storage_use(clock.ledger.state().as_ref(), &super::tests::clock(1)).unwrap()
    };
    clock.start(1, 6, Entry::Tick, FUEL, 1);
    clock.start(1, 6, Entry::Tick, FUEL, 1);
    assert_eq!(used(&clock), 2 * (STORAGE_SCHEDULED + 8));
    clock.call(1, "stop", 0_u64.to_le_bytes().to_vec());
    assert_eq!(used(&clock), STORAGE_SCHEDULED + 8);
    clock.empty();
    clock.empty();
    assert_eq!(used(&clock), 1 + 8 + STORAGE_ENTRY, "the tick's own entry");
}
