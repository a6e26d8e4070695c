//! Scheduled calls when blocks are validated, imported and recovered.

use super::*;

#[test]
fn validating_and_importing_run_the_same_calls() {
    let mut clock = Clock::new();
    clock.start(1, 4, Entry::Tick, FUEL, 1);
    clock.start(2, 4, Entry::Spin, FUEL, 1);
    let other = tempfile::tempdir().unwrap();
    let mut replica = Execution::open(other.path(), &genesis()).unwrap();
    clock.empty();
    clock.empty();
    for height in 1..=clock.height() {
        let block = clock.ledger.block(Height(height)).unwrap();
        let executed = replica.validate(block).unwrap();
        replica.commit(&executed).unwrap();
    }
    assert_eq!(replica.tip(), clock.ledger.tip());
    assert_eq!(
        replica.updates(Height(1), 10).unwrap(),
        clock.ledger.updates(Height(1), 10).unwrap()
    );
    assert_eq!(contents(&replica), contents(&clock.ledger));
}

#[test]
fn the_app_hash_covers_what_calls_did() {
    let mut clock = Clock::new();
    clock.start(1, 3, Entry::Tick, FUEL, 1);
    let runs = clock.empty();
    let seen = clock.ledger.state().get(&keys::schedule_run()).unwrap();
    let seen: SeenRun = borsh::from_slice(&seen.unwrap()).unwrap();
    assert_eq!(seen.height, Height(3));
    assert_eq!(
        seen.outcome,
        blake3::derive_key(super::super::OUTCOME, &encode(&runs))
    );
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target: PathBuf = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// A store that lost its last blocks, or all of them, is brought up from the log: empty blocks with due calls too.
#[test]
fn recovery_runs_the_same_calls_again() {
    let mut clock = Clock::new();
    clock.start(1, 4, Entry::Again, FUEL, 3);
    let behind = tempfile::tempdir().unwrap();
    let Clock {
        ledger, directory, ..
    } = clock;
    drop(ledger);
    let path = directory.path().to_owned();
    let genesis = genesis();
    copy(&path.join("state"), behind.path());
    let mut clock = Clock {
        ledger: Execution::open(&path, &genesis).unwrap(),
        nonce: 100,
        directory,
    };
    for _ in 0..4 {
        clock.empty();
    }
    let (tip, content) = (clock.ledger.tip(), contents(&clock.ledger));
    let Clock {
        ledger,
        directory: _kept,
        ..
    } = clock;
    drop(ledger);

    // The crash: the log is written, the store is as it was four blocks before.
    fs::remove_dir_all(path.join("state")).unwrap();
    copy(behind.path(), &path.join("state"));
    let ledger = Execution::open(&path, &genesis).unwrap();
    assert_eq!((ledger.tip(), contents(&ledger)), (tip, content.clone()));
    assert_eq!(ledger.scheduled_runs(Height(6)).unwrap().len(), 1);
    drop(ledger);

    fs::remove_dir_all(path.join("state")).unwrap();
    let ledger = Execution::open(&path, &genesis).unwrap();
    assert_eq!((ledger.tip(), contents(&ledger)), (tip, content));
}
