//! A whole node on a free port, in a thread of its own, over the kit's chain.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::Duration;

use obolus_http::Problem;
use obolus_http::problem::PROBLEM_JSON;
use obolus_protocol::tx::Transaction;
use obolus_runtime::ledger::kit;
use serde_json::Value;
use tokio::sync::oneshot;

use crate::handle::NodeHandle;
use crate::{NodeConfig, Service};
use obolus_http::server::access::{ClientConfig, Fingerprint, Role};

/// For what a node does sooner or later, however busy the machine is.
pub const PATIENCE: Duration = Duration::from_secs(120);

/// A running node; stopped in order when dropped.
pub struct Running {
    pub address: SocketAddr,
    pub handle: NodeHandle,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
    _directory: tempfile::TempDir,
}

/// An answer, whatever its status.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: ureq::http::HeaderMap,
    pub body: Vec<u8>,
}

impl Running {
    /// Open on loopback, with quick blocks.
    pub fn open() -> Self {
        Self::with(|_| {})
    }

    /// The same with a changed configuration.
    pub fn with(change: impl FnOnce(&mut NodeConfig)) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let mut config =
            NodeConfig::development(directory.path().into(), ([127, 0, 0, 1], 0).into());
        config.sequencing.block_interval_ms = 5;
        config.sequencing.idle_block_ms = 0;
        change(&mut config);
        let ledger = kit::open(&directory.path().join("ledger"));
        let (ready, started) = mpsc::channel();
        let (stop, stopped) = oneshot::channel::<()>();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Runtime::new().unwrap();
            runtime.block_on(async {
                let service = Service::start(ledger, &config).await.unwrap();
                ready.send((service.address(), service.handle())).unwrap();
                let shutdown = async {
                    let _ = stopped.await;
                };
                service.run(shutdown).await.unwrap();
            });
        });
        let (address, handle) = started.recv().unwrap();
        Self {
            address,
            handle,
            stop: Some(stop),
            thread: Some(thread),
            _directory: directory,
        }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub fn get(&self, path: &str) -> Answer {
        answer(agent().get(self.url(path)).call())
    }

    /// The JSON of a successful answer.
    pub fn json(&self, path: &str) -> Value {
        let answer = self.get(path);
        assert_eq!(answer.status, 200, "{path}: {answer:?}");
        answer.json()
    }

    pub fn submit(&self, bytes: &[u8], query: &str) -> Answer {
        let url = self.url(&format!("/v1/transactions{query}"));
        let call = agent().post(url).content_type("application/octet-stream");
        answer(call.send(bytes))
    }

    /// Submits and waits for the block.
    pub fn commit(&self, tx: &Transaction) -> Value {
        let answer = self.submit(&tx.encode(), "?wait=committed&timeout_ms=60000");
        assert_eq!(answer.status, 202, "{answer:?}");
        let json = answer.json();
        assert_eq!(json["status"]["state"], "committed", "{json}");
        json
    }

    /// Sends bytes as they are and reads until the node closes, which it must do.
    pub fn raw(&self, bytes: &[u8]) -> Vec<u8> {
        let mut stream = self.connect();
        // The node may have seen enough and closed.
        let _ = stream.write_all(bytes);
        rest(stream)
    }

    /// A connection of one's own.
    pub fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream
    }
}

/// What comes until the node closes, which it must do.
pub fn rest(mut stream: TcpStream) -> Vec<u8> {
    let mut answer = Vec::new();
    if let Err(error) = stream.read_to_end(&mut answer) {
        // Closed before it has read everything.
        assert_eq!(error.kind(), ErrorKind::ConnectionReset, "{error}");
    }
    answer
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let ended = thread.join();
            assert!(ended.is_ok() || std::thread::panicking(), "the node failed");
        }
    }
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    /// The problem, checked for form.
    pub fn problem(&self) -> Problem {
        assert_eq!(self.header("content-type"), PROBLEM_JSON, "{self:?}");
        let problem: Problem = serde_json::from_slice(&self.body).unwrap();
        assert_eq!(problem.status, self.status);
        assert_eq!(problem.kind, format!("urn:obolus:problem:{}", problem.code));
        assert!(!problem.detail.is_empty() && !problem.title.is_empty());
        problem
    }

    /// Status and code of a problem.
    pub fn fault(&self) -> (u16, String) {
        (self.status, self.problem().code)
    }
}

pub fn agent() -> ureq::Agent {
    ureq::Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .timeout_global(Some(PATIENCE))
        .build()
        .into()
}

pub fn answer(result: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> Answer {
    let mut response = result.unwrap();
    Answer {
        status: response.status().as_u16(),
        headers: response.headers().clone(),
        body: response.body_mut().read_to_vec().unwrap(),
    }
}

/// A client of the configuration that shows this token.
pub fn listed(name: &str, token: &str, roles: &[Role]) -> ClientConfig {
    ClientConfig {
        name: name.into(),
        roles: roles.to_vec(),
        token_sha256: Some(Fingerprint::of(token.as_bytes()).to_string()),
        certificate_sha256: None,
    }
}

/// Writes a file of the test and gives its path.
pub fn write(directory: &Path, name: &str, content: &str) -> std::path::PathBuf {
    let path = directory.join(name);
    std::fs::write(&path, content).unwrap();
    path
}
