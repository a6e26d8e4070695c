//! A payment desk: the wallet commands of the real binary, against a node, each result held against its schema.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

use super::node::Node;

pub const PASSPHRASE: &str = "correct horse battery staple";

/// Where wallets live, and the node they use.
pub struct Desk {
    pub directory: tempfile::TempDir,
    pub node: Node,
}

impl Desk {
    pub fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let node = Node::start(&directory.path().join("node"));
        Self { directory, node }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// A file of the development chain.
    pub fn dev(&self, name: &str) -> PathBuf {
        self.path("node").join("dev").join(name)
    }

    pub fn token(&self) -> PathBuf {
        self.dev("token.toml")
    }

    /// `obolus` with these words.
    pub fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_obolus"));
        command
            .args(words)
            .current_dir(self.directory.path())
            .env("OBOLUS_NODE", &self.node.url)
            .env("OBOLUS_PASSPHRASE", PASSPHRASE)
            .env_remove("OBOLUS_LOG")
            .stdin(Stdio::null());
        command
    }

    /// Runs with `--json`; standard output is nothing or one object that its schema describes.
    pub fn run(&self, words: &[&str]) -> Ran {
        Ran::new(self.command(words).arg("--json").output().unwrap())
    }

    /// Runs to a good end.
    pub fn ok(&self, words: &[&str]) -> Value {
        let ran = self.run(words);
        assert_eq!(ran.status, 0, "{words:?}: {ran:?}");
        ran.json
    }

    /// A wallet that is registered.
    pub fn wallet(&self, name: &str) -> Value {
        let token = self.token();
        let made = self.ok(&[
            "wallet",
            "init",
            "--wallet",
            name,
            "--token",
            token.to_str().unwrap(),
            "--scrypt",
            "4",
            "--show-seed",
        ]);
        let file = format!("{name}.json");
        self.ok(&["wallet", "apply", "--wallet", name, "--out", &file]);
        let added = self.role("registrar", &["registrar", "add", &file]);
        assert_eq!(added["stage"], "committed");
        made
    }

    /// A command that two holders of a role sign.
    pub fn role(&self, role: &str, words: &[&str]) -> Value {
        let ran = self.try_role(role, words);
        assert_eq!(ran.status, 0, "{words:?}: {ran:?}");
        ran.json
    }

    pub fn try_role(&self, role: &str, words: &[&str]) -> Ran {
        let [first, second] = [1, 2].map(|holder| self.dev(&format!("{role}-{holder}.key")));
        let mut command = self.command(words);
        command.arg("--token").arg(self.token());
        command.arg("--key").arg(first).arg("--key").arg(second);
        Ran::new(command.arg("--json").output().unwrap())
    }

    pub fn issue(&self, to: &str, amount: &str) {
        self.role(
            "issuer",
            &["issuer", "issue", "--to", to, "--amount", amount],
        );
    }

    pub fn available(&self, wallet: &str) -> String {
        let balance = self.ok(&["wallet", "balance", "--wallet", wallet]);
        balance["available"].as_str().unwrap().to_owned()
    }

    /// What happened to a wallet, of one kind.
    pub fn entries(&self, wallet: &str, kind: &str) -> Vec<Value> {
        let history = self.ok(&["wallet", "history", "--wallet", wallet]);
        let entries = history["entries"].as_array().unwrap();
        entries
            .iter()
            .filter(|entry| entry["kind"] == kind)
            .cloned()
            .collect()
    }
}

/// How a command ended.
#[derive(Debug)]
pub struct Ran {
    pub status: i32,
    pub json: Value,
    pub said: String,
}

impl Ran {
    pub fn new(output: Output) -> Self {
        let text = String::from_utf8(output.stdout).unwrap();
        let json = match text.trim_end() {
            "" => Value::Null,
            line => {
                assert!(!line.contains('\n'), "one object on one line: {line}");
                let json = serde_json::from_str(line).unwrap();
                check_schema(&json);
                json
            }
        };
        Self {
            status: output.status.code().unwrap_or(-1),
            json,
            said: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

fn check_schema(json: &Value) {
    let name = json["schema"].as_str().unwrap();
    let file = name.trim_start_matches("obolus.").trim_end_matches("/1");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("schemas/{file}.json"));
    let schema: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let validator = jsonschema::options()
        .should_validate_formats(true)
        .build(&schema)
        .unwrap();
    let faults: Vec<String> = validator
        .iter_errors(json)
        .map(|error| format!("{error} at {}", error.instance_path()))
        .collect();
    assert!(faults.is_empty(), "{json} is not {name}: {faults:?}");
}
