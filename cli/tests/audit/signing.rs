//! Attestors sign figures and counts that they have seen; an issuer sees which redemptions its auditor's key does not open.

use serde_json::Value;

use crate::common::desk::Ran;
use crate::town::Town;

fn words(town: &Town, words: &[&str]) -> Ran {
    let token = town.desk.token();
    let token = ["--token", token.to_str().unwrap()];
    town.desk.run(&[words, &token].concat())
}

/// Drafts an attestation of 900.00 as of a block.
fn draft(town: &Town, as_of: u64, file: &str) {
    let (key, as_of) = (town.desk.dev("auditor.key"), as_of.to_string());
    let figures = [
        "issuer",
        "attest",
        "--reserves",
        "900.00",
        "--as-of",
        &as_of,
    ];
    let files = [
        "--document",
        "statement.pdf",
        "--draft",
        file,
        "--auditor-key",
    ];
    let all = [&figures[..], &files, &[key.to_str().unwrap()]].concat();
    let made = words(town, &all);
    assert_eq!(
        (made.status, &made.json["stage"]),
        (0, &"drafted".into()),
        "{made:?}"
    );
}

pub fn an_attestation_is_signed_by_those_who_saw_what_it_counts(town: &Town) {
    std::fs::write(town.desk.path("statement.pdf"), "cash").unwrap();
    std::fs::write(town.desk.path("other.pdf"), "cash elsewhere").unwrap();
    let counted = town.sync("audit")["height"].as_u64().unwrap();
    // Redeemed after the count: still among the reserves.
    let redeem = ["wallet", "redeem", "--wallet", "south", "--amount", "1.00"];
    town.desk
        .ok(&[&redeem[..], &["--payout", "account 2"]].concat());
    draft(town, counted, "attestation.json");
    let before = std::fs::read(town.desk.path("attestation.json")).unwrap();

    let key = town.desk.dev("attestor-2.key");
    let approve = ["roles", "approve", "attestation.json", "--key"];
    let approve = [&approve[..], &[key.to_str().unwrap()]].concat();
    let blind = town.desk.run(&approve);
    assert_eq!(blind.status, 1, "{blind:?}");
    assert!(blind.said.contains("give --token and --node"), "{blind:?}");
    let other = words(town, &[&approve[..], &["--document", "other.pdf"]].concat());
    assert_eq!(other.status, 1, "{other:?}");
    assert!(other.said.contains("this file is another"), "{other:?}");
    assert_eq!(
        std::fs::read(town.desk.path("attestation.json")).unwrap(),
        before
    );

    let seen = words(
        town,
        &[&approve[..], &["--document", "statement.pdf"]].concat(),
    );
    assert_eq!(
        (seen.status, &seen.json["signatures"]),
        (0, &1.into()),
        "{seen:?}"
    );
    for told in [
        format!("states reserves of 900.00 USD, counted at block {counted}"),
        format!(
            "document {}, which is the file given here",
            blake3::hash(b"cash")
        ),
        "counts 1 of 2 redemptions as gone".to_owned(),
        "the other 1 are paid out of these reserves".to_owned(),
        "counts all issues up to block ".to_owned(),
    ] {
        assert!(seen.said.contains(&told), "{told}: {}", seen.said);
    }
    let first = town.desk.dev("attestor-1.key");
    let unseen = ["roles", "approve", "attestation.json", "--unseen", "--key"];
    let unseen = town
        .desk
        .ok(&[&unseen[..], &[first.to_str().unwrap()]].concat());
    assert_eq!(unseen["signatures"], 2);
    let done = town.desk.ok(&["roles", "submit", "attestation.json"]);
    assert_eq!(done["stage"], "committed");
    // What was issued since is in no draft that was made before.
    draft(town, counted, "late.json");
    town.desk.issue(&town.north, "1.00");
    let key = ["--key", first.to_str().unwrap()];
    let late = words(
        town,
        &[&["roles", "approve", "late.json"], &key[..]].concat(),
    );
    assert_eq!(late.status, 1, "{late:?}");
    assert!(late.said.contains("something was issued since"), "{late:?}");
    queue(town);
}

/// Every redemption is in the queue, whichever keys there are.
fn queue(town: &Town) {
    let amounts = |ran: &Ran| -> Vec<Value> {
        let list = ran.json["redemptions"].as_array().unwrap().iter();
        list.map(|redeemed| redeemed["amount"].clone()).collect()
    };
    let key = town.desk.dev("auditor.key");
    let queue = ["issuer", "redeem-queue", "--auditor-key"];
    let opened = words(town, &[&queue[..], &[key.to_str().unwrap()]].concat());
    assert_eq!(opened.status, 0, "{opened:?}");
    assert_eq!(amounts(&opened), ["100.00", "1.00"]);
    // A key file of epochs that opens nothing yet.
    let sealed = words(town, &[&queue[..], &["other.age"]].concat());
    assert_eq!(sealed.status, 1, "{sealed:?}");
    assert_eq!(amounts(&sealed), [Value::Null, Value::Null]);
    assert!(
        sealed.said.contains("2 redemptions are sealed"),
        "{sealed:?}"
    );
    let both = [key.to_str().unwrap(), "--auditor-key", "other.age"];
    let both = words(town, &[&queue[..], &both].concat());
    assert_eq!((both.status, amounts(&both)), (0, amounts(&opened)));
    let public = words(town, &["issuer", "redeem-queue"]);
    assert_eq!(
        (public.status, amounts(&public).len()),
        (0, 2),
        "{public:?}"
    );
}
