//! A whole proof on every path of the processor, each in a process of its own: which path is taken is decided once a process.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test binary")]

use std::process::Command;

use obolus_kernels::{Path, VARIABLE};
use obolus_protocol::statement::sample;
use obolus_prover::{KeyStore, Prover, Register};

/// Runs in the child only.
#[test]
#[ignore = "run by the other test, with another environment"]
fn proves_a_registration() {
    assert_eq!(Path::best().name(), std::env::var(VARIABLE).unwrap());
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
    let paths = Path::available();
    assert_eq!(paths.first(), Some(&Path::Portable));
    for path in paths {
        let output = Command::new(std::env::current_exe().unwrap())
            .args(["--ignored", "--exact", "proves_a_registration"])
            .env(VARIABLE, path.name())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{path}: {said}");
        assert!(said.contains("1 passed"), "{path}: {said}");
    }
}
