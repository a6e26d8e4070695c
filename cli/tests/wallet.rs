//! What a payment desk does, with the real binary against a real node and with real proofs.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a failed expectation is a failed test"
)]

mod common;

use std::collections::HashSet;
use std::process::Stdio;
use std::time::Instant;

use common::desk::{Desk, PASSPHRASE, Ran};
use common::needles::{Needles, files};

/// Kills of one payment each.
const KILLS: u32 = 9;

fn text(value: &serde_json::Value, field: &str) -> String {
    value[field].as_str().unwrap().to_owned()
}

/// Alice pays.
fn send<'a>(to: &'a str, amount: &'a str) -> [&'a str; 8] {
    [
        "wallet", "send", "--wallet", "alice", "--to", to, "--amount", amount,
    ]
}

#[test]
fn two_wallets_pay_and_the_issuer_sees_what_it_must_pay_out() {
    let desk = Desk::new();
    let alice = desk.wallet("alice");
    let bob = text(&desk.wallet("bob"), "address");
    let address = text(&alice, "address");
    assert_eq!(
        text(
            &desk.ok(&["wallet", "address", "--wallet", "alice"]),
            "address"
        ),
        address
    );
    desk.issue(&address, "1000.00");
    let paid = desk.ok(&[&send(&bob, "12.34")[..], &["--text", "invoice 7"]].concat());
    assert_eq!(paid["stage"], "committed");
    assert_eq!(desk.available("alice"), "987.66");
    assert_eq!(desk.available("bob"), "12.34");
    let received = desk.entries("bob", "received");
    assert_eq!(received[0]["text"], "invoice 7");
    let sent = desk.entries("alice", "sent");
    assert_eq!(text(&sent[0], "counterparty"), bob);

    let redeemed = desk.ok(&[
        "wallet",
        "redeem",
        "--wallet",
        "bob",
        "--amount",
        "2.00",
        "--payout",
        "account 1",
    ]);
    let (token, auditor) = (desk.token(), desk.dev("auditor.key"));
    let queue = ["issuer", "redeem-queue", "--token", token.to_str().unwrap()];
    let told = desk.ok(&[&queue[..], &["--auditor-key", auditor.to_str().unwrap()]].concat());
    let entry = &told["redemptions"][0];
    assert_eq!(entry["amount"], "2.00");
    assert_eq!(entry["transaction"], redeemed["transaction"]);
    let reference = blake3::hash(b"account 1").to_hex();
    assert_eq!(text(entry, "payout_reference"), reference.as_str());
    let untold = desk.ok(&queue);
    assert_eq!(untold["redemptions"][0].get("amount"), None);

    // Made again from the seed alone, the wallet is the same.
    std::fs::write(desk.path("seed"), text(&alice, "seed")).unwrap();
    desk.ok(&[
        "wallet",
        "restore",
        "--wallet",
        "again",
        "--seed-file",
        "seed",
        "--token",
        token.to_str().unwrap(),
        "--scrypt",
        "4",
    ]);
    assert_eq!(desk.available("again"), "987.66");
    for kind in ["issued", "sent"] {
        assert_eq!(desk.entries("again", kind), desk.entries("alice", kind));
    }
    // What was read is kept: the next run goes on from there, also without the node.
    let sync = desk.ok(&["wallet", "sync", "--wallet", "again"]);
    assert_eq!(sync["rescanned"], false);
    desk.ok(&["wallet", "balance", "--wallet", "again", "--offline"]);
    keeps_its_secrets(&desk, &alice);
}

/// Neither seed nor passphrase is anywhere in the wallet's or the node's files.
fn keeps_its_secrets(desk: &Desk, alice: &serde_json::Value) {
    let view = desk.ok(&["wallet", "export-view-key", "--wallet", "alice"]);
    std::fs::remove_file(desk.path("seed")).unwrap();
    let mut needles = Needles::new();
    needles.text("seed", &text(alice, "seed"));
    needles.text("passphrase", PASSPHRASE);
    needles.text("viewing key", &text(&view, "view_key"));
    needles.text("memo", "invoice 7");
    let mut hays = files(desk.directory.path());
    hays.push(("the node's log".into(), desk.node.log().into_bytes()));
    needles.assert_absent(&hays);
    // To a file it is written once, for its owner only.
    let out = [
        "wallet",
        "export-view-key",
        "--wallet",
        "alice",
        "--out",
        "view.key",
    ];
    desk.ok(&out);
    use std::os::unix::fs::PermissionsExt;
    let mode = desk
        .path("view.key")
        .metadata()
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
    assert_eq!(desk.run(&out).status, 1);
}

#[test]
fn a_payment_interrupted_anywhere_is_paid_once() {
    let desk = Desk::new();
    let alice = text(&desk.wallet("alice"), "address");
    let bob = text(&desk.wallet("bob"), "address");
    desk.issue(&alice, "500.00");
    // Killed while it starts, proves, signs, submits, waits: at instants spread over as long as a payment takes here.
    let start = Instant::now();
    desk.ok(&send(&bob, "1.00"));
    let life = start.elapsed();
    let mut ids = Vec::new();
    for number in 1..=KILLS {
        let id = format!("00000000-0000-4000-8000-{number:012}");
        let with_id = [&send(&bob, "1.00")[..], &["--id", &id]].concat();
        let mut child = desk
            .command(&with_id)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(life * number / KILLS);
        child.kill().unwrap();
        child.wait().unwrap();
        if number % 2 == 0 {
            // What was signed goes on; what was not is given up and its notes are free.
            let resumed = desk.run(&["wallet", "resume", "--wallet", "alice"]);
            assert_eq!(resumed.status, 0, "{resumed:?}");
        }
        let paid = desk.ok(&with_id);
        assert_eq!(paid["stage"], "committed");
        assert_eq!(desk.ok(&with_id), paid, "the second time it only says so");
        ids.push(paid["transaction"].clone());
    }
    let different: HashSet<String> = ids.iter().map(ToString::to_string).collect();
    assert_eq!(different.len(), KILLS as usize);
    let received = desk.entries("bob", "received");
    assert_eq!(received.len(), KILLS as usize + 1);
    assert_eq!(desk.available("bob"), "10.00");
    assert_eq!(desk.available("alice"), "490.00");
    // The same name for another order is no payment.
    let other = [
        &send(&bob, "2.00")[..],
        &["--id", "00000000-0000-4000-8000-000000000001"],
    ];
    let refused = desk.run(&other.concat());
    assert_eq!(refused.status, 1, "{refused:?}");
    assert_eq!(desk.available("bob"), "10.00");
}

#[test]
fn many_payments_are_under_way_from_one_wallet() {
    let desk = Desk::new();
    let alice = text(&desk.wallet("alice"), "address");
    let bob = text(&desk.wallet("bob"), "address");
    for _ in 0..6 {
        desk.issue(&alice, "10.00");
    }
    // Processes side by side.
    let children: Vec<_> = (0..3)
        .map(|number| {
            desk.command(&send(&bob, "1.00"))
                .args(["--text", &format!("process {number}"), "--json"])
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap()
        })
        .collect();
    for child in children {
        let ran = Ran::new(child.wait_with_output().unwrap());
        assert_eq!(ran.status, 0, "{ran:?}");
    }
    // A file of payments; the one that cannot be is named, the others are made.
    let rows =
        format!("to,amount,text,id\n{bob},2.00,row 1,\n{bob},900.00,row 2,\n{bob},3.00,row 3,\n");
    std::fs::write(desk.path("rows.csv"), rows).unwrap();
    let batch = ["wallet", "send", "--wallet", "alice", "--batch", "rows.csv"];
    let ran = desk.run(&batch);
    assert_eq!(ran.status, 1, "{ran:?}");
    assert_eq!(ran.json["committed"], 2);
    assert_eq!(ran.json["payments"][1]["stage"], "failed");
    assert_eq!(desk.available("bob"), "8.00");
    // A row that does not parse: nothing of the file is paid.
    std::fs::write(
        desk.path("rows.csv"),
        format!("to,amount,text,id\n{bob},1.00,good,\n{bob},-1,bad,\n"),
    )
    .unwrap();
    let ran = desk.run(&batch);
    assert_eq!(ran.status, 2, "{ran:?}");
    assert_eq!(desk.available("bob"), "8.00");
}

#[test]
fn failures_have_their_status_and_say_what_to_do() {
    let desk = Desk::new();
    let alice = text(&desk.wallet("alice"), "address");
    let bob = text(&desk.wallet("bob"), "address");
    desk.issue(&alice, "10.00");
    // 1: the wallet has not so much.
    let poor = desk.run(&send(&bob, "10.01"));
    assert_eq!(poor.status, 1, "{poor:?}");
    // 2: wrong use, and nobody to ask for a passphrase.
    for amount in ["1.001", "0", "-1", "one"] {
        let wrong = desk.run(&send(&bob, amount));
        assert_eq!(wrong.status, 2, "{wrong:?}");
    }
    let mut unasked = desk.command(&["wallet", "balance", "--wallet", "alice"]);
    let unasked = Ran::new(unasked.env_remove("OBOLUS_PASSPHRASE").output().unwrap());
    assert_eq!(unasked.status, 2, "{unasked:?}");
    assert!(unasked.said.contains("--passphrase-file"), "{unasked:?}");
    let mut wrong = desk.command(&["wallet", "balance", "--wallet", "alice"]);
    let wrong = Ran::new(wrong.env("OBOLUS_PASSPHRASE", "guess").output().unwrap());
    assert_eq!(wrong.status, 1, "{wrong:?}");
    // 3: no node.
    let mut alone = desk.command(&["wallet", "sync", "--wallet", "alice"]);
    let alone = Ran::new(
        alone
            .env("OBOLUS_NODE", "http://127.0.0.1:1")
            .output()
            .unwrap(),
    );
    assert_eq!(alone.status, 3, "{alone:?}");
    // 4: on its way. The same order again is not a second payment.
    let waiting = desk.run(&[&send(&bob, "1.00")[..], &["--wait", "0"]].concat());
    if waiting.status == 4 {
        assert_eq!(waiting.json["stage"], "in_flight");
        assert!(waiting.said.contains("wallet resume"), "{waiting:?}");
    } else {
        // The block was quicker.
        assert_eq!(waiting.status, 0, "{waiting:?}");
    }
    let resumed = desk.ok(&["wallet", "resume", "--wallet", "alice"]);
    assert_eq!(
        resumed["payments"].as_array().unwrap().len(),
        resumed["committed"]
    );
    assert_eq!(desk.available("bob"), "1.00");
    // A wallet that is there is not overwritten.
    let token = desk.token();
    let again = desk.run(&[
        "wallet",
        "init",
        "--wallet",
        "alice",
        "--token",
        token.to_str().unwrap(),
    ]);
    assert_eq!(again.status, 1, "{again:?}");
    assert_eq!(desk.available("alice"), "9.00");
}

#[test]
fn a_token_file_with_another_exponent_moves_nothing() {
    let desk = Desk::new();
    let alice = text(&desk.wallet("alice"), "address");
    let bob = text(&desk.wallet("bob"), "address");
    desk.issue(&alice, "150.00");
    let good = std::fs::read_to_string(desk.token()).unwrap();
    let evil = good.replace("exponent = 2", "exponent = 4");
    let files = [
        desk.path("alice").join("token.toml"),
        desk.path("evil.toml"),
    ];
    for file in &files {
        std::fs::write(file, &evil).unwrap();
    }
    let refuses = |words: &[&str]| {
        let ran = desk.run(words);
        assert_eq!(ran.status, 1, "{ran:?}");
        for said in ["with 4 decimal digits", "with 2", "from the issuer again"] {
            assert!(ran.said.contains(said), "{said}: {ran:?}");
        }
    };
    refuses(&send(&bob, "1.0000"));
    refuses(&["wallet", "balance", "--wallet", "alice"]);
    let keys = [1, 2].map(|holder| desk.dev(&format!("issuer-{holder}.key")));
    let [first, second] = keys.each_ref().map(|key| key.to_str().unwrap());
    let signed = ["--token", "evil.toml", "--key", first, "--key", second];
    let issue = ["issuer", "issue", "--to", &bob, "--amount", "1.0000"];
    refuses(&[&issue[..], &signed].concat());
    std::fs::write(&files[0], good).unwrap();
    assert_eq!(desk.available("alice"), "150.00");
    assert_eq!(desk.available("bob"), "0.00");
}

#[test]
fn completions_and_manual_pages_know_every_command() {
    let desk = tempfile::tempdir().unwrap();
    let obolus = |words: &[&str]| {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_obolus"))
            .args(words)
            .current_dir(desk.path())
            .output()
            .unwrap();
        assert!(output.status.success(), "{words:?}: {output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    for shell in ["bash", "zsh", "fish"] {
        let script = obolus(&["completions", shell]);
        for word in [
            "wallet",
            "issuer",
            "registrar",
            "restore",
            "export-view-key",
            "redeem-queue",
        ] {
            assert!(script.contains(word), "{shell} does not know {word}");
        }
    }
    obolus(&["man", "--out", "."]);
    for page in [
        "obolus.1",
        "obolus-node-run.1",
        "obolus-wallet-send.1",
        "obolus-registrar-add.1",
        "obolus-bench-node.1",
    ] {
        let text = std::fs::read_to_string(desk.path().join(page)).unwrap();
        assert!(text.contains(".SH"), "{page}");
    }
}

#[test]
fn a_bearer_token_is_in_no_log() {
    let desk = Desk::new();
    desk.wallet("alice");
    let sync = |filter: &str| {
        let mut command = desk.command(&["wallet", "sync", "--wallet", "alice"]);
        command.env("OBOLUS_TOKEN", "canary-7d1f");
        let output = command.env("OBOLUS_LOG", filter).output().unwrap();
        String::from_utf8(output.stderr).unwrap()
    };
    for filter in ["trace", "ureq_proto=trace", "ureq_proto::util=trace"] {
        let said = sync(filter);
        assert!(!said.contains("canary-7d1f"), "{said}");
    }
    assert!(sync("trace").contains("DEBUG ureq_proto"), "the rest is");
    assert!(!sync("warn").contains("DEBUG"));
}
