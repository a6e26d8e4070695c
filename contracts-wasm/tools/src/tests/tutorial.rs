//! Follows `docs/tutorial-contract.md`: every block of it is found, inserted or run, in order.
//!
//! The commands are run on the library behind `obolus contract`, and on a ledger in this process instead of a node.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use obolus_abi::ContractId;
use obolus_testkit::{Party, Scenario};
use serde_json::Value;

use crate::{Schema, build, check, create};

const PAGE: &str = include_str!("../../../../docs/tutorial-contract.md");

/// The bytes of a message, as they are.
struct Raw(Vec<u8>);

impl borsh::BorshSerialize for Raw {
    fn serialize<W: borsh::io::Write>(&self, writer: &mut W) -> borsh::io::Result<()> {
        writer.write_all(&self.0)
    }
}

/// The rest of a reply, as it is.
struct Rest(Vec<u8>);

impl borsh::BorshDeserialize for Rest {
    fn deserialize_reader<R: borsh::io::Read>(reader: &mut R) -> borsh::io::Result<Self> {
        let mut bytes = Vec::new();
        let mut one = [0];
        while reader.read(&mut one)? == 1 {
            bytes.push(one[0]);
        }
        Ok(Self(bytes))
    }
}

struct Reader {
    directory: PathBuf,
    chain: Scenario,
    contract: Option<ContractId>,
    /// What the last command printed.
    printed: String,
    commands: usize,
}

impl Reader {
    fn source(&self) -> PathBuf {
        self.directory.join("counter/src/lib.rs")
    }

    fn owner(&self) -> Party {
        self.chain.party(9)
    }

    fn rust(&self, attributes: &str, text: &str) {
        let mut source = fs::read_to_string(self.source()).unwrap();
        let before = attributes
            .split_once("insert-before=\"")
            .and_then(|(_, rest)| rest.strip_suffix('"'));
        match before {
            None => assert!(source.contains(text), "not in the template:\n{text}"),
            Some(place) => {
                assert_eq!(source.matches(place).count(), 1, "{place}");
                let at = source.find(place).unwrap();
                source.insert_str(at, text);
                fs::write(self.source(), source).unwrap();
            }
        }
    }

    fn run(&mut self, line: &str) {
        self.commands += 1;
        let words: Vec<_> = words(line);
        let words: Vec<_> = words.iter().map(String::as_str).collect();
        match words[..] {
            ["obolus", "contract", "new", name, "--obolus", "obolus"] => {
                let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
                create(&self.directory.join(name), name, &sources).unwrap();
            }
            ["cargo", "test"] => {
                let done = Command::new(env!("CARGO"))
                    .args(["test", "--quiet"])
                    .current_dir(self.directory.join("counter"))
                    .env("CARGO_TARGET_DIR", self.directory.join("counter/target"))
                    .status();
                assert!(done.unwrap().success());
            }
            ["obolus", "contract", "build", crate_] => {
                let directory = self.directory.join(crate_);
                let built = build(&directory).unwrap();
                assert_eq!(built.bytes, build(&directory).unwrap().bytes);
                assert_eq!(
                    fs::read(&built.archive_file).unwrap(),
                    built.archive.as_bytes()
                );
                assert!(built.bytes.len() < 40_000, "{} bytes", built.bytes.len());
                let needle = self.directory.to_str().unwrap().as_bytes();
                let leaks = built.bytes.windows(needle.len()).any(|part| part == needle);
                assert!(!leaks, "a path of this machine is in the module");
            }
            ["obolus", "contract", "check", module] => {
                let module = fs::read(self.directory.join(module)).unwrap();
                self.printed = check(&module).unwrap().to_string();
            }
            [
                "obolus",
                "contract",
                "deploy",
                module,
                message,
                "--schema",
                schema,
                "--key",
                _,
            ] => {
                let module = fs::read(self.directory.join(module)).unwrap();
                let owner = self.owner().role_key().to_string();
                let message = self.message(schema, "init", &message.replace("OWNER", &owner));
                self.contract = Some(self.chain.deploy(&module, &message).unwrap());
            }
            [
                "obolus",
                "contract",
                "call",
                "CONTRACT",
                entry,
                ref rest @ ..,
            ] => {
                let (message, schema, signed) = arguments(rest);
                let message = self.message(schema, entry, message);
                let owner = self.owner();
                let call = self.chain.call(self.contract.unwrap(), entry, &message);
                let call = if signed { call.signed_by(&owner) } else { call };
                self.printed = match call.run() {
                    Ok(_) => String::new(),
                    Err(error) => error.to_string(),
                };
            }
            [
                "obolus",
                "contract",
                "query",
                "CONTRACT",
                entry,
                ref rest @ ..,
            ] => {
                let (message, schema, _) = arguments(rest);
                let message = self.message(schema, entry, message);
                let contract = self.contract.unwrap();
                let Rest(reply) = self.chain.query(contract, entry, &message).unwrap();
                let schema = self.schema(schema);
                self.printed = schema.decode_reply(entry, &reply).unwrap().to_string();
            }
            _ => panic!("a command that this test does not know: {line}"),
        }
    }

    fn schema(&self, path: &str) -> Schema {
        Schema::parse(&fs::read_to_string(self.directory.join(path)).unwrap()).unwrap()
    }

    fn message(&self, schema: &str, entry: &str, json: &str) -> Raw {
        let value: Value = serde_json::from_str(json).unwrap();
        Raw(self.schema(schema).encode(entry, &value).unwrap())
    }
}

/// Message, schema, and whether the owner signs.
fn arguments<'a>(words: &[&'a str]) -> (&'a str, &'a str, bool) {
    match *words {
        ["--schema", schema] => ("null", schema, false),
        ["--schema", schema, "--key", "owner.key"] => ("null", schema, true),
        [message, "--schema", schema] => (message, schema, false),
        _ => panic!("arguments that this test does not know: {words:?}"),
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

#[test]
fn every_block_of_the_page_is_true() {
    let directory = tempfile::tempdir().unwrap();
    let mut reader = Reader {
        directory: directory.path().to_owned(),
        chain: Scenario::new().unwrap(),
        contract: None,
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
            "sh" => text.lines().for_each(|line| reader.run(line)),
            "text" => assert!(
                reader.printed.contains(text),
                "expected\n{text}\nprinted\n{}",
                reader.printed
            ),
            other => panic!("a block of another kind: {other}"),
        }
    }
    assert!(blocks > 12 && reader.commands > 8, "the page was read");
}
