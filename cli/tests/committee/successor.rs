//! A treasury's notes move to the token's successor, by the approval of its members.

use serde_json::json;

use crate::common::committee::Committee;
use crate::common::desk::Desk;
use crate::common::successor;
use crate::{balance, treasury};

const ASK: &str = "--nonces till-alice.nonces --nonces till-bob.nonces";

/// Available in the successor.
fn moved(till: &Committee<'_>, person: &str) -> String {
    let balance = till.ok(person, "treasury balance --in new.toml");
    balance["available"].as_str().unwrap().to_owned()
}

#[test]
fn a_treasury_moves_to_the_successor_with_two_of_three_approvals() {
    let desk = Desk::new();
    let shop = desk.wallet("shop")["address"].as_str().unwrap().to_owned();
    let till = Committee::new(&desk, "till", "treasury", &[]);
    let address = treasury(&desk, &till);
    let (new, _) = successor::deploy(&desk, "USD", 2, "new.toml");
    let id = "0b0f9d5e-3c2f-4f5e-9d6a-0f1f53a0c0de";
    let migrate = format!("treasury migrate --to new.toml --out moves {ASK}");
    let one = format!("{migrate} --amount 30.00 --id {id}");

    // A token that calls itself the successor is none.
    let early = till.fails("alice", &one);
    assert!(early.contains("has not named this successor"), "{early}");
    successor::name(&desk, &new);
    let asked = till.ok("alice", &one);
    let proposal = &asked["proposals"][0];
    assert_eq!(proposal["kind"], "migration");
    assert_eq!([&proposal["id"], &proposal["to"]], [id, &new]);
    assert_eq!(till.ok("alice", &one)["proposals"], asked["proposals"]);
    let file = proposal["file"].as_str().unwrap();

    // Bob goes by his own file of the successor, not by the proposal.
    let approve = format!("treasury approve {file} --yes --pays 'migrate 30.00'");
    let unknown = till.run("bob", &format!("{approve} --out bob.share"));
    assert_eq!(unknown.status, 2, "{unknown:?}");
    assert!(unknown.said.contains("token file"), "{unknown:?}");
    let (_, other) = successor::deploy(&desk, "USD", 2, "other.toml");
    let other = other.display();
    let wrong = till.run(
        "bob",
        &format!("{approve} --successor {other} --out bob.share"),
    );
    assert_eq!(wrong.status, 1, "{wrong:?}");
    assert!(!desk.path("bob.share").exists());
    for person in ["alice", "bob"] {
        let line = format!("{approve} --successor new.toml --out {person}.share");
        let shown = till.run(person, &line);
        assert_eq!(shown.status, 0, "{shown:?}");
        assert!(shown.said.contains("stays this treasury's"), "{shown:?}");
    }
    let send = format!("treasury send {file} alice.share bob.share");
    let paid = till.ok("alice", &send);
    assert_eq!(paid["stage"], "committed");
    assert_eq!(till.ok("alice", &send)["transaction"], paid["transaction"]);
    for person in ["alice", "carol"] {
        assert_eq!(balance(&till, person), ["970.00", "0.00"]);
        assert_eq!(moved(&till, person), "30.00");
    }

    // The rest: three notes, two in a transaction.
    desk.issue(&address, "8.00");
    desk.issue(&address, "7.00");
    let asked = till.ok("alice", &migrate);
    let proposals = asked["proposals"].as_array().unwrap();
    assert_eq!((proposals.len(), &asked["left"]), (2, &json!("0.00")));
    for (number, proposal) in proposals.iter().enumerate() {
        let file = proposal["file"].as_str().unwrap();
        let amount = proposal["amount"].as_str().unwrap();
        let approve = format!("treasury approve {file} --yes --successor new.toml");
        for person in ["alice", "bob"] {
            let pays = format!("--pays 'migrate {amount} to {new}' --out {number}-{person}.share");
            till.ok(person, &format!("{approve} {pays}"));
        }
        // Not seen in a block: resumed with the same bytes.
        let send = format!("treasury send {file} {number}-alice.share {number}-bob.share");
        till.run("alice", &format!("{send} --wait 0"));
        till.ok("alice", "treasury resume");
        assert_eq!(till.ok("alice", &send)["stage"], "committed");
    }
    assert_eq!(balance(&till, "bob"), ["0.00", "0.00"]);
    assert_eq!(moved(&till, "bob"), "1015.00");
    let left = till.ok("bob", "treasury history");
    let out = left["entries"].as_array().unwrap().iter();
    assert_eq!(out.filter(|entry| entry["kind"] == "moved_out").count(), 3);

    // What arrived is money there, by the same members.
    let prepare = format!("treasury prepare --in new.toml --to {shop} --amount 12.00 {ASK}");
    till.ok("alice", &format!("{prepare} --out there.proposal"));
    for person in ["alice", "bob"] {
        let pays = format!("--yes --pays '12.00 to {shop}' --out there-{person}.share");
        till.ok(
            person,
            &format!("treasury approve --in new.toml there.proposal {pays}"),
        );
    }
    let send = "treasury send --in new.toml there.proposal there-alice.share there-bob.share";
    assert_eq!(till.ok("alice", send)["stage"], "committed");
    assert_eq!(moved(&till, "carol"), "1003.00");
}
