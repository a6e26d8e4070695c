//! The same steps and the same blocks have the same effects: whether modules are compiled already, on how many threads
//! whatever happens happens, and wherever another process takes over.

use std::fs;
use std::path::Path;
use std::thread::ScopedJoinHandle;

use obolus_chain::export::{ExportEnd, ExportReader, Step};
use obolus_chain::{Block, Genesis};
use obolus_protocol::tx::Height;
use obolus_runtime::ledger::Execution;
use obolus_runtime::state::Entries;
use obolus_runtime::vm::Vm;
use obolus_runtime_api::{BlockUpdate, Receipt};

use super::scenes::{self, Scene};
use super::script::{Effect, run};
use crate::contracts::twin::VM;

/// All scenarios, one after the other.
fn run_all(vm: &Vm) -> Vec<Vec<Effect>> {
    scenes::all().map(|scene| run(&scene.script, vm)).collect()
}

#[track_caller]
fn assert_same(one: &[Vec<Effect>], other: &[Vec<Effect>]) {
    for ((scene, one), other) in scenes::all().zip(one).zip(other) {
        assert!(one == other, "{} is another", scene.name);
    }
    assert_eq!(one.len(), other.len());
}

/// The first scenario that calls a module finds it not compiled; the second round finds all of them.
#[test]
fn every_scenario_does_the_same_with_modules_compiled_or_not() {
    let vm = Vm::new().unwrap();
    let cold = run_all(&vm);
    let warm = run_all(&vm);
    assert_same(&cold, &warm);
}

/// More threads than the virtual machine lets run at once, none of which finds anything compiled.
#[test]
fn every_scenario_does_the_same_beside_others() {
    let vm = &Vm::new().unwrap();
    let both = std::thread::scope(|scope| {
        let rounds = [(); 2].map(|()| {
            let start = |scene: &'static Scene| scope.spawn(move || run(&scene.script, vm));
            scenes::all().map(start).collect::<Vec<_>>()
        });
        rounds.map(|threads| {
            let join = |thread: ScopedJoinHandle<'_, _>| thread.join().unwrap();
            threads.into_iter().map(join).collect::<Vec<_>>()
        })
    });
    let alone = run_all(&VM);
    for beside in both {
        assert_same(&beside, &alone);
    }
}

/// The ledger in `tests/vectors`: genesis, uploads, and payments with real proofs.
struct Exported {
    genesis: Genesis,
    blocks: Vec<Block>,
    end: ExportEnd,
}

impl Exported {
    fn read() -> Self {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors/ledger.obx");
        let bytes = fs::read(file).unwrap();
        let mut reader = ExportReader::new(bytes.as_slice()).unwrap();
        let mut blocks = Vec::new();
        let end = loop {
            match reader.step().unwrap() {
                Step::Block(block) => blocks.push(block),
                Step::End(end) => break end,
            }
        };
        Self {
            genesis: reader.genesis().clone(),
            blocks,
            end,
        }
    }
}

/// Everything that a ledger tells of its blocks, and its state.
#[derive(PartialEq, Eq)]
struct Told {
    receipts: Vec<Vec<Receipt>>,
    updates: Vec<BlockUpdate>,
    state: Entries,
}

/// What happens before each block.
#[derive(Clone, Copy, Debug)]
enum Before {
    /// Nothing: modules are compiled when they are uploaded.
    Nothing,
    /// The ledger is opened again, with the native code that it kept on disk.
    Opened,
    /// The same without that: modules are compiled when they are called.
    Emptied,
}

/// Validates and commits the blocks on a new ledger, proofs included.
fn follow(exported: &Exported, before: Before) -> Told {
    let directory = tempfile::tempdir().unwrap();
    let open = || Execution::open(directory.path(), &exported.genesis).unwrap();
    let mut ledger = open();
    let mut receipts = Vec::new();
    for block in &exported.blocks {
        if !matches!(before, Before::Nothing) {
            drop(ledger);
            if matches!(before, Before::Emptied) {
                fs::remove_dir_all(directory.path().join("modules")).unwrap();
            }
            ledger = open();
        }
        // The block says what the app hash was before it, so that each is compared with the file's.
        let executed = ledger.validate(block.clone()).unwrap();
        receipts.push(ledger.commit(&executed).unwrap());
    }
    let (tip, end) = (ledger.tip(), exported.end);
    assert_eq!(
        (tip.height, tip.block, tip.app_hash),
        (end.height, end.block, end.app_hash)
    );
    Told {
        receipts,
        updates: ledger.updates(Height(1), exported.blocks.len()).unwrap(),
        state: ledger.state().scan(&[], None, usize::MAX).unwrap(),
    }
}

/// On a pool of so many threads: signatures and proofs are checked, and modules compiled, on the current pool.
fn follow_on(threads: usize, exported: &Exported, before: Before) -> Told {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    pool.unwrap().install(|| follow(exported, before))
}

#[test]
fn a_ledger_is_the_same_on_one_thread_and_many_and_over_restarts() {
    let exported = Exported::read();
    let txs = exported.blocks.iter().map(|block| block.txs.len());
    assert!(txs.sum::<usize>() > 10);
    let one = follow_on(1, &exported, Before::Nothing);
    for (threads, before) in [
        (8, Before::Nothing),
        (1, Before::Opened),
        (8, Before::Emptied),
    ] {
        let other = follow_on(threads, &exported, before);
        assert!(
            one == other,
            "{threads} threads, before each block {before:?}"
        );
    }
}
