//! For tests on every path of the processor: which one is taken is decided once a process, so each has a process of its own.

use std::process::Command;

use crate::path::{Path, VARIABLE};

/// Runs an ignored test of this binary on every path, the portable one first.
///
/// # Panics
/// If it fails on one, or is not there.
pub fn run_on_every_path(test: &str) {
    let paths = Path::available();
    assert_eq!(paths.first(), Some(&Path::Portable));
    for path in paths {
        let output = Command::new(std::env::current_exe().unwrap())
            .args(["--ignored", "--exact", test])
            .env(VARIABLE, path.name())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{path}: {said}");
        assert!(said.contains("1 passed"), "{path}: {said}");
    }
}

/// Says in such a test that the path is the one that was asked for.
///
/// # Panics
/// If it is not.
pub fn assert_path() {
    assert_eq!(Path::best().name(), std::env::var(VARIABLE).unwrap());
}
