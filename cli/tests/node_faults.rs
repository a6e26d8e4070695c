//! A node whose disk fails it: full, torn, with flipped bits. It says what is wrong, acknowledges nothing that it does
//! not have, and goes on where it can.
//!
//! A failing fsync is tested inside the node's crate, where the disk can be replaced.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a failed expectation is a failed test"
)]

mod common;

use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use common::load::Load;
use common::node::{Ended, Node, Starting, command, copy, fixture};
use tempfile::TempDir;

/// Bytes that the store may grow by before the disk is full: a few blocks.
const ROOM: u64 = 400 << 10;

/// A chain that has committed some transfers and was stopped in order.
struct Chain {
    _directory: TempDir,
    data: PathBuf,
}

impl Chain {
    fn fresh() -> (Self, Load) {
        let (fresh, transfers) = fixture();
        let directory = tempfile::tempdir().unwrap();
        let data = directory.path().join("data");
        copy(&fresh, &data);
        let chain = Self {
            _directory: directory,
            data,
        };
        (chain, Load::new(transfers))
    }

    /// With all transfers committed.
    fn used() -> (Self, Load) {
        let (chain, load) = Self::fresh();
        let node = Node::start(&chain.data);
        load.run(&node.url);
        assert!(load.is_done());
        assert!(node.stop().success());
        (chain, load)
    }

    fn ledger(&self) -> PathBuf {
        self.data.join("ledger")
    }

    fn log(&self) -> PathBuf {
        self.ledger().join("blocks.log")
    }

    /// Starts the node, which must refuse; it leaves every file as it was.
    fn refuses(&self) -> Ended {
        let before = std::fs::read(self.log()).unwrap();
        let ended = Starting::spawn(command(&self.data)).wait();
        assert_eq!(std::fs::read(self.log()).unwrap(), before);
        ended.err().expect("the node must not start")
    }

    /// Starts the node; it has everything, and the same state as before.
    fn goes_on(&self, load: &Load) {
        let node = Node::start(&self.data);
        load.again();
        load.run(&node.url);
        assert!(node.stop().success());
        load.check(&self.ledger());
    }
}

fn flip(path: &Path, at: u64) {
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .open(path)
        .unwrap();
    let mut byte = [0];
    file.read_exact_at(&mut byte, at).unwrap();
    file.write_all_at(&[byte[0] ^ 0x10], at).unwrap();
}

#[test]
fn a_flipped_bit_in_the_log_is_refused_with_its_place() {
    let (chain, load) = Chain::used();
    let length = chain.log().metadata().unwrap().len();
    flip(&chain.log(), length / 2);
    let ended = chain.refuses();
    assert_eq!(ended.status.code(), Some(1), "{ended:?}");
    assert!(ended.log.contains("is damaged at byte"), "{ended:?}");
    assert!(ended.log.contains("(block "), "{ended:?}");
    assert!(ended.log.contains("restore the file"), "{ended:?}");
    // Put right, everything is there.
    flip(&chain.log(), length / 2);
    chain.goes_on(&load);
}

#[test]
fn flipped_bits_in_the_store_change_nothing() {
    let (chain, load) = Chain::used();
    let store = chain.ledger().join("state/db");
    let length = store.metadata().unwrap().len();
    for part in 1..8 {
        flip(&store, length * part / 8);
    }
    chain.goes_on(&load);
}

#[test]
fn a_torn_tail_is_cut_and_an_acknowledged_one_is_missed() {
    let (chain, load) = Chain::used();
    // A record that a crash cut short, which nobody was told about.
    let intact = chain.log().metadata().unwrap().len();
    let mut log = OpenOptions::new().append(true).open(chain.log()).unwrap();
    log.write_all(b"OBRC\x00\x10").unwrap();
    drop(log);
    chain.goes_on(&load);
    assert!(chain.log().metadata().unwrap().len() >= intact);

    // Half of a block that the store knows, and clients too.
    let length = chain.log().metadata().unwrap().len();
    let log = OpenOptions::new().write(true).open(chain.log()).unwrap();
    log.set_len(length - 100).unwrap();
    let ended = chain.refuses();
    assert_eq!(ended.status.code(), Some(1), "{ended:?}");
    assert!(
        ended.log.contains("acknowledged blocks are missing"),
        "{ended:?}"
    );
}

/// The node ran out of room: it must have said so and ended; with room again it has all that it acknowledged.
fn check_full(chain: &Chain, load: &Load, node: Node) {
    // One client, so that even a fast node makes enough blocks to fill the room.
    load.run_by(1, &node.url);
    assert!(!load.is_done(), "the disk was not full");
    assert!(load.count() > 0, "nothing was acknowledged before");
    let (status, log) = node.ended();
    assert_eq!(status.code(), Some(1), "{log}");
    assert!(log.contains("the node stopped because"), "{log}");
    load.check(&chain.ledger());
    let node = Node::start(&chain.data);
    load.run(&node.url);
    assert!(load.is_done());
    assert!(node.stop().success());
    load.check(&chain.ledger());
}

#[test]
fn a_full_disk_stops_the_node_and_loses_nothing() {
    let (chain, load) = Chain::fresh();
    // A limit on the size of files is the same to the node: a write that does not fit.
    let store = chain.ledger().join("state/db");
    let grown_by = |room: u64| {
        let blocks = (store.metadata().unwrap().len() + room) / 512;
        let inner = command(&chain.data);
        let mut limited = Command::new("sh");
        limited
            .arg("-c")
            .arg(format!(
                "trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\""
            ))
            .arg(inner.get_program())
            .args(inner.get_args())
            .env_remove("OBOLUS_LOG");
        Starting::spawn(limited).wait()
    };
    // The store may write more than that when it is opened: then the node does not start, says why, and loses nothing.
    let node = grown_by(ROOM).or_else(|ended| {
        assert!(ended.log.contains("File too large"), "{ended:?}");
        load.check(&chain.ledger());
        grown_by(2 * ROOM)
    });
    let node = node.expect("the node starts");
    check_full(&chain, &load, node);
}

#[test]
fn a_full_filesystem_stops_the_node_and_loses_nothing() {
    let isolated = |script: &str| {
        let mut command = Command::new("unshare");
        command.args(["--map-root-user", "--mount", "sh", "-c", script, "sh"]);
        command.env_remove("OBOLUS_LOG");
        command
    };
    let possible = isolated("mount -t tmpfs -o size=1m tmpfs /mnt").status();
    if !possible.is_ok_and(|status| status.success()) {
        eprintln!("SKIPPED: a small filesystem cannot be mounted here");
        return;
    }
    let (mut chain, load) = Chain::fresh();
    let base = chain.data.parent().unwrap();
    let (small, left) = (base.join("small"), base.join("left"));
    std::fs::create_dir(&small).unwrap();
    std::fs::create_dir(&left).unwrap();
    let size: u64 = common::needles::files(&chain.data)
        .iter()
        .map(|(_, content)| content.len() as u64)
        .sum();
    // The filesystem goes with the process, so what the node leaves is brought out before.
    let script = format!(
        "mount -t tmpfs -o size={} tmpfs \"$2\" && cp -r \"$1/.\" \"$2\" || exit 9; small=$2; left=$3; shift 3\n\
         \"$@\"; code=$?; cp -r \"$small/.\" \"$left\"; exit $code",
        size + 2 * ROOM
    );
    let inner = command(&small);
    let mut run = isolated(&script);
    run.args([&chain.data, &small, &left])
        .arg(inner.get_program())
        .args(inner.get_args());
    let node = Starting::spawn(run).wait().expect("the node starts");
    chain.data = left;
    check_full(&chain, &load, node);
}
