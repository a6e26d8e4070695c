//! Kill -9 at random instants: a child commits blocks in a loop and reports each acknowledgement;
//! after every kill each acknowledged block is there, and the state is what a replay gives.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use obolus_protocol::tx::Height;
use rand::{Rng, SeedableRng, rngs::StdRng};

use super::super::kit::*;
use super::super::*;

const CHILD: &str = "OBOLUS_LEDGER_CRASH_CHILD";
const KILLS: u32 = 60;

/// The child's part; does nothing in an ordinary test run.
#[test]
fn child() {
    let Some(directory) = std::env::var_os(CHILD) else {
        return;
    };
    let mut ledger = open(Path::new(&directory));
    let mut out = std::io::stdout().lock();
    loop {
        let height = ledger.next_height().0;
        let txs: Vec<_> = (0..3)
            .map(|n| put(height % 5 + n, &height.to_be_bytes(), height + 3))
            .collect();
        commit(&mut ledger, &txs);
        let tip = ledger.tip();
        writeln!(
            out,
            "acknowledged {} {} {}",
            tip.height, tip.block, tip.app_hash
        )
        .unwrap();
        out.flush().unwrap();
    }
}

/// When a child is killed.
enum Kill {
    /// This long after it was started: while it opens the ledger, or later.
    AfterStart(Duration),
    /// This long after so many acknowledgements: while it commits.
    AfterBlocks(usize, Duration),
}

/// Height, block hash, app hash.
type Acknowledgement = (u64, String, String);

/// Runs the child, kills it, returns the acknowledgements that came through.
fn run_and_kill(directory: &Path, kill: Kill) -> Vec<Acknowledgement> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "ledger::tests::crash::child", "--nocapture"])
        .env(CHILD, directory)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let output = BufReader::new(child.stdout.take().unwrap());
    let (sender, receiver) = mpsc::channel();
    let reader = std::thread::spawn(move || {
        for line in output.lines().map_while(Result::ok) {
            if let Some(acknowledgement) = parse(&line) {
                sender.send(acknowledgement).unwrap();
            }
        }
    });
    let mut seen = Vec::new();
    match kill {
        Kill::AfterStart(delay) => std::thread::sleep(delay),
        Kill::AfterBlocks(blocks, delay) => {
            seen.extend((0..blocks).map(|_| receiver.recv().unwrap()));
            std::thread::sleep(delay);
        }
    }
    child.kill().unwrap();
    child.wait().unwrap();
    reader.join().unwrap();
    seen.extend(receiver.try_iter());
    seen
}

fn parse(line: &str) -> Option<Acknowledgement> {
    let mut words = line.split(' ').skip_while(|word| *word != "acknowledged");
    words.next()?;
    let height = words.next()?.parse().ok()?;
    let (block, app_hash) = (words.next()?.to_owned(), words.next()?.to_owned());
    // A line cut short by the kill has no whole app hash.
    (app_hash.len() == 64).then_some((height, block, app_hash))
}

#[test]
fn no_acknowledged_block_is_lost_by_kill_9() {
    let dir = tempfile::tempdir().unwrap();
    let live = dir.path().join("live");
    // How long opening takes, so that kills fall before, during and after.
    let started = Instant::now();
    drop(open(&live));
    let opening = started.elapsed();
    let mut rng = StdRng::seed_from_u64(2);
    let mut acknowledged = 0;
    for round in 0..KILLS {
        let kill = if round % 3 == 0 {
            let window = opening * 2 + Duration::from_millis(20);
            Kill::AfterStart(window.mul_f64(rng.r#gen()))
        } else {
            let delay = Duration::from_micros(rng.gen_range(0..6_000));
            Kill::AfterBlocks(rng.gen_range(1..5), delay)
        };
        let acks = run_and_kill(&live, kill);
        let ledger = Execution::recover(&live).unwrap();
        let updates = ledger.updates(Height(0), usize::MAX).unwrap();
        for (height, block, app_hash) in &acks {
            let update = &updates[*height as usize - 1];
            assert_eq!(update.height, *height);
            assert_eq!(update.block.to_string(), *block);
            assert_eq!(update.app_hash.to_string(), *app_hash);
        }
        let last = acks.last().map_or(acknowledged, |(height, ..)| *height);
        assert!(ledger.tip().height >= last);
        assert!(last >= acknowledged, "an acknowledged block is gone");
        acknowledged = ledger.tip().height;
        if round % 10 == 9 || round + 1 == KILLS {
            let (tip, state) = (ledger.tip(), contents(&ledger));
            drop(ledger);
            let replayed = dir.path().join("replayed");
            fs::create_dir(&replayed).unwrap();
            for file in ["genesis", "blocks.log"] {
                fs::copy(live.join(file), replayed.join(file)).unwrap();
            }
            let ledger = Execution::recover(&replayed).unwrap();
            assert_eq!(ledger.tip(), tip);
            assert!(contents(&ledger) == state, "replay from genesis differs");
            drop(ledger);
            fs::remove_dir_all(&replayed).unwrap();
        }
    }
}
