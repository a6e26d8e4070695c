//! The ceremony of a statement, from `export` to a production node and a proving service, with the real binary. The
//! contributions are made by a fixture that is quicker than snarkjs; `prover/core/tests/ceremony` has snarkjs.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a failed expectation is a failed test"
)]

mod common;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use common::node::{Ended, Node, Starting};
use common::prover::{obolus, output, ready};
use obolus_abi::{RoleKey, RoleSet};
use obolus_ceremony::fixtures::{Fixture, circuit};
use obolus_chain::{ChainMode, ChainName, Genesis, Timestamp};
use obolus_protocol::address::Network;
use obolus_protocol::statement::circuit_digest;
use obolus_protocol::tx::Height;
use obolus_verifier::{CircuitName, KeyIdText, KeyOrigin, VerifyingKey};
use serde_json::Value;

/// What a ceremony of register leaves in a folder, and the folder that it was imported to.
struct Site {
    directory: tempfile::TempDir,
}

impl Site {
    fn path(&self, file: &str) -> PathBuf {
        self.directory.path().join(file)
    }

    /// The words of a command, then the key's and the powers' files.
    fn command(&self, words: &[&str]) -> std::process::Command {
        let mut command = obolus(&[&["ceremony"], words].concat());
        command
            .arg("--zkey")
            .arg(self.path("last.zkey"))
            .arg("--ptau")
            .arg(self.path("pot.ptau"));
        command
    }

    fn import(&self) -> std::process::Command {
        let mut command = self.command(&["import", "--circuit", "register"]);
        command.arg("--out").arg(self.path("imported"));
        command
    }

    fn key(&self) -> VerifyingKey {
        let bytes = fs::read(self.path("imported/register.obolvk")).unwrap();
        VerifyingKey::decode(&bytes).unwrap()
    }
}

fn refusal(command: &mut std::process::Command) -> String {
    let output = command.output().unwrap();
    assert!(!output.status.success(), "{command:?}");
    String::from_utf8(output.stderr).unwrap()
}

/// `export`, the ceremony, `import`.
fn site() -> Site {
    static FIXTURE: OnceLock<Fixture> = OnceLock::new();
    let directory = tempfile::tempdir().unwrap();
    let site = Site { directory };
    let said = output(
        obolus(&["ceremony", "export", "--circuit", "register", "--out"]).arg(site.path("out")),
    );
    assert!(said.contains(circuit_digest("register").unwrap()), "{said}");
    assert!(said.contains("powersoftau new bn128 13 "), "{said}");
    let r1cs = fs::read(site.path("out/register.r1cs")).unwrap();
    let fixture = FIXTURE.get_or_init(|| Fixture::of(&r1cs, 1));
    assert_eq!(fixture.r1cs, r1cs);
    fs::write(site.path("pot.ptau"), &fixture.ptau).unwrap();
    fs::write(site.path("last.zkey"), &fixture.zkey).unwrap();
    let said = output(&mut site.import());
    assert!(said.starts_with("the ceremony holds"), "{said}");
    site
}

#[test]
fn what_is_verified_is_imported_once() {
    let site = site();
    let key = site.key();
    assert_eq!(key.origin(), KeyOrigin::Ceremony);
    assert_eq!(key.circuit(), &CircuitName::REGISTER);
    for (imported, given) in [
        ("imported/register.zkey", "last.zkey"),
        ("imported/powers.ptau", "pot.ptau"),
        ("imported/register.r1cs", "out/register.r1cs"),
    ] {
        let [imported, given] = [imported, given].map(|file| fs::read(site.path(file)).unwrap());
        assert!(imported == given);
    }
    // Once more is nothing new; another ceremony is not put over the first.
    output(&mut site.import());
    let r1cs = fs::read(site.path("out/register.r1cs")).unwrap();
    let other = Fixture::of(&r1cs, 2);
    fs::write(site.path("pot.ptau"), &other.ptau).unwrap();
    let said = refusal(&mut site.import());
    assert!(said.contains("do not follow from circuit"), "{said}");
    fs::write(site.path("last.zkey"), &other.zkey).unwrap();
    let said = refusal(&mut site.import());
    assert!(
        said.contains("is there already with other content"),
        "{said}"
    );
    assert_eq!(site.key(), key);
}

#[test]
fn verify_says_who_contributed() {
    let site = site();
    let verify = ["verify", "--circuit", "register"];
    let said = output(site.command(&verify).arg("--json"));
    let json: Value = serde_json::from_str(&said).unwrap();
    let schema = concat!(env!("CARGO_MANIFEST_DIR"), "/schemas/ceremony.verify.json");
    let schema: Value = serde_json::from_slice(&fs::read(schema).unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let faults: Vec<String> = validator
        .iter_errors(&json)
        .map(|e| e.to_string())
        .collect();
    assert!(faults.is_empty(), "{faults:?}");
    assert_eq!(json["key"], KeyIdText(site.key().id()).to_string());
    assert_eq!(json["participants"], 2);
    assert_eq!(json["phase2"][0]["name"], "ada");
    assert_eq!(json["phase2"][2]["beacon"]["iterations_log2"], 3);

    // The same circuit from a file, and another one.
    let from_file = |file: &str| {
        let mut command = site.command(&["verify"]);
        command.arg("--r1cs").arg(site.path(file));
        command
    };
    let said = refusal(&mut from_file("pot.ptau"));
    assert!(said.contains("this is no .r1cs file"), "{said}");
    let said = output(&mut from_file("out/register.r1cs"));
    assert!(said.contains("compare each hash"), "{said}");
    let said = refusal(&mut site.command(&["verify", "--circuit", "issue"]));
    assert!(said.contains("another circuit's"), "{said}");
    let mut many = site.command(&verify);
    let said = refusal(many.args(["--minimum-contributions", "3"]));
    assert!(said.contains("2 contributions of participants"), "{said}");
}

#[test]
fn the_verdict_tells_damaged_from_forged_files() {
    let site = site();
    let verify = || {
        let mut command = obolus(&["verify", "ceremony", "--circuit", "register"]);
        for (option, file) in [("--r1cs", "out/register.r1cs"), ("--ptau", "pot.ptau")] {
            command.arg(option).arg(site.path(file));
        }
        command.arg("--zkey").arg(site.path("last.zkey"));
        command.output().unwrap().status.code()
    };
    assert_eq!(verify(), Some(0));
    let mut powers = fs::read(site.path("pot.ptau")).unwrap();
    powers.truncate(powers.len() - 1);
    fs::write(site.path("pot.ptau"), powers).unwrap();
    assert_eq!(verify(), Some(3));
    let other = Fixture::of(&fs::read(site.path("out/register.r1cs")).unwrap(), 2);
    fs::write(site.path("pot.ptau"), &other.ptau).unwrap();
    assert_eq!(verify(), Some(1));
}

/// A chain whose one key is that of register.
fn genesis(site: &Site, key: &VerifyingKey) {
    let genesis = Genesis {
        name: ChainName::new("real").unwrap(),
        network: Network::Main,
        mode: ChainMode::Production,
        time: Timestamp(1_700_000_000_000),
        operator: RoleSet {
            keys: vec![RoleKey([7; 32])],
            threshold: 1,
        },
        verifying_keys: vec![key.encode().unwrap()],
        expiry_horizon: Height(100),
    };
    fs::write(site.path("genesis.bin"), genesis.encode()).unwrap();
}

fn node(site: &Site, data: &str, ceremony: &str) -> Result<Node, Ended> {
    let config = site.path(&format!("{data}.toml"));
    let text = format!(
        "data_dir = \"{data}\"\ngenesis = \"genesis.bin\"\nlisten = \"127.0.0.1:0\"\n[access]\nopen = true\n{ceremony}\n"
    );
    fs::write(&config, text).unwrap();
    let mut command = obolus(&["--log", "info", "node", "run", "--config"]);
    command.arg(config);
    Starting::spawn(command).wait()
}

#[test]
fn a_production_node_wants_the_ceremony() {
    let site = site();
    genesis(&site, &site.key());
    let dir = "[ceremony]\ndir = \"imported\"";
    let running = node(&site, "with", dir).expect("the node starts");
    assert!(
        running
            .log()
            .contains("the ceremonies of the chain's keys were verified")
    );
    assert_eq!(running.get("/health/live").0, 200);
    drop(running);

    let refused = |data: &str, ceremony: &str| {
        let ended = node(&site, data, ceremony).err().expect("it refuses");
        assert!(!ended.status.success());
        ended.log
    };
    assert!(refused("without", "").contains("set ceremony.dir"));
    let few = refused("few", &format!("{dir}\nminimum_contributions = 3"));
    assert!(few.contains("3 are demanded"), "{few}");
    // A ceremony that holds, of another circuit with as many public inputs.
    let swapped = Fixture::of(&circuit(5), 1);
    let folder = site.path("swapped");
    fs::create_dir(&folder).unwrap();
    write(&folder, "powers.ptau", &swapped.ptau);
    write(&folder, "register.r1cs", &swapped.r1cs);
    write(&folder, "register.zkey", &swapped.zkey);
    let said = refused("swapped", "[ceremony]\ndir = \"swapped\"");
    assert!(
        said.contains("is not the circuit of statement register"),
        "{said}"
    );
    // One byte of the transcript of the beacon, before type, length and parameters.
    let path = site.path("imported/register.zkey");
    let mut zkey = fs::read(&path).unwrap();
    let at = zkey.len() - (4 + "beacon".len() + 8 + 64);
    zkey[at] ^= 1;
    fs::write(&path, zkey).unwrap();
    let said = refused("tampered", dir);
    assert!(said.contains("contribution 2 to the key"), "{said}");
}

fn write(folder: &Path, file: &str, bytes: &[u8]) {
    fs::write(folder.join(file), bytes).unwrap();
}

#[test]
fn a_service_proves_under_the_ceremony_key() {
    let site = site();
    let secret = site.path("service.secret");
    output(obolus(&["prover", "keygen", "--secret"]).arg(&secret));
    fs::write(
        site.path("prover.toml"),
        "listen = \"127.0.0.1:0\"\nsecret = \"service.secret\"\n[access]\nopen = true\n[queue]\nkind = \"embedded\"\npath = \"queue.sqlite\"\n[circuits]\nceremony_dir = \"imported\"\n",
    )
    .unwrap();
    let mut command = obolus(&["prover", "serve", "--config"]);
    command.arg(site.path("prover.toml"));
    let service = Starting::spawn(command).wait().expect("the service starts");
    ready(&service);
    let (status, body) = service.get("/v1/circuits");
    assert_eq!(status, 200);
    let listed: Value = serde_json::from_slice(&body).unwrap();
    let circuits = listed["circuits"].as_array().unwrap();
    assert_eq!(circuits.len(), 1);
    assert_eq!(circuits[0]["name"], "register");
    assert_eq!(circuits[0]["origin"], "ceremony key");
    assert_eq!(
        circuits[0]["key_id"],
        KeyIdText(site.key().id()).to_string()
    );
}
