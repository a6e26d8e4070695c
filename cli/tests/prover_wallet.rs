//! A wallet that has its payments proved by a service, with the real binaries and real proofs.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a failed expectation is a failed test"
)]

mod common;

use common::desk::Desk;
use common::node::{Node, Starting};
use common::prover::{obolus, output, ready};

/// `obolus prover serve --dev`, once its keys are loaded.
fn prover(desk: &Desk) -> Node {
    let mut command = obolus(&[
        "--log",
        "trace",
        "prover",
        "serve",
        "--dev",
        "--listen",
        "127.0.0.1:0",
        "--data-dir",
    ]);
    command.arg(desk.path("prover"));
    let node = Starting::spawn(command).wait().expect("the service starts");
    ready(&node);
    node
}

#[test]
fn a_payment_proved_by_a_service() {
    let desk = Desk::new();
    let alice = desk.wallet("alice")["address"].as_str().unwrap().to_owned();
    let bob = desk.wallet("bob")["address"].as_str().unwrap().to_owned();
    desk.issue(&alice, "100.00");
    let service = prover(&desk);
    let send = |amount: &str, more: &[&str]| {
        let words = [
            "wallet", "send", "--wallet", "alice", "--to", &bob, "--amount", amount,
        ];
        desk.run(&[&words[..], more].concat())
    };
    let paid = send("12.34", &["--prover", &service.url]);
    assert_eq!(paid.json["stage"], "committed", "{paid:?}");
    assert_eq!(desk.available("bob"), "12.34");
    // The proof was made there.
    let metrics = String::from_utf8(service.get("/metrics").1).unwrap();
    assert!(
        metrics.contains("obolus_prover_jobs_proved_total{circuit=\"transfer\"} 1"),
        "{metrics}"
    );
    let redeem = [
        "wallet",
        "redeem",
        "--wallet",
        "bob",
        "--amount",
        "2.34",
        "--payout",
        "account 1",
    ];
    let redeemed = desk.run(&[&redeem[..], &["--prover", &service.url]].concat());
    assert_eq!(redeemed.json["stage"], "committed", "{redeemed:?}");
    assert_eq!(desk.available("bob"), "10.00");

    // Another service's keys are pinned: the witness does not open, nothing is paid, the notes come free.
    let stranger =
        output(obolus(&["prover", "keygen", "--secret"]).arg(desk.path("stranger.secret")));
    let refused = send(
        "1.00",
        &["--prover", &service.url, "--prover-keys", stranger.trim()],
    );
    assert_eq!(refused.status, 1, "{refused:?}");
    assert!(refused.said.contains("bad_seal"), "{refused:?}");
    assert_eq!(desk.available("alice"), "87.66");

    // A service that is gone is not reached; proving here still works.
    let url = service.url.clone();
    assert!(service.stop().success());
    let unreachable = send("1.00", &["--prover", &url]);
    assert_eq!(unreachable.status, 3, "{unreachable:?}");
    assert_eq!(desk.available("alice"), "87.66");
    assert_eq!(send("1.00", &[]).json["stage"], "committed");
    assert_eq!(desk.available("bob"), "11.00");
}
