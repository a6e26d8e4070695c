//! `obolus-verify proof`: every way in, every exit status.

#![allow(clippy::unwrap_used)]

mod common;

use common::{CHAIN, TOKEN, World, run, text, verdict};
use obolus_abi::ChainId;
use obolus_verifier::KeyOrigin;
use obolus_verifier::snarkjs::key_to_json;
use obolus_verifier::trapdoor::Trapdoor;
use obolus_verify::bundle::MadeAt;

#[test]
fn files_folders_lines_and_standard_input_are_read() {
    let mut world = World::new();
    let bundles: Vec<_> = (0..6).map(|n| world.transfer(n)).collect();
    world.write("in/a.json", bundles[0].to_json(false).unwrap());
    world.write("in/deep/er/b.obp", bundles[1].to_compact().unwrap());
    let lines = [2, 3].map(|n| bundles[n].to_json(true).unwrap()).join("\n");
    world.write("in/c.jsonl", &lines);
    world.write("in/notes.txt", "not a bundle");
    let single = world.write("single", bundles[4].to_compact().unwrap());

    let folder = world.path("in");
    let ran = world.proof(&["--format", "json", text(&folder), text(&single)]);
    let json = ran.json();
    assert_eq!(
        (ran.status, &json["verdict"]),
        (0, &"valid".into()),
        "{json}"
    );
    assert_eq!(json["counts"]["valid"], 5);
    assert_eq!(json["facts"]["left_out"], "1");
    let places: Vec<String> = json["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| {
            let name = item["source"].as_str().unwrap();
            let name = name.rsplit('/').next().unwrap();
            item["line"]
                .as_u64()
                .map_or(name.to_owned(), |line| format!("{name}:{line}"))
        })
        .collect();
    assert_eq!(
        places,
        ["a.json", "c.jsonl:1", "c.jsonl:2", "b.obp", "single"]
    );
    let item = &json["items"][0];
    assert_eq!(item["circuit"], "transfer");
    assert_eq!(item["key_id"], world.pin());
    assert_eq!(item["chain"], CHAIN.to_string());
    assert_eq!(item["token"], TOKEN.to_string());
    assert_eq!(item["bundle"], bundles[0].id().unwrap().to_string());

    let pin = world.pin();
    let arguments = ["proof", "--key-id", &pin, "-"];
    for (stdin, count) in [
        (bundles[5].to_compact().unwrap(), "1 of 1"),
        (bundles[5].to_json(false).unwrap().into_bytes(), "1 of 1"),
        (lines.into_bytes(), "2 of 2"),
    ] {
        let ran = run(&arguments, &stdin);
        assert_eq!(ran.status, 0, "{}{}", ran.out, ran.err);
        assert!(
            ran.out.contains(&format!("ok: {count} valid")),
            "{}",
            ran.out
        );
    }
}

#[test]
fn a_bad_one_among_many_is_named() {
    let mut world = World::new();
    for n in 0..20 {
        let mut bundle = world.transfer(n);
        if n == 13 {
            let others = world.transfer(50).inputs;
            bundle.proof = *world.trapdoor.prove(&others).unchecked();
        }
        world.write(&format!("in/{n:02}.json"), bundle.to_json(false).unwrap());
    }
    let folder = world.path("in");
    for jobs in ["1", "2"] {
        let ran = world.proof(&["--jobs", jobs, text(&folder)]);
        assert_eq!(ran.status, 1);
        let bad: Vec<&str> = ran
            .out
            .lines()
            .filter(|l| l.starts_with("invalid"))
            .collect();
        assert_eq!(bad.len(), 1, "{}", ran.out);
        assert!(bad[0].contains("/13.json: ") && bad[0].ends_with("[proof_refused]"));
        assert!(ran.out.contains("FAILED: 19 of 20 valid"));
    }
}

#[test]
fn the_command_line_must_make_sense() {
    let world = World::new();
    let usage = |arguments: &[&str]| {
        let ran = run(arguments, b"");
        assert!(ran.out.is_empty(), "{}", ran.out);
        (ran.status, ran.err)
    };
    let pin = world.pin();
    assert_eq!(usage(&[]).0, 2);
    assert_eq!(usage(&["nonsense"]).0, 2);
    assert_eq!(usage(&["proof", "--key-id", "obolvk1", "a"]).0, 2);
    assert_eq!(
        usage(&["proof", "--key-id", &pin, "--format", "yaml", "a"]).0,
        2
    );
    assert_eq!(usage(&["proof", "--key-id", &pin, "--jobs", "0", "a"]).0, 2);
    assert_eq!(
        usage(&["proof", "--key-id", &pin, "--write", "junit", "a"]).0,
        2
    );
    assert_eq!(
        usage(&["proof", "--key-id", &pin, "--chain", "C1", "a"]).0,
        2
    );
    assert_eq!(usage(&["snarkjs", "a", "b", "c", "--circuit", "A"]).0, 2);
    let (status, said) = usage(&["proof", "a.json"]);
    assert_eq!(status, 2);
    assert!(said.contains("--key-id"), "{said}");
    let (status, said) = usage(&["proof", "--key-id", &pin]);
    assert_eq!(status, 2);
    assert!(said.contains("at least one bundle"), "{said}");
}

#[test]
fn nothing_found_is_a_failure() {
    let world = World::new();
    let folder = world.write("in/readme.md", "x");
    let folder = folder.parent().unwrap();
    let ran = world.proof(&["--format", "json", text(folder)]);
    assert_eq!(ran.finding(), verdict(4, "no_proofs"));
    let pin = world.pin();
    let ran = run(&["proof", "--key-id", &pin, "--format", "json", "-"], b"");
    assert_eq!(ran.finding(), verdict(4, "no_proofs"));
}

#[test]
fn what_cannot_be_read_is_an_error_of_its_own() {
    let mut world = World::new();
    let good = world.transfer(1).to_json(true).unwrap();
    world.write("good.json", good);
    let (good, missing) = (world.path("good.json"), world.path("missing.json"));
    let ran = world.proof(&["--format", "json", text(&good), text(&missing)]);
    assert_eq!(ran.status, 5);
    assert_eq!(ran.json()["items"][1]["code"], "unreadable");
    let policy = world.path("none.toml");
    let ran = world.proof(&["--format", "json", "--policy", text(&policy), text(&good)]);
    assert_eq!(ran.finding(), verdict(5, "unreadable"));
    let unwritable = format!("json={}", world.path("no/such/folder").display());
    let ran = world.proof(&["--write", &unwritable, text(&good)]);
    assert_eq!(ran.status, 5);
    assert!(ran.err.contains("no/such/folder"));
}

#[test]
fn keys_come_from_bundles_or_files_and_are_pinned() {
    let mut world = World::new();
    let mut bundle = world.transfer(1);
    let embedded = bundle.to_json(true).unwrap();
    bundle.key = None;
    let bare = world.write("bare.json", bundle.to_json(true).unwrap());
    let bare = text(&bare);
    assert_eq!(
        world.verdict("embedded.json", embedded),
        verdict(0, "valid")
    );
    assert_eq!(
        world.proof(&["--format", "json", bare]).only(),
        verdict(4, "key_missing")
    );
    let key = world.write("transfer.vk", world.key.encode().unwrap());
    let with_key = ["--format", "json", "--key", text(&key), bare];
    assert_eq!(world.proof(&with_key).only(), verdict(0, "valid"));
    // Another pin, and another key under our pin.
    let other = Trapdoor::new(16, 2);
    let other = other.key_of(bundle.circuit.clone(), KeyOrigin::Ceremony);
    let pin = other.to_string();
    let ran = run(&["proof", "--key-id", &pin, "--format", "json", bare], b"");
    assert_eq!(ran.only(), verdict(4, "key_not_allowed"));
    let wrong = world.write("wrong.vk", other.encode().unwrap());
    let ran = world.proof(&["--format", "json", "--key", text(&wrong), bare]);
    assert_eq!(ran.only(), verdict(4, "key_missing"));
    let broken = world.write("broken.vk", b"\x01");
    let ran = world.proof(&["--format", "json", "--key", text(&broken), bare]);
    assert_eq!(ran.finding(), verdict(3, "key_malformed"));
}

#[test]
fn a_key_of_snarkjs_serves_bundles_of_its_circuit() {
    let mut trapdoor = Trapdoor::new(3, 5);
    let circuit = obolus_verifier::CircuitName::new("age_check").unwrap();
    let key = trapdoor.key_of(circuit.clone(), KeyOrigin::Imported);
    let inputs = trapdoor.inputs();
    let bundle = obolus_verify::bundle::Bundle {
        circuit,
        key_id: key.id(),
        key: None,
        statement: None,
        made_at: None,
        proof: *trapdoor.prove(&inputs).unchecked(),
        inputs,
        labels: None,
    };
    let world = World::new();
    let file = world.write("b.json", bundle.to_json(true).unwrap());
    let vkey = world.write("vkey.json", key_to_json(&key).unwrap());
    let named = format!("age_check={}", vkey.display());
    let pin = key.to_string();
    let arguments = [
        "proof",
        "--key-id",
        &pin,
        "--format",
        "json",
        "--key",
        &named,
        text(&file),
    ];
    assert_eq!(run(&arguments, b"").only(), verdict(0, "valid"));
}

#[test]
fn development_keys_need_permission() {
    let mut world = World::with_origin(KeyOrigin::InsecureDevelopment);
    let file = world.transfer(1).to_json(true).unwrap();
    let file = world.write("a.json", file);
    let file = text(&file);
    assert_eq!(
        world.proof(&["--format", "json", file]).only(),
        verdict(4, "key_insecure")
    );
    let allowed = ["--format", "json", "--allow-insecure", file];
    assert_eq!(world.proof(&allowed).only(), verdict(0, "valid"));
}

#[test]
fn a_policy_decides() {
    let mut world = World::new();
    let bundle = world.transfer(1);
    let file = world.write("a.json", bundle.to_json(true).unwrap());
    let mut unbound = bundle.clone();
    unbound.statement = None;
    let unbound = world.write("unbound.json", unbound.to_json(true).unwrap());
    let mut old = bundle.clone();
    old.made_at = Some(MadeAt(common::now() - 3_600_000));
    let old = world.write("old.json", old.to_json(true).unwrap());
    let pin = world.pin();
    let check = |policy: &str, file: &std::path::Path| {
        let text_of = format!("version = 1\nkey_ids = [\"{pin}\"]\n{policy}");
        let path = world.write("policy.toml", text_of);
        // The policy alone pins the key.
        run(
            &[
                "proof",
                "--policy",
                text(&path),
                "--format",
                "json",
                text(file),
            ],
            b"",
        )
    };
    let chain = format!("chain = \"{CHAIN}\"\ntokens = [\"{TOKEN}\"]\ncircuits = [\"transfer\"]");
    assert_eq!(check(&chain, &file).only(), verdict(0, "valid"));
    assert_eq!(
        check(&chain, &unbound).only(),
        verdict(4, "statement_missing")
    );
    let other = format!("chain = \"{}\"", ChainId([1; 32]));
    assert_eq!(check(&other, &file).only(), verdict(4, "other_chain"));
    let other = format!("tokens = [\"{}\"]", ChainId([1; 32]));
    assert_eq!(check(&other, &file).only(), verdict(4, "other_token"));
    let circuits = "circuits = [\"issue\"]";
    assert_eq!(
        check(circuits, &file).only(),
        verdict(4, "circuit_not_allowed")
    );
    assert_eq!(
        check("maximum_age_seconds = 600", &file).only(),
        verdict(0, "valid")
    );
    assert_eq!(
        check("maximum_age_seconds = 600", &old).only(),
        verdict(4, "too_old")
    );
    assert_eq!(check("minimum = 1", &file).status, 0);
    assert_eq!(check("minimum = 2", &file).finding(), verdict(4, "too_few"));
    assert_eq!(
        check("minimum = \"2\"", &file).finding(),
        verdict(3, "policy_malformed")
    );
    assert_eq!(
        check("minimun = 2", &file).finding(),
        verdict(3, "policy_malformed")
    );
}

#[test]
fn chain_and_token_can_be_demanded_without_a_policy() {
    let mut world = World::new();
    let file = world.transfer(1).to_json(true).unwrap();
    let file = world.write("a.json", file);
    let check = |option, id: &str| {
        world
            .proof(&["--format", "json", option, id, text(&file)])
            .only()
    };
    let other = ChainId([1; 32]).to_string();
    assert_eq!(check("--chain", &CHAIN.to_string()), verdict(0, "valid"));
    assert_eq!(check("--chain", &other), verdict(4, "other_chain"));
    assert_eq!(check("--token", &TOKEN.to_string()), verdict(0, "valid"));
    assert_eq!(check("--token", &other), verdict(4, "other_token"));
}

#[test]
fn the_worst_decides_the_exit_status() {
    let mut world = World::new();
    let good = world.transfer(1);
    let mut invalid = good.clone();
    invalid.inputs[0] = invalid.inputs[1];
    invalid.labels = None;
    invalid.statement = None;
    let mut refused = good.clone();
    refused.key_id = obolus_abi::KeyId([0; 32]);
    let one = world.write("1.json", invalid.to_json(true).unwrap());
    let three = world.write("3.json", "{}");
    let four = world.write("4.json", refused.to_json(true).unwrap());
    let zero = world.write("0.json", good.to_json(true).unwrap());
    let (zero, one, three, four) = (text(&zero), text(&one), text(&three), text(&four));
    assert_eq!(world.proof(&[zero]).status, 0);
    assert_eq!(world.proof(&[zero, one]).status, 1);
    assert_eq!(world.proof(&[zero, three, one]).status, 3);
    assert_eq!(world.proof(&[four, zero, three, one]).status, 4);
    assert_eq!(world.proof(&[four, "/nowhere", zero, three, one]).status, 5);
}
