//! The auditor's commands of the real binary, against a node: read, ask, alarm, report, recover, show.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a failed expectation is a failed test"
)]

mod common;
#[path = "audit/kill.rs"]
mod kill;
#[path = "audit/pages.rs"]
mod pages;
#[path = "audit/signing.rs"]
mod signing;
#[path = "audit/town.rs"]
mod town;

use obolus_wallet::Passphrase;
use obolus_wallet::auditor::Recovery;
use serde_json::Value;

use town::{RULES, Town};

fn amounts(list: &Value) -> Vec<&str> {
    let records = list["records"].as_array().unwrap().iter();
    records
        .map(|record| record["amount"].as_str().unwrap())
        .collect()
}

#[test]
fn what_the_auditor_sees_is_what_the_wallets_hold() {
    let town = Town::new();
    let synced = town.sync("audit");
    assert_eq!(
        (&synced["new_records"], &synced["unread"]),
        (&6.into(), &0.into()),
        "{synced}"
    );

    // To the unit, and by name, address and slot.
    std::fs::write(
        town.desk.path("names.csv"),
        format!(
            "participant,name\n{},North Bank\n1,South <b>Bank</b>\n",
            town.north
        ),
    )
    .unwrap();
    town.ok(&["names", "names.csv"]);
    for (wallet, name) in [("north", "North Bank"), ("south", "South <b>Bank</b>")] {
        let balance = town.ok(&["balance", "--participant", name]);
        assert_eq!(balance["balance"], town.desk.available(wallet), "{balance}");
    }
    let totals = town.ok(&["totals"]);
    assert_eq!(totals["circulating"], "900.00");
    assert_eq!(totals["participants"][0]["sent"], "284.99");
    assert_eq!(totals["participants"][1]["redeemed"], "100.00");
    let later = town.ok(&[
        "totals",
        "--from",
        synced["height"].as_u64().unwrap().to_string().as_str(),
    ]);
    assert_eq!(later["participants"][0]["sent"], "0.00");

    queries(&town);
    references(&town);
    alerts(&town);
    report(&town);
    recovery(&town);
    kept(&town);
    token_file(&town);
    signing::an_attestation_is_signed_by_those_who_saw_what_it_counts(&town);
    epoch(&town);
}

fn queries(town: &Town) {
    let all = town.ok(&["list"]);
    assert_eq!(all["count"], 6);
    assert_eq!(
        amounts(&all),
        ["1000.00", "95.00", "99.99", "90.00", "12.34", "100.00"]
    );
    let some = town.ok(&[
        "list",
        "--participant",
        &town.south,
        "--counterparty",
        "0",
        "--min",
        "50.00",
        "--max",
        "99.00",
    ]);
    assert_eq!(amounts(&some), ["95.00", "90.00"]);
    let kinds = town.ok(&["list", "--kind", "issue,redemption"]);
    assert_eq!(amounts(&kinds), ["1000.00", "100.00"]);
    let height = all["records"][2]["height"].as_u64().unwrap().to_string();
    let one = town.ok(&["list", "--from", &height, "--to", &height]);
    assert_eq!(amounts(&one), ["99.99"]);
    let old = town.ok(&["list", "--to", "2020-01-01"]);
    assert_eq!(old["count"], 0);
    let future = town.ok(&["list", "--from", "2020-01-01T00:00:00Z"]);
    assert_eq!(future["count"], 6);
    for words in [
        ["list", "--participant", "Nobody"],
        ["list", "--from", "soon"],
        ["list", "--min", "1.001"],
        ["list", "--kind", "gift"],
    ] {
        assert_eq!(town.audit(&words).status, 2, "{words:?}");
    }
    let key = town.desk.dev("auditor.key");
    let csv = town
        .desk
        .command(&[
            "audit",
            "list",
            "--csv",
            "--kind",
            "transfer",
            "--key",
            key.to_str().unwrap(),
        ])
        .output()
        .unwrap();
    let csv = String::from_utf8(csv.stdout).unwrap();
    assert_eq!(csv.lines().count(), 5, "{csv}");
    assert!(
        csv.contains(",North Bank,0,South <b>Bank</b>,1,95.00,USD,"),
        "{csv}"
    );
}

/// References are claims until a text is checked.
fn references(town: &Town) {
    let first = town.ok(&["list", "--kind", "transfer"])["records"][0].clone();
    let uetr = "3f0c5c1e-7a52-4c0e-9d5b-0a1d6a0f7b01";
    let rows = format!(
        "transaction,uetr,text\n{},{},first\n{},other,nothing\n",
        first["transaction"].as_str().unwrap(),
        uetr.to_uppercase(),
        "0".repeat(64),
    );
    std::fs::write(town.desk.path("said.csv"), rows).unwrap();
    let ran = town.audit(&["annotate", "said.csv"]);
    assert_eq!(ran.status, 1, "one line is about nothing: {ran:?}");
    assert_eq!(ran.json["claimed"], 1);
    assert_eq!(ran.json["refused"][0]["line"], 3);
    let found = town.ok(&["list", "--uetr", uetr]);
    assert_eq!(found["count"], 1);
    assert_eq!(found["records"][0]["id"], first["id"]);
    assert_eq!(found["records"][0]["text_state"], "claimed");
    // A blind that is not the payment's.
    std::fs::write(town.desk.path("blind"), "11".repeat(32)).unwrap();
    let id = first["id"].to_string();
    let ran = town.audit(&[
        "check-memo",
        "--record",
        &id,
        "--text",
        "first",
        "--blind-file",
        "blind",
    ]);
    assert_eq!(
        (ran.status, &ran.json["verdict"]),
        (1, &"differs".into()),
        "{ran:?}"
    );
    disclosed(town, &first);
}

/// Payer or payee shows the text; the auditor needs no blind of them.
fn disclosed(town: &Town, first: &Value) {
    let (id, challenge) = (first["id"].to_string(), "5e".repeat(32));
    let transaction = first["transaction"].as_str().unwrap();
    let disclose = |wallet: &str, verifier: &str| {
        let file = format!("{wallet}.{verifier}.disclosure");
        let words = ["wallet", "disclose", "--wallet", wallet, "--transaction"];
        let words = [&words[..], &[transaction, "--for", verifier]].concat();
        let rest = ["--challenge", &challenge, "--out", &file];
        town.desk.ok(&[&words[..], &rest].concat());
        file
    };
    let check = |id: &str, file: &str, more: &[&str]| {
        let words = ["check-memo", "--record", id, "--disclosure", file];
        town.audit(&[&words[..], more].concat())
    };
    let audience = ["--for", "Auditor", "--challenge", &challenge];
    for (wallet, slot) in [("north", 0), ("south", 1)] {
        let file = disclose(wallet, "Auditor");
        let ran = check(&id, &file, &audience);
        assert_eq!((ran.status, &ran.json["verdict"]), (0, &"holds".into()));
        assert_eq!(ran.json["text"], "first");
        assert_eq!(ran.json["discloser"], slot);
        let other = check(&id, &file, &[&audience[..], &["--text", "second"]].concat());
        assert_eq!(
            (other.status, &other.json["verdict"]),
            (1, &"differs".into())
        );
        // Of another movement, and without the name and challenge that it was made for.
        assert_eq!(check("2", &file, &audience).status, 2);
        assert_eq!(check(&id, &file, &[]).status, 2);
    }
    let file = disclose("north", "Tax office");
    let ran = check(&id, &file, &audience);
    assert_eq!(ran.status, 1, "{ran:?}");
    assert!(ran.said.contains("not for this recipient"), "{ran:?}");
}

fn alerts(town: &Town) {
    std::fs::write(town.desk.path("rules.toml"), RULES).unwrap();
    std::fs::write(
        town.desk.path("listed.txt"),
        format!("# list\n{}\n77\n", town.south),
    )
    .unwrap();
    let found = town.ok(&["alerts", "--rules", "rules.toml"]);
    let kinds: Vec<_> = found["alerts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|a| a["kind"].as_str().unwrap())
        .collect();
    assert_eq!(found["count"], 3, "{found}");
    for kind in ["large", "structuring", "sanctions"] {
        assert!(kinds.contains(&kind), "{kinds:?}");
    }
    let structuring = found["alerts"]
        .as_array()
        .unwrap()
        .iter()
        .find(|a| a["kind"] == "structuring")
        .unwrap();
    assert_eq!(structuring["evidence"], serde_json::json!([1, 2, 3]));
    assert_eq!(structuring["sum"], "284.99");
    assert_eq!(structuring["subject"], "North Bank");
    let failing = town.audit(&["alerts", "--rules", "rules.toml", "--fail-on-alert"]);
    assert_eq!(
        (failing.status, &failing.json),
        (4, &found),
        "the same ids again"
    );
}

fn report(town: &Town) {
    let made = town.ok(&[
        "report",
        "--rules",
        "rules.toml",
        "--out",
        "report.html",
        "--svg",
        "flows.svg",
    ]);
    assert_eq!(made["alerts"], 3);
    let page = std::fs::read_to_string(town.desk.path("report.html")).unwrap();
    for word in ["<svg", "284.99", "900.00", "North Bank", "structuring"] {
        assert!(page.contains(word), "{word}");
    }
    let svg = std::fs::read_to_string(town.desk.path("flows.svg")).unwrap();
    for text in [&page, &svg] {
        assert!(!text.contains("<script") && !text.contains("<b>Bank"));
    }
    let mode = std::os::unix::fs::PermissionsExt::mode(
        &std::fs::metadata(town.desk.path("report.html"))
            .unwrap()
            .permissions(),
    );
    assert_eq!(mode & 0o777, 0o600);
}

fn recovery(town: &Town) {
    std::fs::write(town.desk.path("words"), "a passphrase of its own").unwrap();
    let words = [
        "recover",
        "--slot",
        "1",
        "--out",
        "slot-1.recovery",
        "--recovery-passphrase-file",
        "words",
        "--scrypt",
        "4",
    ];
    let made = town.ok(&words);
    let passphrase = Passphrase::new("a passphrase of its own".into()).unwrap();
    let opened = Recovery::open(&town.desk.path("slot-1.recovery"), &passphrase).unwrap();
    assert_eq!(made["total"], town.desk.available("south"));
    assert_eq!(opened.notes.len() as u64, made["notes"].as_u64().unwrap());
    assert_eq!(opened.slot.get(), 1);
    let again = town.audit(&words);
    assert_eq!(again.status, 1, "a file is never overwritten");
}

/// Another key, another token, no index.
fn kept(town: &Town) {
    town.desk
        .ok(&["audit", "keygen", "--out", "other.age", "--scrypt", "4"]);
    let ran = town.desk.run(&["audit", "list", "--key", "other.age"]);
    assert_eq!(ran.status, 1);
    assert!(
        ran.said.contains("damaged, or belongs to another auditor"),
        "{ran:?}"
    );
    assert_eq!(town.audit(&["list", "--index", "nowhere"]).status, 1);
    let unreachable = town.audit(&["sync", "--node", "http://127.0.0.1:1"]);
    assert_eq!(unreachable.status, 3, "{unreachable:?}");
}

/// The index's token file is in clear, and scales every amount: a changed one is refused, and the issuer's puts it right.
fn token_file(town: &Town) {
    let (token, own) = (town.desk.token(), town.desk.path("audit/token.toml"));
    let token = token.to_str().unwrap();
    let text = std::fs::read_to_string(&own).unwrap();
    let changed = |from: &str, to: &str| {
        assert!(text.contains(from));
        std::fs::write(&own, text.replace(from, to)).unwrap();
    };
    let refused = |words: &[&str], why: &str| {
        let ran = town.audit(words);
        assert_eq!(ran.status, 1, "{words:?}: {ran:?}");
        assert!(ran.said.contains(why), "{words:?}: {ran:?}");
    };
    let before = amounts(&town.ok(&["list"])).join(" ");
    for (from, to, why) in [
        ("exponent = 2", "exponent = 6", "sync --token FILE"),
        (
            "unit = \"USD\"",
            "unit = \"USD\\u001b[2K\"",
            "unit: must be",
        ),
    ] {
        changed(from, to);
        for words in [
            &["list"][..],
            &["totals"],
            &["alerts", "--rules", "rules.toml"],
            &["sync"],
            &["sync", "--again"],
        ] {
            refused(words, why);
        }
        town.sync("audit");
        assert_eq!(std::fs::read_to_string(&own).unwrap(), text);
        assert_eq!(amounts(&town.ok(&["list"])).join(" "), before);
    }

    // Nothing vouches for a token file whose index is gone.
    changed("exponent = 2", "exponent = 6");
    std::fs::remove_file(town.desk.path("audit/head")).unwrap();
    assert_eq!(town.audit(&["sync"]).status, 2);
    town.ok(&["sync", "--again", "--token", token]);
    assert_eq!(amounts(&town.ok(&["list"])).join(" "), before);
}

/// A new epoch under an encrypted key file, and what is paid in it.
fn epoch(town: &Town) {
    let token = town.desk.token();
    town.desk.ok(&[
        "audit",
        "set-key-draft",
        "--key",
        "other.age",
        "--token",
        token.to_str().unwrap(),
        "--window",
        "0",
        "--draft",
        "epoch.json",
    ]);
    let [first, second] = [1, 2].map(|n| town.desk.dev(&format!("registrar-{n}.key")));
    town.desk.ok(&[
        "roles",
        "approve",
        "epoch.json",
        "--token",
        token.to_str().unwrap(),
        "--key",
        first.to_str().unwrap(),
        "--key",
        second.to_str().unwrap(),
    ]);
    let done = town.desk.ok(&["roles", "submit", "epoch.json"]);
    assert_eq!(done["stage"], "committed");
    let synced = town.sync("audit");
    assert_eq!(synced["unread"], 0);
    let keys = town
        .desk
        .ok(&["audit", "add-epoch", "--key", "other.age", "--scrypt", "4"]);
    assert_eq!(keys["public_keys"].as_array().unwrap().len(), 2);
    let shown = town.desk.ok(&["audit", "keys", "--key", "other.age"]);
    assert_eq!(shown["public_keys"], keys["public_keys"]);
}
