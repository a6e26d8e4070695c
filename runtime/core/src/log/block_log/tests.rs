//! Records that come back, torn tails, damage, failing disks.

use std::fs;
use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use proptest::prelude::*;

use super::super::record::{RECORD_HASH, RECORD_HEADER};
use super::super::{DirLock, RealDisk};
use super::*;

const CHAIN: ChainId = ChainId([7; 32]);

fn open(path: &Path) -> Result<BlockLog, LogError> {
    BlockLog::open(path, CHAIN, Box::new(RealDisk))
}

/// A log with these payloads, closed again; returns the offsets of the records and the end.
fn written(path: &Path, payloads: &[&[u8]]) -> Vec<u64> {
    let mut log = open(path).unwrap();
    for payload in payloads {
        log.append(payload).unwrap();
    }
    let records = log.reader();
    (1..=log.last_height())
        .map(|height| records.record(height).unwrap().0)
        .chain([records.end()])
        .collect()
}

fn flip(path: &Path, at: u64, mask: u8) {
    let mut bytes = fs::read(path).unwrap();
    bytes[at as usize] ^= mask;
    fs::write(path, bytes).unwrap();
}

#[test]
fn what_was_appended_is_read_after_reopening() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("log");
    written(&path, &[b"one", b"", b"three"]);
    let mut log = open(&path).unwrap();
    assert_eq!(log.last_height(), 3);
    assert_eq!(log.torn(), None);
    assert_eq!(log.reader().read(1).unwrap(), b"one");
    assert_eq!(log.reader().read(2).unwrap(), b"");
    assert_eq!(log.reader().read(3).unwrap(), b"three");
    assert_eq!(log.append(b"four").unwrap(), 4);
    for height in [0, 5, u64::MAX] {
        assert!(matches!(
            log.reader().read(height),
            Err(LogError::NoSuchRecord { last: 4, .. })
        ));
    }
}

#[test]
fn every_cut_of_the_last_record_is_a_torn_tail() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("log");
    let bounds = written(&path, &[b"one", b"two"]);
    let whole = fs::read(&path).unwrap();
    for len in bounds[1] + 1..bounds[2] {
        fs::write(&path, &whole[..len as usize]).unwrap();
        let mut log = open(&path).unwrap();
        assert_eq!(log.last_height(), 1);
        assert_eq!(
            log.torn(),
            Some(TornTail {
                offset: bounds[1],
                len: len - bounds[1]
            })
        );
        assert!(matches!(log.append(b"x"), Err(LogError::TornTail)));
        log.cut_torn().unwrap();
        assert_eq!(log.append(b"new").unwrap(), 2);
        drop(log);
        assert_eq!(open(&path).unwrap().reader().read(2).unwrap(), b"new");
    }
}

#[test]
fn a_flipped_bit_before_the_last_record_names_the_block() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("log");
    let bounds = written(&path, &[b"one", b"two", b"three"]);
    let whole = fs::read(&path).unwrap();
    for at in bounds[1]..bounds[2] {
        for mask in [1, 0x80] {
            flip(&path, at, mask);
            match open(&path) {
                Err(LogError::Corrupt { offset, height, .. }) => {
                    assert_eq!((offset, height), (bounds[1], 2));
                }
                other => panic!("byte {at}: {:?}", other.map(|log| log.last_height())),
            }
            // Nothing is repaired by guessing.
            flip(&path, at, mask);
            assert_eq!(fs::read(&path).unwrap(), whole);
        }
    }
}

#[test]
fn unwritten_pages_at_the_end_are_a_torn_tail() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("log");
    let bounds = written(&path, &[b"one", &[9; 64]]);
    let whole = fs::read(&path).unwrap();
    let tail = bounds[1] as usize;
    for hole in [tail..whole.len(), tail..tail + 30, tail + 30..whole.len()] {
        let mut bytes = whole.clone();
        bytes[hole].fill(0);
        fs::write(&path, bytes).unwrap();
        let log = open(&path).unwrap();
        assert_eq!(log.last_height(), 1);
        assert_eq!(log.torn().map(|torn| torn.offset), Some(bounds[1]));
    }
}

#[test]
fn a_damaged_header_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("log");
    written(&path, &[b"one"]);
    for at in 0..FILE_HEADER as u64 {
        flip(&path, at, 4);
        assert!(matches!(open(&path), Err(LogError::BadHeader(_))));
        flip(&path, at, 4);
    }
    fs::write(&path, b"OBOLUS").unwrap();
    assert!(matches!(open(&path), Err(LogError::BadHeader(_))));
}

#[test]
fn another_chain_or_version_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("log");
    written(&path, &[b"one"]);
    let other = BlockLog::open(&path, ChainId([8; 32]), Box::new(RealDisk));
    assert!(matches!(other, Err(LogError::WrongChain { .. })));
    let header = FileHeader {
        version: VERSION + 1,
        chain: CHAIN,
    };
    fs::write(&path, header.encode()).unwrap();
    assert!(matches!(
        open(&path),
        Err(LogError::Version { found: 2, .. })
    ));
}

#[test]
fn a_record_that_changes_underneath_is_noticed() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("log");
    let bounds = written(&path, &[b"one", b"two"]);
    let log = open(&path).unwrap();
    let mut file = OpenOptions::new().write(true).open(&path).unwrap();
    file.seek(SeekFrom::Start(bounds[0] + RECORD_HEADER as u64))
        .unwrap();
    file.write_all(b"X").unwrap();
    assert!(matches!(
        log.reader().read(1),
        Err(LogError::Corrupt { height: 1, .. })
    ));
    assert_eq!(log.reader().read(2).unwrap(), b"two");
}

#[test]
fn too_large_a_payload_is_refused_and_the_log_goes_on() {
    let dir = tempfile::tempdir().unwrap();
    let mut log = open(&dir.path().join("log")).unwrap();
    let large = vec![0; MAX_PAYLOAD + 1];
    assert!(matches!(
        log.append(&large),
        Err(LogError::PayloadTooLarge(_))
    ));
    assert_eq!(log.append(b"one").unwrap(), 1);
}

#[test]
fn the_directory_can_be_locked_once() {
    let dir = tempfile::tempdir().unwrap();
    let lock = DirLock::acquire(dir.path()).unwrap();
    assert!(matches!(
        DirLock::acquire(dir.path()),
        Err(LogError::Locked(_))
    ));
    drop(lock);
    DirLock::acquire(dir.path()).unwrap();
}

/// Counts operations down and fails the one that reaches zero, writing a part first.
struct FailAt {
    left: Arc<AtomicUsize>,
}

impl FailAt {
    fn due(&self) -> bool {
        let step = |left: usize| left.checked_sub(1);
        self.left
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, step)
            == Ok(1)
    }
}

impl Disk for FailAt {
    fn write(&self, file: &mut File, bytes: &[u8]) -> io::Result<()> {
        if self.due() {
            file.write_all(&bytes[..bytes.len() / 2])?;
            return Err(io::Error::other("planted write failure"));
        }
        file.write_all(bytes)
    }

    fn sync(&self, file: &File) -> io::Result<()> {
        if self.due() {
            return Err(io::Error::other("planted sync failure"));
        }
        file.sync_data()
    }
}

#[test]
fn a_failed_write_or_sync_poisons_and_loses_nothing_acknowledged() {
    for fail_at in 1..=6 {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("log");
        written(&path, &[]);
        let left = Arc::new(AtomicUsize::new(0));
        let disk = FailAt { left: left.clone() };
        let mut log = BlockLog::open(&path, CHAIN, Box::new(disk)).unwrap();
        left.store(fail_at, Ordering::SeqCst);
        let results: Vec<_> = (0..4).map(|n| log.append(&[n; 40])).collect();
        let good = (fail_at - 1) / 2;
        for (n, result) in results.iter().enumerate() {
            match n.cmp(&good) {
                std::cmp::Ordering::Less => assert!(result.is_ok()),
                std::cmp::Ordering::Equal => {
                    assert!(matches!(result, Err(LogError::Io { .. })));
                }
                std::cmp::Ordering::Greater => {
                    assert!(matches!(result, Err(LogError::Poisoned)));
                }
            }
        }
        drop(log);
        let log = open(&path).unwrap();
        assert_eq!(log.last_height(), good as u64);
        assert_eq!(log.torn(), None);
    }
}

#[test]
fn a_failed_sync_while_opening_is_an_error() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("log");
    written(&path, &[b"one"]);
    let disk = FailAt {
        left: Arc::new(AtomicUsize::new(1)),
    };
    assert!(matches!(
        BlockLog::open(&path, CHAIN, Box::new(disk)),
        Err(LogError::Io { .. })
    ));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// Whatever bytes follow whole records, opening never panics and never drops a whole record.
    #[test]
    fn junk_after_whole_records_never_hides_them(
        payloads in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..50), 0..4),
        junk in prop::collection::vec(any::<u8>(), 0..100),
    ) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("log");
        let slices: Vec<&[u8]> = payloads.iter().map(Vec::as_slice).collect();
        let bounds = written(&path, &slices);
        let mut file = OpenOptions::new().append(true).open(&path).unwrap();
        file.write_all(&junk).unwrap();
        let log = open(&path).unwrap();
        prop_assert_eq!(log.last_height(), payloads.len() as u64);
        prop_assert_eq!(log.torn().is_some(), !junk.is_empty());
        prop_assert_eq!(bounds[payloads.len()], log.reader().end());
        for (n, payload) in payloads.iter().enumerate() {
            prop_assert_eq!(&log.reader().read(n as u64 + 1).unwrap(), payload);
        }
    }
}

#[test]
fn record_overhead_is_as_documented() {
    let dir = tempfile::tempdir().unwrap();
    let bounds = written(&dir.path().join("log"), &[b"12345"]);
    assert_eq!(bounds[0], FILE_HEADER as u64);
    assert_eq!(
        bounds[1] - bounds[0],
        (RECORD_HEADER + 5 + RECORD_HASH) as u64
    );
}
