//! A treasury's new key whose members know nothing of the old one but its address: `treasury apply --replaces`.

use std::fs;

use serde_json::json;

use crate::common::committee::Committee;
use crate::common::desk::Desk;
use crate::common::liar::Liar;
use crate::rotation::{ASK, approved};
use crate::{balance, treasury};

/// A new key, whose members have no directory of the old one; its address.
fn founded(desk: &Desk, next: &Committee<'_>) -> String {
    let token = desk.token();
    let token = token.display();
    let made = next.ok(
        "alice",
        &format!("treasury init --token {token} --out next.letter"),
    );
    assert_eq!(made["replaces"], json!(null));
    for person in ["bob", "carol"] {
        next.ok(
            person,
            &format!("treasury join --token {token} next.letter"),
        );
    }
    made["address"].as_str().unwrap().to_owned()
}

/// The new key's members sign that it takes over from the address; the old one's that it does.
fn taken_over(desk: &Desk, (till, next): (&Committee<'_>, &Committee<'_>), old: &str, new: &str) {
    let ask = "--nonces next-bob.nonces --nonces next-carol.nonces";
    let apply = |replaces: &str| {
        let line = format!("treasury apply --replaces {replaces} --out enter.proposal {ask}");
        next.run("alice", &line)
    };
    let none = apply("obol1nobody");
    assert_eq!(none.status, 2, "{none:?}");
    let stranger = apply(new);
    assert_eq!(stranger.status, 1, "{stranger:?}");
    assert!(!desk.path("enter.proposal").exists());
    let asked = apply(old);
    assert_eq!(asked.status, 0, "{asked:?}");
    let slot = &asked.json["slot"];
    // A member that expects a place of its own for the key does not sign.
    let anew = "treasury approve enter.proposal --yes --pays 'register, no limit' --out no.share";
    assert_eq!(next.run("bob", anew).status, 2);
    let pays = format!("register in slot {slot}, no limit");
    let send = approved(next, "enter.proposal", &pays, "enter");
    next.ok("alice", &format!("{send} --application new.json"));

    let rotate = format!("treasury rotate new.json --out rotate.proposal {ASK}");
    let asked = till.ok("alice", &rotate);
    assert_eq!((&asked["to"], &asked["slot"]), (&json!(new), slot));
    let pays = format!("rotate to {new}, no limit");
    let send = approved(till, "rotate.proposal", &pays, "rotate");
    till.ok("alice", &format!("{send} --application both.json"));
    let added = desk.role("registrar", &["registrar", "add", "both.json"]);
    assert_eq!(added["stage"], "committed");
}

/// Proposes to move everything, through the end of the node; the files.
fn swept(desk: &Desk, till: &Committee<'_>, new: &str) -> Vec<String> {
    let folder = desk.path("moves");
    let gone = Liar::before(&desk.node.url, move |_, truth| {
        let proposed = fs::read_dir(&folder).is_ok_and(|mut folder| folder.next().is_some());
        if proposed { Vec::new() } else { truth }
    });
    let sweep = format!("treasury sweep --out moves {ASK}");
    let ended = till.run("alice", &format!("{sweep} --node {}", gone.url));
    assert_eq!(ended.status, 3, "no node: {ended:?}");
    let first = &ended.json["proposals"];
    assert_eq!(first.as_array().unwrap().len(), 1, "{ended:?}");
    assert_eq!(ended.json["left"], "5.00", "{ended:?}");
    assert!(ended.json["failure"].is_string(), "{ended:?}");

    let asked = till.ok("alice", &sweep);
    let proposals = asked["proposals"].as_array().unwrap();
    assert_eq!((&proposals[0], proposals.len()), (&first[0], 2));
    assert!(proposals.iter().all(|proposal| proposal["to"] == *new));
    let files = proposals.iter().map(|one| one["file"].as_str().unwrap());
    files.map(str::to_owned).collect()
}

#[test]
fn a_key_takes_over_from_an_address_whose_history_its_members_never_see() {
    let desk = Desk::new();
    let payer = desk.wallet("payer")["address"].as_str().unwrap().to_owned();
    desk.issue(&payer, "10.00");
    let till = Committee::new(&desk, "till", "treasury", &[]);
    let old = treasury(&desk, &till);
    for amount in ["100.00", "5.00"] {
        desk.issue(&old, amount);
    }
    let next = Committee::new(&desk, "next", "treasury", &[]);
    let new = founded(&desk, &next);
    taken_over(&desk, (&till, &next), &old, &new);
    // Payers are told.
    let pay = |to: &str| {
        let words = ["wallet", "send", "--wallet", "payer", "--to", to];
        desk.run(&[&words[..], &["--amount", "1.00"]].concat())
    };
    let refused = pay(&old);
    assert_eq!(refused.status, 1, "{refused:?}");
    assert!(refused.said.contains("newer key"), "{refused:?}");
    assert_eq!(pay(&new).status, 0);

    for (number, file) in swept(&desk, &till, &new).iter().enumerate() {
        // Both approved the rotation, so they know the key by themselves.
        let amount = ["1100.00", "5.00"][number];
        let send = approved(
            &till,
            file,
            &format!("move {amount}"),
            &format!("move-{number}"),
        );
        assert_eq!(till.ok("alice", &send)["stage"], "committed");
    }
    assert_eq!(balance(&till, "carol"), ["0.00", "0.00"]);
    assert_eq!(balance(&next, "carol"), ["1106.00", "0.00"]);

    // The history stays with the old directories.
    let history = next.ok("carol", "treasury history");
    assert_eq!(
        history["keys"],
        json!([{"address": new, "replaced": false}])
    );
    let kinds = |history: &serde_json::Value| -> Vec<String> {
        let entries = history["entries"].as_array().unwrap().iter();
        let kinds = entries.map(|entry| entry["kind"].as_str().unwrap().to_owned());
        kinds.collect()
    };
    assert_eq!(kinds(&history), ["received", "received", "received"]);
    let before = till.ok("bob", "treasury history");
    assert_eq!(
        kinds(&before),
        ["issued", "issued", "issued", "sent", "sent"]
    );
}
