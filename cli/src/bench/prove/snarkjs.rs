//! snarkjs in a process that waits for its turns, so that its code is compiled once and it is measured between the others.

use std::cell::RefCell;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use obolus_protocol::Fr;
use obolus_verifier::snarkjs::proof_from_json;
use obolus_verifier::{VerifyingKey, verify};
use rayon::ThreadPool;
use serde::Deserialize;
use tempfile::TempDir;

use super::foreign::Foreign;
use super::turns::{Turn, Who};
use crate::bench::BenchError;

/// For each line of its input one proof; says milliseconds and the most memory that it had so far.
const SCRIPT: &str = r#"
const fs = require("fs");
const readline = require("readline");
const snarkjs = require("snarkjs");
const [zkey, witness] = process.argv.slice(2, 4).map((path) => new Uint8Array(fs.readFileSync(path)));
const options = { singleThread: process.argv[4] === "1" };
(async () => {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const start = process.hrtime.bigint();
    const { proof } = await snarkjs.groth16.prove(zkey, witness, undefined, options);
    const ms = Number(process.hrtime.bigint() - start) / 1e6;
    console.log(JSON.stringify({ ms, mb: process.resourceUsage().maxRSS / 1024, proof }));
  }
  process.exit(0);
})();
"#;

#[derive(Deserialize)]
struct Answer {
    ms: f64,
    mb: f64,
    proof: serde_json::Value,
}

/// A waiting process.
pub(super) struct Snarkjs<'a> {
    child: Child,
    orders: ChildStdin,
    answers: BufReader<ChildStdout>,
    key: &'a VerifyingKey,
    inputs: Vec<Fr>,
    peak_mb: f64,
    _folder: TempDir,
}

impl<'a> Snarkjs<'a> {
    /// Starts one on a single thread, or with the threads that it takes. `packages` is a folder in which `npm install snarkjs`
    /// was run.
    pub(super) fn start(
        packages: &Path,
        foreign: &'a Foreign,
        single: bool,
    ) -> Result<Self, BenchError> {
        let folder = tempfile::tempdir().map_err(BenchError::io("a temporary folder"))?;
        let path = |file: &str| folder.path().join(file);
        let witness = foreign.witness.encode();
        for (file, bytes) in [
            ("prove.cjs", SCRIPT.as_bytes()),
            ("key.zkey", foreign.zkey.as_slice()),
            ("witness.wtns", witness.as_slice()),
        ] {
            fs::write(path(file), bytes).map_err(BenchError::io(path(file)))?;
        }
        let packages = std::path::absolute(packages).map_err(BenchError::io(packages))?;
        let mut child = Command::new("node")
            .args(["prove.cjs", "key.zkey", "witness.wtns"])
            .arg(if single { "1" } else { "all" })
            .current_dir(folder.path())
            .env("NODE_PATH", packages.join("node_modules"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| BenchError::Snarkjs(format!("node: {error}")))?;
        let (orders, answers) = (child.stdin.take(), child.stdout.take());
        let (Some(orders), Some(answers)) = (orders, answers) else {
            return Err(BenchError::Snarkjs("node takes no orders".into()));
        };
        Ok(Self {
            child,
            orders,
            answers: BufReader::new(answers),
            key: foreign.tables.verifying_key(),
            inputs: foreign.inputs().to_vec(),
            peak_mb: 0.0,
            _folder: folder,
        })
    }

    /// One for each pool: on a single thread, or with all.
    pub(super) fn all(
        packages: &Path,
        foreign: &'a Foreign,
        pools: &[ThreadPool],
    ) -> Result<Vec<(usize, RefCell<Self>)>, BenchError> {
        let counts = pools.iter().map(ThreadPool::current_num_threads);
        let started = counts.map(|threads| {
            let process = Self::start(packages, foreign, threads == 1)?;
            Ok((threads, RefCell::new(process)))
        });
        started.collect()
    }

    /// Its turns.
    pub(super) fn turn<'b>(process: &'b RefCell<Self>, threads: usize) -> Turn<'b> {
        Turn {
            who: Who::Snarkjs,
            threads,
            prove: Box::new(|| process.borrow_mut().prove()),
        }
    }

    /// One proof, which is verified; how many milliseconds it took.
    pub(super) fn prove(&mut self) -> Result<f64, BenchError> {
        let failed = |error: String| BenchError::Snarkjs(error);
        self.orders
            .write_all(b"prove\n")
            .and_then(|()| self.orders.flush())
            .map_err(|error| failed(error.to_string()))?;
        let mut line = String::new();
        let read = self.answers.read_line(&mut line);
        if read.map_err(|error| failed(error.to_string()))? == 0 {
            return Err(failed("node ended".into()));
        }
        let answer: Answer = serde_json::from_str(&line)?;
        let proof = proof_from_json(&serde_json::to_vec(&answer.proof)?);
        let proof = proof.map_err(|error| failed(error.to_string()))?;
        verify(self.key, &self.inputs, &proof).map_err(|error| failed(error.to_string()))?;
        self.peak_mb = self.peak_mb.max(answer.mb);
        Ok(answer.ms)
    }

    /// Most memory that the process had.
    pub(super) const fn peak_mb(&self) -> f64 {
        self.peak_mb
    }
}

impl Drop for Snarkjs<'_> {
    fn drop(&mut self) {
        // Has no effect on one that ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
