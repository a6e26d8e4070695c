//! A request that warns nobody: hashes on the ledger, what they stand for in a file.

use std::fs;

use serde_json::json;

use crate::common::committee::run;
use crate::common::desk::Desk;
use crate::court::Court;

#[test]
fn a_sealed_request_is_answered_by_members_who_were_shown_what_it_stands_for() {
    let desk = Desk::new();
    let court = Court::new(&desk);
    let [paid, other] = ["12.00", "34.00"].map(|amount| court.pay(amount));
    let asked = court.asked(&format!(
        "--transaction {paid} --note 3 --sealed case.opening"
    ));
    let number = asked["request"].as_u64().unwrap();
    assert_eq!(asked["opening"], "case.opening");
    // The ledger does not tell what it is about, but to whoever is shown the opening.
    let record = &court.seen("--case C-7")["requests"][0];
    let items = record["items"].as_array().unwrap();
    let sealed = |item: &serde_json::Value| item.as_str().unwrap().starts_with("sealed ");
    assert!(items.len() == 2 && items.iter().all(sealed), "{record}");
    let about = |more: &str| {
        let found = court.seen(&format!("--transaction {paid} {more}"));
        found["requests"].as_array().unwrap().len()
    };
    assert_eq!((about(""), about("--opening case.opening")), (0, 1));
    // Who asked was told which note the node has at the position.
    let text = fs::read_to_string(desk.path("case.opening")).unwrap();
    let (_, commitment) = text.split_once("commitment = \"").unwrap();
    let (commitment, _) = commitment.split_once('"').unwrap();
    let shown = &court.seen("--opening case.opening")["requests"][0]["items"];
    assert_eq!(
        *shown,
        json!([
            format!("transaction {paid} (sealed)"),
            format!("note 3, commitment {commitment} (sealed)")
        ])
    );

    // Without the opening, and with another one, nothing is answered.
    let refused = |more: &str| {
        let ran = court.answer("bob", number, "refused.answer", more);
        assert_eq!(ran.status, 1, "{ran:?}");
        assert!(!desk.path("refused.answer").exists());
        ran.said
    };
    assert!(refused("").contains("sealed"));
    assert!(text.contains(&paid));
    fs::write(desk.path("false.opening"), text.replace(&paid, &other)).unwrap();
    let said = refused("--opening false.opening");
    assert!(said.contains("item 0"), "{said}");

    for person in ["bob", "carol"] {
        let out = format!("{person}.answer");
        let ran = court.answer(person, number, &out, "--opening case.opening");
        assert_eq!(ran.status, 0, "{ran:?}");
        assert!(ran.said.contains(&paid), "{ran:?}");
        assert_eq!(ran.json["ciphertexts"], 2);
    }
    let combine = court.combine(number, "bob.answer carol.answer");
    assert!(court.committee.fails("alice", &combine).contains("sealed"));
    let combine = format!("{combine} --opening case.opening");
    let opened = court.committee.ok("alice", &combine);
    let movements = opened["movements"].as_array().unwrap();
    let amounts: Vec<_> = movements.iter().map(|one| &one["amount"]).collect();
    assert_eq!(amounts, ["12.00", "34.00"]);
}

#[test]
fn an_item_twice_is_refused_before_anything_is_sealed() {
    let desk = Desk::new();
    let court = Court::new(&desk);
    for twice in ["--escrow 0 --escrow 0", "--note 0 --note 0"] {
        let case = "--case C-7 --purpose order --role-key alice.role --sealed twice.opening";
        let line = format!("audit request {case} {twice} {}", court.access);
        let ran = run(&desk, &line);
        assert_eq!(ran.status, 2, "{ran:?}");
        assert!(!desk.path("twice.opening").exists());
    }
    assert_eq!(court.seen("")["requests"], json!([]));
}
