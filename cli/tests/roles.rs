//! Holders of a role on machines of their own: what others drafted is signed by those who saw it, and no other.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a failed expectation is a failed test"
)]

mod common;

use std::os::unix::fs::PermissionsExt;

use serde_json::Value;

use common::desk::{Desk, Ran};

/// A desk with its token's file, and who signs second.
struct Holders {
    desk: Desk,
    token: String,
}

impl Holders {
    fn new() -> Self {
        let desk = Desk::new();
        let token = desk.token().to_str().unwrap().to_owned();
        Self { desk, token }
    }

    fn key(&self, name: &str) -> String {
        self.desk.dev(name).to_str().unwrap().to_owned()
    }

    /// The token's id, or its registry's.
    fn id(&self, name: &str) -> String {
        let file = std::fs::read_to_string(&self.token).unwrap();
        let start = format!("{name} = \"");
        let line = file.lines().find_map(|line| line.strip_prefix(&start));
        line.unwrap().trim_end_matches('"').to_owned()
    }

    fn approve(&self, draft: &str, key: &str, words: &[&str]) -> Ran {
        let key = self.key(key);
        let common = ["roles", "approve", draft, "--key", &key];
        self.desk.run(&[&common[..], words].concat())
    }

    /// Refused, and the draft is as it was.
    #[track_caller]
    fn refuses(&self, draft: &str, key: &str, words: &[&str], why: &str) {
        let before = std::fs::read(self.desk.path(draft)).unwrap();
        let ran = self.approve(draft, key, words);
        assert_eq!(ran.status, 1, "{ran:?}");
        assert!(ran.said.contains(why), "{why}: {ran:?}");
        assert_eq!(std::fs::read(self.desk.path(draft)).unwrap(), before);
    }

    /// Signed, with these words shown.
    #[track_caller]
    fn signs(&self, draft: &str, key: &str, words: &[&str], told: &[&str]) -> Value {
        let ran = self.approve(draft, key, words);
        assert_eq!(ran.status, 0, "{ran:?}");
        for one in told {
            assert!(ran.said.contains(one), "{one}: {}", ran.said);
        }
        ran.json
    }

    /// A call that nobody has signed.
    fn drafts(&self, contract: &str, entry: &str, message: &str, draft: &str) {
        let call = ["contract", "call", contract, entry, message, "--draft"];
        self.desk.ok(&[&call[..], &[draft]].concat());
    }
}

fn address(made: &Value) -> String {
    made["address"].as_str().unwrap().to_owned()
}

#[test]
fn roles_sign_on_machines_of_their_own_and_freeze() {
    let holders = Holders::new();
    let (desk, token) = (&holders.desk, &*holders.token);
    let alice = address(&desk.wallet("alice"));
    let bob = address(&desk.wallet("bob"));
    let first = holders.key("issuer-1.key");
    let issue = ["issuer", "issue", "--token", token, "--to", &alice];
    let amount = ["--amount", "5.00", "--text", "deposit 9", "--key", &first];
    let issue = [&issue[..], &amount].concat();
    let drafted = desk.ok(&[&issue[..], &["--draft", "issue.json"]].concat());
    assert_eq!(
        (&drafted["stage"], &drafted["signatures"]),
        (&"drafted".into(), &1.into())
    );
    assert_eq!(drafted["opening"], "issue.json.opening");
    for file in ["issue.json", "issue.json.opening"] {
        let mode = std::fs::metadata(desk.path(file)).unwrap().permissions();
        assert_eq!(mode.mode() & 0o777, 0o600, "{file}");
    }
    // The opening of another draft is not written over, and an opening goes with a draft.
    let again = desk.run(&[&issue[..], &["--draft", "issue.json"]].concat());
    assert_eq!(again.status, 1, "{again:?}");
    let alone = desk.run(&[&issue[..], &["--opening", "x.opening"]].concat());
    assert_eq!(alone.status, 2, "{alone:?}");
    // A key that is not there leaves no opening behind.
    let no_key = ["--draft", "none.json", "--key", "none.key"];
    let no_key = desk.run(&[&issue[..], &no_key].concat());
    assert_eq!(no_key.status, 1, "{no_key:?}");
    assert!(!desk.path("none.json.opening").exists());

    // One signature of two is not enough.
    let early = desk.run(&["roles", "submit", "issue.json"]);
    assert_eq!(early.status, 1, "{early:?}");
    an_issue_is_signed_by_those_who_saw_it(&holders, &alice, &bob);
    assert_eq!(
        desk.ok(&["roles", "submit", "issue.json"])["stage"],
        "committed"
    );
    assert_eq!(desk.available("alice"), "5.00");

    desk.role("registrar", &["registrar", "freeze", "--address", &bob]);
    let pay = ["wallet", "send", "--wallet", "alice", "--to", &bob];
    let pay = [&pay[..], &["--amount", "1.00"]].concat();
    let frozen = desk.run(&pay);
    assert_eq!(frozen.status, 1, "{frozen:?}");
    desk.role("registrar", &["registrar", "unfreeze", "--address", &bob]);
    desk.ok(&pay);
    assert_eq!(desk.available("bob"), "1.00");
    // Two keys of another role are no registrar.
    let wrong = desk.try_role("issuer", &["registrar", "freeze", "--address", &bob]);
    assert_eq!(wrong.status, 1, "{wrong:?}");
    let made = desk.ok(&["roles", "new", "--out", "my.key"]);
    assert_eq!(made["public_key"].as_str().unwrap().len(), 64);
}

/// `issue.json` issues 5.00 to alice.
fn an_issue_is_signed_by_those_who_saw_it(holders: &Holders, alice: &str, bob: &str) {
    let (desk, token) = (&holders.desk, &*holders.token);
    let second = "issuer-2.key";
    let of_token = ["--token", token];
    let hidden = "give --opening";
    holders.refuses("issue.json", second, &[], hidden);
    holders.refuses("issue.json", second, &of_token, hidden);
    // Seen, and of whose token?
    let opened = ["--opening", "issue.json.opening"];
    holders.refuses("issue.json", second, &opened, "give --token");

    let honest = std::fs::read(desk.path("issue.json.opening")).unwrap();
    let honest: Value = serde_json::from_slice(&honest).unwrap();
    for (field, value, why) in [
        ("amount", 99_999_900.into(), "first commitment"),
        ("to", bob.into(), "first commitment"),
        ("text", "fine".into(), "first commitment"),
        ("transaction", "ab".repeat(32).into(), "written with it"),
        ("from", bob.into(), "cannot be read"),
    ] {
        let mut lying = honest.clone();
        lying[field] = value;
        std::fs::write(desk.path("lie.opening"), lying.to_string()).unwrap();
        let lie = ["--opening", "lie.opening", "--token", token];
        holders.refuses("issue.json", second, &lie, why);
    }
    let amount = "issues 5.00 USD";
    let payee = format!("for    {alice}");
    let told = [amount, &payee, "text   deposit 9", "as issue number 0"];
    let words = [&opened[..], &of_token].concat();
    let seen = holders.signs("issue.json", second, &words, &told);
    assert_eq!(seen["signatures"], 2);
    let mode = std::fs::metadata(desk.path("issue.json")).unwrap();
    assert_eq!(mode.permissions().mode() & 0o777, 0o600);
    // Nothing is left beside the draft but what belongs there.
    let names = std::fs::read_dir(desk.path("")).unwrap();
    let names = names.map(|entry| entry.unwrap().file_name());
    let drafts = names.filter(|name| name.to_string_lossy().starts_with("issue.json"));
    assert_eq!(drafts.count(), 2);
}

#[test]
fn what_says_in_clear_what_it_does_is_shown_and_what_nobody_knows_is_not_signed() {
    let holders = Holders::new();
    let (desk, token) = (&holders.desk, &*holders.token);
    let (id, registry) = (holders.id("token"), holders.id("registry"));
    let operator = "operator-1.key";
    let successor = "ab".repeat(32);
    holders.drafts(&id, "set_successor", &successor, "successor.json");
    holders.refuses("successor.json", operator, &[], "give --token");
    // Looking signs nothing, and needs no token.
    let shown = desk.run(&["roles", "approve", "successor.json"]);
    assert_eq!((shown.status, &shown.json["signatures"]), (0, &0.into()));
    let told = format!("lets all notes of this token move to the token {successor}");
    assert!(shown.said.contains(&told), "{shown:?}");
    let seen = holders.signs("successor.json", operator, &["--token", token], &[&told]);
    assert_eq!(seen["signatures"], 1);

    // The same of a token, or of a registry, that the file does not name.
    let elsewhere = ["--token", token];
    let other = "another chain, token or registry";
    let none = "cd".repeat(32);
    holders.drafts(&none, "set_successor", &successor, "other.json");
    holders.refuses("other.json", operator, &elsewhere, other);
    holders.drafts(&id, "freeze", "11000000", "other.json");
    let registrar = "registrar-1.key";
    holders.refuses("other.json", registrar, &elsewhere, other);
    holders.drafts(&registry, "freeze", "11000000", "freeze.json");
    holders.refuses("freeze.json", registrar, &[], "give --token");
    holders.refuses("freeze.json", registrar, &elsewhere, "nobody has slot 17");
    let unseen = ["--token", token, "--unseen"];
    holders.signs("freeze.json", registrar, &unseen, &["freezes slot 17"]);
    let freeze = ["registrar", "freeze", "--token", token, "--slot", "17"];
    let nobody = desk.run(&[&freeze[..], &["--draft", "nobody.json"]].concat());
    assert_eq!(nobody.status, 1, "{nobody:?}");
    assert!(nobody.said.contains("nobody has slot 17"), "{nobody:?}");
    assert!(!desk.path("nobody.json").exists());
    let alice = address(&desk.wallet("alice"));
    desk.ok(&[
        &freeze[..4],
        &["--address", &alice, "--draft", "freeze.json"],
    ]
    .concat());
    let away = ["--token", token, "--node", "http://127.0.0.1:9"];
    let away = holders.approve("freeze.json", registrar, &away);
    assert_eq!(away.status, 3, "{away:?}");
    // What needs no node is told; without one it is signed on request only, and still nothing that cannot be shown.
    assert!(away.said.contains("freezes slot 0"), "{away:?}");
    let offline = [
        "--token",
        token,
        "--node",
        "http://127.0.0.1:9",
        "--offline",
    ];
    let told = [
        "freezes slot 0",
        "not shown, for no node was asked: whose slot it is",
    ];
    let seen = holders.signs("freeze.json", registrar, &offline, &told);
    assert_eq!(seen["signatures"], 1);
    holders.drafts(&registry, "freeze", "110000", "short.json");
    holders.refuses("short.json", registrar, &offline, "give --unseen");
    desk.ok(&[
        &freeze[..4],
        &["--address", &alice, "--draft", "freeze.json"],
    ]
    .concat());
    let told = ["freezes slot", "is not frozen now", &*alice];
    let seen = holders.signs("freeze.json", registrar, &elsewhere, &told);
    assert_eq!(seen["signatures"], 1);
    let opening = ["--token", token, "--opening", "freeze.json"];
    holders.refuses("freeze.json", registrar, &opening, "leave --opening out");

    // An entry that nobody knows, and arguments that are none of an entry's.
    for (entry, message) in [("set_wings", "00"), ("set_paused", "0100")] {
        holders.drafts(&id, entry, message, "unknown.json");
        let words = ["--token", token];
        holders.refuses("unknown.json", operator, &words, "give --unseen");
        let bytes: Vec<u8> = hex::decode(message).unwrap();
        let hash = blake3::hash(&bytes).to_string();
        let unseen = ["--token", token, "--unseen"];
        let signed = holders.signs("unknown.json", operator, &unseen, &[&hash]);
        assert_eq!(signed["signatures"], 1);
    }
}

/// Mallory asks for the slot of bob, which is frozen.
#[test]
fn who_signs_for_a_slot_sees_whose_it_is() {
    let holders = Holders::new();
    let (desk, token) = (&holders.desk, &*holders.token);
    let bob = address(&desk.wallet("bob"));
    let freeze = ["registrar", "freeze", "--address", &bob];
    let frozen = desk.try_role("registrar", &freeze);
    assert_eq!(frozen.status, 0, "{frozen:?}");
    assert!(frozen.said.contains(&bob), "{frozen:?}");
    let init = ["wallet", "init", "--wallet", "mallory", "--token", token];
    let mallory = address(&desk.ok(&[&init[..], &["--scrypt", "4"]].concat()));
    let apply = ["wallet", "apply", "--wallet", "mallory", "--recovers", "0"];
    desk.ok(&[&apply[..], &["--out", "lost.json"]].concat());
    let one = holders.key("registrar-1.key");
    let add = ["registrar", "add", "lost.json", "--token", token, "--key"];
    let drafted = desk.run(&[&add[..], &[&one, "--draft", "both.json"]].concat());
    assert_eq!(drafted.status, 0, "{drafted:?}");
    let whose = format!("slot 0 is frozen now and belongs to {bob}");
    let told = ["LOST key of frozen slot 0", &*whose, &*mallory];
    for one in told {
        assert!(drafted.said.contains(one), "{one}: {drafted:?}");
    }
    let of_token = ["--token", token];
    let seen = holders.signs("both.json", "registrar-2.key", &of_token, &told);
    assert_eq!(seen["signatures"], 2);
    // Two who sign at once both have signed.
    let freeze = ["registrar", "unfreeze", "--slot", "0", "--token", token];
    desk.ok(&[&freeze[..], &["--draft", "once.json"]].concat());
    let sign = |key| holders.signs("once.json", key, &of_token, &["unfreezes slot 0"]);
    std::thread::scope(|scope| {
        let other = scope.spawn(|| sign("registrar-1.key"));
        sign("registrar-2.key");
        other.join().unwrap();
    });
    let both = desk.ok(&["roles", "approve", "once.json", "--token", token]);
    assert_eq!(both["signatures"], 2);
    // A slot that nobody has is nobody's to lose.
    let apply = ["wallet", "apply", "--wallet", "mallory", "--recovers", "9"];
    desk.ok(&[&apply[..], &["--out", "nobody.json"]].concat());
    let refused = desk.try_role("registrar", &["registrar", "add", "nobody.json"]);
    assert_eq!(refused.status, 1, "{refused:?}");
    assert!(refused.said.contains("nobody has slot 9"), "{refused:?}");
    // Nor is anything signed that cannot be shown.
    holders.drafts(&holders.id("registry"), "recover", "00", "torn.json");
    let refused = desk.try_role("registrar", &["registrar", "add", "torn.json"]);
    assert_eq!(refused.status, 1, "{refused:?}");
    let why = "none of entry recover";
    assert!(refused.said.contains(why), "{refused:?}");
}
