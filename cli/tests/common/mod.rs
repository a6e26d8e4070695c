//! Runs the real binary with a shared key cache under `target/`.
#![allow(dead_code, reason = "each test binary uses its part")]

pub mod browser;
pub mod committee;
pub mod desk;
pub mod liar;
pub mod load;
pub mod market;
pub mod needles;
pub mod node;
pub mod prover;
pub mod successor;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::NamedTempFile;

/// Proving keys are made once per checkout and shared by all tests.
pub fn keys_dir() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("../obolus-keys")
}

/// A payments file with these rows.
pub fn payments_file(rows: &[&str]) -> NamedTempFile {
    let mut file = NamedTempFile::new().unwrap();
    writeln!(file, "uetr,debtor,creditor,amount,currency,remittance").unwrap();
    for row in rows {
        writeln!(file, "{row}").unwrap();
    }
    file
}

/// One `obolus demo` command line.
pub struct Demo {
    pub command: Command,
}

impl Demo {
    pub fn new() -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_obolus"));
        command.arg("demo").arg("--keys-dir").arg(keys_dir());
        command.env_remove("OBOLUS_LOG");
        Self { command }
    }

    pub fn arg(mut self, arg: impl AsRef<std::ffi::OsStr>) -> Self {
        self.command.arg(arg);
        self
    }

    pub fn payments(self, file: &Path) -> Self {
        self.arg("--payments").arg(file)
    }

    /// Runs to a successful end and returns the one JSON object on standard output.
    pub fn json(self) -> Value {
        let output = self.arg("--json").output();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// Runs to a successful end and returns standard output.
    pub fn text(self) -> String {
        let output = self.output();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).unwrap()
    }

    /// Runs to a failure and returns standard error.
    pub fn fails(self) -> String {
        let output = self.output();
        assert!(!output.status.success());
        assert!(output.stdout.is_empty());
        String::from_utf8(output.stderr).unwrap()
    }

    pub fn output(mut self) -> Output {
        self.command.output().unwrap()
    }
}
