//! A real node in a process of its own, and a client that says what came back, whatever it was.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, mpsc};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

/// How long a node may take to start, or to end by itself; a loaded machine is slow.
const PATIENCE: Duration = Duration::from_secs(300);
/// What it prints before it serves.
const LISTENING: &str = "listening on ";
/// Transfers of a prepared chain.
pub const TRANSFERS: usize = 300;

/// `obolus node run --dev` on a free port.
pub fn command(data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_obolus"));
    command
        .args([
            "node",
            "run",
            "--dev",
            "--listen",
            "127.0.0.1:0",
            "--data-dir",
        ])
        .arg(data)
        .env_remove("OBOLUS_LOG");
    command
}

/// A running node; killed when dropped.
pub struct Node {
    child: Child,
    pub url: String,
    log: Arc<Mutex<String>>,
    /// Reads its output to the end; taken by whoever waits for that.
    reader: Option<JoinHandle<()>>,
}

/// A node that ended before it listened: how, and what it said.
#[derive(Debug)]
pub struct Ended {
    pub status: ExitStatus,
    pub log: String,
}

/// A process on its way to listening.
pub struct Starting {
    pub child: Child,
    lines: mpsc::Receiver<String>,
    log: Arc<Mutex<String>>,
    reader: JoinHandle<()>,
}

impl Starting {
    pub fn spawn(mut command: Command) -> Self {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary starts");
        let stderr = child.stderr.take().expect("stderr is piped");
        let (send, lines) = mpsc::channel();
        let log = Arc::new(Mutex::new(String::new()));
        let kept = Arc::clone(&log);
        let reader = thread::spawn(move || {
            for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                let mut log = kept.lock().unwrap();
                log.push_str(&line);
                log.push('\n');
                drop(log);
                let _ = send.send(line);
            }
        });
        Self {
            child,
            lines,
            log,
            reader,
        }
    }

    /// Waits until it listens, or has ended.
    pub fn wait(mut self) -> Result<Node, Ended> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            match self
                .lines
                .recv_timeout(deadline.saturating_duration_since(Instant::now()))
            {
                Ok(line) => {
                    if let Some(url) = line.strip_prefix(LISTENING) {
                        return Ok(Node {
                            url: url.to_owned(),
                            child: self.child,
                            log: self.log,
                            reader: Some(self.reader),
                        });
                    }
                }
                Err(mpsc::RecvTimeoutError::Disconnected) => {
                    let status = self.child.wait().unwrap();
                    let log = self.log.lock().unwrap().clone();
                    return Err(Ended { status, log });
                }
                Err(mpsc::RecvTimeoutError::Timeout) => {
                    let _ = self.child.kill();
                    panic!(
                        "the node neither listens nor ends: {}",
                        self.log.lock().unwrap()
                    );
                }
            }
        }
    }
}

impl Node {
    pub fn start(data: &Path) -> Self {
        Starting::spawn(command(data))
            .wait()
            .expect("the node starts")
    }

    pub fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }

    /// SIGKILL, as a power cut would.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// SIGTERM, and how it ended.
    pub fn stop(mut self) -> ExitStatus {
        let id = i32::try_from(self.child.id()).unwrap();
        kill_process(Pid::from_raw(id).unwrap(), Signal::TERM).unwrap();
        self.child.wait().unwrap()
    }

    /// Waits for its own end.
    pub fn ended(mut self) -> (ExitStatus, String) {
        let deadline = Instant::now() + PATIENCE;
        while Instant::now() < deadline {
            if let Some(status) = self.child.try_wait().unwrap() {
                self.reader.take().unwrap().join().unwrap();
                return (status, self.log());
            }
            thread::sleep(Duration::from_millis(20));
        }
        panic!("the node does not end: {}", self.log());
    }

    pub fn get(&self, path: &str) -> (u16, Vec<u8>) {
        get(&format!("{}{path}", self.url))
    }

    pub fn json(&self, path: &str) -> Value {
        let (status, body) = self.get(path);
        assert_eq!(status, 200, "{path}: {}", String::from_utf8_lossy(&body));
        serde_json::from_slice(&body).unwrap()
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A client that gives every status back.
pub fn agent() -> ureq::Agent {
    ureq::Agent::config_builder()
        .http_status_as_error(false)
        .timeout_global(Some(PATIENCE))
        .max_redirects(0)
        .build()
        .into()
}

pub fn get(url: &str) -> (u16, Vec<u8>) {
    let mut answer = agent().get(url).call().unwrap();
    let body = answer.body_mut().read_to_vec().unwrap();
    (answer.status().as_u16(), body)
}

/// A data directory with a token and [`TRANSFERS`] proved ones that no node has seen, made once per checkout.
///
/// Returns the directory to copy and the transfers.
pub fn fixture() -> (PathBuf, Vec<Vec<u8>>) {
    let cache = Path::new(env!("CARGO_TARGET_TMPDIR")).join("node-kill");
    std::fs::create_dir_all(&cache).unwrap();
    // Two tests that make it at once would get transfers of one chain and the data of the other.
    let making = File::create(cache.join("lock")).unwrap();
    making.lock().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_obolus"))
        .args([
            "bench",
            "node",
            "--proofs",
            "simulated",
            "--clients",
            "16",
            "--json",
        ])
        .args(["--transfers", &TRANSFERS.to_string(), "--cache"])
        .arg(&cache)
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["committed"], TRANSFERS, "{report}");
    // A cache is named by what it holds; the newest is the one just used.
    let newest = std::fs::read_dir(&cache)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.join("payload").is_file())
        .max_by_key(|path| path.join("payload").metadata().unwrap().modified().unwrap())
        .unwrap();
    let payload = std::fs::read(newest.join("payload")).unwrap();
    let (checksum, rest) = payload.split_at(32);
    assert_eq!(blake3::hash(rest).as_bytes(), checksum);
    let transfers: Vec<Vec<u8>> = borsh::from_slice(rest).unwrap();
    (newest.join("data"), transfers)
}

/// Copies a directory with everything in it.
pub fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}
