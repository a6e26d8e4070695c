//! Keys held by two of three, with the real binary against a real node: a treasury that pays with two approvals, an auditor
//! that opens a payment with two answers, each on the ledger first, nodes that lie to its members, refreshed shares, a treasury's new
//! key, and its moves to a successor.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a failed expectation is a failed test"
)]

mod common;
#[path = "committee/court.rs"]
mod court;
#[path = "committee/lies.rs"]
mod lies;
#[path = "committee/misled.rs"]
mod misled;
#[path = "committee/refresh.rs"]
mod refresh;
#[path = "committee/replaces.rs"]
mod replaces;
#[path = "committee/replay.rs"]
mod replay;
#[path = "committee/rotation.rs"]
mod rotation;
#[path = "committee/sealed.rs"]
mod sealed;
#[path = "committee/successor.rs"]
mod successor;
#[path = "committee/witness.rs"]
mod witness;

use std::fs;

use common::committee::{Committee, PEOPLE};
use common::desk::Desk;
use serde_json::json;

fn balance(till: &Committee<'_>, person: &str) -> [String; 2] {
    let balance = till.ok(person, "treasury balance");
    ["available", "locked"].map(|name| balance[name].as_str().unwrap().to_owned())
}

/// A treasury that is registered and holds 1,000.00; its address.
fn treasury(desk: &Desk, till: &Committee<'_>) -> String {
    let token = desk.token();
    let token = token.display();
    let made = till.ok(
        "alice",
        &format!("treasury init --token {token} --out till.letter"),
    );
    for person in ["bob", "carol"] {
        let joined = till.ok(
            person,
            &format!("treasury join --token {token} till.letter"),
        );
        assert_eq!(joined["address"], made["address"]);
        assert_eq!(joined["from"], "alice");
    }
    let asked = "--nonces till-bob.nonces --nonces till-carol.nonces";
    let applied = till.ok(
        "alice",
        &format!("treasury apply --out apply.proposal {asked}"),
    );
    assert_eq!(applied["signers"], json!(["bob", "carol"]));
    for person in ["bob", "carol"] {
        let line = "treasury approve apply.proposal --yes --pays 'register, no limit' --out";
        till.ok(person, &format!("{line} apply-{person}.share"));
    }
    let shares = "apply-bob.share apply-carol.share --application till.json";
    till.ok("alice", &format!("treasury send apply.proposal {shares}"));
    let added = desk.role("registrar", &["registrar", "add", "till.json"]);
    assert_eq!(added["stage"], "committed");
    let address = made["address"].as_str().unwrap().to_owned();
    desk.issue(&address, "1000.00");
    address
}

#[test]
fn a_treasury_pays_with_two_of_three_approvals() {
    let desk = Desk::new();
    let shop = desk.wallet("shop")["address"].as_str().unwrap().to_owned();
    let till = Committee::new(&desk, "till", "treasury", &[]);
    treasury(&desk, &till);

    // A payment: prepared, approved twice, sent.
    let prepare =
        format!("treasury prepare --to {shop} --nonces till-alice.nonces --nonces till-bob.nonces");
    let rent = format!("{prepare} --amount 250.00 --text rent --out");
    for file in ["nowhere/rent.proposal", "till.letter"] {
        let refused = till.run("alice", &format!("{rent} {file}"));
        assert_eq!(refused.status, 2, "{refused:?}");
    }
    assert_eq!(balance(&till, "alice"), ["1000.00", "0.00"]);
    till.ok("alice", &format!("{rent} rent.proposal"));
    assert_eq!(balance(&till, "alice"), ["0.00", "1000.00"]);
    let approve = |person: &str, amount: &str, out: &str| {
        let pays = format!("--pays '{amount} to {shop}'");
        let line = format!("treasury approve rent.proposal --yes {pays} --out {out}");
        till.run(person, &line)
    };
    let said = approve("carol", "250.00", "carol.share").said;
    assert!(
        said.contains("alice, bob"),
        "who is not asked does not sign: {said}"
    );
    let other = approve("bob", "25.00", "bob.share");
    assert_eq!(
        other.status, 2,
        "another amount than expected is not signed: {other:?}"
    );
    assert!(!desk.path("bob.share").exists());
    // Nonces are not used up for a share that cannot be written.
    std::os::unix::fs::symlink("gone", desk.path("link.share")).unwrap();
    for file in ["nowhere/bob.share", "link.share"] {
        let refused = approve("bob", "250.00", file);
        assert_eq!(refused.status, 2, "{refused:?}");
    }
    let approved = approve("bob", "250.00", "bob.share");
    assert_eq!(approved.status, 0, "{approved:?}");
    let shown = ["amount", "text", "change"].map(|name| approved.json[name].as_str().unwrap());
    assert_eq!(shown, ["250.00", "rent", "750.00"]);

    // One approval is not enough, a second one of Bob's neither.
    let fails =
        |shares: &str| till.fails("alice", &format!("treasury send rent.proposal {shares}"));
    fails("bob.share");
    assert!(fails("bob.share bob.share").contains("bob"));
    assert_eq!(
        approve("bob", "250.00", "again.share").status,
        1,
        "nonces sign once"
    );
    // A share that was changed on the way, or belongs to another proposal, names its member.
    assert_eq!(approve("alice", "250.00", "alice.share").status, 0);
    let mut bytes = fs::read(desk.path("alice.share")).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    fs::write(desk.path("spoiled.share"), bytes).unwrap();
    let said = fails("spoiled.share bob.share");
    assert!(said.contains("alice") && !said.contains("bob"), "{said}");
    assert!(fails("alice.share apply-bob.share").contains("bob"));
    assert_eq!(balance(&till, "alice"), ["0.00", "1000.00"]);

    let send = "treasury send rent.proposal alice.share bob.share";
    let paid = till.ok("alice", send);
    assert_eq!(paid["stage"], "committed");
    let again = till.ok("alice", send);
    assert_eq!(
        again["transaction"], paid["transaction"],
        "nothing is paid twice"
    );
    assert_eq!(desk.available("shop"), "250.00");
    for person in PEOPLE {
        assert_eq!(
            balance(&till, person),
            ["750.00", "0.00"],
            "{person} sees it"
        );
    }
}

#[test]
fn another_member_is_asked_when_one_does_not_answer() {
    let desk = Desk::new();
    let shop = desk.wallet("shop")["address"].as_str().unwrap().to_owned();
    let till = Committee::new(&desk, "till", "treasury", &[]);
    treasury(&desk, &till);
    let nonces = PEOPLE
        .map(|person| format!("--nonces till-{person}.nonces"))
        .join(" ");
    let id = "3b5d1f8e-1111-4222-8333-444455556666";
    let prepare = format!("treasury prepare --to {shop} --amount 100 --id {id} {nonces}");
    let first = till.ok("alice", &format!("{prepare} --out first.proposal"));
    // Bob does not answer: Carol is asked for the same transaction.
    let others = "--signer alice --signer carol --out second.proposal";
    let second = till.ok("alice", &format!("{prepare} {others}"));
    assert_eq!(first["transaction"], second["transaction"]);
    let list = till.ok("alice", "treasury list");
    assert_eq!(list["payments"].as_array().unwrap().len(), 1);
    assert_eq!(list["payments"][0]["stage"], "proposed");
    for person in ["alice", "carol"] {
        let pays = format!("--yes --pays '100 to {shop}' --out {person}.share");
        till.ok(person, &format!("treasury approve second.proposal {pays}"));
    }
    let sent = till.ok(
        "alice",
        "treasury send second.proposal alice.share carol.share",
    );
    assert_eq!(sent["stage"], "committed");
    assert_eq!(desk.available("shop"), "100.00");
    assert_eq!(till.ok("alice", "treasury resume")["payments"], json!([]));
}
