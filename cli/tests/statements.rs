//! What holders and issuers show to others, with the real binary against a real node and with real proofs: balances, payments,
//! reserves; and what a verifier refuses.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a failed expectation is a failed test"
)]

mod common;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use common::desk::{Desk, PASSPHRASE};
use obolus_abi::registry::RegistryState;
use obolus_abi::token::TokenState;
use obolus_protocol::audience::{Audience, Challenge, VerifierName};
use obolus_protocol::tx::Height;
use obolus_protocol::{Amount, FullViewingKey, SpendingKey};
use obolus_prover::Provers;
use obolus_runtime_api::BlockUpdate;
use obolus_wallet::balance::UnprovenBalance;
use obolus_wallet::client::{ClientTls, Endpoint, NodeClient};
use obolus_wallet::config::Token;
use obolus_wallet::{ChainSource, CircuitKeys, Follower, KeyFile, Passphrase, SourceError, Wallet};
use rand::rngs::OsRng;
use serde_json::Value;

const BANK: &str = "Bank of the North";
const CHALLENGE: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
const OTHER: &str = "ff0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

fn text(value: &Value, field: &str) -> String {
    value[field].as_str().unwrap().to_owned()
}

/// A desk whose verifier looks at the node, or at an export of it.
struct World {
    desk: Desk,
}

impl World {
    fn new() -> Self {
        Self { desk: Desk::new() }
    }

    /// `obolus verify` with these words, at the node; its status, code and facts.
    fn verify(&self, words: &[&str]) -> (i32, String, Value) {
        self.verify_at(words, &["--node", &self.desk.node.url])
    }

    fn verify_at(&self, words: &[&str], ledger: &[&str]) -> (i32, String, Value) {
        let mut command = self.desk.command(&["verify"]);
        command.args(words).args(ledger).arg("--token");
        command.arg(self.desk.token());
        let output = command
            .args(["--allow-insecure", "--format", "json"])
            .output()
            .unwrap();
        let report: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| {
            panic!("{words:?}: {}", String::from_utf8_lossy(&output.stderr));
        });
        let item = &report["items"][0];
        let code = item["code"].as_str().unwrap_or_default().to_owned();
        (output.status.code().unwrap(), code, item["facts"].clone())
    }

    fn refused(&self, words: &[&str]) -> (i32, String) {
        let (status, code, _) = self.verify(words);
        (status, code)
    }

    /// A claim of alice's, in a file; its height.
    fn claim(&self, at_least: &str, file: &str) -> u64 {
        let words = ["prove-balance", "--wallet", "alice", "--at-least", at_least];
        let for_bank = ["--for", BANK, "--challenge", CHALLENGE, "--out", file];
        let made = self.desk.ok(&[&words[..], &for_bank].concat());
        assert_eq!(text(&made, "at_least"), at_least);
        made["height"].as_u64().unwrap()
    }
}

fn balance<'a>(
    file: &'a str,
    (name, challenge): (&'a str, &'a str),
    at_least: &'a str,
    height: &'a str,
    holder: &'a str,
) -> Vec<&'a str> {
    vec![
        "balance",
        file,
        "--for",
        name,
        "--challenge",
        challenge,
        "--at-least",
        at_least,
        "--height",
        height,
        "--holder",
        holder,
    ]
}

#[test]
fn a_balance_is_shown_to_one_verifier() {
    let world = World::new();
    let desk = &world.desk;
    let alice = text(&desk.wallet("alice"), "address");
    let bob = text(&desk.wallet("bob"), "address");
    for amount in ["1000.00", "500.00", "0.01"] {
        desk.issue(&alice, amount);
    }
    let height = world.claim("1200.00", "claim").to_string();
    let to = (BANK, CHALLENGE);
    for holder in [alice.as_str(), "0"] {
        let words = balance("claim", to, "1200.00", &height, holder);
        let (status, code, facts) = world.verify(&words);
        assert_eq!((status, code.as_str()), (0, ""));
        assert_eq!(facts["at_least"], "1200.00 USD");
        assert_eq!(facts["holder"], alice);
        assert_eq!(facts["notes_at_most"], "8");
    }
    // The same from a file, as somebody without a node would.
    desk.command(&["node", "export", "--out", "ledger.obx"])
        .status()
        .unwrap();
    let words = balance("claim", to, "1200.00", &height, &alice);
    let (status, code, _) = world.verify_at(&words, &["--ledger", "ledger.obx"]);
    assert_eq!((status, code.as_str()), (0, ""));

    let other_request = (4, "other_request".to_owned());
    let later = (height.parse::<u64>().unwrap() + 1).to_string();
    for words in [
        balance(
            "claim",
            ("Bank of the South", CHALLENGE),
            "1",
            &height,
            &alice,
        ),
        balance("claim", (BANK, OTHER), "1", &height, &alice),
        balance("claim", to, "1", &later, &alice),
    ] {
        assert_eq!(world.refused(&words), other_request);
    }
    assert_eq!(
        world.refused(&balance("claim", to, "1", &height, &bob)),
        (4, "other_holder".to_owned())
    );
    assert_eq!(
        world.refused(&balance("claim", to, "1200.01", &height, &alice)),
        (4, "below_amount".to_owned())
    );
    // The file must not be there already, and no wallet claims what it has not.
    let again = [
        "prove-balance",
        "--wallet",
        "alice",
        "--at-least",
        "1",
        "--for",
        BANK,
    ];
    let again = [&again[..], &["--challenge", CHALLENGE, "--out", "claim"]].concat();
    assert_eq!(desk.run(&again).status, 1);
    let much = [
        "prove-balance",
        "--wallet",
        "alice",
        "--at-least",
        "1500.02",
        "--for",
        BANK,
    ];
    let much = [&much[..], &["--challenge", CHALLENGE, "--out", "much"]].concat();
    assert_eq!(desk.run(&much).status, 1);

    // What is paid afterwards changes nothing about that height.
    pay(desk, &bob);
    let words = balance("claim", to, "1200.00", &height, &alice);
    assert_eq!(world.verify(&words).0, 0);
    // A wallet that denies the payment to itself makes a claim that a verifier refuses.
    let height = deny(desk, "denied").to_string();
    let words = balance("denied", to, "1200.00", &height, &alice);
    assert_eq!(world.refused(&words), (1, "note_spent".to_owned()));
}

fn pay(desk: &Desk, to: &str) -> Value {
    let words = ["wallet", "send", "--wallet", "alice", "--to", to];
    let order = ["--amount", "900.00", "--text", "invoice 7", "--show-payer"];
    desk.ok(&[&words[..], &order].concat())
}

/// A node that leaves out what the last blocks hold.
struct Denying {
    node: NodeClient,
    from: Height,
}

impl ChainSource for Denying {
    fn tip(&self) -> Result<Height, SourceError> {
        ChainSource::tip(&self.node)
    }

    fn updates(&self, from: Height) -> Result<Vec<BlockUpdate>, SourceError> {
        let mut updates = self.node.updates(from)?;
        for update in &mut updates {
            if Height(update.height) >= self.from {
                update.txs.clear();
            }
        }
        Ok(updates)
    }

    fn registry_state(&self) -> Result<RegistryState, SourceError> {
        self.node.registry_state()
    }

    fn token_state(&self) -> Result<TokenState, SourceError> {
        self.node.token_state()
    }
}

/// A claim about notes that alice has spent; its height.
fn deny(desk: &Desk, file: &str) -> u64 {
    let entries = desk.entries("alice", "sent");
    let paid = entries[0]["height"].as_u64().unwrap();
    let token = Token::read(&desk.token()).unwrap();
    let endpoint = Endpoint {
        url: desk.node.url.clone(),
        token: None,
        tls: ClientTls::default(),
    };
    let source = Denying {
        node: NodeClient::new(&endpoint).unwrap().following(token.config),
        from: Height(paid),
    };
    let passphrase = Passphrase::new(PASSPHRASE.to_owned()).unwrap();
    let seed = KeyFile::open(&desk.path("alice").join("key.age"), &passphrase)
        .unwrap()
        .seed;
    let mut wallet = Wallet::new(token.config, FullViewingKey::from_seed(&seed));
    wallet.sync(&source).unwrap();
    let audience = Audience {
        verifier: VerifierName::new(BANK).unwrap(),
        challenge: Challenge::parse(CHALLENGE).unwrap(),
    };
    let unproven =
        UnprovenBalance::new(&wallet, audience, Amount::new(120_000), &mut OsRng).unwrap();
    let provers = Provers::development(common::keys_dir(), &()).unwrap();
    let claim = unproven
        .prove(&provers, &CircuitKeys::from(&provers))
        .unwrap();
    let signed = claim.sign(&SpendingKey::from_seed(&seed), &mut OsRng);
    let encoded = STANDARD.encode(signed.encode());
    std::fs::write(desk.path(file), format!("{encoded}\n")).unwrap();
    unproven.request().height.0
}

#[test]
fn a_payment_is_disclosed_by_either_party() {
    let world = World::new();
    let desk = &world.desk;
    let alice = text(&desk.wallet("alice"), "address");
    let bob = text(&desk.wallet("bob"), "address");
    desk.issue(&alice, "1000.00");
    let paid = text(&pay(desk, &bob), "transaction");
    let disclose = |wallet: &str, file: &str| {
        let words = [
            "wallet",
            "disclose",
            "--wallet",
            wallet,
            "--transaction",
            &paid,
        ];
        let to = ["--for", BANK, "--challenge", CHALLENGE, "--out", file];
        desk.ok(&[&words[..], &to].concat());
    };
    disclose("alice", "by-payer");
    disclose("bob", "by-payee");
    let verify = |file: &str, name: &str| {
        world.verify(&["disclosure", file, "--for", name, "--challenge", CHALLENGE])
    };
    for (file, discloser) in [("by-payer", &alice), ("by-payee", &bob)] {
        let (status, code, facts) = verify(file, BANK);
        assert_eq!((status, code.as_str()), (0, ""));
        assert_eq!(facts["amount"], "900.00 USD");
        assert_eq!(facts["payer"], alice.as_str());
        assert_eq!(facts["payee"], bob.as_str());
        assert_eq!(facts["text"], "invoice 7");
        assert_eq!(facts["discloser"], discloser.as_str());
        assert_eq!(facts["transaction"], paid.as_str());
    }
    let (status, code, _) = verify("by-payer", "Bank of the South");
    assert_eq!((status, code.as_str()), (4, "other_request"));
    std::fs::write(desk.path("cut"), "b2JkaXNjMDE=\n").unwrap();
    let (status, code, _) = verify("cut", BANK);
    assert_eq!((status, code.as_str()), (3, "disclosure_malformed"));
    // Under another exponent the same payment would be of another amount.
    let file = std::fs::read_to_string(desk.token()).unwrap();
    let file = file.replace("exponent = 2", "exponent = 4");
    std::fs::write(desk.token(), file).unwrap();
    let (status, code, _) = verify("by-payer", BANK);
    assert_eq!((status, code.as_str()), (4, "token_differs"));
}

/// An attestation of reserves as of a block, signed by two attestors.
fn attest(desk: &Desk, reserves: &str, as_of: u64) -> common::desk::Ran {
    let (auditor, as_of) = (desk.dev("auditor.key"), as_of.to_string());
    let words = [
        "issuer",
        "attest",
        "--reserves",
        reserves,
        "--as-of",
        &as_of,
    ];
    let files = ["--document", "statement.pdf", "--auditor-key"];
    let words = [&words[..], &files, &[auditor.to_str().unwrap()]].concat();
    desk.try_role("attestor", &words)
}

#[test]
fn reserves_are_attested_and_verified() {
    let world = World::new();
    let desk = &world.desk;
    let alice = text(&desk.wallet("alice"), "address");
    let (status, code, _) = world.verify(&["reserves"]);
    assert_eq!((status, code.as_str()), (4, "not_attested"));
    desk.issue(&alice, "1000.00");
    std::fs::write(desk.path("statement.pdf"), "cash at the central bank").unwrap();
    std::fs::write(desk.path("other.pdf"), "cash elsewhere").unwrap();
    let redeem = |reference: &str| {
        let words = [
            "wallet", "redeem", "--wallet", "alice", "--amount", "200.00",
        ];
        desk.ok(&[&words[..], &["--payout", reference]].concat())
    };
    let counted = redeem("account 1")["height"].as_u64().unwrap();
    // What is redeemed after the count is still among the reserves.
    redeem("account 2");

    let short = attest(desk, "799.99", counted);
    assert_eq!(short.status, 1, "{short:?}");
    let made = attest(desk, "800.00", counted);
    assert_eq!(made.status, 0, "{made:?}");
    assert_eq!(made.json["stage"], "committed");
    let hash = blake3::hash(b"cash at the central bank").to_hex();
    assert_eq!(text(&made.json, "document"), hash.as_str());

    let (status, code, facts) = world.verify(&["reserves", "--document", "statement.pdf"]);
    assert_eq!((status, code.as_str()), (0, ""));
    assert_eq!(facts["reserves"], "800.00 USD");
    assert_eq!(facts["backed_as_of"], counted.to_string());
    assert_eq!(facts["attested_in"], made.json["height"].to_string());
    assert_eq!(facts["redemptions"], "2");
    assert_eq!(facts["redemptions_cleared"], "1");
    let refused = |words: &[&str]| {
        let (status, code, _) = world.verify(&[&["reserves"], words].concat());
        (status, code)
    };
    assert_eq!(
        refused(&["--document", "other.pdf"]),
        (1, "other_document".to_owned())
    );
    assert_eq!(
        refused(&["--max-age-blocks", "0"]),
        (4, "attestation_old".to_owned())
    );
    assert_eq!(refused(&["--all-cleared"]), (4, "not_cleared".to_owned()));
    let before = made.json["height"].as_u64().unwrap() - 1;
    assert_eq!(
        refused(&["--height", &before.to_string()]),
        (4, "not_attested".to_owned())
    );

    // The explorer and the API say the same.
    let token = desk.node.json("/v1/tokens")[0].clone();
    assert_eq!(token["reserves"]["backing"]["reserves"], "80000");
    assert_eq!(token["reserves"]["backing"]["document"], hash.as_str());
    let path = format!("/explorer/tokens/{}", text(&token, "token"));
    let page = String::from_utf8(desk.node.get(&path).1).unwrap();
    let said = format!("Backed 1:1 as of block {counted}: reserves 800.00 USD");
    assert!(page.contains(&said), "{page}");
}
