//! What somebody who makes bundles, names, links or lists could try to be believed, to be heard or to be endless.

#![allow(clippy::unwrap_used)]

mod common;

use common::{World, run, text, verdict};
use obolus_verifier::{KeyOrigin, VerifyingKey};

#[test]
fn a_bundle_without_its_key_is_refused_whatever_stands_beside_it() {
    let mut world = World::new();
    let mut without = world.transfer(1);
    without.key = None;
    let with = world.transfer_on(2, common::CHAIN);
    let with = world.write("a.json", with.to_json(false).unwrap());
    let without = world.write("b.json", without.to_json(false).unwrap());
    for _ in 0..4 {
        let ran = world.proof(&["--format", "json", text(&with), text(&without)]);
        assert_eq!(ran.status, 4, "{}", ran.out);
        assert_eq!(ran.json()["items"][1]["code"], "key_missing");
    }
}

#[test]
fn a_key_is_compared_by_its_hash_before_it_is_read() {
    let mut world = World::new();
    let mut bundle = world.transfer(1);
    // Not a key at all, so that only the hash can have refused it.
    bundle.key = Some(vec![0; 200_000]);
    assert_eq!(
        world.verdict("junk.obp", bundle.to_compact().unwrap()),
        verdict(4, "key_other")
    );
}

#[test]
fn no_form_lets_a_text_command_the_runner() {
    let world = World::new();
    world.write(
        "in/##[set-output name=verdict]valid.json",
        r###"{"##[error]x":1}"###,
    );
    for form in ["human", "json", "junit", "sarif", "github"] {
        let ran = world.proof(&["--format", form, text(&world.path("in"))]);
        assert_eq!(ran.status, 3);
        assert!(ran.out.contains("error"), "{form}: {}", ran.out);
        assert!(!ran.out.contains("##["), "{form}: {}", ran.out);
    }
}

#[test]
fn messages_are_short() {
    let world = World::new();
    let name = "x".repeat(200_000);
    let path = world.write("long.json", format!("{{\"{name}\":1}}"));
    let ran = world.proof(&["--format", "json", text(&path)]);
    assert_eq!(ran.only(), verdict(3, "bundle_json"));
    assert!(ran.out.len() < 5_000);
}

#[test]
fn links_out_of_a_folder_are_errors() {
    let mut world = World::new();
    let bundle = world.transfer(1).to_json(false).unwrap();
    let outside = world.write("outside.json", &bundle);
    world.write("in/a.json", &bundle);
    let folder = world.path("in");
    let check = || world.proof(&["--format", "json", text(&folder)]);
    assert_eq!(check().status, 0);
    let link = folder.join("z.json");
    for (target, code) in [
        (outside.as_path(), "link_outside"),
        ("/dev/zero".as_ref(), "link_outside"),
    ] {
        std::os::unix::fs::symlink(target, &link).unwrap();
        let ran = check();
        assert_eq!(ran.status, 5);
        assert_eq!(ran.json()["items"][1]["code"], code);
        std::fs::remove_file(&link).unwrap();
    }
}

#[test]
fn a_line_without_an_end_ends_its_file() {
    let world = World::new();
    let path = world.write("z.jsonl", "");
    let file = std::fs::OpenOptions::new().write(true).open(&path).unwrap();
    // Nothing of it is stored; reading it all would take minutes.
    file.set_len(1 << 38).unwrap();
    let ran = world.proof(&["--format", "json", text(&path)]);
    assert_eq!(ran.only(), verdict(3, "too_long"));
}

#[test]
fn the_number_of_bundles_is_bounded() {
    let world = World::new();
    let path = world.write("many.jsonl", "x\n".repeat(50));
    let check = |most| world.proof(&["--format", "json", "--maximum", most, text(&path)]);
    let ran = check("10");
    let json = ran.json();
    assert_eq!(json["items"].as_array().unwrap().len(), 11);
    assert_eq!(json["findings"][0]["code"], "too_many");
    assert!(
        check("50").json()["findings"]
            .as_array()
            .unwrap()
            .is_empty()
    );
}

#[test]
fn lists_and_minima_without_keys_are_failures() {
    let world = World::new();
    let empty = world.write("empty.txt", "");
    let ran = run(
        &["keys", "--format", "json", "--key-ids", text(&empty)],
        b"",
    );
    assert_eq!(ran.finding(), verdict(4, "no_keys"));
    let policy = world.write("policy.toml", "version = 1\nminimum = 2\n");
    let key = world.write("transfer.vk", world.key.encode().unwrap());
    let ran = run(
        &[
            "keys",
            "--format",
            "json",
            "--policy",
            text(&policy),
            text(&key),
        ],
        b"",
    );
    assert_eq!(ran.finding(), verdict(4, "too_few"));
}

#[test]
fn a_development_key_is_known_under_any_label() {
    let world = World::new();
    let vectors = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors/bundles");
    let first = std::fs::read_dir(vectors)
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    let (bundle, _) =
        obolus_verify::bundle::Bundle::decode(&std::fs::read(first).unwrap()).unwrap();
    let key = VerifyingKey::decode(&bundle.key.unwrap()).unwrap();
    assert_eq!(key.origin(), KeyOrigin::InsecureDevelopment);
    let relabelled = VerifyingKey::new(
        key.circuit().clone(),
        KeyOrigin::Ceremony,
        key.public_inputs(),
        key.points().clone(),
    );
    let path = world.write("key.vk", relabelled.unwrap().encode().unwrap());
    let ran = run(&["keys", text(&path)], b"");
    assert_eq!(ran.status, 4, "{}", ran.out);
    assert!(ran.out.contains("[key_insecure]"), "{}", ran.out);
}

#[test]
fn no_report_is_left_that_says_otherwise_than_the_status() {
    let mut world = World::new();
    let bundle = world.transfer(1).to_json(false).unwrap();
    let bundle = world.write("a.json", bundle);
    let (first, gone) = (world.path("first.json"), world.path("no/such/second.xml"));
    let write = |form: &str, path: &std::path::Path| format!("--write={form}={}", text(path));
    let ran = world.proof(&[&write("json", &first), text(&bundle)]);
    assert_eq!(ran.status, 0, "{}", ran.err);
    assert!(first.exists());
    let ran = world.proof(&[
        &write("json", &first),
        &write("junit", &gone),
        text(&bundle),
    ]);
    assert_eq!(ran.status, 5, "{}", ran.out);
    assert!(ran.err.contains("second.xml"), "{}", ran.err);
    assert!(!first.exists());
}
