//! A key with a known trapdoor, valid bundles under it, and the real binary.

#![allow(dead_code, reason = "each test binary uses a part")]

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use ark_bn254::Fr;
use obolus_abi::token::TransferMsg;
use obolus_abi::{ChainId, ContractId, FieldBytes, PointBytes};
use obolus_protocol::context::{USER, context};
use obolus_protocol::field::{fr_from_bytes, fr_to_bytes};
use obolus_protocol::tx::{EntryName, Height, TxBody};
use obolus_verifier::trapdoor::Trapdoor;
use obolus_verifier::{CircuitName, KeyOrigin, VerifyingKey};
use obolus_verify::bundle::{Bundle, Label, MadeAt, Statement};
use serde_json::Value;

pub const CHAIN: ChainId = ChainId([0xc1; 32]);
pub const TOKEN: ContractId = ContractId([0x70; 32]);

/// A folder, a transfer key and its trapdoor.
pub struct World {
    pub directory: tempfile::TempDir,
    pub trapdoor: Trapdoor,
    pub key: VerifyingKey,
}

impl World {
    pub fn new() -> Self {
        Self::with_origin(KeyOrigin::Ceremony)
    }

    pub fn with_origin(origin: KeyOrigin) -> Self {
        let trapdoor = Trapdoor::new(16, 1);
        Self {
            directory: tempfile::tempdir().unwrap(),
            key: trapdoor.key_of(CircuitName::TRANSFER, origin),
            trapdoor,
        }
    }

    pub fn pin(&self) -> String {
        self.key.to_string()
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, bytes).unwrap();
        path
    }

    /// The n-th payment: a bundle with everything.
    pub fn transfer(&mut self, n: u64) -> Bundle {
        self.transfer_on(n, CHAIN)
    }

    pub fn transfer_on(&mut self, n: u64, chain: ChainId) -> Bundle {
        let field = |k: u64| FieldBytes::from_u64(n * 100 + k + 1);
        let point = |k| PointBytes::from_xy(&field(k), &field(k + 1));
        let message = TransferMsg {
            anchor: field(0),
            sender_root: field(1),
            recipient_root: field(2),
            nf1: field(3),
            nf2: field(4),
            cm1: field(5),
            cm2: field(6),
            rk: point(7),
            r: point(9),
            c1: field(11),
            c2: field(12),
        };
        let entry = EntryName::new("transfer").unwrap();
        let body = TxBody {
            chain,
            expiry: Height(n),
            contract: TOKEN,
            entry: entry.clone(),
            args: borsh::to_vec(&message).unwrap(),
            memos: vec![vec![1; 394], vec![2; 434]],
        };
        let bound = fr_to_bytes(&context(&body.digest(), &TOKEN, &USER, &entry));
        let inputs = message.inputs(&point(20), bound).to_array();
        let inputs: Vec<Fr> = inputs.iter().map(|i| fr_from_bytes(i).unwrap()).collect();
        let names = obolus_abi::TransferInputs::<()>::NAMES;
        Bundle {
            circuit: CircuitName::TRANSFER,
            key_id: self.key.id(),
            key: Some(self.key.encode().unwrap()),
            statement: Some(Statement {
                body,
                token: TOKEN,
                caller: None,
                entry,
            }),
            made_at: Some(MadeAt(now())),
            labels: Some(names.iter().map(|name| Label::new(name).unwrap()).collect()),
            proof: *self.trapdoor.prove(&inputs).unchecked(),
            inputs,
        }
    }

    /// `verify proof` with the key pinned.
    pub fn proof(&self, arguments: &[&str]) -> Run {
        let pin = self.pin();
        let mut all = vec!["proof", "--key-id", &pin];
        all.extend(arguments);
        run(&all, b"")
    }

    /// `verify proof` of one file of these bytes.
    pub fn verdict(&self, name: &str, bytes: impl AsRef<[u8]>) -> (i32, String) {
        let path = self.write(name, bytes);
        self.proof(&["--format", "json", text(&path)]).only()
    }
}

pub fn now() -> u64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    u64::try_from(now.unwrap().as_millis()).unwrap()
}

pub fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// What the binary said.
pub struct Run {
    pub status: i32,
    pub out: String,
    pub err: String,
}

impl Run {
    pub fn json(&self) -> Value {
        let json = serde_json::from_str(&self.out);
        assert!(json.is_ok(), "{}{}", self.out, self.err);
        json.unwrap()
    }

    /// Exit status and code of the only item, or `valid`.
    pub fn only(&self) -> (i32, String) {
        let json = self.json();
        assert_eq!(json["exit_code"], self.status);
        let items = json["items"].as_array().unwrap();
        assert_eq!(items.len(), 1, "{json}");
        let code = items[0]["code"].as_str().unwrap_or("valid");
        (self.status, code.to_owned())
    }

    /// Exit status and code of the only finding about the run.
    pub fn finding(&self) -> (i32, String) {
        let json = self.json();
        let findings = json["findings"].as_array().unwrap();
        assert_eq!(findings.len(), 1, "{json}");
        (
            self.status,
            findings[0]["code"].as_str().unwrap().to_owned(),
        )
    }
}

pub fn run(arguments: &[&str], stdin: &[u8]) -> Run {
    let mut child = Command::new(env!("CARGO_BIN_EXE_obolus-verify"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A program that does not read it may have ended.
    let _ = child.stdin.take().unwrap().write_all(stdin);
    let output = child.wait_with_output().unwrap();
    Run {
        status: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// An expected verdict.
pub fn verdict(status: i32, code: &str) -> (i32, String) {
    (status, code.to_owned())
}
