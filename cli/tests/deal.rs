//! What parties of deals do, with the real binary against a real node and with real proofs.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a failed expectation is a failed test"
)]

mod common;

use std::process::Stdio;
use std::time::{Duration, Instant};

use common::market::{Market, next};
use serde_json::Value;

const ALICE: [&str; 2] = ["alice-usd", "alice-eur"];
const BOB: [&str; 2] = ["bob-usd", "bob-eur"];

fn text(value: &Value, field: &str) -> String {
    value[field].as_str().unwrap().to_owned()
}

/// Kills a deposit as soon as its signed bytes are on disk, just before or while they are submitted.
fn kill_when_signed(market: &Market, wallet: &str, words: &[&str]) {
    let outbox = market.desk.path(wallet).join("outbox");
    let signed = || {
        let records = std::fs::read_dir(&outbox).unwrap();
        let mut sizes = records.filter_map(|record| Some(record.ok()?.metadata().ok()?.len()));
        // What is reserved is far below, what is signed far above.
        sizes.any(|size| size > 1_000)
    };
    assert!(!signed());
    let mut child = market
        .command(&ALICE, words)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let deadline = Instant::now() + Duration::from_secs(300);
    while !signed() {
        assert!(Instant::now() < deadline, "nothing was signed");
        if let Some(status) = child.try_wait().unwrap() {
            // Only if this process did not run from the signature to the block.
            assert!(status.success(), "it ended unsigned");
            return;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn currencies_change_hands_at_a_rate_or_go_back() {
    let market = Market::new();
    let (alice, bob) = (market.member("alice"), market.member("bob"));
    market.issue("usd", &alice, "1000.00");
    market.issue("eur", &bob, "500.00");
    let pvp = market.contract("pvp");
    let pvp = ["open", "pvp", "--contract", &pvp, "--with", &bob];
    let terms = ["--rate", "92/100", "--expires", "1h", "--text", "spot"];
    let pay = |amount| [&pvp[..], &terms[..], &["--pay", amount]].concat();
    // Amounts and wallets that do not fit are refused before anything happens.
    market.fails(&ALICE, &pay("100.00 EUR"), 2, "order of payment");
    market.fails(&ALICE, &pay("0"), 2, "--pay");
    market.fails(&["alice-usd", "bob-eur"], &pay("1.00"), 2, "another seed");
    market.fails(&["alice-usd", "alice-usd"], &pay("1.00"), 2, "same token");
    let opened = market.ok(&ALICE, &pay("100.01 USD"));
    assert_eq!(opened["legs"][0]["amount"], "100.01");
    assert_eq!(opened["legs"][0]["ours"], true);
    // 92.0092, rounded down.
    assert_eq!(opened["legs"][1]["amount"], "92.00");
    assert_eq!(opened["legs"][1]["unit"], "EUR");
    let deal = text(&opened, "deal");
    let shown = market.ok(&BOB, &["show", &deal]);
    assert_eq!(
        (&shown["party"], text(&shown, "text")),
        (&1.into(), "spot".into())
    );
    assert_eq!(text(&shown, "counterparty"), alice);
    assert_eq!(shown["rate"], serde_json::json!([92, 100]));
    assert_eq!(next(&shown), ["deposit"]);

    // A stranger sees nothing, and the wrong wallet can do nothing.
    market.init("cyd-usd");
    let deposit = ["deposit", &deal];
    for words in [&["show", &deal], &deposit] {
        market.fails(&["cyd-usd"], words, 1, "is a party of deal");
    }
    market.fails(&["bob-usd"], &deposit, 1, "wallet of that token");
    let other_leg = ["deposit", &deal, "--leg", "1"];
    market.fails(&ALICE, &other_leg, 1, "other party's");
    market.fails(&BOB, &["settle", &deal], 1, "not in a state");

    // Killed when it is signed, a deposit is made once.
    kill_when_signed(&market, "alice-usd", &deposit);
    let resumed = market
        .desk
        .ok(&["wallet", "resume", "--wallet", "alice-usd"]);
    let first = market.ok(&ALICE, &deposit);
    assert_eq!(first["deposits"][0]["stage"], "committed");
    for paid in resumed["payments"].as_array().unwrap() {
        assert_eq!(paid["transaction"], first["deposits"][0]["transaction"]);
    }
    assert_eq!(market.ok(&ALICE, &deposit), first, "it only says so");
    let history = market
        .desk
        .ok(&["wallet", "history", "--wallet", "alice-usd"]);
    assert_eq!(history["payments"].as_array().unwrap().len(), 1);
    assert_eq!(history["payments"][0]["kind"], "deposit");
    // Another directory of the same seed knows from the blocks that the leg is funded.
    market.restore("alice", "usd", "again-usd");
    market.fails(&["again-usd"], &deposit, 1, "not in a state");
    assert_eq!(market.desk.available("alice-usd"), "899.99");
    assert_eq!(market.desk.available("again-usd"), "899.99");

    market.ok(&BOB, &deposit);
    assert_eq!(next(&market.ok(&ALICE, &["show", &deal]))[0], "settle");
    market.fails(&ALICE, &["settle", &deal, "--wallet", "x"], 1, "no wallet");
    market.fails(&ALICE, &["refund", &deal], 1, "deal_bound");
    assert_eq!(market.ok(&BOB, &["settle", &deal])["stage"], "committed");
    assert_eq!(market.ok(&ALICE, &["settle", &deal])["stage"], "already");
    market.fails(&ALICE, &["refund", &deal], 1, "not in a state");
    market.fails(&ALICE, &["release", &deal], 1, "settle");
    let held = |wallet| market.desk.available(wallet);
    assert_eq!([held("alice-eur"), held("bob-usd")], ["92.00", "100.01"]);
    assert_eq!([held("alice-usd"), held("bob-eur")], ["899.99", "408.00"]);
    called_off(&market, &bob);
    let listed = market.ok(&ALICE, &["list"]);
    assert_eq!(listed["deals"].as_array().unwrap().len(), 2);
    assert_eq!(listed["refused"], 0);
}

/// A deal whose first party takes its leg back before the second one has locked.
fn called_off(market: &Market, bob: &str) {
    let (dvp, usd) = (market.contract("dvp"), market.desk.available("alice-usd"));
    let open = ["open", "dvp", "--contract", &dvp, "--with", bob];
    let terms = ["--pay", "50.00", "--receive", "40.00", "--expires", "1h"];
    let opened = market.ok(&ALICE, &[&open[..], &terms].concat());
    let deal = text(&opened, "deal");
    market.ok(&ALICE, &["deposit", &deal]);
    let refund = ["refund", &deal, "--leg", "0"];
    market.fails(&BOB, &refund, 1, "not_deal_party");
    assert_eq!(market.ok(&ALICE, &refund)["stage"], "committed");
    assert_eq!(market.ok(&BOB, &refund)["stage"], "already");
    assert_eq!(market.desk.available("alice-usd"), usd);
    // What the ledger refuses frees its notes.
    let late = market.fails(&BOB, &["deposit", &deal], 1, "deal_cancelled");
    assert_eq!(late.json["deposits"][0]["code"], "deal_cancelled");
    assert_eq!(market.desk.available("bob-eur"), "408.00");
}

/// Opens a payment from Alice's dollars to Bob, and locks it.
fn locked(market: &Market, kind: &str, bob: &str, terms: &[&str]) -> String {
    let contract = market.contract(kind);
    let open = ["open", kind, "--contract", &contract, "--with", bob];
    let opened = market.ok(&ALICE[..1], &[&open[..], terms].concat());
    let deal = text(&opened, "deal");
    let made = market.ok(&ALICE[..1], &["deposit", &deal]);
    for deposit in made["deposits"].as_array().unwrap() {
        assert_eq!(deposit["stage"], "committed");
    }
    deal
}

/// Makes a role holder's key; returns its public key.
fn role_key(market: &Market, file: &str) -> String {
    let made = market
        .desk
        .ok(&["roles", "new", "--out", file, "--scrypt", "4"]);
    text(&made, "public_key")
}

#[test]
fn payments_wait_for_conditions_and_times() {
    let market = Market::new();
    let (alice, bob) = (market.member("alice"), market.member("bob"));
    market.issue("usd", &alice, "100.00");
    on_an_attestation(&market, &bob);
    on_approvals(&market, &bob);
    on_dates(&market, &bob);
}

fn on_an_attestation(market: &Market, bob: &str) {
    let payee = &BOB[..1];
    let oracle = role_key(market, "oracle.key");
    let condition = ["--oracle", &oracle, "--statement", "the goods are there"];
    let terms = [&condition[..], &["--pay", "10.00", "--expires", "1h"]].concat();
    let deal = locked(market, "conditional", bob, &terms);
    let release = ["release", &deal];
    market.fails(payee, &release, 1, "condition_open");
    let sign = [
        "statement",
        "sign",
        "--key",
        "oracle.key",
        "--outcome",
        "true",
    ];
    let sign = [&sign[..], &["--statement", "the goods are there"]].concat();
    let signed = market.ok(&[], &sign);
    assert_eq!(text(&signed, "oracle"), oracle);
    let (contract, signature) = (market.contract("conditional"), text(&signed, "signature"));
    let attest = ["attest", &deal, "--contract", &contract];
    let attest = [&attest[..], &["--signature", &signature, "--outcome"]].concat();
    let attest = |outcome| [&attest[..], &[outcome]].concat();
    market.fails(&[], &attest("false"), 1, "bad_attestation");
    assert_eq!(market.ok(&[], &attest("true"))["stage"], "committed");
    assert_eq!(market.ok(&[], &attest("true"))["stage"], "already");
    let shown = market.ok(payee, &["show", &deal]);
    assert_eq!(shown["condition"]["verdict"], "fulfilled");
    market.fails(&ALICE[..1], &["refund", &deal], 1, "condition_open");
    assert_eq!(market.ok(payee, &release)["stage"], "committed");
    assert_eq!(market.ok(payee, &release)["stage"], "already");
    assert_eq!(market.desk.available("bob-usd"), "10.00");
    assert_eq!(market.desk.available("alice-usd"), "90.00");
}

fn on_approvals(market: &Market, bob: &str) {
    let payee = &BOB[..1];
    let keys = ["one.key", "two.key", "three.key"].map(|file| role_key(market, file));
    let [one, two, _] = &keys;
    let approvers = format!("{one},{two}");
    let terms = ["--approvers", &approvers, "--threshold", "2"];
    let terms = [&terms[..], &["--pay", "5.00", "--expires", "1h"]].concat();
    let deal = locked(market, "conditional", bob, &terms);
    let contract = market.contract("conditional");
    let approve = ["approve", &deal, "--contract", &contract, "--role-key"];
    let approve = |file| [&approve[..], &[file]].concat();
    market.fails(&[], &approve("three.key"), 1, "no approver");
    market.ok(&[], &approve("one.key"));
    assert_eq!(market.ok(&[], &approve("one.key"))["stage"], "already");
    market.fails(payee, &["release", &deal], 1, "condition_open");
    let shown = market.ok(payee, &["show", &deal]);
    assert_eq!(shown["condition"]["approvals"], 1);
    assert_eq!(next(&shown), ["approve", "decline"]);
    // Bob does not want it any more.
    let decline = ["decline", &deal];
    market.fails(&ALICE[..1], &decline, 1, "other party's");
    assert_eq!(market.ok(payee, &decline)["stage"], "committed");
    assert_eq!(market.ok(payee, &decline)["stage"], "already");
    market.fails(&[], &approve("two.key"), 1, "condition_decided");
    market.ok(&ALICE[..1], &["refund", &deal]);
    assert_eq!(market.desk.available("alice-usd"), "90.00");
}

fn on_dates(market: &Market, bob: &str) {
    let (payer, payee) = (&ALICE[..1], &BOB[..1]);
    let terms = ["--due", "1h=2.00", "--due", "1s=1.00"];
    let deal = locked(market, "standing", bob, &terms);
    assert_eq!(market.desk.available("alice-usd"), "87.00");
    let shown = market.ok(payer, &["show", &deal]);
    assert_eq!(shown["legs"][0]["amount"], "1.00", "in the order of times");
    let cancel = ["cancel", &deal];
    market.fails(payee, &cancel, 1, "other party's");
    // The block that cancels comes after the first payment's time, however fast everything was.
    std::thread::sleep(std::time::Duration::from_secs(2));
    assert_eq!(market.ok(payer, &cancel)["stage"], "committed");
    assert_eq!(market.ok(payer, &cancel)["stage"], "already");
    let leg = |verb, leg| [verb, deal.as_str(), "--leg", leg];
    market.fails(payer, &leg("refund", "0"), 1, "deal_bound");
    market.fails(payee, &leg("release", "1"), 1, "deal_cancelled");
    market.fails(payee, &leg("release", "7"), 1, "no leg 7");
    assert_eq!(market.ok(payee, &leg("release", "0"))["stage"], "committed");
    assert_eq!(market.ok(payee, &leg("refund", "1"))["stage"], "committed");
    assert_eq!(market.leg(payer, &deal, 1), "refunded");
    assert_eq!(market.desk.available("bob-usd"), "11.00");
    assert_eq!(market.desk.available("alice-usd"), "89.00");
}

/// Changes the last byte of an offer, which is in the payer's own memo.
fn tamper(market: &Market, from: &str, to: &str) {
    let file = std::fs::read(market.desk.path(from)).unwrap();
    let mut offer: Value = serde_json::from_slice(&file).unwrap();
    let mut bytes = hex::decode(text(&offer, "offer")).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    offer["offer"] = hex::encode(bytes).into();
    std::fs::write(market.desk.path(to), offer.to_string()).unwrap();
}

#[test]
fn payments_of_several_wallets_are_made_together() {
    let market = Market::new();
    let (alice, bob) = (market.member("alice"), market.member("bob"));
    market.issue("usd", &alice, "100.00");
    market.issue("eur", &bob, "100.00");
    let offer = |wallet, to, amount, file| {
        let words = ["offer", "--to", to, "--amount", amount, "--out", file];
        market.ok(&[wallet], &words)
    };
    offer("alice-usd", &bob, "30.00", "a.offer");
    offer("bob-eur", &alice, "25.00 EUR", "b.offer");
    let dvp = market.contract("dvp");
    let swap = |first, out| {
        let words = ["join", "--swap", &dvp, first, "b.offer", "--out", out];
        market.ok(&BOB, &words)
    };
    // Whoever puts the transaction together cannot change what was offered.
    tamper(&market, "a.offer", "tampered.offer");
    swap("tampered.offer", "tampered.json");
    let pays = ["--yes", "--pays", "30.00 USD"];
    let sign_tampered = [&["sign", "tampered.json"], &pays[..]].concat();
    market.fails(&ALICE, &sign_tampered, 1, "not signed");
    let joined = swap("a.offer", "swap.json");
    assert_eq!(
        (&joined["entry"], &joined["payments"]),
        (&"swap".into(), &2.into())
    );
    market.init("cyd-usd");
    let sign = [&["sign", "swap.json"], &pays[..]].concat();
    market.fails(&ALICE, &sign[..3], 2, "--pays");
    let less = ["sign", "swap.json", "--yes", "--pays", "29.00 USD"];
    market.fails(&ALICE, &less, 1, "30.00 USD, not 29.00 USD");
    market.fails(&["cyd-usd"], &sign, 1, "not signed");
    // Nobody is asked here, and what is received must be what was agreed.
    market.fails(&ALICE, &["sign", "swap.json"], 2, "--yes");
    let receives = |amount| [&sign[..], &["--receives", amount]].concat();
    market.fails(&ALICE, &receives("26.00 EUR"), 1, "25.00 EUR");
    market.fails(&ALICE[..1], &receives("25.00 EUR"), 1, "nothing");
    assert_eq!(market.desk.available("alice-usd"), "100.00");
    let signed = market.ok(&ALICE, &receives("25.00 EUR"));
    assert_eq!(signed["missing"], serde_json::json!([1]));
    assert_eq!(text(&signed["pays"][0], "to"), bob);
    // Signed, its notes are promised, and it waits for the other one: nothing of it can be submitted.
    assert_eq!(market.desk.available("alice-usd"), "0.00");
    let resumed = market
        .desk
        .ok(&["wallet", "resume", "--wallet", "alice-usd"]);
    assert_eq!(resumed["payments"], serde_json::json!([]));
    let submit = ["submit", "swap.json"];
    market.fails(&[], &submit, 1, "payment 1 is not signed");
    let file = || std::fs::read_to_string(market.desk.path("swap.json")).unwrap();
    let once = file();
    market.ok(&ALICE, &sign);
    assert_eq!(file(), once, "signing again gives the same part");
    market.ok(&BOB, &["sign", "swap.json", "--yes", "--pays", "25.00 EUR"]);
    let done = market.ok(&[], &submit);
    assert_eq!(done["stage"], "committed");
    assert_eq!(market.ok(&[], &submit), done);
    let held = |wallet| market.desk.available(wallet);
    assert_eq!([held("alice-usd"), held("alice-eur")], ["70.00", "25.00"]);
    assert_eq!([held("bob-usd"), held("bob-eur")], ["30.00", "75.00"]);
    market.fails(&ALICE, &sign, 1, "come to its end");

    // A cycle, signed in the other order; an offer whose notes were spent meanwhile is withdrawn.
    offer("alice-usd", &bob, "5.00", "c.offer");
    offer("bob-eur", &alice, "7.00", "d.offer");
    std::fs::write(market.desk.path("owed"), "who owes whom").unwrap();
    let netting = market.contract("netting");
    let join = |offers: [&str; 2], out| {
        let words = ["join", "--net", &netting, "--obligations", "owed"];
        let words = [&words[..], &offers, &["--out", out]].concat();
        market.ok(&ALICE, &words)
    };
    join(["c.offer", "d.offer"], "net.json");
    let sign = |pays| ["sign", "net.json", "--yes", "--pays", pays];
    market.ok(&BOB, &sign("7.00 EUR"));
    market.ok(&ALICE, &sign("5.00 USD"));
    assert_eq!(
        market.ok(&[], &["submit", "net.json"])["stage"],
        "committed"
    );
    assert_eq!([held("alice-usd"), held("alice-eur")], ["65.00", "32.00"]);
    assert_eq!([held("bob-usd"), held("bob-eur")], ["35.00", "68.00"]);
    join(["c.offer", "d.offer"], "again.json");
    let again = ["sign", "again.json", "--yes", "--pays", "5.00 USD"];
    market.fails(&ALICE, &again, 1, "offer it anew");
}
