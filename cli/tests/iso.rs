//! ISO 20022 end to end, with the real binary against a real node and with real proofs: a payment message in, status reports,
//! notifications and statements out, and a webhook that is told of all of it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a failed expectation is a failed test"
)]

mod common;
mod iso {
    pub mod bank;
    pub mod customers;
    pub mod receiver;
}

use std::collections::BTreeMap;
use std::process::Stdio;
use std::time::{Duration, Instant};

use iso::bank::{Bank, UETRS, pacs008, text, three};
use iso::customers;
use iso::receiver::{Received, Receiver};
use serde_json::Value;

/// How long a watcher may take to tell of everything; a loaded machine is slow.
const SOON: Duration = Duration::from_secs(300);

/// What the report says of each UETR.
fn statuses(json: &Value) -> BTreeMap<String, (String, Option<String>)> {
    let payments = json["payments"].as_array().unwrap();
    let told = payments.iter().map(|paid| {
        let reason = paid["reason"].as_str().map(str::to_owned);
        (text(paid, "uetr"), (text(paid, "status"), reason))
    });
    told.collect()
}

#[test]
fn a_message_is_paid_once_and_reported_on_both_sides() {
    let bank = Bank::new();
    bank.write("three.xml", &three());
    let (status, paid) = bank.pay("three.xml", "report-1.xml");
    assert_eq!(status, 1, "{paid}");
    assert_eq!(paid["group_status"], "PART");
    let expected = BTreeMap::from([
        (UETRS[0].to_owned(), ("ACSC".to_owned(), None)),
        (
            UETRS[1].to_owned(),
            ("RJCT".to_owned(), Some("CNOR".to_owned())),
        ),
        (UETRS[2].to_owned(), ("ACSC".to_owned(), None)),
    ]);
    assert_eq!(statuses(&paid), expected);
    let report = bank.read("report-1.xml");
    assert_eq!(report.matches("<TxSts>ACSC</TxSts>").count(), 2);
    assert_eq!(report.matches("<TxSts>RJCT</TxSts>").count(), 1);
    assert!(report.contains("<OrgnlMsgId>THREE</OrgnlMsgId>"));
    assert!(report.contains("<GrpSts>PART</GrpSts>"));
    assert_eq!(bank.desk.available("alice"), "967.50");
    customers::are_not_taken_for_the_first(&bank);

    // The same file again pays nothing, even when the unknown bank has come to be known.
    let book = bank.read("book.toml");
    let bob = text(
        &bank.desk.ok(&["wallet", "address", "--wallet", "bob"]),
        "address",
    );
    let third = bob_again(&bank, &bob);
    bank.write("book.toml", &format!("{book}\n{third}"));
    let (status, again) = bank.pay("three.xml", "report-2.xml");
    assert_eq!((status, statuses(&again)), (1, expected.clone()));
    assert_eq!(bank.desk.available("alice"), "967.50");
    let told = bank.desk.run(&Bank::status("three.xml", "alice"));
    assert_eq!((told.status, statuses(&told.json)), (1, expected));

    // Nor does another payment under one of its references.
    let reused = pacs008("REUSED", "1.00", &[(UETRS[0], "E2E-1", "1.00", "BOBBUS33")]);
    bank.write("reused.xml", &reused);
    let (_, reused) = bank.pay("reused.xml", "report-3.xml");
    assert_eq!(reused["payments"][0]["reason"], "DU03");
    let first = bank.read("three.xml").replacen("BOBBUS33", "NOBOUS33", 1);
    bank.write("other.xml", &first);
    let (_, other) = bank.pay("other.xml", "report-4.xml");
    assert_eq!(other["payments"][0]["reason"], "DU03");
    let told = bank.desk.run(&Bank::status("other.xml", "alice"));
    assert_eq!(told.json["payments"][0]["reason"], "DU03");
    bank.write("book.toml", &book);
    assert_eq!(bank.desk.available("alice"), "967.50");

    a_restored_wallet_pays_nothing_twice(&bank, &paid);
    the_payee_is_told(&bank);
    the_payer_is_told(&bank);
}

/// Its outbox is empty, and it knows from the ledger what was paid.
fn a_restored_wallet_pays_nothing_twice(bank: &Bank, paid: &Value) {
    bank.restore("again");
    let (_, again) = bank.pay_from("again", "three.xml", "report-5.xml");
    assert_eq!(again["payments"], paid["payments"]);
    let (_, reused) = bank.pay_from("again", "reused.xml", "report-6.xml");
    assert_eq!(reused["payments"][0]["reason"], "DU03");
    customers::are_unknown_after_a_restore(bank, "again");
    let told = bank.desk.run(&Bank::status("three.xml", "again"));
    assert_eq!(told.json["payments"], paid["payments"]);
    assert_eq!(bank.desk.available("again"), "967.50");
    assert_eq!(bank.desk.available("alice"), "967.50");
}

/// A third bank, which is registered, with the BIC that was unknown.
fn bob_again(bank: &Bank, bob: &str) -> String {
    let carol = text(&bank.desk.wallet("carol"), "address");
    assert_ne!(carol, bob);
    format!("[[participant]]\nname = \"Carol Bank\"\nbic = \"NOBOUS33\"\naddress = \"{carol}\"\n")
}

fn the_payee_is_told(bank: &Bank) {
    let notify = [
        "iso",
        "notify",
        "--wallet",
        "bob",
        "--participants",
        "book.toml",
        "--out",
        "notices",
    ];
    let notified = bank.desk.ok(&notify);
    let files = notified["notified"].as_array().unwrap();
    assert_eq!(files.len(), 2);
    let all: String = files
        .iter()
        .map(|file| bank.read(file["file"].as_str().unwrap()))
        .collect();
    for needle in [
        "<UETR>10000000-0000-4000-8000-000000000001</UETR>",
        "<UETR>10000000-0000-4000-8000-000000000003</UETR>",
        "<EndToEndId>E2E-1</EndToEndId>",
        "<Ustrd>Invoice of E2E-3</Ustrd>",
        "<BICFI>ALICUS33</BICFI>",
        "<CdtDbtInd>CRDT</CdtDbtInd>",
    ] {
        assert!(all.contains(needle), "{needle}: {all}");
    }
    // Told once.
    let again = bank.desk.ok(&notify);
    let new = again["notified"].as_array().unwrap();
    assert!(new.iter().all(|file| file["new"] == false));
    let next = again["next"].to_string();
    let later = bank.desk.ok(&[&notify[..], &["--from", &next]].concat());
    assert_eq!(later["notified"], serde_json::json!([]));

    let statement = bank.statement("bob", "bob.camt053.xml");
    assert_eq!(text(&statement, "opening"), "0.00");
    assert_eq!(text(&statement, "closing"), bank.desk.available("bob"));
    assert_eq!(text(&statement, "closing"), "32.50");
    assert_eq!(statement["entries"], 2);
    let xml = bank.read("bob.camt053.xml");
    for uetr in [UETRS[0], UETRS[2]] {
        assert!(xml.contains(&format!("<UETR>{uetr}</UETR>")), "{xml}");
    }
    assert!(xml.contains("<Ustrd>Invoice of E2E-1</Ustrd>"), "{xml}");
    assert!(xml.contains("<Sum>32.50</Sum>"), "{xml}");
}

fn the_payer_is_told(bank: &Bank) {
    bank.desk.ok(&[
        "wallet",
        "redeem",
        "--wallet",
        "alice",
        "--amount",
        "7.50",
        "--payout",
        "account 1",
    ]);
    let statement = bank.statement("alice", "alice.camt053.xml");
    assert_eq!(text(&statement, "closing"), "960.00");
    assert_eq!(text(&statement, "closing"), bank.desk.available("alice"));
    // Issued, paid twice, redeemed.
    assert_eq!(statement["entries"], 4);
    let xml = bank.read("alice.camt053.xml");
    assert!(xml.contains("<BICFI>BOBBUS33</BICFI>"), "{xml}");
    // The reference of the status report is the statement's.
    let report = bank.read("report-1.xml");
    let (_, reference) = report.split_once("<ClrSysRef>").unwrap();
    let (reference, _) = reference.split_once("</ClrSysRef>").unwrap();
    assert!(
        xml.contains(&format!("<AcctSvcrRef>{reference}</AcctSvcrRef>")),
        "{xml}"
    );
    let early = bank.desk.run(&[
        "iso",
        "statement",
        "--wallet",
        "alice",
        "--from",
        "2999-01-01",
        "--to",
        "2999-01-02",
        "--out",
        "early.xml",
    ]);
    assert_eq!(early.status, 1, "{early:?}");
    assert!(!bank.desk.path("early.xml").exists());
}

#[test]
fn messages_that_cannot_be_taken_are_refused_with_a_reason() {
    let bank = Bank::new();
    let lines = [(UETRS[0], "E2E-1", "1.00", "BOBBUS33")];
    bank.write("sum.xml", &pacs008("SUM", "2.00", &lines));
    let (status, refused) = bank.pay("sum.xml", "sum-report.xml");
    assert_eq!(status, 1);
    assert_eq!(refused["group_status"], "RJCT");
    assert_eq!(refused["reason"], "AM10");
    let report = bank.read("sum-report.xml");
    assert!(report.contains("<OrgnlMsgId>SUM</OrgnlMsgId>"), "{report}");
    assert!(report.contains("<GrpSts>RJCT</GrpSts>"), "{report}");

    bank.write("noise.xml", "not XML");
    let noise = bank.desk.run(&[
        "iso",
        "pay",
        "noise.xml",
        "--wallet",
        "alice",
        "--participants",
        "book.toml",
        "--status-out",
        "noise-report.xml",
    ]);
    assert_eq!((noise.status, noise.json), (1, Value::Null));
    assert!(!bank.desk.path("noise-report.xml").exists());

    // More than there is; and no funds that come later change what was reported.
    let rich = pacs008(
        "RICH",
        "5000.00",
        &[(UETRS[1], "E2E-2", "5000.00", "BOBBUS33")],
    );
    bank.write("rich.xml", &rich);
    let (status, short) = bank.pay("rich.xml", "rich-1.xml");
    assert_eq!(
        (status, &short["payments"][0]["reason"]),
        (1, &"AM04".into())
    );
    let alice = text(
        &bank.desk.ok(&["wallet", "address", "--wallet", "alice"]),
        "address",
    );
    bank.desk.issue(&alice, "9000.00");
    let (status, short) = bank.pay("rich.xml", "rich-2.xml");
    assert_eq!(
        (status, &short["payments"][0]["reason"]),
        (1, &"AM04".into())
    );
    assert_eq!(bank.desk.available("alice"), "10000.00");
    customers::cannot_write_what_a_message_orders(&bank);
}

/// The bodies by id; an id never comes with two.
fn by_id(received: &[Received]) -> BTreeMap<String, Vec<u8>> {
    let mut all = BTreeMap::new();
    for event in received {
        event.verify();
        let body = all
            .entry(event.id.clone())
            .or_insert_with(|| event.body.clone());
        assert_eq!(*body, event.body, "{}", event.id);
    }
    all
}

/// How many events of this type there are.
fn count(events: &BTreeMap<String, Vec<u8>>, kind: &str) -> usize {
    let kinds = events
        .values()
        .map(|body| serde_json::from_slice::<Value>(body).unwrap()["type"].clone());
    kinds.filter(|found| found == kind).count()
}

#[test]
fn a_webhook_is_told_of_everything_signed_and_once_per_id() {
    let bank = Bank::new();
    let receiver = Receiver::start();
    bank.write("three.xml", &three());
    bank.pay("three.xml", "report.xml");
    let once = [&Bank::watch("watch", &receiver.url)[..], &["--once"]].concat();
    let told = bank.desk.ok(&once);
    let events = by_id(&receiver.received());
    assert_eq!(events.len(), receiver.received().len());
    assert_eq!(told["sent"], events.len());
    assert_eq!(count(&events, "money.issued"), 1);
    assert_eq!(count(&events, "money.sent"), 2);
    assert_eq!(count(&events, "payment.committed"), 2);
    for body in events.values() {
        check_event(body);
    }
    // Nothing is new.
    assert_eq!(bank.desk.ok(&once)["sent"], 0);

    // Again, the same ids and bytes.
    let replay = Bank::watch("replay", &receiver.url);
    let last = told["last"].to_string();
    bank.desk
        .ok(&[&replay[..], &["--from", "2", "--to", &last]].concat());
    let all = receiver.received();
    assert_eq!(all.len(), 2 * events.len() - 1);
    assert_eq!(by_id(&all), events);
    let beyond = bank.desk.run(&[&replay[..], &["--from", "999"]].concat());
    assert_eq!(beyond.status, 2, "{beyond:?}");

    // Nothing of it lies about in the wallet's directory.
    let journal = std::fs::read(bank.desk.path("alice").join("iso.events")).unwrap();
    let needle = UETRS[0].as_bytes();
    assert!(!journal.windows(needle.len()).any(|part| part == needle));
}

#[test]
fn a_kill_loses_no_event_and_what_is_sent_twice_has_one_id() {
    let bank = Bank::new();
    let receiver = Receiver::start();
    let message = |number: u64| {
        let uetr = format!("20000000-0000-4000-8000-{number:012}");
        let line = (uetr.as_str(), "E2E", "1.00", "BOBBUS33");
        pacs008(&format!("KILL-{number}"), "1.00", &[line])
    };
    // One payment that nobody interrupts, to know how long it takes here.
    bank.write("whole.xml", &message(0));
    let start = Instant::now();
    assert_eq!(bank.pay("whole.xml", "whole-report.xml").0, 0);
    let whole = start.elapsed();
    // The receiver fails every second time, before or after it has written down what it was sent, and the watcher is
    // killed at other instants of its work each time.
    receiver.fail_every(2);
    let words = [&Bank::watch("watch", &receiver.url)[..], &["--every", "1"]].concat();
    let watch = || {
        let mut watcher = bank.desk.command(&words);
        watcher.stdout(Stdio::null()).stderr(Stdio::null());
        watcher.spawn().unwrap()
    };
    for (round, life) in (1..).zip([300, 900, 1_500, 2_500]) {
        let mut watcher = watch();
        let file = format!("kill-{round}.xml");
        bank.write(&file, &message(round.into()));
        // Who pays is killed, too, and goes on where it was.
        bank.pay_and_kill(&file, whole * round / 4);
        let (status, paid) = bank.pay(&file, &format!("kill-report-{round}.xml"));
        assert_eq!(status, 0, "{paid}");
        std::thread::sleep(Duration::from_millis(life));
        watcher.kill().unwrap();
        watcher.wait().unwrap();
    }
    receiver.fail_every(0);
    let mut watcher = watch();
    let deadline = Instant::now() + SOON;
    while count(&by_id(&receiver.taken()), "payment.committed") < 5 && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(200));
    }
    watcher.kill().unwrap();
    watcher.wait().unwrap();
    assert_eq!(bank.desk.available("alice"), "995.00");
    let taken = by_id(&receiver.taken());
    assert_eq!(count(&taken, "payment.committed"), 5);
    assert_eq!(count(&taken, "money.sent"), 5);
    assert_eq!(count(&taken, "money.issued"), 1);
    // Numbers without a gap: the journal lost nothing.
    let mut numbers: Vec<u64> = taken
        .values()
        .map(|body| {
            let event: Value = serde_json::from_slice(body).unwrap();
            event["data"]["sequence"].as_u64().unwrap()
        })
        .collect();
    numbers.sort_unstable();
    let last = u64::try_from(numbers.len()).unwrap();
    assert_eq!(numbers, (1..=last).collect::<Vec<_>>());
    assert_eq!(by_id(&receiver.received()), taken);
}

fn check_event(body: &[u8]) {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/schemas/iso.event.json");
    let schema: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let validator = jsonschema::options()
        .should_validate_formats(true)
        .build(&schema)
        .unwrap();
    let event = serde_json::from_slice(body).unwrap();
    let faults: Vec<_> = validator
        .iter_errors(&event)
        .map(|error| error.to_string())
        .collect();
    assert!(faults.is_empty(), "{event}: {faults:?}");
}
