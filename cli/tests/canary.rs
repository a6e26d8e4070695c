//! No secret in any log, error or file of the ledger.
//!
//! The real demo runs with every log line switched on (`OBOLUS_CANARY_LOG` sets another filter). Its key files give away each wallet's keys,
//! its ledger each note's opening; then everything it wrote is searched for every encoding of them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a failed expectation is a failed test"
)]

mod common;

use std::fs::File;
use std::path::Path;

use common::needles::{Needles, encodings, files, text_encodings};
use common::{Demo, payments_file};
use obolus_abi::registry::RegistryState;
use obolus_protocol::audit::AuditorKey;
use obolus_protocol::field::scalar_to_bytes;
use obolus_protocol::tx::Height;
use obolus_protocol::{FullViewingKey, Seed, SpendingKey};
use obolus_runtime::ledger::Execution;
use obolus_runtime_api::BlockUpdate;
use obolus_wallet::{Follower, KeyFile, Passphrase, TokenConfig, Wallet};
use tempfile::TempDir;

const PASSPHRASE: &str = "canary: seven wrens over a cold harbour";
const SAMPLE: &str = include_str!("../../tests/data/payments.csv");
/// Everything, but for the compiler: it sees contract code only, and would add two gigabytes.
const ALL: &str =
    "trace,cranelift_codegen=info,cranelift_frontend=info,wasmtime_internal_cranelift=info";
/// Smaller amounts are bytes that turn up by chance.
const TELLING_AMOUNT: u64 = 1 << 24;

/// What a run left behind.
struct Run {
    directory: TempDir,
    stdout: Vec<u8>,
    stderr: Vec<u8>,
}

impl Run {
    /// Runs the demo at the most talkative level, its output going to files.
    fn trace() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let data = directory.path().join("data");
        let [out, err] = ["stdout", "stderr"].map(|name| directory.path().join(name));
        let mut command = Demo::new()
            .arg("--json")
            .arg("--data-dir")
            .arg(&data)
            .arg("--log")
            .arg(std::env::var("OBOLUS_CANARY_LOG").as_deref().unwrap_or(ALL))
            .command;
        let status = command
            .env("OBOLUS_PASSPHRASE", PASSPHRASE)
            .env("RUST_BACKTRACE", "full")
            .stdout(File::create(&out).unwrap())
            .stderr(File::create(&err).unwrap())
            .status()
            .unwrap();
        let [stdout, stderr] = [out, err].map(|path| std::fs::read(path).unwrap());
        assert!(status.success(), "{}", tail(&stderr));
        Self {
            directory,
            stdout,
            stderr,
        }
    }

    fn data(&self) -> std::path::PathBuf {
        self.directory.path().join("data")
    }
}

fn tail(bytes: &[u8]) -> String {
    String::from_utf8_lossy(&bytes[bytes.len().saturating_sub(4000)..]).into_owned()
}

fn seeds(wallets: &Path) -> Vec<Seed> {
    let passphrase = Passphrase::new(PASSPHRASE.into()).unwrap();
    let mut paths: Vec<_> = std::fs::read_dir(wallets)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    paths
        .iter()
        .map(|path| KeyFile::open(path, &passphrase).unwrap().seed)
        .collect()
}

/// The contract that the first transaction with this entry called.
fn contract_of(updates: &[BlockUpdate], entry: &str) -> obolus_abi::ContractId {
    let mut txs = updates.iter().flat_map(|update| &update.txs);
    txs.find(|tx| tx.entry == entry).unwrap().contract
}

/// Rebuilds a wallet for each seed from the ledger.
fn wallets(ledger: &Execution, seeds: &[Seed]) -> Vec<Wallet> {
    let updates = ledger.updates(Height(1), usize::MAX).unwrap();
    let registry = contract_of(&updates, "register");
    let state = ledger.query(registry, "state", Vec::new()).unwrap();
    let state: RegistryState = borsh::from_slice(&state).unwrap();
    let config = TokenConfig {
        chain: ledger.chain(),
        token: contract_of(&updates, "issue"),
        registry,
        auditor: AuditorKey::decode(&state.auditor).unwrap(),
    };
    let scan = |seed| {
        let mut wallet = Wallet::new(config, FullViewingKey::from_seed(seed));
        updates
            .iter()
            .for_each(|update| wallet.apply(update).unwrap());
        wallet
    };
    seeds.iter().map(scan).collect()
}

/// Keys, note randomness, passphrase, memo texts: nowhere, not even in results on standard output.
fn secrets(seeds: &[Seed], wallets: &[Wallet]) -> Needles {
    let mut needles = Needles::new();
    for (index, (seed, wallet)) in seeds.iter().zip(wallets).enumerate() {
        let keys = wallet.keys();
        let ask = SpendingKey::from_seed(seed);
        needles.secret(&format!("seed {index}"), seed.expose());
        needles.secret(&format!("ask {index}"), &scalar_to_bytes(ask.scalar()));
        needles.montgomery(&format!("ask {index}"), (ask.scalar().0).0);
        needles.secret(&format!("nk {index}"), &keys.nk.to_bytes().0);
        needles.montgomery(&format!("nk {index}"), (keys.nk.get().0).0);
        needles.secret(&format!("ivk {index}"), keys.ivk.expose());
        for owned in wallet.notes().iter() {
            let name = format!("rcm of wallet {index} at {}", owned.position.get());
            needles.secret(&name, &owned.note.rcm.to_bytes().0);
            needles.montgomery(&name, (owned.note.rcm.get().0).0);
        }
    }
    needles.text("passphrase", PASSPHRASE);
    for row in rows() {
        needles.text("remittance", &row[5]);
    }
    needles
}

/// What results may say but neither logs nor ledger: who, how much, under which reference.
fn business(wallets: &[Wallet]) -> Needles {
    let mut needles = Needles::new();
    let mut names = std::collections::BTreeSet::new();
    for row in rows() {
        names.extend([row[1].clone(), row[2].clone()]);
        needles.text("uetr", &row[0]);
        let uuid = uuid::Uuid::parse_str(&row[0]).unwrap();
        needles.bytes("uetr as bytes", uuid.as_bytes());
        if row[3].len() >= 9 {
            needles.add("amount", ("decimal", row[3].clone().into_bytes()));
        }
    }
    for name in names {
        needles.text("institution", &name);
    }
    for owned in wallets.iter().flat_map(|wallet| wallet.notes().iter()) {
        let value = owned.note.value.get();
        if value >= TELLING_AMOUNT {
            needles.add("value", ("little-endian", value.to_le_bytes().to_vec()));
            needles.add("value", ("big-endian", value.to_be_bytes().to_vec()));
        }
    }
    needles
}

fn rows() -> Vec<Vec<String>> {
    let mut reader = csv::Reader::from_reader(SAMPLE.as_bytes());
    let row = |record: csv::StringRecord| record.iter().map(str::to_owned).collect();
    reader
        .records()
        .map(|record| row(record.unwrap()))
        .collect()
}

#[test]
fn no_secret_is_written_in_the_open() {
    let run = Run::trace();
    let seeds = seeds(&run.data().join("wallets"));
    let ledger = Execution::recover(&run.data().join("ledger")).unwrap();
    let wallets = wallets(&ledger, &seeds);
    let app_hash = ledger.tip().app_hash.to_string();
    drop(ledger);

    // What is searched is what was meant: talkative logs, wallets with money, files as they are.
    let log = String::from_utf8_lossy(&run.stderr);
    for wanted in ["TRACE", "DEBUG", "INFO", "obolus", &app_hash] {
        assert!(
            log.contains(wanted),
            "the log at level trace lacks {wanted:?}"
        );
    }
    assert!(seeds.len() >= 4);
    let rich = wallets.iter().filter(|wallet| wallet.balance().total() > 0);
    assert!(rich.count() >= 4);
    let on_disk = files(&run.data());
    let in_ledger: Vec<_> = on_disk
        .iter()
        .filter(|(name, _)| name.contains("/ledger/"))
        .cloned()
        .collect();
    for owned in wallets.iter().flat_map(|wallet| wallet.notes().iter()) {
        let mut public = Needles::new();
        public.bytes("commitment", &owned.note.commitment().to_bytes().0);
        assert!(
            in_ledger
                .iter()
                .any(|(_, content)| !public.find(content).is_empty()),
            "a commitment is not found in the ledger's files, so nothing else would be"
        );
    }

    let outputs = [
        ("stdout".to_owned(), run.stdout.clone()),
        ("stderr".to_owned(), run.stderr.clone()),
    ];
    let secrets = secrets(&seeds, &wallets);
    secrets.assert_absent(&outputs);
    secrets.assert_absent(&on_disk);
    let business = business(&wallets);
    business.assert_absent(&outputs[1..]);
    business.assert_absent(&in_ledger);
}

#[test]
fn errors_do_not_quote_memos_or_the_passphrase() {
    let remittance = "canary remittance, not for any log";
    let long = remittance.repeat(20);
    let bad_rows = payments_file(&[
        &format!("no-uetr,North Bank,South Bank,1.00,USD,{remittance}"),
        &format!("3f0c5c1e-7a52-4c0e-9d5b-0a1d6a0f7b01,North Bank,South Bank,1.00,USD,{long}"),
        &format!(
            "5b7e2f90-1c34-4d8a-8e21-4f9b8c6d2a02,North Bank,North Bank,1.00,USD,{remittance}"
        ),
    ]);
    let no_table = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(no_table.path(), format!("{remittance}\n")).unwrap();
    let mut needles = Needles::new();
    needles.text("passphrase", PASSPHRASE);
    needles.text("remittance", remittance);

    // A data directory below a file: the run ends with an error after it has read the payments.
    for (payments, data) in [(&no_table, "unused"), (&bad_rows, "file/below")] {
        let directory = tempfile::tempdir().unwrap();
        std::fs::write(directory.path().join("file"), "").unwrap();
        let mut demo = Demo::new()
            .payments(payments.path())
            .arg("--log")
            .arg("trace");
        demo = demo.arg("--data-dir").arg(directory.path().join(data));
        demo.command.env("OBOLUS_PASSPHRASE", PASSPHRASE);
        let output = demo.output();
        assert!(!output.status.success());
        assert!(!output.stderr.is_empty());
        needles.assert_absent(&[
            ("stdout".into(), output.stdout),
            ("stderr".into(), output.stderr),
        ]);
    }
}

#[test]
fn a_secret_is_found_however_it_is_written() {
    let secret: [u8; 32] = std::array::from_fn(|i| (i as u8).wrapping_mul(37) ^ 0x5a);
    let text = "Repo leg 1, opening";
    let mut needles = Needles::new();
    needles.secret("key", &secret);
    needles.text("memo", text);
    let noise: Vec<u8> = (0_u32..3000)
        .flat_map(|i| *blake3::hash(&i.to_le_bytes()).as_bytes())
        .collect();
    assert!(needles.find(&noise).is_empty());
    let planted = encodings(&secret)
        .into_iter()
        .chain(text_encodings(text.as_bytes()));
    for (how, pattern) in planted {
        for place in [0, 1, 4096, noise.len()] {
            let mut hay = noise.clone();
            hay.splice(place..place, pattern.clone());
            assert!(
                !needles.find(&hay).is_empty(),
                "{how} at {place} is overlooked"
            );
        }
        let almost = &pattern[..pattern.len() - 1];
        assert!(
            needles.find(almost).is_empty(),
            "{how} is found where it is not"
        );
    }
}

/// The encodings against what Rust itself and published examples write.
#[test]
fn encodings_are_what_programs_write() {
    let secret: [u8; 32] = std::array::from_fn(|i| 255 - i as u8);
    let mut needles = Needles::new();
    needles.secret("key", &secret);
    let field = obolus_protocol::field::fr_from_wide(&[7; 64]);
    needles.secret("field", &obolus_protocol::field::fr_to_bytes(&field).0);
    needles.montgomery("field", (field.0).0);
    let memory = (field.0)
        .0
        .iter()
        .flat_map(|limb| limb.to_le_bytes())
        .collect::<Vec<u8>>();
    let written = [
        format!("{secret:?}"),
        format!("{secret:x?}"),
        format!("{secret:02x?}"),
        format!("{field}"),
        format!("{field:?}"),
        format!("{:?}", field.0),
        serde_json::to_string(&secret).unwrap(),
        hex::encode(secret),
    ];
    for text in written {
        assert!(
            !needles.find(text.as_bytes()).is_empty(),
            "overlooked: {text}"
        );
    }
    assert!(
        !needles.find(&memory).is_empty(),
        "a field element's memory is overlooked"
    );
    let base64 = text_encodings(b"foobar12foobar");
    let expected =
        |shift: usize| ["Zm9vYmFyMTJmb29i", "b2JhcjEyZm9vYmFy", "b29iYXIxMmZvb2Jh"][shift];
    for shift in 0..3 {
        let (_, pattern) = &base64[3 + 2 * shift];
        assert!(
            pattern.starts_with(expected(shift).as_bytes()),
            "{}",
            String::from_utf8_lossy(pattern)
        );
    }
}
