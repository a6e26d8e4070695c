//! A disk that fails: what was not acknowledged may be lost, nothing else, and nothing goes on as if
//! nothing had happened.

use std::fs::File;
use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::super::kit::*;
use super::super::*;
use crate::log::Disk;

/// Fails every write or every sync while its switch is on.
#[derive(Clone, Default)]
struct Faulty {
    write: Arc<AtomicBool>,
    sync: Arc<AtomicBool>,
}

impl Disk for Faulty {
    fn write(&self, file: &mut File, bytes: &[u8]) -> io::Result<()> {
        if self.write.load(Ordering::SeqCst) {
            file.write_all(&bytes[..bytes.len() / 3])?;
            return Err(io::Error::other("planted write failure"));
        }
        file.write_all(bytes)
    }

    fn sync(&self, file: &File) -> io::Result<()> {
        if self.sync.load(Ordering::SeqCst) {
            return Err(io::Error::other("planted sync failure"));
        }
        file.sync_data()
    }
}

fn open_on(dir: &std::path::Path, disk: &Faulty) -> Execution {
    Execution::open_on(dir, &genesis(), Box::new(disk.clone())).unwrap()
}

#[test]
fn a_failed_write_or_sync_is_never_acknowledged() {
    for sync in [false, true] {
        let dir = tempfile::tempdir().unwrap();
        drop(open(dir.path()));
        let disk = Faulty::default();
        let mut ledger = open_on(dir.path(), &disk);
        commit(&mut ledger, &[put(1, b"safe", 10)]);
        let (tip, state) = (ledger.tip(), contents(&ledger));
        let switch = if sync { &disk.sync } else { &disk.write };
        let proposal = propose(&ledger, &[put(2, b"lost", 10)]);
        switch.store(true, Ordering::SeqCst);
        assert!(matches!(
            ledger.commit(&proposal.executed),
            Err(CommitError::Log(_))
        ));
        // The disk recovers, but this ledger does not know what is on it.
        switch.store(false, Ordering::SeqCst);
        assert!(matches!(
            ledger.commit(&proposal.executed),
            Err(CommitError::Poisoned)
        ));
        assert_eq!((ledger.tip(), contents(&ledger)), (tip, state.clone()));
        assert_eq!(ledger.receipt(&put(2, b"lost", 10).id()).unwrap(), None);
        drop(ledger);
        let mut ledger = open(dir.path());
        assert_eq!((ledger.tip(), contents(&ledger)), (tip, state));
        ledger.commit(&proposal.executed).unwrap();
        assert_eq!(stored(&ledger, 2), b"lost");
    }
}

#[test]
fn a_ledger_that_cannot_sync_does_not_open() {
    let dir = tempfile::tempdir().unwrap();
    drop(open(dir.path()));
    let disk = Faulty::default();
    disk.sync.store(true, Ordering::SeqCst);
    let opened = Execution::open_on(dir.path(), &genesis(), Box::new(disk));
    assert!(matches!(opened, Err(LedgerError::Log(_))));
}

#[test]
fn a_failure_while_creating_leaves_nothing_half_made() {
    let dir = tempfile::tempdir().unwrap();
    for switch in ["write", "sync"] {
        let disk = Faulty::default();
        if switch == "write" {
            &disk.write
        } else {
            &disk.sync
        }
        .store(true, Ordering::SeqCst);
        let opened = Execution::open_on(dir.path(), &genesis(), Box::new(disk));
        assert!(matches!(opened, Err(LedgerError::Log(_))));
        assert!(matches!(
            Execution::recover(dir.path()),
            Err(LedgerError::NoGenesis)
        ));
    }
    assert_eq!(open(dir.path()).tip().height, 1);
}
