use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;
use crate::relation::tests::cubes;
use crate::setup::development_key;
use crate::setup::tests::{name, shared_key};

/// Counts how often a key is made.
#[derive(Default)]
struct Made(AtomicUsize);

impl Progress for Made {
    fn start(&self, _: &CircuitName, _: u64) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

impl Made {
    fn times(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

fn get(store: &KeyStore, made: &Made) -> ProvingKey {
    store.development(&name(), &cubes(20).0, made).unwrap()
}

#[test]
fn made_once_and_loaded_afterwards() {
    let directory = tempfile::tempdir().unwrap();
    let made = Made::default();
    let store = KeyStore::open(directory.path().join("deep/keys")).unwrap();
    assert_eq!(&get(&store, &made), shared_key());
    assert_eq!(&get(&store, &made), shared_key());
    let again = KeyStore::open(directory.path().join("deep/keys")).unwrap();
    assert_eq!(&get(&again, &made), shared_key());
    assert_eq!(made.times(), 1);
    // Nothing but the key is left behind.
    let files = fs::read_dir(directory.path().join("deep/keys")).unwrap();
    assert_eq!(files.count(), 1);
}

#[test]
fn damaged_files_are_made_again() {
    let directory = tempfile::tempdir().unwrap();
    let store = KeyStore::open(directory.path()).unwrap();
    let made = Made::default();
    get(&store, &made);
    let path = store.path(&cubes(20).0);
    let good = fs::read(&path).unwrap();

    let mut flipped = good.clone();
    flipped[good.len() / 2] ^= 1;
    let truncated = good[..good.len() / 3].to_vec();
    for (round, damaged) in [flipped, truncated, Vec::new(), b"text".to_vec()]
        .into_iter()
        .enumerate()
    {
        fs::write(&path, damaged).unwrap();
        assert_eq!(&get(&store, &made), shared_key());
        assert_eq!(made.times(), round + 2);
        assert_eq!(fs::read(&path).unwrap(), good);
    }
}

#[test]
fn a_file_under_a_wrong_name_is_not_used() {
    let directory = tempfile::tempdir().unwrap();
    let store = KeyStore::open(directory.path()).unwrap();
    let made = Made::default();
    get(&store, &made);
    let (other, _) = cubes(19);
    fs::copy(store.path(&cubes(20).0), store.path(&other)).unwrap();
    let key = store.development(&name(), &other, &made).unwrap();
    assert_eq!(key.digest(), other.digest());
    assert_eq!(made.times(), 2);
    // The right digest under another circuit's name: the name is part of the key's identity.
    let renamed = CircuitName::new("other").unwrap();
    let key = store.development(&renamed, &other, &made).unwrap();
    assert_eq!(key.verifying_key().circuit(), &renamed);
    assert_eq!(made.times(), 3);
}

/// Well-formed files with a fitting hash that are not the circuit's development key: what a stale
/// version or another user of the directory could leave there.
#[test]
fn foreign_keys_are_made_again() {
    let directory = tempfile::tempdir().unwrap();
    let store = KeyStore::open(directory.path()).unwrap();
    let made = Made::default();
    let (relation, _) = cubes(20);
    let digest = *relation.digest();
    let path = store.path(&relation);
    let other = development_key(&name(), &cubes(19).0, &()).unwrap();
    let another_trapdoor = ProvingKey {
        digest,
        ..other.clone()
    };
    let parts_of_another_circuit = ProvingKey {
        verifying_key: shared_key().verifying_key().clone(),
        digest,
        ..other
    };
    for (round, foreign) in [another_trapdoor, parts_of_another_circuit]
        .into_iter()
        .enumerate()
    {
        write(&path, &key_file::encode(&foreign).unwrap()).unwrap();
        assert_eq!(&get(&store, &made), shared_key());
        assert_eq!(made.times(), round + 1);
    }
}

#[test]
fn an_unusable_directory_is_an_error() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("file");
    fs::write(&file, b"").unwrap();
    assert!(matches!(
        KeyStore::open(file.join("keys")),
        Err(StoreError::Io { .. })
    ));
}
