//! The life of keys, by the real binary against a node: a key that is exchanged, one that is lost, and what a seizure needs.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a failed expectation is a failed test"
)]

#[path = "key_life/begins.rs"]
mod begins;
mod common;
#[path = "key_life/seizure.rs"]
mod seizure;

use serde_json::Value;

use common::desk::Desk;

fn init(desk: &Desk, name: &str) -> String {
    let token = desk.token();
    let made = desk.ok(&[
        "wallet",
        "init",
        "--wallet",
        name,
        "--token",
        token.to_str().unwrap(),
        "--scrypt",
        "4",
    ]);
    made["address"].as_str().unwrap().to_owned()
}

fn address(made: &Value) -> String {
    made["address"].as_str().unwrap().to_owned()
}

fn pay(desk: &Desk, from: &str, to: &str, amount: &str) -> i32 {
    let words = [
        "wallet", "send", "--wallet", from, "--to", to, "--amount", amount,
    ];
    desk.run(&words).status
}

#[test]
fn a_rotated_key_takes_over_and_the_old_one_is_paid_no_more() {
    let desk = Desk::new();
    let old = address(&desk.wallet("old"));
    let payer = address(&desk.wallet("payer"));
    desk.issue(&payer, "500.00");
    for amount in ["40.00", "30.00", "20.00"] {
        assert_eq!(pay(&desk, "payer", &old, amount), 0);
    }
    let new = init(&desk, "new");
    desk.ok(&[
        "wallet",
        "apply",
        "--wallet",
        "new",
        "--rotates",
        "old",
        "--out",
        "rotate.json",
    ]);
    let added = desk.role("registrar", &["registrar", "add", "rotate.json"]);
    assert_eq!(added["stage"], "committed");

    // Payers are told, and pay the new key.
    let ran = desk.run(&[
        "wallet", "send", "--wallet", "payer", "--to", &old, "--amount", "1.00",
    ]);
    assert_eq!(ran.status, 1, "{ran:?}");
    assert!(ran.said.contains("newer key"), "{ran:?}");
    assert_eq!(pay(&desk, "payer", &new, "10.00"), 0);

    // Three notes, two in a payment.
    let swept = desk.ok(&["wallet", "sweep", "--wallet", "old", "--to", &new]);
    assert_eq!(swept["committed"], 2, "{swept}");
    assert_eq!(desk.available("old"), "0.00");
    assert_eq!(desk.available("new"), "100.00");
    // The old key showed itself as the payer.
    let received = desk.entries("new", "received");
    let named = received
        .iter()
        .filter(|entry| entry["counterparty"] == *old);
    assert_eq!(named.count(), 2, "{received:?}");
    // A second rotation of the same slot is refused.
    init(&desk, "third");
    desk.ok(&[
        "wallet",
        "apply",
        "--wallet",
        "third",
        "--rotates",
        "old",
        "--out",
        "again.json",
    ]);
    let ran = desk.try_role("registrar", &["registrar", "add", "again.json"]);
    assert_eq!(ran.status, 1, "{ran:?}");
}

#[test]
fn a_lost_key_is_recovered_by_registrar_auditor_and_issuer_together() {
    let desk = Desk::new();
    let lost = address(&desk.wallet("lost"));
    let other = address(&desk.wallet("other"));
    desk.issue(&lost, "300.00");
    desk.issue(&other, "50.00");
    let key = desk.dev("auditor.key");
    let token = desk.token();
    let (key, token) = (key.to_str().unwrap(), token.to_str().unwrap());
    let sync = ["audit", "sync", "--key", key, "--token", token];
    desk.ok(&sync);
    std::fs::write(desk.path("order.pdf"), "court order 7 O 118/26").unwrap();

    let new = init(&desk, "found");
    desk.role("registrar", &["registrar", "freeze", "--slot", "0"]);
    desk.ok(&[
        "wallet",
        "apply",
        "--wallet",
        "found",
        "--recovers",
        "0",
        "--out",
        "recover.json",
    ]);
    desk.role("registrar", &["registrar", "add", "recover.json"]);

    let seize = |amount: &str, draft: &str| {
        desk.run(&[
            "audit",
            "seize",
            "--key",
            key,
            "--from",
            "0",
            "--to",
            &new,
            "--amount",
            amount,
            "--order",
            "order.pdf",
            "--text",
            "recovered",
            "--draft",
            draft,
        ])
    };
    // The public delay is not over.
    let early = seize("300.00", "early.json");
    assert_eq!(early.status, 1, "{early:?}");
    assert!(
        early.said.contains("not frozen, or not for long enough"),
        "{early:?}"
    );
    // The delay counts blocks; somebody else's issues make them.
    for _ in 0..11 {
        desk.issue(&other, "1.00");
    }
    desk.ok(&sync);
    let part = seize("200.00", "part.json");
    assert_eq!(part.status, 0, "{part:?}");

    // The auditor alone moves nothing; the issuer's holders agree.
    let ran = desk.run(&["roles", "submit", "part.json"]);
    assert_eq!(ran.status, 1, "{ran:?}");
    assert!(ran.said.contains("not_issuer"), "{ran:?}");
    seizure::is_signed_by_those_who_saw_it(&desk, &part.json, &lost, &new);
    desk.ok(&["roles", "submit", "part.json"]);
    assert_eq!(desk.available("found"), "200.00");
    // What was not seized is still the lost key's, frozen; its seed, found again, shows what happened.
    assert_eq!(desk.available("lost"), "100.00");
    let seized = desk.entries("lost", "seized");
    assert_eq!(seized[0]["amount"], "200.00", "{seized:?}");
    assert_eq!(seized[0]["counterparty"], *new, "{seized:?}");
    assert_eq!(
        pay(&desk, "lost", &other, "1.00"),
        1,
        "a frozen key pays nobody"
    );

    // The auditor's books agree to the unit.
    desk.ok(&sync);
    for (slot, held) in [("0", "100.00"), ("2", "200.00")] {
        let balance = desk.ok(&["audit", "balance", "--key", key, "--participant", slot]);
        assert_eq!(balance["balance"], held, "{balance}");
    }
}

#[test]
fn a_token_that_limits_payments_takes_as_many_of_each_holder_and_no_more() {
    let desk = Desk::new();
    let payer = address(&desk.wallet("payer"));
    let payee = address(&desk.wallet("payee"));
    desk.issue(&payer, "100.00");
    desk.issue(&payee, "10.00");
    let file = std::fs::read_to_string(desk.token()).unwrap();
    let mut lines = file.lines();
    let token = lines.find_map(|line| line.strip_prefix("token = \""));
    let token = token.unwrap().trim_end_matches('"').to_owned();
    let schema = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../contracts-wasm/artifacts/schemas/token.json"
    );
    let rule = |rule: &str| {
        let message = format!(r#"{{"rule":{rule}}}"#);
        let keys = [1, 2].map(|holder| desk.dev(&format!("operator-{holder}.key")));
        let [first, second] = keys.each_ref().map(|key| key.to_str().unwrap());
        desk.ok(&[
            "contract",
            "call",
            &token,
            "set_velocity",
            &message,
            "--schema",
            schema,
            "--key",
            first,
            "--key",
            second,
        ]);
    };
    // A period that no test outlives.
    rule(r#"{"quota":2,"period_seconds":31536000,"grace_seconds":0}"#);
    assert_eq!(pay(&desk, "payer", &payee, "10.00"), 0);
    let redeem = [
        "wallet", "redeem", "--wallet", "payer", "--amount", "1.00", "--payout", "x",
    ];
    assert_eq!(desk.run(&redeem).status, 0, "a redemption counts as well");
    let third = desk.run(&[
        "wallet", "send", "--wallet", "payer", "--to", &payee, "--amount", "1.00",
    ]);
    assert_eq!(third.status, 1, "{third:?}");
    assert!(third.said.contains("allows 2 payments"), "{third:?}");
    // Others have a quota of their own; without a rule there is none.
    assert_eq!(pay(&desk, "payee", &payer, "1.00"), 0);
    rule("null");
    assert_eq!(pay(&desk, "payer", &payee, "1.00"), 0);
    assert_eq!(desk.available("payer"), "89.00");
}
