//! A node or a proving service of our own: the same executable in another process, as an operator runs it.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Instant;

use rustix::process::{Pid, Signal, kill_process};

use super::{BenchError, CHILD};

/// A running process; it is killed when this is dropped.
pub struct Child {
    process: std::process::Child,
    url: String,
}

impl Child {
    /// Starts a node on a development chain and waits until it listens.
    pub fn start(data: &Path) -> Result<Self, BenchError> {
        let words = [
            "node",
            "run",
            "--dev",
            "--listen",
            "127.0.0.1:0",
            "--data-dir",
        ];
        Self::spawn(&words, data)
    }

    /// Starts `obolus prover serve` or `worker` with a configuration and waits until it is up.
    pub fn prover(command: &str, config: &Path) -> Result<Self, BenchError> {
        Self::spawn(&["prover", command, "--config"], config)
    }

    fn spawn(words: &[&str], path: &Path) -> Result<Self, BenchError> {
        let executable = std::env::current_exe().map_err(BenchError::io("this executable"))?;
        let mut process = Command::new(executable)
            .args(words)
            .arg(path)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(BenchError::io("this executable"))?;
        let (send, lines) = mpsc::channel();
        if let Some(stderr) = process.stderr.take() {
            // Read to the end, so that the node never waits for us.
            thread::spawn(move || {
                for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                    tracing::debug!(%line, "child");
                    let _ = send.send(line);
                }
            });
        }
        let mut child = Self {
            process,
            url: String::new(),
        };
        let deadline = Instant::now() + CHILD;
        let mut last = String::from("no output");
        loop {
            match lines.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(line) => match line.strip_prefix("listening on ") {
                    Some(url) => {
                        url.clone_into(&mut child.url);
                        return Ok(child);
                    }
                    // A worker serves nobody and has no address.
                    None if line == "working" => return Ok(child),
                    None => last = line,
                },
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
                    return Err(BenchError::Child(last));
                }
            }
        }
    }

    /// Where it listens.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Process id.
    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// Kills it at once, as a power cut would.
    pub fn kill(mut self) -> Result<(), BenchError> {
        self.process.kill().map_err(BenchError::io("the node"))?;
        self.process.wait().map_err(BenchError::io("the node"))?;
        Ok(())
    }

    /// Asks it to end and waits.
    pub fn stop(mut self) -> Result<(), BenchError> {
        let gone = || BenchError::Child("it ended before it was asked to".into());
        let id = i32::try_from(self.process.id())
            .ok()
            .and_then(Pid::from_raw);
        kill_process(id.ok_or_else(gone)?, Signal::TERM).map_err(|_| gone())?;
        let status = self.process.wait().map_err(BenchError::io("the node"))?;
        if status.success() {
            return Ok(());
        }
        Err(BenchError::Child(format!("it ended with {status}")))
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        // Has no effect on one that ended.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
