//! A treasury changes its key: a new one takes over in the registry, and the old one's members move everything to it.

use std::fs;
use std::process::Stdio;
use std::time::Duration;

use serde_json::{Value, json};

use crate::common::committee::{Committee, words};
use crate::common::desk::Desk;
use crate::{balance, treasury};

pub const ASK: &str = "--nonces till-bob.nonces --nonces till-carol.nonces";

/// Approvals of two members of what one of them prepared, and the sending.
pub fn approved(whose: &Committee<'_>, proposal: &str, pays: &str, name: &str) -> String {
    for person in ["bob", "carol"] {
        let line = format!(
            "treasury approve {proposal} --yes --pays '{pays}' --out {name}-{person}.share"
        );
        whose.ok(person, &line);
    }
    format!("treasury send {proposal} {name}-bob.share {name}-carol.share")
}

/// A payment to the shop by Bob's and Carol's approval.
fn pay(whose: &Committee<'_>, ask: &str, shop: &str, amount: &str, name: &str) {
    let prepare = format!("treasury prepare --to {shop} --amount {amount} --text {name} {ask}");
    whose.ok("alice", &format!("{prepare} --out {name}.proposal"));
    let pays = format!("{amount} to {shop}");
    let send = approved(whose, &format!("{name}.proposal"), &pays, name);
    assert_eq!(whose.ok("alice", &send)["stage"], "committed");
}

/// The new key, which knows the old one, and has signed that it takes over; its address.
pub fn applied(desk: &Desk, next: &Committee<'_>, old: &str) -> String {
    let token = desk.token();
    let token = token.display();
    let init = format!("treasury init --token {token} --replaces till-alice --out");
    // Without a letter the others could never join, and a wallet is made once.
    for file in ["nowhere/next.letter", "till.letter"] {
        let refused = next.run("alice", &format!("{init} {file}"));
        assert_eq!(refused.status, 2, "{refused:?}");
    }
    let made = next.ok("alice", &format!("{init} next.letter"));
    assert_eq!(made["replaces"], old);
    for person in ["bob", "carol"] {
        let joined = next.ok(
            person,
            &format!("treasury join --token {token} next.letter"),
        );
        assert_eq!(joined["replaces"], old);
        assert_eq!(joined["address"], made["address"]);
    }
    let ask = "--nonces next-bob.nonces --nonces next-carol.nonces";
    let entry = next.ok(
        "alice",
        &format!("treasury apply --out enter.proposal {ask}"),
    );
    assert_eq!(entry["kind"], "registration");
    let pays = format!("register in slot {}, no limit", entry["slot"]);
    let send = approved(next, "enter.proposal", &pays, "enter");
    next.ok("alice", &format!("{send} --application new.json"));
    made["address"].as_str().unwrap().to_owned()
}

/// The old key's members let the new one take over.
pub fn handed_over(desk: &Desk, till: &Committee<'_>, new: &str) {
    // The new key's signature alone replaces nobody's key.
    let alone = desk.try_role("registrar", &["registrar", "add", "new.json"]);
    assert_eq!(alone.status, 1, "{alone:?}");
    let token = desk.token();
    let looked = |file| {
        let words = ["roles", "approve", file, "--token", token.to_str().unwrap()];
        desk.run(&words).said
    };
    let said = looked("new.json");
    assert!(said.contains("has NOT signed this"), "{said}");
    let rotate = format!("treasury rotate new.json {ASK}");
    let other = till.fails(
        "alice",
        &format!("{rotate} --new till-alice --out no.proposal"),
    );
    assert!(other.contains("own directory"), "{other}");
    let rotate = format!("{rotate} --new next-alice --out rotate.proposal");
    let asked = till.ok("alice", &rotate);
    assert_eq!(asked["kind"], "rotation");
    assert_eq!(asked["to"], *new);
    // Bob has a share of the new key and compares by it; Carol by the address that she was told.
    let approve = "treasury approve rotate.proposal --yes";
    let pays = format!("--pays 'rotate to {new}, no limit'");
    let wrong = till.run(
        "bob",
        &format!("{approve} {pays} --new till-bob --out w.share"),
    );
    assert_eq!(wrong.status, 1, "{wrong:?}");
    let line = format!("{approve} {pays} --new next-bob --out rotate-bob.share");
    let shown = till.run("bob", &line);
    assert_eq!(shown.status, 0, "{shown:?}");
    assert!(shown.said.contains("hands over"), "{shown:?}");
    till.ok(
        "carol",
        &format!("{approve} {pays} --out rotate-carol.share"),
    );
    let early = till.fails("alice", &format!("treasury sweep --out early {ASK}"));
    assert!(early.contains("no newer key"), "{early}");
    let send = "treasury send rotate.proposal rotate-bob.share rotate-carol.share";
    till.ok("alice", &format!("{send} --application both.json"));
    let said = looked("both.json");
    assert!(said.contains(" has signed this"), "{said}");
    let added = desk.role("registrar", &["registrar", "add", "both.json"]);
    assert_eq!(added["stage"], "committed");
    let late = till.fails(
        "alice",
        &format!("treasury rotate new.json {ASK} --out l.proposal"),
    );
    assert!(late.contains("treasury sweep"), "{late}");
}

/// Moves everything, through a death of the process that proposes; how many proposals it took.
fn swept(desk: &Desk, till: &Committee<'_>, new: &str) -> usize {
    let sweep = format!("treasury sweep --out moves {ASK} --dir till-alice");
    let first = words(&sweep);
    let first: Vec<_> = first.iter().map(String::as_str).collect();
    let mut child = desk.command(&first).stdout(Stdio::null()).spawn().unwrap();
    let made = || fs::read_dir(desk.path("moves")).map_or(0, |folder| folder.flatten().count());
    while made() == 0 && child.try_wait().unwrap().is_none() {
        std::thread::sleep(Duration::from_millis(5));
    }
    child.kill().unwrap();
    child.wait().unwrap();

    let sweep = format!("treasury sweep --out moves {ASK}");
    let asked = till.ok("alice", &sweep);
    let proposals = asked["proposals"].as_array().unwrap().clone();
    assert_eq!(asked["left"], "0.00", "every note is in a proposal");
    assert_eq!(asked["locked"], "920.00", "and in no block");
    // Once more: the very same, from their files.
    assert_eq!(till.ok("alice", &sweep)["proposals"], asked["proposals"]);
    let file = proposals[0]["file"].as_str().unwrap();
    fs::write(desk.path(file), "torn").unwrap();
    assert!(till.fails("alice", &sweep).contains("out: "));
    fs::remove_file(desk.path(file)).unwrap();
    let again = till.ok("alice", &sweep);
    assert_eq!(
        again["proposals"][0]["transaction"],
        proposals[0]["transaction"]
    );
    // What was done before a failure is told with it.
    let file = desk.path(proposals[1]["file"].as_str().unwrap());
    let letter = fs::read(&file).unwrap();
    fs::write(&file, "torn").unwrap();
    let torn = till.run("alice", &sweep);
    assert_eq!(torn.status, 2, "{torn:?}");
    assert_eq!(torn.json["proposals"], json!([again["proposals"][0]]));
    let failure = torn.json["failure"].as_str().unwrap();
    assert!(torn.said.contains(failure), "{torn:?}");
    fs::write(&file, letter).unwrap();

    for (number, proposal) in proposals.iter().enumerate() {
        assert_eq!(proposal["kind"], "move");
        assert_eq!(proposal["to"], *new);
        let file = proposal["file"].as_str().unwrap();
        let line = format!("treasury approve {file} --new next-bob --yes --pays");
        let amount = proposal["amount"].as_str().unwrap();
        let seen = till.run(
            "bob",
            &format!("{line} 'move {amount}' --out {number}-bob.share"),
        );
        assert_eq!(seen.status, 0, "{seen:?}");
        assert!(
            seen.said.contains("this treasury's own new key"),
            "{seen:?}"
        );
        let line = format!("treasury approve {file} --yes --pays 'move {amount} to {new}'");
        till.ok("carol", &format!("{line} --out {number}-carol.share"));
        // Signed bytes are on disk before they are submitted: whoever does not see the block resumes.
        let send = format!("treasury send {file} {number}-bob.share {number}-carol.share");
        till.run("alice", &format!("{send} --wait 0"));
        till.ok("alice", "treasury resume");
        assert_eq!(till.ok("alice", &send)["stage"], "committed");
    }
    proposals.len()
}

#[test]
fn a_treasury_moves_to_a_new_key_and_keeps_its_history() {
    let desk = Desk::new();
    let shop = desk.wallet("shop")["address"].as_str().unwrap().to_owned();
    let till = Committee::new(&desk, "till", "treasury", &[]);
    let old = treasury(&desk, &till);
    pay(&till, ASK, &shop, "250.00", "before");
    for amount in ["100.00", "50.00", "30.00"] {
        desk.issue(&old, amount);
    }
    let next = Committee::new(&desk, "next", "treasury", &[]);
    let new = applied(&desk, &next, &old);
    handed_over(&desk, &till, &new);

    // Who is told of a move and shown another payee does not sign.
    let prepare = format!("treasury prepare --to {shop} --amount 10.00 --text between {ASK}");
    till.ok("alice", &format!("{prepare} --out between.proposal"));
    let line = "treasury approve between.proposal --yes --pays 'move 10.00' --out no.share";
    let refused = till.run("bob", line);
    assert_eq!(refused.status, 2, "{refused:?}");
    assert!(!desk.path("no.share").exists());
    let pays = format!("10.00 to {shop}");
    let send = approved(&till, "between.proposal", &pays, "between");
    assert_eq!(till.ok("alice", &send)["stage"], "committed");

    assert_eq!(swept(&desk, &till, &new), 2, "four notes, two in a payment");
    assert_eq!(balance(&till, "carol"), ["0.00", "0.00"]);
    assert_eq!(balance(&next, "carol"), ["920.00", "0.00"]);
    let nothing = till.ok("alice", &format!("treasury sweep --out moves {ASK}"));
    assert_eq!(nothing["proposals"], json!([]));
    assert_eq!(nothing["locked"], "0.00", "the old key can go");
    let words = ["registrar", "freeze", "--address", &old];
    desk.role("registrar", &words);

    let ask = "--nonces next-bob.nonces --nonces next-carol.nonces";
    pay(&next, ask, &shop, "20.00", "after");
    assert_eq!(desk.available("shop"), "280.00");
    // A member that joined by the letter sees what was paid with both keys.
    let history = next.ok("carol", "treasury history");
    assert_eq!(
        history["keys"],
        json!([{"address": new, "replaced": false}, {"address": old, "replaced": true}])
    );
    let sent = |key: &str| -> Vec<Value> {
        let entries = history["entries"].as_array().unwrap().iter();
        let ours = entries.filter(|entry| {
            entry["key"] == *key && entry["kind"] == "sent" && entry["counterparty"] == *shop
        });
        ours.map(|entry| json!([entry["amount"], entry["text"]]))
            .collect()
    };
    assert_eq!(
        sent(&old),
        [json!(["250.00", "before"]), json!(["10.00", "between"])]
    );
    assert_eq!(sent(&new), [json!(["20.00", "after"])]);
}
