//! A proving service in a process of its own, its tenants, and workers beside it.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use obolus_prover_queue::testing::Postgres;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::node::{Node, Starting, agent};

/// The circom circuit that tests prove: twenty rounds of x³ + x + 5, a few milliseconds.
pub const CUBIC: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/snarkjs/cubic");
/// Longest time that a start, a job or an end may take here; a loaded machine is slow.
pub const PATIENCE: Duration = Duration::from_secs(300);
/// The `[queue]` section of a pool.
pub const POOL: &str = "kind = \"postgres\"\nurl_file = \"database.url\"";

/// `obolus` with these words.
pub fn obolus(words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_obolus"));
    command
        .args(words)
        .env_remove("OBOLUS_LOG")
        .stdin(Stdio::null());
    command
}

/// Runs to a good end and returns what was printed.
pub fn output(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {errors}");
    String::from_utf8(output.stdout).unwrap()
}

/// Where a service keeps everything; its configuration has ten tenants `t0` to `t9` with tokens `token-t0` and so on.
pub struct Site {
    pub directory: tempfile::TempDir,
    /// `obolprover1…`.
    pub keys: String,
}

impl Site {
    /// With the cubic circuit alone. `queue` and `more` are sections of the configuration.
    pub fn new(queue: &str, more: &str) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let zkeys = directory.path().join("zkeys");
        let zkey = format!("{CUBIC}/cubic.zkey");
        let secret = directory.path().join("service.secret");
        let made = output(obolus(&["prover", "keygen", "--secret"]).arg(&secret));
        output(
            obolus(&[
                "keys", "import", "--name", "cubic", "--zkey", &zkey, "--dir",
            ])
            .arg(&zkeys),
        );
        let site = Self {
            directory,
            keys: made.trim().to_owned(),
        };
        site.configure("prover.toml", queue, more);
        site
    }

    /// With an embedded queue.
    pub fn embedded(more: &str) -> Self {
        Self::new("kind = \"embedded\"\npath = \"queue.sqlite\"", more)
    }

    /// Writes a configuration.
    pub fn configure(&self, name: &str, queue: &str, more: &str) {
        let mut text = format!(
            "listen = \"127.0.0.1:0\"\nsecret = \"service.secret\"\n[queue]\n{queue}\n[circuits]\nzkey_dir = \"zkeys\"\n{more}\n"
        );
        for tenant in 0..10 {
            let hash = hex::encode(Sha256::digest(format!("token-t{tenant}")));
            text.push_str(&format!(
                "[[access.clients]]\nname = \"t{tenant}\"\nroles = [\"prove\", \"metrics\"]\ntoken_sha256 = \"{hash}\"\n"
            ));
        }
        fs::write(self.path(name), text).unwrap();
    }

    /// Writes the file with a database's URL.
    pub fn database(&self, url: &str) {
        fs::write(self.path("database.url"), url).unwrap();
        private(&self.path("database.url"));
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// Starts the service with a configuration.
    pub fn serve(&self, config: &str) -> Service {
        let mut command = obolus(&["--log", "trace", "prover", "serve", "--config"]);
        command.arg(self.path(config));
        let node = Starting::spawn(command).wait().expect("the service starts");
        ready(&node);
        Service { node }
    }

    /// Starts a worker and waits until it works.
    pub fn worker(&self, config: &str) -> Worker {
        let log = self.path(&format!("worker-{}.log", uuid::Uuid::new_v4()));
        let mut command = obolus(&["prover", "worker", "--config"]);
        let errors = fs::File::create(&log).unwrap();
        let child = command.arg(self.path(config)).stderr(errors).spawn();
        let mut worker = Worker {
            child: child.unwrap(),
        };
        let until = Instant::now() + PATIENCE;
        while !fs::read_to_string(&log).unwrap().contains("working") {
            let ended = worker.child.try_wait().unwrap();
            let said = || fs::read_to_string(&log).unwrap();
            assert!(ended.is_none() && Instant::now() < until, "{}", said());
            std::thread::sleep(Duration::from_millis(20));
        }
        worker
    }

    /// A request body for a witness file.
    pub fn sealed(&self, key_id: &str, wtns: &Path) -> Vec<u8> {
        let out = self.path(&format!("body-{}.json", uuid::Uuid::new_v4()));
        let mut command = obolus(&["prover", "seal", "--prover-keys", &self.keys]);
        command.args(["--key-id", key_id, "--wtns"]).arg(wtns);
        output(command.arg("--out").arg(&out));
        let body = fs::read(&out).unwrap();
        fs::remove_file(out).unwrap();
        body
    }

    /// A body that orders the cubic circuit's proof.
    pub fn cubic(&self) -> Vec<u8> {
        let key_id = cubic_key_id();
        self.sealed(&key_id, Path::new(&format!("{CUBIC}/cubic.wtns")))
    }
}

/// Where a front end takes orders that nobody claims until a worker of `worker.toml` starts, so that what waits is known
/// and no proof is in a hurry.
pub fn front_end(limits: &str) -> Option<(Postgres, Site)> {
    let postgres = Postgres::start().unwrap()?;
    let site = Site::new(POOL, &format!("{limits}\n[work]\nenabled = false"));
    site.configure("worker.toml", POOL, "");
    site.database(&postgres.fresh().unwrap());
    Some((postgres, site))
}

/// Id of the cubic circuit's key. The name is part of a key, so it is that of a key called `cubic`.
pub fn cubic_key_id() -> String {
    let folder = tempfile::tempdir().unwrap();
    let zkey = format!("{CUBIC}/cubic.zkey");
    let said = output(
        obolus(&[
            "keys", "import", "--name", "cubic", "--zkey", &zkey, "--dir",
        ])
        .arg(folder.path()),
    );
    said.split_whitespace().nth(1).unwrap().to_owned()
}

/// A worker's process; killed when dropped.
pub struct Worker {
    pub child: Child,
}

impl Drop for Worker {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A running service.
pub struct Service {
    pub node: Node,
}

/// What is sent, and headers with it.
pub type Body<'a> = (&'a [u8], &'a [(&'a str, &'a str)]);

/// What a service answered.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub retry_after: Option<String>,
    pub json: Value,
}

/// Waits until a service has loaded its keys.
pub fn ready(service: &Node) {
    let until = Instant::now() + PATIENCE;
    while service.get("/health/ready").0 != 200 {
        assert!(Instant::now() < until, "{}", service.log());
        std::thread::sleep(Duration::from_millis(20));
    }
}

impl Service {
    /// Asks as a tenant, or as nobody.
    pub fn ask(
        &self,
        method: &str,
        path: &str,
        tenant: Option<u32>,
        body: Option<Body<'_>>,
    ) -> Answer {
        let url = format!("{}{path}", self.node.url);
        let mut request = ureq::http::Request::builder().method(method).uri(url);
        if let Some(tenant) = tenant {
            request = request.header("authorization", format!("Bearer token-t{tenant}"));
        }
        for (name, value) in body.map_or(&[][..], |(_, headers)| headers) {
            request = request.header(*name, *value);
        }
        let mut answer = match body {
            Some((body, _)) => agent().run(
                request
                    .header("content-type", "application/json")
                    .body(body)
                    .unwrap(),
            ),
            None => agent().run(request.body(()).unwrap()),
        }
        .unwrap();
        let text = answer.body_mut().read_to_string().unwrap();
        Answer {
            status: answer.status().as_u16(),
            retry_after: answer
                .headers()
                .get("retry-after")
                .map(|value| value.to_str().unwrap().to_owned()),
            json: serde_json::from_str(&text).unwrap_or(json!(text)),
        }
    }

    pub fn get(&self, path: &str, tenant: u32) -> Answer {
        self.ask("GET", path, Some(tenant), None)
    }

    /// Orders a proof.
    pub fn order(&self, tenant: u32, body: &[u8], headers: &[(&str, &str)]) -> Answer {
        self.ask("POST", "/v1/proofs", Some(tenant), Some((body, headers)))
    }

    /// Orders a proof that is accepted, and returns its job's id.
    pub fn accepted(&self, tenant: u32, body: &[u8]) -> String {
        let answer = self.order(tenant, body, &[]);
        assert_eq!(answer.status, 202, "{answer:?}");
        answer.json["id"].as_str().unwrap().to_owned()
    }

    /// Waits for a job's end.
    pub fn ended(&self, tenant: u32, id: &str) -> Value {
        let until = Instant::now() + PATIENCE;
        loop {
            let answer = self.get(&format!("/v1/proofs/{id}?wait_ms=20000"), tenant);
            // A database that restarts is no answer yet.
            if answer.status == 200 && is_final(&answer.json) {
                return answer.json;
            }
            assert!([200, 503].contains(&answer.status), "{answer:?}");
            assert!(Instant::now() < until, "{answer:?}");
        }
    }
}

pub fn is_final(job: &Value) -> bool {
    !["queued", "running"].contains(&job["state"].as_str().unwrap())
}

/// Lets nobody else read a file.
pub fn private(path: &Path) {
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
}

/// A Python with the packages of the example, installed once below `target/`; none without Python, but for CI.
pub fn python() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("python");
    let python = folder.join("bin/python");
    let has = |python: &Path| {
        let mut command = Command::new(python);
        command.args(["-c", "import requests, cryptography.hazmat.primitives.hpke"]);
        command.output().is_ok_and(|output| output.status.success())
    };
    if has(&python) {
        return Some(python);
    }
    let requirements = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../docs/examples/requirements.txt"
    );
    let made = Command::new("python3")
        .args(["-m", "venv"])
        .arg(&folder)
        .output();
    let installed = made.is_ok_and(|made| made.status.success())
        && Command::new(&python)
            .args(["-m", "pip", "install", "--quiet", "-r", requirements])
            .status()
            .is_ok_and(|status| status.success());
    if installed && has(&python) {
        return Some(python);
    }
    assert!(
        std::env::var_os("CI").is_none(),
        "the Python example needs python3, its venv module and pip"
    );
    eprintln!("skipped: the Python example needs python3, its venv module and pip");
    None
}
