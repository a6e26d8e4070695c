//! A whole proof on every path of the processor, each in a process of its own: which path is taken is decided once a process.
#![allow(clippy::unwrap_used, reason = "a test binary")]

use obolus_kernels::fixtures::{assert_path, run_on_every_path};
use obolus_protocol::statement::sample;
use obolus_prover::{KeyStore, Prover, Register};

/// Runs in the child only.
#[test]
#[ignore = "run by the other test, with another environment"]
fn proves_a_registration() {
    assert_path();
    let directory = tempfile::tempdir().unwrap();
    let store = KeyStore::open(directory.path()).unwrap();
    let prover = Prover::<Register>::development(&store, &()).unwrap();
    // A proof that is returned has been verified, on the same path.
    prover
        .prove(&sample::register(1), sample::context(1))
        .unwrap();
}

#[test]
fn every_path_proves_what_the_best_one_does() {
    run_on_every_path("proves_a_registration");
}
