//! The real binary on the ledger that this repository holds, whole and broken in every way that matters.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a failed expectation is a failed test"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use obolus_chain::export::{ExportEnd, ExportReader, ExportWriter, Step};
use obolus_chain::{Block, Genesis, genesis_tip, transaction_hash, transaction_root};
use obolus_protocol::tx::{Height, Transaction};
use serde_json::Value;

fn vectors() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors")
}

struct Ledger {
    genesis: Genesis,
    blocks: Vec<Block>,
    end: ExportEnd,
}

impl Ledger {
    fn read() -> Self {
        let bytes = fs::read(vectors().join("ledger.obx")).unwrap();
        let mut reader = ExportReader::new(bytes.as_slice()).unwrap();
        let genesis = reader.genesis().clone();
        let mut blocks = Vec::new();
        loop {
            match reader.step().unwrap() {
                Step::Block(block) => blocks.push(block),
                Step::End(end) => {
                    return Self {
                        genesis,
                        blocks,
                        end,
                    };
                }
            }
        }
    }

    /// An export of the blocks as they are now, with headers that fit them again.
    fn export(&self) -> Vec<u8> {
        let mut writer = ExportWriter::new(Vec::new(), &self.genesis).unwrap();
        let mut previous = genesis_tip(&self.genesis).block;
        for (height, block) in (1..).zip(&self.blocks) {
            let mut block = block.clone();
            let hashes: Vec<_> = block.txs.iter().map(|tx| transaction_hash(tx)).collect();
            block.header.transactions = transaction_root(&hashes);
            block.header.previous = previous;
            block.header.height = Height(height);
            previous = block.header.hash();
            writer.block(&block).unwrap();
        }
        writer.finish(self.end.app_hash).unwrap()
    }

    /// The first `count` blocks, exported when they were all there was.
    fn prefix(&self, count: usize) -> Vec<u8> {
        let mut writer = ExportWriter::new(Vec::new(), &self.genesis).unwrap();
        for block in &self.blocks[..count] {
            writer.block(block).unwrap();
        }
        writer.finish(self.blocks[count].header.app_hash).unwrap()
    }

    fn tx(&self, at: (usize, usize)) -> Transaction {
        Transaction::decode(&self.blocks[at.0].txs[at.1]).unwrap()
    }

    fn set(&mut self, at: (usize, usize), tx: &Transaction) {
        self.blocks[at.0].txs[at.1] = tx.encode();
    }

    /// Where the transactions of this entry are.
    fn entries(&self, entry: &str) -> Vec<(usize, usize)> {
        let mut found = Vec::new();
        for (block, txs) in self.blocks.iter().map(|block| &block.txs).enumerate() {
            for (place, bytes) in txs.iter().enumerate() {
                let tx = Transaction::decode(bytes).unwrap();
                if tx.body.entry.as_str() == entry {
                    found.push((block, place));
                }
            }
        }
        found
    }
}

struct Run {
    status: i32,
    report: Value,
    stderr: String,
}

impl Run {
    fn code(&self) -> &str {
        self.report["items"][0]["code"].as_str().unwrap_or_default()
    }

    fn message(&self) -> &str {
        self.report["items"][0]["message"]
            .as_str()
            .unwrap_or_default()
    }
}

fn verify(file: &Path, arguments: &[&str]) -> Run {
    let output = Command::new(env!("CARGO_BIN_EXE_obolus-verify"))
        .args(["ledger", "--format", "json"])
        .args(arguments)
        .arg(file)
        .output()
        .unwrap();
    Run {
        status: output.status.code().unwrap(),
        report: serde_json::from_slice(&output.stdout).unwrap_or(Value::Null),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

fn verify_bytes(bytes: &[u8], arguments: &[&str]) -> Run {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("ledger.obx");
    fs::write(&file, bytes).unwrap();
    verify(&file, arguments)
}

fn policy() -> String {
    let path = vectors().join("policy.toml");
    format!("--policy={}", path.display())
}

#[test]
fn the_committed_ledger_replays() {
    let ledger = Ledger::read();
    let run = verify(&vectors().join("ledger.obx"), &[&policy()]);
    assert_eq!(run.status, 0, "{} {}", run.report, run.stderr);
    let facts = &run.report["items"][0]["facts"];
    let count = |name: &str| facts[name].as_str().unwrap().parse::<usize>().unwrap();
    let txs: usize = ledger.blocks.iter().map(|block| block.txs.len()).sum();
    assert_eq!(count("height"), ledger.blocks.len());
    assert_eq!(count("blocks"), ledger.blocks.len());
    assert_eq!(count("transactions"), txs);
    assert_eq!(facts["tip"], ledger.end.block.to_string());
    assert!(count("proofs") >= 5 && count("signatures") >= 5);
    assert_eq!(run.report["facts"]["engine"], "statements");
    for entry in ["register", "issue", "transfer", "redeem"] {
        assert!(
            !ledger.entries(entry).is_empty(),
            "the ledger has a {entry}"
        );
    }
}

#[test]
fn a_stopped_replay_goes_on() {
    let ledger = Ledger::read();
    let work = tempfile::tempdir().unwrap();
    let argument = format!("--work={}", work.path().display());
    let half = ledger.blocks.len() / 2;
    let first = verify_bytes(&ledger.prefix(half), &[&policy(), &argument]);
    assert_eq!(first.status, 0, "{}", first.report);
    let second = verify_bytes(&ledger.export(), &[&policy(), &argument]);
    assert_eq!(second.status, 0, "{}", second.report);
    let facts = &second.report["items"][0]["facts"];
    assert_eq!(facts["resumed"], half.to_string());
    assert_eq!(facts["blocks"], (ledger.blocks.len() - half).to_string());
    // The directory knows more than the first export, and another history is noticed.
    let behind = verify_bytes(&ledger.prefix(half), &[&policy(), &argument]);
    assert_eq!((behind.status, behind.code()), (4, "export_behind"));
    let mut other = Ledger::read();
    other.blocks.last_mut().unwrap().header.time.0 += 1;
    let other = verify_bytes(&other.export(), &[&policy(), &argument]);
    assert_eq!((other.status, other.code()), (4, "other_history"));
}

/// The committed policy with another line in the place of its minimum.
fn demand(directory: &Path, line: &str) -> String {
    let path = directory.join("policy.toml");
    let text = fs::read_to_string(vectors().join("policy.toml")).unwrap();
    let changed = text.replace("minimum = 1\n", &format!("{line}\n"));
    assert_ne!(text, changed);
    fs::write(&path, changed).unwrap();
    format!("--policy={}", path.display())
}

#[test]
fn transactions_of_an_earlier_run_count_and_blocks_do_not() {
    let ledger = Ledger::read();
    let transactions: usize = ledger.blocks.iter().map(|block| block.txs.len()).sum();
    let directory = tempfile::tempdir().unwrap();
    let work = format!("--work={}", directory.path().join("work").display());
    for (more, status) in [(0, 0), (0, 0), (1, 4), (1, 4)] {
        let minimum = format!("minimum = {}", transactions + more);
        let minimum = demand(directory.path(), &minimum);
        let run = verify_bytes(&ledger.export(), &[&minimum, &work]);
        assert_eq!(run.status, status, "{}", run.message());
    }
}

#[test]
fn empty_blocks_make_no_ledger_younger_and_change_its_tip() {
    let mut ledger = Ledger::read();
    let tip = ledger.blocks.last().unwrap().header.hash().to_string();
    let directory = tempfile::tempdir().unwrap();
    let tip = format!("--tip={tip}");
    let age = demand(directory.path(), "maximum_age_seconds = 60");
    assert_eq!(verify_bytes(&ledger.export(), &[&policy(), &tip]).status, 0);
    let mut empty = ledger.blocks.last().unwrap().clone();
    empty.txs.clear();
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    empty.header.time.0 = u64::try_from(now.unwrap().as_millis()).unwrap();
    ledger.blocks.push(empty);
    let run = verify_bytes(&ledger.export(), &[&age]);
    assert_eq!((run.status, run.code()), (4, "too_old"));
    let run = verify_bytes(&ledger.export(), &[&policy(), &tip]);
    assert_eq!((run.status, run.code()), (4, "other_tip"));
}

#[test]
fn the_chain_must_be_named_and_right() {
    let file = vectors().join("ledger.obx");
    let unnamed = verify(&file, &["--allow-insecure"]);
    assert_eq!(unnamed.status, 2);
    assert!(unnamed.stderr.contains("--chain"), "{}", unnamed.stderr);
    let chain = Ledger::read().genesis.chain_id().to_string();
    let insecure = verify(&file, &[&format!("--chain={chain}")]);
    assert_eq!((insecure.status, insecure.code()), (4, "key_insecure"));
    let right = verify(&file, &[&format!("--chain={chain}"), "--allow-insecure"]);
    assert_eq!(right.status, 0);
    let other = format!("--chain={}", "0".repeat(64));
    let wrong = verify(&file, &[&other, "--allow-insecure"]);
    assert_eq!((wrong.status, wrong.code()), (4, "other_chain"));
}

#[test]
fn every_kind_of_false_ledger_is_refused() {
    let whole = Ledger::read();
    let first = |entry: &str| *whole.entries(entry).first().unwrap();
    let last = |entry: &str| *whole.entries(entry).last().unwrap();
    type Break = Box<dyn Fn(&mut Ledger)>;
    let cases: Vec<(&str, &str, Break)> = vec![
        ("a false proof", "proof_invalid", {
            let at = first("transfer");
            Box::new(move |ledger| {
                // Another public input: still canonical.
                let mut tx = ledger.tx(at);
                tx.proofs[0].inputs[0].0[0] ^= 1;
                ledger.set(at, &tx);
            })
        }),
        ("a proof left out", "proof_refused", {
            let at = first("transfer");
            Box::new(move |ledger| {
                let mut tx = ledger.tx(at);
                tx.proofs.clear();
                ledger.set(at, &tx);
            })
        }),
        ("a proof of another transaction", "proof_refused", {
            let (at, other) = (first("transfer"), last("transfer"));
            Box::new(move |ledger| {
                let mut tx = ledger.tx(at);
                tx.proofs = ledger.tx(other).proofs;
                ledger.set(at, &tx);
            })
        }),
        ("a spend signature left out", "not_authorised", {
            let at = first("transfer");
            Box::new(move |ledger| {
                let mut tx = ledger.tx(at);
                tx.spend_signatures.clear();
                ledger.set(at, &tx);
            })
        }),
        ("a false signature", "bad_spend_signature", {
            let at = first("redeem");
            Box::new(move |ledger| {
                let mut tx = ledger.tx(at);
                tx.spend_signatures[0].signature[40] ^= 1;
                ledger.set(at, &tx);
            })
        }),
        ("issuers' signatures left out", "not_issuer", {
            let at = last("issue");
            Box::new(move |ledger| {
                let mut tx = ledger.tx(at);
                tx.role_signatures.clear();
                // It is no role transaction any more, so its place is at the end.
                ledger.blocks[at.0].txs.remove(at.1);
                ledger.blocks[at.0].txs.push(tx.encode());
            })
        }),
        ("a payment twice", "already_committed", {
            let at = last("transfer");
            Box::new(move |ledger| {
                let again = ledger.blocks[at.0].txs[at.1].clone();
                ledger.blocks[at.0].txs.push(again);
            })
        }),
        ("an issue that never happened", "issue_nonce", {
            // Its successor's nonce is ahead of the token's then.
            let at = first("issue");
            Box::new(move |ledger| {
                ledger.blocks[at.0].txs.remove(at.1);
            })
        }),
        ("changed arguments", "bad_spend_signature", {
            let at = first("transfer");
            Box::new(move |ledger| {
                let mut tx = ledger.tx(at);
                tx.body.args[5] ^= 1;
                ledger.set(at, &tx);
            })
        }),
        ("a block too late for its transactions", "expired", {
            let at = last("transfer");
            Box::new(move |ledger| {
                let mut empty = ledger.blocks[at.0].clone();
                empty.txs.clear();
                for _ in 0..1_100 {
                    ledger.blocks.insert(at.0, empty.clone());
                }
            })
        }),
        ("a role transaction after others", "transaction_order", {
            let (role, user) = (first("register"), first("transfer"));
            Box::new(move |ledger| {
                let bytes = ledger.blocks[role.0].txs[role.1].clone();
                ledger.blocks[user.0].txs.push(bytes);
            })
        }),
    ];
    let mut wrong = Vec::new();
    for (what, code, change) in cases {
        let mut ledger = Ledger::read();
        change(&mut ledger);
        let run = verify_bytes(&ledger.export(), &[&policy()]);
        let named = run.code() == code || run.message().contains(&format!("({code})"));
        if run.status != 1 || !named {
            wrong.push(format!(
                "{what}: {} {} {}",
                run.status,
                run.code(),
                run.message()
            ));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_damaged_file_is_malformed() {
    let bytes = Ledger::read().export();
    for (place, code) in [(0, "not_an_export"), (8, "export_version")] {
        let mut bytes = bytes.clone();
        bytes[place] ^= 1;
        let run = verify_bytes(&bytes, &[&policy()]);
        assert_eq!((run.status, run.code()), (3, code));
    }
    let cut = verify_bytes(&bytes[..bytes.len() - 1], &[&policy()]);
    assert_eq!((cut.status, cut.code()), (3, "export_truncated"));
    let mut longer = bytes.clone();
    longer.push(0);
    let longer = verify_bytes(&longer, &[&policy()]);
    assert_eq!((longer.status, longer.code()), (3, "export_trailing"));
    let missing = verify(Path::new("/no/such/ledger.obx"), &[&policy()]);
    assert_eq!((missing.status, missing.code()), (5, "unreadable"));
}
