//! Kill -9 of a node under load loses nothing it acknowledged, and commits nothing twice.
//!
//! Clients submit proved transfers and wait for `committed`; the node is killed at random instants, some of them
//! while it starts. After each kill the ledger is opened from what is left. `OBOLUS_KILLS` asks for more kills,
//! `OBOLUS_KILL_SEED` for other instants.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a failed expectation is a failed test"
)]

mod common;

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use common::load::Load;
use common::node::{Node, Starting, TRANSFERS, command, copy, fixture};
use rand::{Rng, SeedableRng, rngs::StdRng};

/// Kills of an ordinary test run.
const KILLS: u32 = 12;
/// From listening to a kill, at least and at most: no block, or several.
const LIFE: [Duration; 2] = [Duration::from_millis(150), Duration::from_millis(1500)];
/// Longest time from the start of the process to a kill that falls into its start.
const STARTING: Duration = Duration::from_millis(400);

/// Longest time that a kill waits for a commit.
const PROGRESS: Duration = Duration::from_secs(120);

/// What a kill waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wait {
    /// For nothing: the node starts.
    Start,
    /// For the load to begin: blocks come or not.
    Load,
    /// For a commit, however slow the machine is.
    Commit,
}

impl Wait {
    /// Half of the kills come after a commit.
    const fn of(kill: u32) -> Self {
        match kill % 4 {
            0 => Self::Load,
            3 => Self::Start,
            _ => Self::Commit,
        }
    }
}

/// Starts the node and kills it, while it starts or under load.
fn round(data: &Path, load: &Load, rng: &mut StdRng, wait: Wait) {
    let mut start = Starting::spawn(command(data));
    if wait == Wait::Start {
        thread::sleep(STARTING.mul_f64(rng.r#gen()));
        start.child.kill().unwrap();
        start.child.wait().unwrap();
        return;
    }
    let mut node = start.wait().expect("the node starts");
    let life = rng.gen_range(LIFE[0]..LIFE[1]);
    let before = load.count();
    let waits = || wait == Wait::Commit && load.count() == before;
    thread::scope(|scope| {
        let url = node.url.clone();
        scope.spawn(move || load.run(&url));
        thread::sleep(life);
        let until = Instant::now() + PROGRESS;
        while waits() && Instant::now() < until {
            thread::sleep(Duration::from_millis(5));
        }
        node.kill();
    });
    assert!(!waits(), "nothing was committed: {}", node.log());
}

/// Everything is submitted to the end and again: each transfer is committed, once.
fn finish(data: &Path, load: &Load) {
    let node = Node::start(data);
    load.run(&node.url);
    assert!(load.is_done());
    load.again();
    load.run(&node.url);
    assert!(load.is_done());
    assert!(node.stop().success());
    load.check(&data.join("ledger"));
}

#[test]
fn no_acknowledged_transfer_is_lost_or_doubled() {
    let kills = std::env::var("OBOLUS_KILLS").map_or(KILLS, |kills| kills.parse().unwrap());
    let seed = std::env::var("OBOLUS_KILL_SEED").map_or(3, |seed| seed.parse().unwrap());
    let (fresh, transfers) = fixture();
    let mut rng = StdRng::seed_from_u64(seed);
    let directory = tempfile::tempdir().unwrap();
    let mut lives = 0;
    let mut current: Option<(PathBuf, Load)> = None;
    for kill in 0..kills {
        let (data, load) = current.get_or_insert_with(|| {
            lives += 1;
            let data = directory.path().join(format!("life-{lives}"));
            copy(&fresh, &data);
            (data, Load::new(transfers.clone()))
        });
        let before = load.count();
        let wait = Wait::of(kill);
        round(data, load, &mut rng, wait);
        load.check(&data.join("ledger"));
        let after = load.count();
        // Shown only if the test fails.
        println!(
            "seed {seed}, kill {kill}, {wait:?}, life {lives}: {before} then {after} acknowledged"
        );
        if load.is_done() {
            finish(data, load);
            std::fs::remove_dir_all(&*data).unwrap();
            current = None;
        }
    }
    if let Some((data, load)) = current {
        finish(&data, &load);
    }
    let unique: HashSet<_> = transfers.iter().collect();
    assert_eq!(
        unique.len(),
        TRANSFERS,
        "the load is of different transfers"
    );
}
