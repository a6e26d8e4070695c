//! Opening: whatever happened to the store, the log brings it back; what happened to the log is said.

use std::fs;
use std::path::Path;

use obolus_protocol::tx::Height;

use super::super::commit::LoggedBlock;
use super::super::kit::*;
use super::super::*;
use crate::log::{BlockLog, LogError, RealDisk};

const BLOCKS: u64 = 6;

type Snapshot = (obolus_runtime_api::Tip, Vec<(Vec<u8>, Vec<u8>)>);

/// A ledger with a few blocks, closed; its tip and state.
fn written(dir: &Path) -> Snapshot {
    let mut ledger = open(dir);
    for n in 0..BLOCKS {
        // Updates above the store's piece size, and a key that is written again.
        let value = vec![n as u8; 500 * n as usize];
        commit(&mut ledger, &[put(n, &value, 15), put(99, &value, 15)]);
    }
    (ledger.tip(), contents(&ledger))
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

fn check(dir: &Path, expected: &Snapshot) {
    let mut ledger = Execution::recover(dir).unwrap();
    assert_eq!(&(ledger.tip(), contents(&ledger)), expected);
    let updates = ledger.updates(Height(0), usize::MAX).unwrap();
    assert_eq!(updates.len() as u64, expected.0.height);
    commit(&mut ledger, &[put(77, b"goes on", 15)]);
}

#[test]
fn reopening_changes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let expected = written(dir.path());
    check(dir.path(), &expected);
}

#[test]
fn a_missing_store_is_rebuilt() {
    let dir = tempfile::tempdir().unwrap();
    let expected = written(dir.path());
    fs::remove_dir_all(dir.path().join("state")).unwrap();
    check(dir.path(), &expected);
}

#[test]
fn a_store_that_is_behind_is_brought_up() {
    let dir = tempfile::tempdir().unwrap();
    let live = dir.path().join("live");
    let mut ledger = open(&live);
    let mut copies = Vec::new();
    for n in 0..BLOCKS {
        commit(&mut ledger, &[put(n, b"x", 15)]);
        drop(ledger);
        let saved = dir.path().join(format!("state-{n}"));
        copy(&live.join("state"), &saved);
        copies.push(saved);
        ledger = open(&live);
    }
    let expected = (ledger.tip(), contents(&ledger));
    drop(ledger);
    for saved in copies {
        let victim = dir.path().join("victim");
        copy(&live, &victim);
        fs::remove_dir_all(victim.join("state")).unwrap();
        copy(&saved, &victim.join("state"));
        check(&victim, &expected);
        fs::remove_dir_all(&victim).unwrap();
    }
}

#[test]
fn a_store_ahead_of_the_log_is_an_error_and_stays() {
    let dir = tempfile::tempdir().unwrap();
    written(dir.path());
    let log = dir.path().join("blocks.log");
    let whole = fs::read(&log).unwrap();
    // In the last record, and far before it: the store has blocks that the log lost.
    for (len, torn) in [
        (whole.len() - 1, true),
        (whole.len() / 2, true),
        (48, false),
    ] {
        fs::write(&log, &whole[..len]).unwrap();
        match Execution::recover(dir.path()).err() {
            Some(LedgerError::StoreAhead {
                store,
                log,
                torn: is_torn,
            }) => {
                assert_eq!((store, is_torn), (BLOCKS + 1, torn));
                assert!(log < store);
            }
            other => panic!("{other:?}"),
        }
        // Nothing was cut off or deleted.
        assert_eq!(fs::read(&log).unwrap().len(), len);
    }
    fs::write(&log, &whole).unwrap();
    Execution::recover(dir.path()).unwrap();
}

#[test]
fn a_torn_tail_is_cut_when_the_store_knows_nothing_of_it() {
    let dir = tempfile::tempdir().unwrap();
    let expected = written(dir.path());
    let log = dir.path().join("blocks.log");
    let mut bytes = fs::read(&log).unwrap();
    bytes.extend_from_slice(b"OBRC\x10\x00\x00\x00half a record");
    fs::write(&log, bytes).unwrap();
    check(dir.path(), &expected);
}

#[test]
fn a_flipped_bit_in_the_log_is_reported_with_its_block() {
    let dir = tempfile::tempdir().unwrap();
    written(dir.path());
    let log = dir.path().join("blocks.log");
    let mut bytes = fs::read(&log).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0x10;
    fs::write(&log, &bytes).unwrap();
    match Execution::recover(dir.path()).err() {
        Some(LedgerError::Log(error @ LogError::Corrupt { .. })) => {
            assert!(error.to_string().contains("restore the file"));
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(fs::read(&log).unwrap(), bytes);
}

/// The store's files damaged anywhere: either sled does not mind, or the store is rebuilt.
#[test]
fn a_damaged_store_gives_the_same_state() {
    let dir = tempfile::tempdir().unwrap();
    let live = dir.path().join("live");
    let expected = written(&live);
    let victim = dir.path().join("victim");
    let size = fs::metadata(live.join("state/db")).unwrap().len() as usize;
    let step = size / 13;
    for at in (0..size).step_by(step.max(1)) {
        copy(&live, &victim);
        let path = victim.join("state/db");
        let mut bytes = fs::read(&path).unwrap();
        let end = (at + 64).min(bytes.len());
        bytes[at..end].fill(0xa5);
        fs::write(&path, bytes).unwrap();
        check(&victim, &expected);
        fs::remove_dir_all(&victim).unwrap();
    }
}

#[test]
fn a_store_of_another_history_is_rebuilt() {
    let dir = tempfile::tempdir().unwrap();
    let one = dir.path().join("one");
    let expected = written(&one);
    let other = dir.path().join("other");
    let mut ledger = open(&other);
    for n in 0..2 {
        commit(&mut ledger, &[put(n, b"other", 15)]);
    }
    drop(ledger);
    fs::remove_dir_all(one.join("state")).unwrap();
    copy(&other.join("state"), &one.join("state"));
    check(&one, &expected);
}

#[test]
fn another_genesis_is_refused_and_one_process_at_a_time() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = open(dir.path());
    assert!(matches!(
        Execution::recover(dir.path()),
        Err(LedgerError::Log(LogError::Locked(_)))
    ));
    drop(ledger);
    let mut other = genesis();
    other.time.0 += 1;
    assert!(matches!(
        Execution::open(dir.path(), &other),
        Err(LedgerError::OtherChain { .. })
    ));
    let empty = tempfile::tempdir().unwrap();
    assert!(matches!(
        Execution::recover(empty.path()),
        Err(LedgerError::NoGenesis)
    ));
}

/// A log whose recorded app hash is not what execution gives: another release wrote it.
#[test]
fn divergence_is_reported_and_nothing_is_applied() {
    let dir = tempfile::tempdir().unwrap();
    let mut ledger = open(dir.path());
    let good = ledger.tip();
    let proposal = propose(&ledger, &[put(1, b"x", 10)]);
    let mut logged = LoggedBlock {
        app_hash: proposal.executed.app_hash(),
        block: proposal.executed.block().clone(),
    };
    logged.app_hash.0[0] ^= 1;
    ledger.log.append(&encode(&logged)).unwrap();
    drop(ledger);
    assert!(matches!(
        Execution::recover(dir.path()).err(),
        Some(LedgerError::Diverged { height: 2, .. })
    ));
    // The log is as it was, and without the bad record the ledger opens.
    let path = dir.path().join("blocks.log");
    let log = BlockLog::open(&path, good.chain, Box::new(RealDisk)).unwrap();
    assert_eq!(log.last_height(), 2);
    assert_eq!(log.reader().read(2).unwrap(), encode(&logged));
}
