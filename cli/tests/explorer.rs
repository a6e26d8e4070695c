//! The explorer in a real browser: every page of a chain on which everything has happened.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a failed expectation is a failed test"
)]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use common::browser::{Browser, installed};
use common::node::{Node, get};
use common::{Demo, payments_file};

const AMOUNTS: [&str; 2] = ["7312.45", "951.08"];
const REFERENCE: &str = "consignment Quillfeather 7741";

/// A node on which the whole demo has run.
fn lived(data: &Path) -> Node {
    let node = Node::start(data);
    let payments = payments_file(&[
        &format!(
            "5a1b3c1e-0000-4000-8000-000000000001,Halcyon Trust,Meridian Bank,{},USD,{REFERENCE}",
            AMOUNTS[0]
        ),
        &format!(
            "5a1b3c1e-0000-4000-8000-000000000002,Meridian Bank,Halcyon Trust,{},USD,{REFERENCE}",
            AMOUNTS[1]
        ),
    ]);
    let report = Demo::new()
        .arg("--url")
        .arg(&node.url)
        .arg("--dev-keys")
        .arg(data.join("dev"))
        .payments(payments.path())
        .json();
    assert_eq!(report["accepted"], 2, "{report}");
    node
}

/// One transaction of each kind, by entry.
fn one_of_each(node: &Node) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let updates = node.json("/v1/updates?from=1&limit=1000");
    for block in updates.as_array().unwrap() {
        for tx in block["txs"].as_array().unwrap() {
            let field = |name: &str| tx[name].as_str().unwrap().to_owned();
            found
                .entry(field("entry"))
                .or_insert_with(|| field("digest"));
        }
    }
    for entry in [
        "upload",
        "instantiate",
        "freeze_code",
        "register",
        "issue",
        "transfer",
        "redeem",
    ] {
        assert!(found.contains_key(entry), "no {entry} in {found:?}");
    }
    found
}

/// What holds of every page.
fn check(browser: &Browser, url: &str) {
    browser.open(url);
    assert_eq!(browser.console(), Vec::<serde_json::Value>::new(), "{url}");
    let title = browser.text("document.title");
    assert!(title.ends_with("· obolus-dev · Obolus"), "{url}: {title}");
    assert_eq!(browser.text("document.documentElement.lang"), "en");
    for (what, expected) in [
        ("h1", 1),
        ("main", 1),
        ("header", 1),
        ("footer", 1),
        ("script", 0),
    ] {
        let count = browser.run(&format!(
            "return document.querySelectorAll('{what}').length"
        ));
        assert_eq!(count, expected, "{what} of {url}");
    }
    let banner = browser.text("document.querySelector('.insecure').innerText");
    assert!(banner.contains("INSECURE"), "{url}");
    let font = browser.text("getComputedStyle(document.querySelector('h1')).fontFamily");
    assert!(
        font.contains("system-ui"),
        "the style sheet is not in force on {url}"
    );
}

/// Pictures for people, and nothing that sticks out at a telephone's width.
fn look(browser: &Browser, name: &str) {
    let pictures = Path::new(env!("CARGO_TARGET_TMPDIR")).join("explorer");
    std::fs::create_dir_all(&pictures).unwrap();
    for (width, height) in [(375, 812), (1280, 900)] {
        browser.width(width, height);
        let wide = browser.run("return document.documentElement.scrollWidth");
        assert!(
            wide.as_u64().unwrap() <= width.into(),
            "{name} is {wide} wide at {width}"
        );
        let picture = browser.picture();
        assert!(picture.len() > 10_000, "{name} at {width}");
        std::fs::write(pictures.join(format!("{name}-{width}.png")), picture).unwrap();
    }
}

#[test]
fn every_page_in_a_browser() {
    if !installed() {
        return;
    }
    let data = tempfile::tempdir().unwrap();
    let node = lived(data.path());
    let browser = Browser::start();
    let page = |path: &str| format!("{}{path}", node.url);
    let kinds = one_of_each(&node);
    let token = node.json("/v1/tokens")[0]["token"]
        .as_str()
        .unwrap()
        .to_owned();

    let mut pages: Vec<(String, String)> = [
        ("overview", "/?live=off"),
        ("blocks", "/explorer/blocks"),
        ("block", "/explorer/blocks/3"),
        ("tokens", "/explorer/tokens"),
        ("contracts", "/explorer/contracts"),
        ("circuits", "/explorer/circuits"),
    ]
    .map(|(name, path)| (name.to_owned(), path.to_owned()))
    .to_vec();
    pages.push(("token".into(), format!("/explorer/tokens/{token}")));
    for (entry, id) in &kinds {
        pages.push((
            format!("tx-{entry}"),
            format!("/explorer/transactions/{id}"),
        ));
    }
    // First: they show the last ten minutes.
    live_charts(&browser, &page("/"));
    for (name, path) in &pages {
        check(&browser, &page(path));
        look(&browser, name);
        let source = browser.text("document.documentElement.outerHTML");
        for secret in AMOUNTS.iter().chain([&REFERENCE]) {
            assert!(!source.contains(secret), "{secret} on {path}");
        }
    }

    both_sides(
        &browser,
        &page(&format!("/explorer/transactions/{}", kinds["transfer"])),
    );
    nothing_hidden(
        &browser,
        &page(&format!("/explorer/transactions/{}", kinds["upload"])),
    );
    search(&browser, &node, &kinds["transfer"], &token);
    crawl(&browser, &node);
    assert_eq!(node.stop().code(), Some(0));
}

fn live_charts(browser: &Browser, url: &str) {
    check(browser, url);
    assert_eq!(
        browser.text("document.querySelector('meta[http-equiv=refresh]').content"),
        "5"
    );
    let drawn = browser.run(
        "return [...document.querySelectorAll('.chart svg')].map(svg => svg.getBoundingClientRect().width > 100 && svg.querySelectorAll('polyline, circle, polygon').length > 0)",
    );
    assert_eq!(drawn, serde_json::json!([true, true, true]));
    // The style sheet's colours have replaced the stand-ins.
    let stroke =
        browser.text("getComputedStyle(document.querySelector('svg [stroke=\"#000001\"]')).stroke");
    assert_eq!(stroke, "rgb(15, 122, 82)");
}

fn both_sides(browser: &Browser, url: &str) {
    check(browser, url);
    let side =
        |name: &str| browser.text(&format!("document.querySelector('.side.{name}').innerText"));
    let public = side("public");
    for word in [
        "Nullifier 1",
        "Anchor",
        "One-time key rk",
        "16 public inputs",
        "transfer",
    ] {
        assert!(public.contains(word), "{word}: {public}");
    }
    let hidden = side("hidden");
    for word in [
        "Amount",
        "Payer",
        "Payee",
        "Payment reference",
        "Operator of this ledger",
        "Auditor",
    ] {
        assert!(hidden.contains(word), "{word}: {hidden}");
    }
    // Side by side on a desk.
    let place = |name: &str| {
        browser.run(&format!(
            "return document.querySelector('.side.{name}').getBoundingClientRect().top"
        ))
    };
    browser.width(1280, 900);
    assert_eq!(place("public"), place("hidden"));
    // The proof's inputs are there for whoever opens them.
    let names = browser
        .run("return [...document.querySelectorAll('details dt')].map(dt => dt.textContent)");
    assert_eq!(names.as_array().unwrap().len(), 16);
    assert_eq!(names[0], "anchor");
    assert_eq!(names[15], "context");
}

fn nothing_hidden(browser: &Browser, url: &str) {
    check(browser, url);
    let hidden = browser.text("document.querySelector('.side.hidden').innerText");
    assert!(hidden.contains("Nothing."), "{hidden}");
}

fn search(browser: &Browser, node: &Node, transaction: &str, token: &str) {
    let find = |what: &str| {
        browser.open(&format!("{}/explorer/circuits", node.url));
        let what = serde_json::to_string(what).unwrap();
        browser.leave(&format!(
            "document.querySelector('#q').value = {what}; document.querySelector('form').submit()"
        ));
        (
            browser.text("document.location.pathname"),
            browser.text("document.querySelector('h1').innerText"),
        )
    };
    assert_eq!(find("4"), ("/explorer/blocks/4".into(), "Block 4".into()));
    assert_eq!(
        find(transaction).0,
        format!("/explorer/transactions/{transaction}")
    );
    assert_eq!(
        find(&transaction.to_uppercase()).0,
        format!("/explorer/transactions/{transaction}")
    );
    assert_eq!(find(token).0, format!("/explorer/tokens/{token}"));
    browser.console();
    for nonsense in [
        "<script>document.title='taken'</script>",
        "99999999999999999999",
        "' or 1=1",
        "",
    ] {
        let (_, heading) = find(nonsense);
        assert_eq!(heading, "Not found", "{nonsense}");
        assert_ne!(browser.text("document.title"), "taken");
    }
}

/// Every link of every page leads somewhere.
fn crawl(browser: &Browser, node: &Node) {
    let mut open = vec![format!("{}/", node.url)];
    let mut seen = BTreeSet::new();
    while let Some(url) = open.pop() {
        if !seen.insert(url.clone()) || seen.len() > 60 {
            continue;
        }
        let (status, _) = get(&url);
        assert_eq!(status, 200, "{url}");
        if !url.ends_with(".json") {
            browser.open(&url);
            let links = browser.run("return [...document.links].map(a => a.href.split('#')[0])");
            for link in links.as_array().unwrap() {
                let link = link.as_str().unwrap();
                assert!(link.starts_with(&node.url), "{url} leads away to {link}");
                open.push(link.to_owned());
            }
        }
    }
    assert!(seen.len() > 20, "{seen:?}");
}

#[test]
fn wrong_addresses_get_a_page_that_says_so() {
    let data = tempfile::tempdir().unwrap();
    let node = Node::start(data.path());
    let none = "0".repeat(64);
    for (path, expected) in [
        ("/explorer/none".to_owned(), 404),
        ("/explorer/blocks/0".into(), 404),
        ("/explorer/blocks/999999".into(), 404),
        ("/explorer/blocks/01".into(), 400),
        ("/explorer/blocks/-1".into(), 400),
        ("/explorer/blocks?before=x".into(), 400),
        ("/explorer/blocks?unknown=1".into(), 400),
        (format!("/explorer/transactions/{none}"), 404),
        ("/explorer/transactions/%3Cscript%3E".into(), 400),
        (format!("/explorer/tokens/{none}"), 404),
        ("/explorer/search?q=nothing".into(), 404),
        ("/?live=maybe".into(), 400),
    ] {
        let (status, body) = node.get(&path);
        let body = String::from_utf8(body).unwrap();
        assert_eq!(status, expected, "{path}: {body}");
        assert!(body.starts_with("<!doctype html>"), "{path}: {body}");
        assert!(!body.contains("<script"), "{path}");
    }
}

#[test]
fn pages_carry_a_strict_policy() {
    let data = tempfile::tempdir().unwrap();
    let node = Node::start(data.path());
    for path in [
        "/",
        "/explorer/blocks",
        "/explorer/none",
        "/explorer/style.css",
    ] {
        let answer = common::node::agent()
            .get(format!("{}{path}", node.url))
            .call()
            .unwrap();
        let header = |name: &str| answer.headers()[name].to_str().unwrap();
        assert!(
            header("content-security-policy").starts_with("default-src 'none'"),
            "{path}"
        );
        assert!(
            !header("content-security-policy").contains("unsafe"),
            "{path}"
        );
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert_eq!(header("x-frame-options"), "DENY");
        assert_eq!(header("referrer-policy"), "no-referrer");
    }
}
