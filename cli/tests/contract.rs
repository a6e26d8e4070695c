//! `obolus contract` with the real binary: the tutorial against a real node, and what is refused.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a failed expectation is a failed test"
)]

mod common;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use common::desk::Desk;
use serde_json::Value;

const PAGE: &str = include_str!("../../docs/tutorial-contract.md");

/// Follows the page: every block of it is found, inserted or run, in order.
struct Reader {
    desk: Desk,
    owner: String,
    contract: String,
    /// What the last command printed.
    printed: String,
    commands: usize,
}

impl Reader {
    fn rust(&self, attributes: &str, text: &str) {
        let path = self.desk.path("counter/src/lib.rs");
        let mut source = fs::read_to_string(&path).unwrap();
        let before = attributes
            .split_once("insert-before=\"")
            .and_then(|(_, rest)| rest.strip_suffix('"'));
        match before {
            None => assert!(source.contains(text), "not in the template:\n{text}"),
            Some(place) => {
                assert_eq!(source.matches(place).count(), 1, "{place}");
                let at = source.find(place).unwrap();
                source.insert_str(at, text);
                fs::write(path, source).unwrap();
            }
        }
    }

    fn shell(&mut self, line: &str) {
        self.commands += 1;
        let words = words(line);
        let words: Vec<_> = words.iter().map(String::as_str).collect();
        match words[..] {
            ["cargo", ref rest @ ..] => {
                let done = Command::new(env!("CARGO"))
                    .args(rest)
                    .current_dir(self.desk.path("counter"))
                    .env("CARGO_TARGET_DIR", self.desk.path("counter/target"))
                    .status();
                assert!(done.unwrap().success(), "{line}");
            }
            ["obolus", "node", ref rest @ ..] => {
                // It runs already.
                assert_eq!(rest, ["run", "--dev", "--data-dir", "node"]);
            }
            ["obolus", ref rest @ ..] => self.obolus(rest),
            _ => panic!("a command that this test does not know: {line}"),
        }
    }

    fn obolus(&mut self, words: &[&str]) {
        let filled: Vec<String> = words
            .iter()
            .map(|word| word.replace("OWNER", &self.owner))
            .map(|word| word.replace("CONTRACT", &self.contract))
            .collect();
        let filled: Vec<_> = filled.iter().map(String::as_str).collect();
        let output = self.desk.command(&filled).output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        self.printed = text(&output.stdout) + &text(&output.stderr);
        // The one that the page shows to fail.
        let refused = words.contains(&"reset") && !words.contains(&"--key");
        assert_eq!(output.status.success(), !refused, "{}", self.printed);
        let said = |name: &str| {
            let line = self.printed.lines().find(|line| line.starts_with(name));
            let value = line.map(|line| line[name.len()..].trim_start());
            value.and_then(|value| value.split(' ').next())
        };
        match words {
            ["roles", "new", ..] => self.owner = said("public key").unwrap().to_owned(),
            ["contract", "deploy", ..] => self.contract = said("contract").unwrap().to_owned(),
            _ => {}
        }
    }
}

/// Splits at spaces outside single quotes.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (place, part) in line.split('\'').enumerate() {
        match place % 2 {
            1 => words.push(part.to_owned()),
            _ => words.extend(part.split_whitespace().map(str::to_owned)),
        }
    }
    words
}

fn sources() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

#[test]
fn the_tutorial_is_true_and_results_have_their_schemas() {
    let desk = Desk::new();
    std::os::unix::fs::symlink(sources().canonicalize().unwrap(), desk.path("obolus")).unwrap();
    let mut reader = Reader {
        desk,
        owner: String::new(),
        contract: String::new(),
        printed: String::new(),
        commands: 0,
    };
    let mut parts = PAGE.split("\n```");
    parts.next();
    let mut blocks = 0;
    while let (Some(block), Some(_)) = (parts.next(), parts.next()) {
        blocks += 1;
        let (head, text) = block.split_once('\n').unwrap();
        match head.split_whitespace().next().unwrap() {
            "rust" => reader.rust(head, &format!("{text}\n")),
            "sh" => text.lines().for_each(|line| reader.shell(line)),
            "text" => assert!(
                reader.printed.contains(text),
                "expected\n{text}\nprinted\n{}",
                reader.printed
            ),
            other => panic!("a block of another kind: {other}"),
        }
    }
    assert!(blocks > 12 && reader.commands > 10, "the page was read");
    results(&reader.desk, &reader.contract);
}

/// The same commands with `--json`, and arguments that do not fit, on what the tutorial has made.
fn results(desk: &Desk, contract: &str) {
    let (module, schema) = (
        "counter/out/counter.wasm",
        "counter/out/counter.schema.json",
    );
    let built = desk.ok(&["contract", "build", "counter"]);
    let checked = desk.ok(&["contract", "check", module]);
    assert_eq!(built["code"], checked["code"]);
    let entries = checked["entries"].as_array().unwrap();
    assert!(entries.contains(&"x_double".into()), "{entries:?}");

    let query = |entry| {
        let words = ["contract", "query", contract, entry, "--schema", schema];
        desk.ok(&words)["reply"].clone()
    };
    assert_eq!(query("sum"), "0");
    let call = [
        "contract", "call", contract, "add", "\"3\"", "--schema", schema,
    ];
    assert_eq!(desk.ok(&call)["stage"], "committed");
    assert_eq!(query("sum"), "3");
    // Without a schema messages and replies are borsh in hexadecimal.
    let raw = desk.ok(&["contract", "call", contract, "add", "0400000000000000"]);
    assert_eq!(raw["stage"], "committed");
    let sum = desk.ok(&["contract", "query", contract, "sum"]);
    assert_eq!(sum["reply"], "0700000000000000");

    let fails = |words: &[&str], status: i32, says: &str| {
        let ran = desk.run(words);
        assert_eq!(ran.status, status, "{words:?}: {ran:?}");
        assert!(ran.said.contains(says), "{words:?}: {ran:?}");
        assert_eq!(ran.json, Value::Null);
    };
    let with_schema = |verb, entry, message| {
        [
            "contract", verb, contract, entry, message, "--schema", schema,
        ]
    };
    fails(&with_schema("call", "add", "3"), 2, "text");
    fails(&with_schema("call", "add", "{"), 2, "EOF");
    fails(&with_schema("call", "fly", "null"), 2, "fly");
    fails(&["contract", "query", contract, "sum", "0x"], 2, "digits");
    fails(&["contract", "query", "12", "sum"], 2, "12");
    fails(&["contract", "query", contract, "fly"], 1, "no such entry");
    let unknown = "00".repeat(31) + "77";
    fails(
        &["contract", "query", &unknown, "sum"],
        1,
        "no contract with this id",
    );
    let overflow = "f".repeat(16);
    fails(
        &["contract", "call", contract, "add", &overflow],
        1,
        "too_far",
    );
    assert_eq!(query("sum"), "7");

    deployments(desk, module, schema);
    let made_before = ["contract", "new", "counter", "--obolus", "obolus"];
    made(desk, &made_before, "exists");
    made(desk, &["contract", "new", "Counter"], "Counter");
    made(
        desk,
        &["contract", "new", "other", "--obolus", "counter"],
        "no contracts-wasm/sdk",
    );
    fs::write(desk.path("no.wasm"), b"\0asm").unwrap();
    fails(&["contract", "check", "no.wasm"], 2, "not valid");
    fails(&["contract", "check", "nowhere.wasm"], 1, "nowhere.wasm");
    fails(&["contract", "build", "node"], 2, "Cargo.toml");
}

/// `new` has no result that could be shown.
fn made(desk: &Desk, words: &[&str], says: &str) {
    let output = desk.command(words).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains(says), "{said}");
}

fn deployments(desk: &Desk, module: &str, schema: &str) {
    // Encrypted, unlike the keys of a development chain.
    let key = fs::read(desk.path("owner.key")).unwrap();
    assert!(!String::from_utf8_lossy(&key).contains("INSECURE"));
    let owner = "ab".repeat(32);
    let init = format!(r#"{{"owner":{{"keys":["{owner}"],"threshold":1}},"start":"1"}}"#);
    let deploy = ["contract", "deploy", module, &init, "--schema", schema];
    let keys = [
        "--key",
        "node/dev/operator-1.key",
        "--key",
        "node/dev/operator-2.key",
    ];
    let fails = |more: &[&str], status: i32, says: &str| {
        let words = [&deploy[..], more].concat();
        let ran = desk.run(&words);
        assert_eq!(ran.status, status, "{more:?}: {ran:?}");
        assert!(ran.said.contains(says), "{more:?}: {ran:?}");
    };
    fails(&keys[..2], 1, "not_deployer");
    fails(&["--draft", "x.json"], 2, "two transactions");
    let admin = ["--admin", &owner, "--admin-threshold", "2"];
    fails(&[&keys[..], &admin].concat(), 2, "admin");
    fails(&[&keys[..], &["--source", "12"]].concat(), 2, "12");
    // A second contract of the same code, with an admin; the code is uploaded already.
    let admin = ["--admin", &owner, "--delay-blocks", "10", "--quota", "5000"];
    let words = [&deploy[..], &keys, &admin].concat();
    let first = desk.ok(&words);
    let second = desk.ok(&words);
    assert_eq!(first["code"], second["code"]);
    assert_ne!(first["contract"], second["contract"]);
    let contract = second["contract"].as_str().unwrap();
    let sum = ["contract", "query", contract, "sum", "--schema", schema];
    assert_eq!(desk.ok(&sum)["reply"], "1");
}

/// Our own contracts come with their schemas: the calls that their pages show, by a development chain's roles.
#[test]
fn roles_write_what_they_decide_as_json() {
    let desk = Desk::new();
    desk.wallet("alice");
    let file = fs::read_to_string(desk.token()).unwrap();
    let id = |name: &str| {
        let mut lines = file.lines();
        let line = lines.find_map(|line| line.strip_prefix(&format!("{name} = \"")));
        line.unwrap().trim_end_matches('"').to_owned()
    };
    let schemas = sources().canonicalize().unwrap();
    let schemas = schemas.join("contracts-wasm/artifacts/schemas");
    let run = |verb: &str, contract: &str, entry: &str, message: &str, role: Option<&str>| {
        let schema = schemas.join(format!("{contract}.json"));
        let (id, schema) = (id(contract), schema.to_str().unwrap());
        let mut words = ["contract", verb, &id, entry, message, "--schema", schema].to_vec();
        let keys = role.map(|role| [1, 2].map(|holder| format!("node/dev/{role}-{holder}.key")));
        for key in keys.iter().flatten() {
            words.extend(["--key", key]);
        }
        desk.ok(&words)
    };
    let limit = r#"{"slot":0,"limit":"1000000"}"#;
    let set = run("call", "registry", "set_limit", limit, Some("registrar"));
    assert_eq!(set["stage"], "committed");
    let alice = run("query", "registry", "participant", r#"{"slot":0}"#, None);
    assert_eq!(alice["reply"]["limit"], "1000000");
    assert_eq!(alice["reply"]["deal"], Value::Null);

    let off = r#"{"circuit":{"Redeem":{}},"enabled":false}"#;
    run("call", "token", "set_switch", off, Some("operator"));
    run(
        "call",
        "token",
        "set_paused",
        r#"{"paused":true}"#,
        Some("operator"),
    );
    let state = &run("query", "token", "state", "", None)["reply"];
    assert_eq!(state["paused"], true);
    assert_eq!(
        state["enabled"],
        serde_json::json!([true, true, false, true, true])
    );
    assert_eq!(state["settings"]["registry"], id("registry"));
}
