use std::os::unix::fs::PermissionsExt;

use super::*;
use crate::entry::{Entry, Item, Kind};
use crate::ledger::fixture::token;
use crate::testing::entry;

fn store(root: &Path) -> Store {
    Store::open(root, &token().config, &[3; 32]).unwrap()
}

fn items(from: u64, count: u64) -> Vec<Item> {
    let one = |id| Item::Entry(entry(id, Kind::Transfer, Some(1), Some(2), id));
    (from..from + count).map(one).collect()
}

fn ids(store: &Store, tail: Tail) -> Vec<u64> {
    let id = |item: Result<Item, StoreError>| match item.unwrap() {
        Item::Entry(Entry { id, .. }) => id.0,
        Item::Gap(_) => unreachable!(),
    };
    store.items(tail).map(id).collect()
}

#[test]
fn segments_are_read_in_order_and_follow_one_another() {
    let directory = tempfile::tempdir().unwrap();
    let store = store(directory.path());
    let mut tail = Tail::default();
    let mut written = 0;
    // A segment has 8 MiB; ten thousand movements have about 1.3.
    for _ in 0..8 {
        tail = store.append(tail, &items(written, 10_000)).unwrap();
        written += 10_000;
    }
    assert!(tail.segment >= 1, "{tail:?}");
    assert_eq!(tail.frames, 24);
    assert!(ids(&store, tail).into_iter().eq(0..written));
}

#[test]
fn what_counts_is_the_tail() {
    let directory = tempfile::tempdir().unwrap();
    let store = store(directory.path());
    let first = store.append(Tail::default(), &items(0, 3)).unwrap();
    store.append(first, &items(3, 3)).unwrap();
    assert_eq!(ids(&store, first), [0, 1, 2]);
    // Written again after a crash, with other content.
    let second = store.append(first, &items(7, 2)).unwrap();
    assert_eq!(ids(&store, second), [0, 1, 2, 7, 8]);
    let nothing = store.append(second, &[]).unwrap();
    assert_eq!(nothing, second);
}

#[test]
fn a_segment_shorter_than_the_head_says_is_damage() {
    let directory = tempfile::tempdir().unwrap();
    let store = store(directory.path());
    let tail = store.append(Tail::default(), &items(0, 3)).unwrap();
    let path = directory.path().join("segments/000000");
    let bytes = fs::read(&path).unwrap();
    fs::write(&path, &bytes[..bytes.len() - 1]).unwrap();
    assert!(matches!(
        store.append(tail, &items(3, 1)),
        Err(StoreError::Damaged(_))
    ));
    assert!(store.items(tail).any(|item| item.is_err()));
}

#[test]
fn segments_that_count_are_there_and_long_enough() {
    let directory = tempfile::tempdir().unwrap();
    let store = store(directory.path());
    store.check_lengths(Tail::default()).unwrap();
    let mut tail = Tail::default();
    while tail.segment == 0 {
        tail = store.append(tail, &items(tail.frames, 20_000)).unwrap();
    }
    store.check_lengths(tail).unwrap();
    let damaged = |path: &Path| match store.check_lengths(tail) {
        Err(StoreError::Damaged(named)) => assert_eq!(named, path),
        other => panic!("{other:?}"),
    };
    for name in ["segments/000000", "segments/000001"] {
        let path = directory.path().join(name);
        let whole = fs::read(&path).unwrap();
        let counts = if name.ends_with('1') {
            tail.length
        } else {
            8 << 20
        };
        let short = usize::try_from(counts).unwrap() - 1;
        fs::write(&path, &whole[..short]).unwrap();
        damaged(&path);
        fs::remove_file(&path).unwrap();
        damaged(&path);
        fs::write(&path, whole).unwrap();
        store.check_lengths(tail).unwrap();
    }
}

#[test]
fn directories_are_for_their_owner_alone() {
    let directory = tempfile::tempdir().unwrap();
    let root = directory.path().join("index");
    let store = store(&root);
    let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&root), 0o700);
    assert_eq!(mode(&store.segments()), 0o700);
    store.clear(&store.lock().unwrap()).unwrap();
    assert_eq!(mode(&store.segments()), 0o700);
}

#[test]
fn records_are_bound_to_their_name_and_token() {
    let directory = tempfile::tempdir().unwrap();
    let first = store(directory.path());
    first.put("names", &7_u64).unwrap();
    assert_eq!(first.get::<u64>("names").unwrap(), Some(7));
    assert_eq!(first.get::<u64>("annotations").unwrap(), None);
    let name = |name: &str| directory.path().join(name);
    fs::copy(name("names"), name("annotations")).unwrap();
    let moved = first.get::<u64>("annotations");
    assert!(matches!(moved, Err(StoreError::Damaged(_))));
    let mut other = token().config;
    other.token.0[0] ^= 1;
    let second = Store::open(directory.path(), &other, &[3; 32]).unwrap();
    assert!(matches!(
        second.get::<u64>("names"),
        Err(StoreError::Damaged(_))
    ));
}
