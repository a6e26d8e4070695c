use std::fs;
use std::sync::atomic::{AtomicUsize, Ordering};

use obolus_protocol::statement::sample;
use obolus_r1cs::Register;
use obolus_verifier::CircuitName;
use rayon::prelude::*;

use super::*;
use crate::prover::{ProveError, Prover};
use crate::store::StoreError;

/// Counts keys that are made.
#[derive(Default)]
struct Made(AtomicUsize);

impl Progress for Made {
    fn start(&self, _: &CircuitName, _: u64) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

fn prove(prover: &Prover<Register>) -> Result<(), ProveError> {
    let proven = prover.prove(&sample::register(1), sample::context(1));
    proven.map(|proven| assert_eq!(proven.envelope.key, prover.verifying_key().id()))
}

#[test]
fn a_key_is_read_at_the_first_proof_and_once() {
    let directory = tempfile::tempdir().unwrap();
    let store = KeyStore::open(directory.path()).unwrap();
    let prover = Prover::<Register>::on_demand(&store).unwrap();
    let key = prover.verifying_key().clone();
    assert!(!prover.is_loaded() && !store.has(prover.relation().unwrap()));
    let made = Made::default();
    prover.load(&made).unwrap();
    assert!(prover.is_loaded() && store.has(prover.relation().unwrap()));
    prover.load(&made).unwrap();
    assert_eq!(made.0.load(Ordering::SeqCst), 1);
    assert_eq!(prover.verifying_key(), &key);
    prove(&prover).unwrap();
}

/// Many proofs on one small pool wait for one key: whoever reads it must not take up another proof meanwhile.
#[test]
fn proofs_that_begin_at_once_share_the_key() {
    let directory = tempfile::tempdir().unwrap();
    let store = KeyStore::open(directory.path()).unwrap();
    let prover = Prover::<Register>::on_demand(&store).unwrap();
    let pool = ThreadPoolBuilder::new().num_threads(2).build().unwrap();
    pool.install(|| {
        (0..6).into_par_iter().for_each(|_| prove(&prover).unwrap());
    });
}

#[test]
fn what_is_wrong_with_a_key_shows_at_the_first_proof_and_can_be_mended() {
    let directory = tempfile::tempdir().unwrap();
    let keys = directory.path().join("keys");
    let store = KeyStore::open(&keys).unwrap();
    let prover = Prover::<Register>::on_demand(&store).unwrap();
    // A directory in the place of the file cannot be read, nor replaced by a file.
    let path = store.path(prover.relation().unwrap());
    fs::create_dir(&path).unwrap();
    let Err(ProveError::Key(error)) = prove(&prover) else {
        panic!("proved without a key");
    };
    let PrepareError::Store(StoreError::Io { path: named, .. }) = &*error else {
        panic!("{error}");
    };
    assert_eq!(named, &path);
    assert!(!prover.is_loaded());
    fs::remove_dir(&path).unwrap();
    prove(&prover).unwrap();
}

#[test]
fn a_damaged_file_is_made_again() {
    let directory = tempfile::tempdir().unwrap();
    let store = KeyStore::open(directory.path()).unwrap();
    let first = Prover::<Register>::on_demand(&store).unwrap();
    first.load(&()).unwrap();
    let path = store.path(first.relation().unwrap());
    let good = fs::read(&path).unwrap();
    drop(first);
    fs::write(&path, good.get(..good.len() / 2).unwrap()).unwrap();
    let made = Made::default();
    let second = Prover::<Register>::on_demand(&store).unwrap();
    second.load(&made).unwrap();
    assert_eq!(made.0.load(Ordering::SeqCst), 1);
    assert_eq!(fs::read(&path).unwrap(), good);
}
