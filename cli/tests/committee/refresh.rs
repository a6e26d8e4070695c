//! Shares are refreshed on three machines, and the key goes on with the new ones.

use std::fs;

use serde_json::{Value, json};

use crate::common::committee::{Committee, PEOPLE};
use crate::common::desk::Desk;
use crate::court::Court;
use crate::{balance, treasury};

/// Everything up to `finish`; the new fingerprint.
fn refreshed(desk: &Desk, committee: &Committee<'_>, name: &str) -> String {
    let members = fs::read_to_string(desk.path(&format!("{name}.toml"))).unwrap();
    // The key's own session is refused: that ceremony is over.
    let again = format!("committee refresh --members {name}.toml --out again.round1");
    assert!(committee.fails("alice", &again).contains("session"));
    let members = members.replacen(
        &format!("{name} 2026-11-29"),
        &format!("{name} refresh 1"),
        1,
    );
    fs::write(desk.path("refresh.toml"), members).unwrap();
    let before = committee.ok("alice", "committee show");
    let begun = PEOPLE.map(|person| {
        let line = format!("committee refresh --members refresh.toml --out {name}-{person}.again1");
        let begun = committee.ok(person, &line);
        assert_eq!(begun["member"], person);
        begun["ceremony"].clone()
    });
    assert!(begun.iter().all(|id| *id == begun[0]));
    let round1 = PEOPLE
        .map(|person| format!("{name}-{person}.again1"))
        .join(" ");
    for person in PEOPLE {
        committee.ok(
            person,
            &format!("committee round2 --out {name}-{person}.resent {round1}"),
        );
    }
    let made = PEOPLE.map(|person| {
        let others = PEOPLE.iter().filter(|other| **other != person);
        let mail: Vec<_> = others
            .map(|other| format!("{name}-{other}.resent/{person}.round2"))
            .collect();
        let group = committee.ok(person, &format!("committee finish {}", mail.join(" ")));
        assert_eq!(group["waits"], true);
        assert_eq!(group["key"], before["key"]);
        group["fingerprint"].clone()
    });
    assert!(made.iter().all(|fingerprint| *fingerprint == made[0]));
    assert_ne!(made[0], before["fingerprint"]);
    // Until the members adopt it, nothing changes.
    assert_eq!(committee.ok("alice", "committee show"), before);
    let wrong = before["fingerprint"].as_str().unwrap();
    let said = committee.fails("alice", &format!("committee adopt --fingerprint {wrong}"));
    assert!(said.contains(made[0].as_str().unwrap()), "{said}");
    made[0].as_str().unwrap().to_owned()
}

fn adopt(committee: &Committee<'_>, fingerprint: &str) {
    for person in PEOPLE {
        let line = format!("committee adopt --fingerprint {fingerprint}");
        let adopted = committee.ok(person, &line);
        assert_eq!(adopted["fingerprint"], fingerprint);
        assert_eq!(
            committee.ok(person, "committee show")["fingerprint"],
            fingerprint
        );
    }
}

#[test]
fn a_treasury_pays_with_refreshed_shares_and_not_with_old_ones() {
    let desk = Desk::new();
    let shop = desk.wallet("shop")["address"].as_str().unwrap().to_owned();
    let till = Committee::new(&desk, "till", "treasury", &[]);
    treasury(&desk, &till);
    // A payment that is under way when the shares are refreshed.
    let id = "3b5d1f8e-1111-4222-8333-444455557777";
    let prepare = format!("treasury prepare --to {shop} --amount 40 --id {id}");
    let old = "--nonces till-alice.nonces --nonces till-bob.nonces";
    let first = till.ok("alice", &format!("{prepare} {old} --out old.proposal"));
    let approve = |person: &str, proposal: &str, out: &str| {
        let pays = format!("--yes --pays '40 to {shop}' --out {out}");
        let line = format!("treasury approve {proposal} {pays}");
        till.run(person, &line)
    };
    assert_eq!(approve("alice", "old.proposal", "old.share").status, 0);

    let fingerprint = refreshed(&desk, &till, "till");
    adopt(&till, &fingerprint);
    let late = approve("bob", "old.proposal", "late.share");
    assert_ne!(late.status, 0, "its nonces are gone: {late:?}");
    let spent = till.fails("alice", &format!("{prepare} {old} --out none.proposal"));
    assert!(spent.contains("nonces"), "{spent}");

    // The same payment, proposed to the same members again.
    let nonces = ["alice", "bob"].map(|person| {
        let file = format!("till-{person}.fresh");
        till.ok(person, &format!("committee nonces --count 2 --out {file}"));
        format!("--nonces {file}")
    });
    let nonces = nonces.join(" ");
    let second = till.ok("alice", &format!("{prepare} {nonces} --out new.proposal"));
    assert_eq!(second["transaction"], first["transaction"]);
    for person in ["alice", "bob"] {
        let ran = approve(person, "new.proposal", &format!("{person}.share"));
        assert_eq!(ran.status, 0, "{ran:?}");
    }
    let mixed = till.fails("alice", "treasury send new.proposal old.share bob.share");
    assert!(mixed.contains("alice"), "{mixed}");
    let paid = till.ok("alice", "treasury send new.proposal alice.share bob.share");
    assert_eq!(paid["stage"], "committed");
    assert_eq!(desk.available("shop"), "40.00");
    for person in PEOPLE {
        assert_eq!(balance(&till, person), ["960.00", "0.00"], "{person}");
    }
}

#[test]
fn an_auditor_opens_with_refreshed_shares_what_is_asked_anew() {
    let desk = Desk::new();
    let court = Court::new(&desk);
    let paid = court.pay("12.00");
    let open = court.ask(&paid);
    assert_eq!(court.answer("bob", open, "old.answer", "").status, 0);

    let fingerprint = refreshed(&desk, &court.committee, "court");
    adopt(&court.committee, &fingerprint);
    // Old answers do not fit new ones, and what was kept of them is not given out again.
    let kept = court.answer("bob", open, "again.answer", "");
    assert!(kept.said.contains("ask anew"), "{kept:?}");
    assert_eq!(court.answer("carol", open, "carol.answer", "").status, 0);
    let combine = court.combine(open, "old.answer carol.answer");
    let said = court.committee.fails("alice", &combine);
    assert!(said.contains("bob") && said.contains("refresh"), "{said}");

    let number = court.ask(&paid);
    for person in ["bob", "carol"] {
        let ran = court.answer(person, number, &format!("{person}.new"), "");
        assert_eq!(ran.status, 0, "{ran:?}");
    }
    let opened: Value = court
        .committee
        .ok("alice", &court.combine(number, "bob.new carol.new"));
    assert_eq!(opened["movements"][0]["amount"], "12.00");
    assert_eq!(opened["escrows"], json!([]));
}
