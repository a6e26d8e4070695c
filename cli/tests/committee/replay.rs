//! Whoever verifies an exported ledger computes the log's heads again, and holds answers against them.

use std::fs;

use obolus_abi::accesslog::AnswerAccessMsg;
use obolus_chain::export::{ExportReader, ExportWriter, Step};
use obolus_chain::{genesis_tip, transaction_hash, transaction_root};
use obolus_protocol::tx::{RoleSignature, Transaction};
use serde_json::Value;

use crate::common::desk::Desk;
use crate::court::{Court, signer};

/// The exported ledger, with an answer to another head that its member signed.
fn forged(desk: &Desk, export: &[u8]) -> Vec<u8> {
    let bob = signer(desk, "bob");
    let mut reader = ExportReader::new(export).unwrap();
    let genesis = reader.genesis().clone();
    let mut writer = ExportWriter::new(Vec::new(), &genesis).unwrap();
    let mut previous = genesis_tip(&genesis).block;
    let mut changed = 0;
    loop {
        let mut block = match reader.step().unwrap() {
            Step::Block(block) => block,
            Step::End(end) => {
                assert_eq!(changed, 1);
                return writer.finish(end.app_hash).unwrap();
            }
        };
        for bytes in &mut block.txs {
            let mut transaction = Transaction::decode(bytes).unwrap();
            if transaction.body.entry.as_str() != "answer" {
                continue;
            }
            let mut message: AnswerAccessMsg = borsh::from_slice(&transaction.body.args).unwrap();
            message.head[0] ^= 1;
            transaction.body.args = borsh::to_vec(&message).unwrap();
            let digest = transaction.body.digest();
            transaction.role_signatures = vec![RoleSignature::create(bob.key(), &digest)];
            *bytes = transaction.encode();
            changed += 1;
        }
        let hashes: Vec<_> = block.txs.iter().map(|tx| transaction_hash(tx)).collect();
        block.header.transactions = transaction_root(&hashes);
        block.header.previous = previous;
        previous = block.header.hash();
        writer.block(&block).unwrap();
    }
}

#[test]
fn a_replay_holds_answers_against_the_heads_that_it_computes() {
    let desk = Desk::new();
    let court = Court::new(&desk);
    let number = court.ask(&court.pay("5.00"));
    let ran = court.answer("bob", number, "bob.answer", "");
    assert_eq!(ran.status, 0, "{ran:?}");
    let export = ["node", "export", "--out", "ledger.obx"];
    let exported = desk.command(&export).output().unwrap();
    assert!(exported.status.success(), "{exported:?}");

    let tip = desk.node.json("/v1/tip");
    let chain = format!("--chain={}", tip["chain"].as_str().unwrap());
    let verify = |file: &str| {
        let words = ["verify", "ledger", "--allow-insecure", &chain, file];
        let mut command = desk.command(&words);
        let output = command.args(["--format", "json"]).output().unwrap();
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        (output.status.code(), report["items"][0].to_string())
    };
    let (status, said) = verify("ledger.obx");
    assert_eq!(status, Some(0), "{said}");
    let bytes = fs::read(desk.path("ledger.obx")).unwrap();
    fs::write(desk.path("forged.obx"), forged(&desk, &bytes)).unwrap();
    let (status, said) = verify("forged.obx");
    assert_eq!(status, Some(1), "{said}");
    assert!(said.contains("access_other_request"), "{said}");
}
