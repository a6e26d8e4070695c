//! Notes move to a token's successor, by the real binary against a node with both tokens.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a failed expectation is a failed test"
)]

mod common;

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use common::desk::{Desk, Ran};
use common::liar::Liar;
use common::successor;

/// What a node needs to know of a token whose notes may move on.
struct Town {
    desk: Desk,
    /// Addresses and seeds of alice and bob.
    people: [(String, String); 2],
}

impl Town {
    fn new() -> Self {
        let desk = Desk::new();
        let people = ["alice", "bob"].map(|name| {
            let made = desk.wallet(name);
            let text = |field: &str| made[field].as_str().unwrap().to_owned();
            (text("address"), text("seed"))
        });
        Self { desk, people }
    }

    /// Deploys a token that names the first one as its predecessor, and writes its file.
    fn successor(&self) -> (String, PathBuf) {
        successor::deploy(&self.desk, "USD", 2, "new.toml")
    }

    /// The wallet of one of the people in the new token.
    fn restored(&self, name: &str, who: usize) {
        let seed = self.desk.path(&format!("{name}.seed"));
        std::fs::write(&seed, &self.people[who].1).unwrap();
        let words = [
            "wallet",
            "restore",
            "--wallet",
            name,
            "--token",
            "new.toml",
            "--scrypt",
            "4",
            "--seed-file",
            seed.to_str().unwrap(),
        ];
        let made = self.desk.ok(&words);
        assert_eq!(made["address"], *self.people[who].0);
    }

    fn migrate(&self, more: &[&str]) -> Ran {
        let mut words = vec!["wallet", "migrate", "--wallet", "alice", "--to", "new.toml"];
        words.extend(more);
        self.desk.run(&words)
    }
}

#[test]
fn notes_move_to_the_successor_and_are_money_there() {
    let town = Town::new();
    let desk = &town.desk;
    let [(alice, _), (bob, _)] = &town.people;
    desk.issue(alice, "100.00");
    let (new, file) = town.successor();

    // A token that calls itself the successor is none.
    let early = town.migrate(&["--amount", "30.00"]);
    assert_eq!(early.status, 1, "{early:?}");
    assert!(
        early.said.contains("has not named this successor"),
        "{early:?}"
    );
    successor::name(desk, &new);

    // Once, however often it is said.
    let id = "0b0f9d5e-3c2f-4f5e-9d6a-0f1f53a0c0de";
    for _ in 0..2 {
        let moved = town.migrate(&["--amount", "30.00", "--id", id]);
        assert_eq!(moved.status, 0, "{moved:?}");
        assert_eq!(moved.json["committed"], 1, "{moved:?}");
        assert_eq!(moved.json["payments"][0]["id"], id);
    }
    town.restored("alice-new", 0);
    assert_eq!(desk.available("alice"), "70.00");
    assert_eq!(desk.available("alice-new"), "30.00");
    for (wallet, kind) in [("alice", "moved_out"), ("alice-new", "moved_in")] {
        let entries = desk.entries(wallet, kind);
        assert_eq!(entries.len(), 1, "{entries:?}");
        assert_eq!(entries[0]["amount"], "30.00");
    }
    let orders = desk.ok(&["wallet", "history", "--wallet", "alice"]);
    assert_eq!(orders["payments"][0]["kind"], "migrate", "{orders}");

    // What arrived can be spent; it can arrive at somebody else's, too.
    town.restored("bob-new", 1);
    let paid = desk.run(&[
        "wallet",
        "send",
        "--wallet",
        "alice-new",
        "--to",
        bob,
        "--amount",
        "12.00",
    ]);
    assert_eq!(paid.status, 0, "{paid:?}");
    let given = town.migrate(&["--amount", "5.00", "--recipient", bob]);
    assert_eq!(given.status, 0, "{given:?}");
    assert_eq!(desk.available("bob-new"), "17.00");

    // The rest: three notes, two in a transaction. The node goes away after the first one.
    desk.issue(alice, "8.00");
    desk.issue(alice, "7.00");
    let gone = leaving(desk);
    let first = town.migrate(&["--node", &gone.url]);
    assert_eq!(first.status, 3, "{first:?}");
    assert_eq!(
        first.json["committed"], 1,
        "what was done is told: {first:?}"
    );
    let failure = first.json["failure"].as_str().unwrap();
    assert!(first.said.contains(failure), "{first:?}");
    let rest = town.migrate(&[]);
    assert_eq!(rest.status, 0, "{rest:?}");
    assert_eq!(rest.json["committed"], 1, "{rest:?}");
    assert_eq!(desk.available("alice"), "0.00");
    assert_eq!(desk.available("alice-new"), "98.00");

    // The auditor reads both sides of every move.
    let key = desk.dev("auditor.key");
    for (token, index, held) in [
        (desk.token(), "old", ["0.00", "0.00"]),
        (file, "new", ["98.00", "17.00"]),
    ] {
        let (key, token) = (key.to_str().unwrap(), token.to_str().unwrap());
        let auditor = ["--key", key, "--index", index];
        let mut words = vec!["audit", "sync", "--token", token];
        words.extend(auditor);
        desk.ok(&words);
        for (slot, held) in held.iter().enumerate() {
            let slot = slot.to_string();
            let mut words = vec!["audit", "balance", "--participant", &slot];
            words.extend(auditor);
            let balance = desk.ok(&words);
            assert_eq!(balance["balance"], *held, "{index}: {balance}");
        }
    }
}

/// A node that takes one transaction, shows its block to whoever submitted it, and is gone.
fn leaving(desk: &Desk) -> Liar {
    let (taken, shown) = (AtomicUsize::new(0), AtomicUsize::new(0));
    Liar::before(&desk.node.url, move |asked, truth| {
        if asked.path.starts_with("/v1/transactions") {
            taken.fetch_add(1, Ordering::SeqCst);
        } else if asked.path == "/v1/tip" && taken.load(Ordering::SeqCst) > 0 {
            shown.fetch_add(1, Ordering::SeqCst);
        }
        match shown.load(Ordering::SeqCst) {
            0 | 1 => truth,
            _ => Vec::new(),
        }
    })
}

#[test]
fn what_cannot_move_is_said_before_anything_is_signed() {
    let town = Town::new();
    let desk = &town.desk;
    desk.issue(&town.people[0].0, "10.00");
    let (new, _) = town.successor();
    successor::name(desk, &new);

    let token = desk.token();
    let itself = desk.run(&[
        "wallet",
        "migrate",
        "--wallet",
        "alice",
        "--to",
        token.to_str().unwrap(),
        "--amount",
        "1.00",
    ]);
    assert_eq!(itself.status, 2, "{itself:?}");
    what_counts_otherwise(&town);
    let much = town.migrate(&["--amount", "10.01"]);
    assert_eq!(much.status, 1, "{much:?}");
    // Nobody who is no participant of the successor receives anything.
    let stranger = desk.ok(&[
        "wallet", "init", "--wallet", "stranger", "--token", "new.toml", "--scrypt", "4",
    ]);
    let address = stranger["address"].as_str().unwrap();
    let lost = town.migrate(&["--amount", "1.00", "--recipient", address]);
    assert_eq!(lost.status, 1, "{lost:?}");
    assert!(lost.said.contains("not in the directory"), "{lost:?}");

    let rule = r#"{"rule":{"quota":2,"period_seconds":86400,"grace_seconds":0}}"#;
    successor::operators(desk, &["call", &new, "set_velocity", rule]);
    let limited = town.migrate(&["--amount", "1.00"]);
    assert_eq!(limited.status, 1, "{limited:?}");
    assert!(limited.said.contains("limits how often"), "{limited:?}");
    assert_eq!(desk.available("alice"), "10.00");
    let history = desk.ok(&["wallet", "history", "--wallet", "alice"]);
    assert_eq!(history["payments"].as_array().map(Vec::len), Some(0));
}

/// Neither a file nor a contract in another unit or other digits receives anything.
fn what_counts_otherwise(town: &Town) {
    let desk = &town.desk;
    let file = std::fs::read_to_string(desk.path("new.toml")).unwrap();
    let changed = [
        file.replace("unit = \"USD\"", "unit = \"EUR\""),
        file.replace("exponent = 2", "exponent = 4"),
    ];
    for other in &changed {
        assert_ne!(other, &file);
    }
    let mut files: Vec<_> = (1..)
        .zip(changed)
        .map(|(number, content)| {
            let path = desk.path(&format!("other-{number}.toml"));
            std::fs::write(&path, content).unwrap();
            path
        })
        .collect();
    files.push(successor::deploy(desk, "USD", 4, "other-3.toml").1);
    for file in files {
        let to = file.to_str().unwrap();
        let words = ["wallet", "migrate", "--wallet", "alice", "--to", to];
        for amount in [&["--amount", "1.00"][..], &[]] {
            let refused = desk.run(&[&words, amount].concat());
            assert_eq!(refused.status, 2, "{file:?}: {refused:?}");
            assert!(refused.said.contains("same unit and digits"), "{refused:?}");
        }
    }
}
