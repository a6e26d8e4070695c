//! Kill -9 at any instant of the demo loses no acknowledged block.
//!
//! The real binary logs each block after its commit has returned; those lines are the
//! acknowledgements. It is killed at random instants, and the ledger it leaves is opened again.
//! `OBOLUS_KILLS` asks for more kills, over the whole length of the demo; `OBOLUS_KILL_SEED` for
//! other instants.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a failed expectation is a failed test"
)]

mod common;

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::Stdio;
use std::sync::mpsc;
use std::time::Duration;

use common::load::replayed;
use common::{Demo, payments_file};
use obolus_chain::Timestamp;
use obolus_protocol::tx::Height;
use obolus_prover::Provers;
use obolus_runtime::ledger::{Execution, LedgerError};
use obolus_runtime_api::BlockHash;
use rand::{Rng, SeedableRng, rngs::StdRng};

/// Kills of an ordinary test run.
const KILLS: u32 = 9;
/// Longest life of a child that is killed by the clock in an ordinary run.
const LIFE: Duration = Duration::from_secs(8);
/// The same when more kills are asked for: about the demo's whole length, 40 blocks.
const LONG_LIFE: Duration = Duration::from_secs(45);
/// Longest wait for one block, on any machine.
const PATIENCE: Duration = Duration::from_secs(300);
/// Blocks of the demo before the first proof: two uploads, two instantiations, two freezes.
const SETUP_BLOCKS: usize = 6;

/// When a child is killed.
#[derive(Debug)]
enum Kill {
    /// This long after it was started.
    AfterStart(Duration),
    /// This long after so many acknowledgements: while it commits the next block or shortly before.
    AfterBlocks(usize, Duration),
}

impl Kill {
    fn draw(round: u32, life: Duration, blocks: usize, rng: &mut StdRng) -> Self {
        match round % 3 {
            0 => Self::AfterStart(life.mul_f64(rng.r#gen())),
            // Setup blocks follow one another at once, so such a kill falls into a commit.
            1 => Self::AfterBlocks(rng.gen_range(0..SETUP_BLOCKS), micros(rng, 40_000)),
            _ => Self::AfterBlocks(rng.gen_range(SETUP_BLOCKS..blocks), micros(rng, 400_000)),
        }
    }
}

fn micros(rng: &mut StdRng, below: u64) -> Duration {
    Duration::from_micros(rng.gen_range(0..below))
}

/// A block that the demo said was committed.
#[derive(Debug, PartialEq, Eq)]
struct Acknowledged {
    height: u64,
    app_hash: String,
}

/// Reads one log line; one that the kill cut short has no whole app hash.
fn parse(line: &str) -> Option<Acknowledged> {
    let (_, fields) = line.split_once("block committed")?;
    let field = |name: &str| {
        fields
            .split_whitespace()
            .find_map(|word| word.strip_prefix(name))
    };
    let app_hash = field("app_hash=")?.to_owned();
    let height = field("height=")?.parse().ok()?;
    (app_hash.len() == 64).then_some(Acknowledged { height, app_hash })
}

/// What came of a child.
struct Outcome {
    acknowledged: Vec<Acknowledged>,
    /// Whether it was killed before it had ended by itself.
    killed: bool,
}

fn run_and_kill(data: &Path, kill: &Kill) -> Outcome {
    let payments = payments_file(&[
        "3f0c5c1e-7a52-4c0e-9d5b-0a1d6a0f7b01,North Bank,South Bank,10.00,USD,first",
        "5b7e2f90-1c34-4d8a-8e21-4f9b8c6d2a02,South Bank,North Bank,2.50,USD,second",
        "9a4d1c77-62be-4f0b-b0c9-7d2e5f8a3c03,North Bank,South Bank,3.00,USD,third",
    ]);
    let mut demo = Demo::new()
        .payments(payments.path())
        .arg("--json")
        .arg("--data-dir")
        .arg(data);
    demo = demo.arg("--log").arg("obolus=info");
    let mut child = demo
        .command
        .env("NO_COLOR", "1")
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let log = BufReader::new(child.stderr.take().unwrap());
    let (sender, receiver) = mpsc::channel();
    let reader = std::thread::spawn(move || {
        for line in log.lines().map_while(Result::ok) {
            if let Some(acknowledged) = parse(&line) {
                sender.send(acknowledged).unwrap();
            }
        }
    });
    let mut acknowledged = Vec::new();
    match kill {
        Kill::AfterStart(delay) => std::thread::sleep(*delay),
        Kill::AfterBlocks(blocks, delay) => {
            while acknowledged.len() < *blocks {
                let block = receiver.recv_timeout(PATIENCE);
                acknowledged.push(block.expect("the demo goes on"));
            }
            std::thread::sleep(*delay);
        }
    }
    let killed = child.try_wait().unwrap().is_none();
    child.kill().unwrap();
    child.wait().unwrap();
    reader.join().unwrap();
    acknowledged.extend(receiver.try_iter());
    Outcome {
        acknowledged,
        killed,
    }
}

/// Opens what is left and checks it against what was acknowledged.
fn check(ledger_dir: &Path, acknowledged: &[Acknowledged]) {
    let mut ledger = match Execution::recover(ledger_dir) {
        Ok(ledger) => ledger,
        // Killed before there was a ledger.
        Err(LedgerError::NoGenesis) => return assert!(acknowledged.is_empty()),
        Err(error) => panic!("the ledger does not open again: {error}"),
    };
    let tip = ledger.tip();
    let updates = ledger.updates(Height(1), usize::MAX).unwrap();
    assert_eq!(
        updates.len() as u64,
        tip.height,
        "a block without its update, or the reverse"
    );
    for (expected, block) in (1..).zip(acknowledged) {
        assert_eq!(block.height, expected, "acknowledgements are in order");
        let update = updates
            .get(expected as usize - 1)
            .expect("an acknowledged block is gone");
        assert_eq!(update.height, expected);
        assert_eq!(update.app_hash.to_string(), block.app_hash);
    }
    let mut previous = BlockHash(ledger.chain().0);
    let mut state = None;
    for update in &updates {
        let block = ledger.block(Height(update.height)).unwrap();
        block.check_form().unwrap();
        assert_eq!(block.header.height.0, update.height);
        assert_eq!(block.header.previous, previous);
        assert_eq!(block.header.hash(), update.block);
        assert_eq!(block.txs.len(), update.txs.len(), "half a block");
        assert!(!block.txs.is_empty());
        assert!(state.is_none_or(|state| state == block.header.app_hash));
        previous = update.block;
        state = Some(update.app_hash);
    }
    assert_eq!(tip.block, previous);
    assert!(state.is_none_or(|state| state == tip.app_hash));

    // The log alone gives the same, and the ledger goes on.
    assert_eq!(replayed(ledger_dir), tip);
    let empty = ledger.build(Vec::new(), Timestamp(tip.time_ms)).unwrap();
    ledger.commit(&empty.executed).unwrap();
    drop(ledger);
    assert_eq!(
        Execution::recover(ledger_dir).unwrap().tip().height,
        tip.height + 1
    );
}

#[test]
fn no_acknowledged_block_is_lost() {
    let asked = std::env::var("OBOLUS_KILLS")
        .ok()
        .map(|kills| kills.parse::<u32>().unwrap());
    let seed = std::env::var("OBOLUS_KILL_SEED").map_or(2, |seed| seed.parse().unwrap());
    let (kills, life, blocks) = match asked {
        None => (KILLS, LIFE, SETUP_BLOCKS + 3),
        Some(kills) => (kills, LONG_LIFE, SETUP_BLOCKS + 32),
    };
    // Made now if need be: a child that is killed while it makes keys commits nothing.
    drop(Provers::development(common::keys_dir(), &()).unwrap());
    let mut rng = StdRng::seed_from_u64(seed);
    let mut killed = 0;
    for round in 0..kills {
        let kill = Kill::draw(round, life, blocks, &mut rng);
        let directory = tempfile::tempdir().unwrap();
        let data = directory.path().join("data");
        let outcome = run_and_kill(&data, &kill);
        // Shown only if the test fails.
        println!(
            "seed {seed}, round {round}, {kill:?}: {:?}",
            outcome.acknowledged.last()
        );
        check(&data.join("ledger"), &outcome.acknowledged);
        killed += u32::from(outcome.killed);
    }
    // Two of three are killed after so many blocks of a demo that has many more.
    assert!(
        killed * 2 > kills,
        "only {killed} of {kills} children were killed at work"
    );
}

#[test]
fn acknowledgements_are_read_whole_or_not_at_all() {
    let hash = "0".repeat(64);
    let line = format!(
        "2026-01-01T00:00:00Z  INFO obolus::demo::desk: block committed height=7 app_hash={hash}"
    );
    assert_eq!(
        parse(&line),
        Some(Acknowledged {
            height: 7,
            app_hash: hash
        })
    );
    assert_eq!(parse(&line[..line.len() - 1]), None);
    assert_eq!(parse("stage done"), None);
}
