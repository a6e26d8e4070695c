//! The real binary with token files that say something else than the committed ledger.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a failed expectation is a failed test"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use obolus_chain::export::{ExportReader, Step};
use obolus_protocol::tx::Transaction;
use serde_json::Value;

fn ledger() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors/ledger.obx")
}

/// The ids of the token and of the registry: whom the first calls of these entries are to.
fn contracts() -> [String; 2] {
    let bytes = fs::read(ledger()).unwrap();
    let mut reader = ExportReader::new(bytes.as_slice()).unwrap();
    let mut found = [None, None];
    while let Step::Block(block) = reader.step().unwrap() {
        for bytes in &block.txs {
            let body = Transaction::decode(bytes).unwrap().body;
            for (place, entry) in found.iter_mut().zip(["issue", "register"]) {
                if body.entry.as_str() == entry {
                    place.get_or_insert(body.contract.to_string());
                }
            }
        }
    }
    found.map(Option::unwrap)
}

/// The token file as the issuer publishes it.
fn token_file() -> String {
    let bytes = fs::read(ledger()).unwrap();
    let reader = ExportReader::new(bytes.as_slice()).unwrap();
    let chain = obolus_chain::genesis_tip(reader.genesis()).block;
    let [token, registry] = contracts();
    format!(
        "unit = \"USD\"\nexponent = 2\nnetwork = \"test\"\nchain = \"{chain}\"\ntoken = \"{token}\"\nregistry = \"{registry}\"\n"
    )
}

/// The finding of `verify reserves`: its code and message.
fn reserves(file: &str) -> (String, String) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("token.toml");
    fs::write(&path, file).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_obolus-verify"))
        .args([
            "reserves",
            "--format",
            "json",
            "--allow-insecure",
            "--token",
        ])
        .arg(path)
        .arg("--ledger")
        .arg(ledger())
        .output()
        .unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let item = &report["items"][0];
    let text = |name: &str| item[name].as_str().unwrap_or_default().to_owned();
    (text("code"), text("message"))
}

#[test]
fn what_the_ledger_says_of_amounts_is_not_taken_from_the_token_file() {
    let good = token_file();
    let (code, message) = reserves(&good);
    assert_eq!(code, "not_attested", "{message}");
    let [token, registry] = contracts();
    for (from, to, said) in [
        (
            "exponent = 2",
            "exponent = 0",
            "with 0 decimal digits, the ledger in \"USD\" with 2",
        ),
        (
            "USD",
            "EUR",
            "\"EUR\" with 2 decimal digits, the ledger in \"USD\"",
        ),
        (&*registry, &*token, &*registry),
    ] {
        let (code, message) = reserves(&good.replace(from, to));
        assert_eq!(code, "token_differs", "{message}");
        assert!(message.contains(said), "{message}");
    }
    let (code, message) = reserves(&good.replace(&token, &"07".repeat(32)));
    assert_eq!(code, "no_token", "{message}");
}
