//! An auditor of two of three: it takes over, is asked, answers and opens.

use std::fs;

use obolus_abi::accesslog::{AccessLogInit, AccessMembers};
use obolus_abi::{ContractId, RoleKey, RoleSet};
use obolus_runtime_api::hex;
use obolus_wallet::Passphrase;
use obolus_wallet::roles::{RoleKeyError, RoleSigner};
use serde_json::{Value, json};

use crate::common::committee::{Committee, PEOPLE, ok, run};
use crate::common::desk::{Desk, PASSPHRASE, Ran};

/// An auditor's committee in office, with its log; a payer and a payee.
pub struct Court<'a> {
    pub desk: &'a Desk,
    pub committee: Committee<'a>,
    pub payer: String,
    pub payee: String,
    /// The log's contract.
    pub log: String,
    /// Which token, which log.
    pub access: String,
}

impl<'a> Court<'a> {
    pub fn new(desk: &'a Desk) -> Self {
        let payer = desk.wallet("payer")["address"].as_str().unwrap().to_owned();
        let payee = desk.wallet("payee")["address"].as_str().unwrap().to_owned();
        desk.issue(&payer, "900.00");
        let roles = PEOPLE.map(|person| role_key(desk, person));
        let committee = Committee::new(desk, "court", "audit", &roles);
        take_over(desk, &committee);
        let log = deploy_log(desk, &roles);
        let access = format!("--token {} --access-log {log}", desk.token().display());
        Self {
            desk,
            committee,
            payer,
            payee,
            log,
            access,
        }
    }

    pub fn pay(&self, amount: &str) -> String {
        let line = format!(
            "wallet send --wallet payer --to {} --amount {amount}",
            self.payee
        );
        let paid = ok(self.desk, &line);
        paid["transaction"].as_str().unwrap().to_owned()
    }

    /// Alice asks; what the command tells.
    pub fn asked(&self, what: &str) -> Value {
        let case = "--case C-7 --purpose 'court order 7' --role-key alice.role";
        ok(
            self.desk,
            &format!("audit request {case} {what} {}", self.access),
        )
    }

    pub fn ask(&self, transaction: &str) -> u64 {
        let asked = self.asked(&format!("--transaction {transaction}"));
        asked["request"].as_u64().unwrap()
    }

    /// A member answers, with some more words.
    pub fn answer(&self, person: &str, number: u64, out: &str, more: &str) -> Ran {
        let how = format!("--role-key {person}.role --case C-7 --yes --out {out} {more}");
        let line = format!("audit partial {number} {how} {}", self.access);
        self.committee.run(person, &line)
    }

    pub fn combine(&self, number: u64, answers: &str) -> String {
        format!("audit combine {number} {answers} {}", self.access)
    }

    /// The log as anybody sees it.
    pub fn seen(&self, filter: &str) -> Value {
        ok(self.desk, &format!("audit log {filter} {}", self.access))
    }
}

/// A member's role key.
pub fn signer(desk: &Desk, person: &str) -> RoleSigner {
    let passphrase = || Ok::<_, RoleKeyError>(Passphrase::new(PASSPHRASE.into())?);
    RoleSigner::open(&desk.path(&format!("{person}.role")), passphrase).unwrap()
}

/// Makes a member's role key: its public side.
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
    ok(desk, &format!("roles approve key.json {token} {keys}"));
    assert_eq!(ok(desk, "roles submit key.json")["stage"], "committed");
    let trust = "wallet trust-auditor --wallet payer --group court-bob/group.toml";
    let trusted = ok(desk, trust);
    assert_eq!(trusted["current"], true);
    // What a member reads out.
    let shown = court.ok("alice", "committee show");
    assert_eq!(trusted["fingerprint"], shown["fingerprint"]);
    // A committee's key is in no file.
    for path in ["court-bob", "court-bob/group.toml"] {
        let queue = "issuer redeem-queue --token node/dev/token.toml --auditor-key";
        let ran = run(desk, &format!("{queue} {path}"));
        assert_eq!(ran.status, 1, "{ran:?}");
        assert!(ran.said.contains("obolus audit request"), "{ran:?}");
    }
}

#[test]
fn an_auditor_of_two_of_three_opens_with_two_answers_that_are_on_the_ledger() {
    let desk = Desk::new();
    let whole = Court::new(&desk);
    let (court, access) = (&whole.committee, &whole.access);
    let paid = whole.pay("123.45");

    // Asked on the ledger, for everybody to see.
    let seen = |filter: &str| whole.seen(filter);
    let number = whole.ask(&paid);
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
    assert_eq!(movements[0]["from"]["address"], whole.payer.as_str());
    assert_eq!(movements[0]["to"]["address"], whole.payee.as_str());
    assert_eq!(opened["escrows"], json!([]));
    // Answers are sealed to who asked.
    let said = court.fails("carol", &combine("alice.answer bob.answer"));
    assert!(said.contains("alice"), "{said}");

    // Answers to one request open no other.
    let other = whole.ask(&whole.pay("1.00"));
    let line = format!("audit combine {other} alice.answer bob.answer {access}");
    assert!(court.fails("alice", &line).contains("alice"));
    let about = seen(&format!("--transaction {paid}"));
    assert_eq!(about["requests"].as_array().unwrap().len(), 1);
    // Another history than the one that was seen is noticed: by whoever keeps a pin, and by members without being told to.
    let pin = fs::read_to_string(desk.path("log.pin")).unwrap();
    let forged = pin.replace("entries = 4", "entries = 3");
    assert_ne!(forged, pin);
    fs::write(desk.path("log.pin"), forged).unwrap();
    let lied = run(&desk, &format!("audit log --pin log.pin {access}"));
    assert_eq!(lied.status, 1, "{lied:?}");
}
