//! Keys held by two of three, with the real binary against a real node: a treasury that pays with two approvals, and an
//! auditor that opens a payment with two answers, each on the ledger first.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a failed expectation is a failed test"
)]

mod common;

use std::fs;

use common::committee::{Committee, PEOPLE, ok, run};
use common::desk::Desk;
use obolus_abi::accesslog::{AccessLogInit, AccessMembers};
use obolus_abi::{ContractId, RoleKey, RoleSet};
use obolus_runtime_api::hex;
use serde_json::{Value, json};

fn balance(till: &Committee<'_>, person: &str) -> [String; 2] {
    let balance = till.ok(person, "treasury balance");
    ["available", "locked"].map(|name| balance[name].as_str().unwrap().to_owned())
}

/// A treasury that is registered and holds 1,000.00; its address.
fn treasury(desk: &Desk, till: &Committee<'_>) {
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
    desk.issue(made["address"].as_str().unwrap(), "1000.00");
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
    till.ok(
        "alice",
        &format!("{prepare} --amount 250.00 --text rent --out rent.proposal"),
    );
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

/// A member's role key: its public side.
fn role_key(desk: &Desk, person: &str) -> String {
    let made = ok(desk, &format!("roles new --out {person}.role --scrypt 4"));
    made["public_key"].as_str().unwrap().to_owned()
}

/// The access log of these members.
fn deploy_log(desk: &Desk, roles: &[String]) -> String {
    let role = |key: &String| hex::decode_fixed::<RoleKey>(key).unwrap();
    let mut keys: Vec<_> = roles.iter().map(role).collect();
    keys.sort();
    let text = fs::read_to_string(desk.token()).unwrap();
    let table: toml::Table = toml::from_str(&text).unwrap();
    let mut contracts = ["token", "registry"]
        .map(|name| -> ContractId { hex::decode_fixed(table[name].as_str().unwrap()).unwrap() });
    contracts.sort();
    let init = AccessLogInit {
        members: AccessMembers {
            members: RoleSet { keys, threshold: 2 },
            requesters: Vec::new(),
        },
        contracts: contracts.to_vec(),
    };
    fs::write(desk.path("accesslog.wasm"), obolus_contracts::ACCESSLOG).unwrap();
    let init = hex::encode(&borsh::to_vec(&init).unwrap());
    let keys = "--key node/dev/operator-1.key --key node/dev/operator-2.key";
    let deployed = ok(
        desk,
        &format!("contract deploy accesslog.wasm {init} {keys}"),
    );
    deployed["contract"].as_str().unwrap().to_owned()
}

/// The committee takes over as the auditor, and the payer trusts its key.
fn take_over(desk: &Desk, court: &Committee<'_>) {
    let token = desk.token();
    let token = format!("--token {}", token.display());
    let asked = "--nonces court-alice.nonces --nonces court-carol.nonces";
    let propose = format!("audit propose-key {token} --window 50 --out key.proposal {asked}");
    court.ok("alice", &propose);
    let approve = format!("audit approve-key {token} key.proposal --yes");
    let said = court.fails(
        "carol",
        &format!("{approve} --window 0 --out refused.share"),
    );
    assert!(said.contains("50"), "{said}");
    for person in ["alice", "carol"] {
        court.ok(
            person,
            &format!("{approve} --window 50 --out key-{person}.share"),
        );
    }
    let shares = "key-alice.share key-carol.share --draft key.json";
    court.ok(
        "alice",
        &format!("audit finish-key {token} key.proposal {shares}"),
    );
    let keys = "--key node/dev/registrar-1.key --key node/dev/registrar-2.key";
    ok(desk, &format!("roles approve key.json {keys}"));
    assert_eq!(ok(desk, "roles submit key.json")["stage"], "committed");
    let trust = "wallet trust-auditor --wallet payer --group court-bob/group.toml";
    assert_eq!(ok(desk, trust)["current"], true);
}

#[test]
fn an_auditor_of_two_of_three_opens_with_two_answers_that_are_on_the_ledger() {
    let desk = Desk::new();
    let payer = desk.wallet("payer")["address"].as_str().unwrap().to_owned();
    let payee = desk.wallet("payee")["address"].as_str().unwrap().to_owned();
    desk.issue(&payer, "900.00");
    let roles = PEOPLE.map(|person| role_key(&desk, person));
    let court = Committee::new(&desk, "court", "audit", &roles);
    take_over(&desk, &court);
    let pay = |amount: &str| {
        let line = format!("wallet send --wallet payer --to {payee} --amount {amount}");
        ok(&desk, &line)["transaction"].as_str().unwrap().to_owned()
    };
    let paid = pay("123.45");

    // Asked on the ledger, for everybody to see.
    let log = deploy_log(&desk, &roles);
    let access = format!("--token {} --access-log {log}", desk.token().display());
    let ask = |transaction: &str| {
        let case = "--case C-7 --purpose 'court order 7' --role-key alice.role";
        let line = format!("audit request {case} --transaction {transaction} {access}");
        ok(&desk, &line)["request"].as_u64().unwrap()
    };
    let seen = |filter: &str| ok(&desk, &format!("audit log {filter} {access}"));
    let number = ask(&paid);
    let asked = seen(&format!("--transaction {paid} --pin log.pin"));
    assert_eq!(asked["requests"][0]["case"], "C-7");
    assert_eq!(asked["requests"][0]["opened"], false);

    // One member alone opens nothing.
    let answer = |person: &str, case: &str, out: &str| {
        let how = format!("--role-key {person}.role --case {case} --yes --out {out}");
        court.run(person, &format!("audit partial {number} {how} {access}"))
    };
    let first = answer("alice", "C-7", "alice.answer");
    assert_eq!(first.status, 0, "{first:?}");
    let combine = |answers: &str| format!("audit combine {number} {answers} {access}");
    let said = court.fails("alice", &combine("alice.answer"));
    assert!(said.contains("2 needed"), "{said}");
    let said = court.fails("alice", &combine("alice.answer alice.answer"));
    assert!(said.contains("alice"), "{said}");
    // Nothing is logged for another case, nor where the answer cannot be written.
    assert_ne!(answer("bob", "C-8", "bob.answer").status, 0);
    assert_ne!(answer("bob", "C-7", "alice.answer").status, 0);
    let answers = |record: &Value| record["answers"].as_array().unwrap().len();
    assert_eq!(answers(&seen("")["requests"][0]), 1);

    let second = answer("bob", "C-7", "bob.answer");
    assert_eq!(second.status, 0, "{second:?}");
    let record = seen("--case C-7 --pin log.pin")["requests"][0].clone();
    assert_eq!((answers(&record), &record["opened"]), (2, &json!(true)));
    assert_eq!(
        record["answers"].as_array().unwrap()[1]["hash"],
        second.json["hash"]
    );
    // The answer was lost: what was logged is written again.
    fs::remove_file(desk.path("bob.answer")).unwrap();
    let again = answer("bob", "C-7", "bob.answer");
    assert_eq!(again.json["hash"], second.json["hash"], "{again:?}");

    let opened = court.ok("alice", &combine("alice.answer bob.answer"));
    let movements = opened["movements"].as_array().unwrap();
    assert_eq!(
        movements.len(),
        1,
        "what was asked, and nothing else: {opened}"
    );
    assert_eq!(movements[0]["amount"], "123.45");
    assert_eq!(movements[0]["transaction"], paid.as_str());
    assert_eq!(movements[0]["from"]["address"], payer.as_str());
    assert_eq!(movements[0]["to"]["address"], payee.as_str());
    assert_eq!(opened["escrows"], json!([]));
    // Answers are sealed to who asked.
    let said = court.fails("carol", &combine("alice.answer bob.answer"));
    assert!(said.contains("alice"), "{said}");

    // Answers to one request open no other.
    let other = ask(&pay("1.00"));
    let line = format!("audit combine {other} alice.answer bob.answer {access}");
    assert!(court.fails("alice", &line).contains("alice"));
    let about = seen(&format!("--transaction {paid}"));
    assert_eq!(about["requests"].as_array().unwrap().len(), 1);
    // Another history than the one that was seen is noticed.
    let pin = fs::read_to_string(desk.path("log.pin")).unwrap();
    let forged = pin.replace("entries = 4", "entries = 3");
    assert_ne!(forged, pin);
    fs::write(desk.path("log.pin"), forged).unwrap();
    let lied = run(&desk, &format!("audit log --pin log.pin {access}"));
    assert_eq!(lied.status, 1, "{lied:?}");
}
