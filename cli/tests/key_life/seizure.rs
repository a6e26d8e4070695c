//! The issuer's holders sign a seizure whose payee and amount they have seen, and no other.

use std::os::unix::fs::PermissionsExt;

use serde_json::Value;

use crate::common::desk::{Desk, Ran};

/// `roles approve` of the draft by the first holder, with more words.
fn approve(desk: &Desk, words: &[&str]) -> Ran {
    let key = desk.dev("issuer-1.key");
    let common = [
        "roles",
        "approve",
        "part.json",
        "--key",
        key.to_str().unwrap(),
    ];
    desk.run(&[&common[..], words].concat())
}

/// `part.json` seizes 200 of slot 0's 300 for slot 2, by the order in `order.pdf`.
pub fn is_signed_by_those_who_saw_it(desk: &Desk, drafted: &Value, from: &str, to: &str) {
    assert_eq!(drafted["opening"], "part.json.opening");
    assert_eq!(drafted["to"], to);
    let file = desk.path("part.json.opening");
    let mode = std::fs::metadata(&file).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let draft = std::fs::read(desk.path("part.json")).unwrap();
    let token = desk.token();
    let token = token.to_str().unwrap();
    let refused = |words: &[&str], why: &str| {
        let ran = approve(desk, words);
        assert_eq!(ran.status, 1, "{ran:?}");
        assert!(ran.said.contains(why), "{ran:?}");
        assert_eq!(
            std::fs::read(desk.path("part.json")).unwrap(),
            draft,
            "{why}"
        );
    };
    refused(&[], "give --opening");
    refused(&["--order", "order.pdf"], "give --opening");

    // An opening that names another payee, amount, text or participant.
    let honest: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    let lie = |field: &str, value: Value| {
        let mut lying = honest.clone();
        lying[field] = value;
        std::fs::write(desk.path("lie.opening"), lying.to_string()).unwrap();
    };
    for (field, value, why) in [
        ("to", from.into(), "first commitment"),
        ("amount", 19_999.into(), "first commitment"),
        ("text", "fine".into(), "first commitment"),
        ("from", to.into(), "second commitment"),
        ("change", 0.into(), "second commitment"),
        ("transaction", "ab".repeat(32).into(), "written with it"),
    ] {
        lie(field, value);
        refused(&["--opening", "lie.opening"], why);
    }
    std::fs::write(desk.path("other.pdf"), "another order").unwrap();
    let opened = ["--opening", "part.json.opening", "--order"];
    refused(
        &[&opened[..], &["other.pdf"]].concat(),
        "this file is another",
    );

    // Shown in words, and signed.
    let seen = approve(
        desk,
        &[&opened[..], &["order.pdf", "--token", token]].concat(),
    );
    assert_eq!(seen.status, 0, "{seen:?}");
    assert_eq!(seen.json["signatures"], 1);
    let case = blake3::hash(b"court order 7 O 118/26").to_string();
    for words in [
        "seizes 200.00 USD",
        &format!("for    {to}"),
        &format!("from   {from}"),
        "100.00 USD of the notes that are taken return to it",
        "text   recovered",
        &format!("the order given here, whose hash is {case}"),
    ] {
        assert!(seen.said.contains(words), "{words}: {}", seen.said);
    }
    // Without a key nothing is signed or written.
    let signed = std::fs::read(desk.path("part.json")).unwrap();
    let shown = [
        "roles",
        "approve",
        "part.json",
        "--opening",
        "part.json.opening",
    ];
    let shown = desk.run(&shown);
    assert_eq!((shown.status, &shown.json["signatures"]), (0, &1.into()));
    assert!(shown.said.contains("seizes 20000 minor units"), "{shown:?}");
    assert_eq!(std::fs::read(desk.path("part.json")).unwrap(), signed);
    // Who signs what it cannot see says so.
    let second = desk.dev("issuer-2.key");
    let unseen = ["roles", "approve", "part.json", "--unseen", "--key"];
    let unseen = desk.ok(&[&unseen[..], &[second.to_str().unwrap()]].concat());
    assert_eq!(unseen["signatures"], 2);
}
