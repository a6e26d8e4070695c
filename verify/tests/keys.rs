//! `obolus-verify keys` and `obolus-verify snarkjs`.

#![allow(clippy::unwrap_used)]

mod common;

use std::path::{Path, PathBuf};

use common::{World, run, text, verdict};
use obolus_verifier::snarkjs::{inputs_to_json, key_to_json, proof_to_json};
use obolus_verifier::trapdoor::Trapdoor;
use obolus_verifier::{CircuitName, KeyOrigin};

const NAMES: [&str; 8] = [
    "transfer", "issue", "redeem", "register", "ratio", "balance", "supply", "velocity",
];

fn golden() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../circuits/r1cs/golden")
}

#[test]
fn the_circuits_are_rebuilt_and_compared() {
    let ran = run(
        &["keys", "--format", "json", "--golden", text(&golden())],
        b"",
    );
    let json = ran.json();
    assert_eq!(ran.status, 0, "{json}");
    let items = json["items"].as_array().unwrap();
    let names: Vec<&str> = items
        .iter()
        .map(|i| i["circuit"].as_str().unwrap())
        .collect();
    assert_eq!(names, NAMES);
    for (item, name) in items.iter().zip(names) {
        let file = std::fs::read_to_string(golden().join(format!("{name}.txt"))).unwrap();
        let digest = item["facts"]["r1cs_digest"].as_str().unwrap();
        assert!(file.contains(&format!("r1cs digest {digest}\n")));
    }
    let built_in = run(&["keys"], b"");
    assert_eq!(built_in.status, 0);
    assert!(
        built_in.out.contains("ok: 8 of 8 valid"),
        "{}",
        built_in.out
    );
}

#[test]
fn another_golden_file_is_another_circuit() {
    let world = World::new();
    for name in NAMES {
        let text = std::fs::read_to_string(golden().join(format!("{name}.txt"))).unwrap();
        let text = match name {
            "issue" => text.replace("r1cs digest 7", "r1cs digest 8"),
            _ => text,
        };
        world.write(&format!("golden/{name}.txt"), text);
    }
    let ran = run(&["keys", "--golden", text(&world.path("golden"))], b"");
    assert_eq!(ran.status, 1);
    assert!(ran.out.contains("[circuit_differs]"), "{}", ran.out);
}

#[test]
fn keys_are_compared_with_a_list() {
    let world = World::new();
    let key = world.write("transfer.vk", world.key.encode().unwrap());
    let list = world.write("ids.txt", format!("transfer {}\n", world.pin()));
    let check = |key: &Path, list: &Path| run(&["keys", "--key-ids", text(list), text(key)], b"");
    let ran = check(&key, &list);
    assert_eq!(ran.status, 0, "{}", ran.out);
    assert!(ran.out.contains(&world.pin()));
    let development = World::with_origin(KeyOrigin::InsecureDevelopment);
    let other = world.write("other.vk", development.key.encode().unwrap());
    let ran = check(&other, &list);
    assert_eq!(ran.status, 4);
    assert!(ran.out.contains("[key_insecure]"), "{}", ran.out);
    let other_list = world.write("other.txt", format!("transfer {}\n", development.pin()));
    let ran = check(&key, &other_list);
    assert_eq!(ran.status, 4);
    assert!(ran.out.contains("[key_not_listed]"), "{}", ran.out);
    let broken = world.write("broken.txt", "transfer\n");
    assert_eq!(check(&key, &broken).status, 3);
    assert_eq!(check(&key, &world.path("none.txt")).status, 5);
}

/// The three files of a proof of somebody else's circuit.
fn files(world: &World, seed: u64) -> [PathBuf; 3] {
    let mut trapdoor = Trapdoor::new(3, seed);
    let key = trapdoor.key_of(CircuitName::new("circom").unwrap(), KeyOrigin::Imported);
    let inputs = trapdoor.inputs();
    let proof = trapdoor.prove(&inputs);
    [
        world.write("vkey.json", key_to_json(&key).unwrap()),
        world.write("proof.json", proof_to_json(&proof).unwrap()),
        world.write("public.json", inputs_to_json(&inputs).unwrap()),
    ]
}

#[test]
fn the_files_of_snarkjs_are_verified() {
    let world = World::new();
    let [vkey, proof, public] = files(&world, 1);
    let check = |vkey: &Path, proof: &Path, public: &Path, more: &[&str]| {
        let files = [
            "snarkjs",
            "--format",
            "json",
            text(vkey),
            text(proof),
            text(public),
        ];
        run(&[&files[..], more].concat(), b"")
    };
    let ran = check(&vkey, &proof, &public, &[]);
    assert_eq!(ran.only(), verdict(0, "valid"));
    let id = ran.json()["items"][0]["key_id"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(
        check(&vkey, &proof, &public, &["--key-id", &id]).only(),
        verdict(0, "valid")
    );
    let pin = world.pin();
    let other = check(&vkey, &proof, &public, &["--key-id", &pin]);
    assert_eq!(other.only(), verdict(4, "key_not_allowed"));
    // A circuit's name is a part of the key's id.
    let named = check(
        &vkey,
        &proof,
        &public,
        &["--circuit", "mine", "--key-id", &id],
    );
    assert_eq!(named.only(), verdict(4, "key_not_allowed"));

    let fewer = world.write("fewer.json", "[\"1\",\"2\"]");
    assert_eq!(
        check(&vkey, &proof, &fewer, &[]).only(),
        verdict(1, "input_count")
    );
    let swapped = world.write("one.json", "[\"1\",\"2\",\"3\"]");
    assert_eq!(
        check(&vkey, &proof, &swapped, &[]).only(),
        verdict(1, "proof_refused")
    );
    assert_eq!(
        check(&vkey, &public, &public, &[]).only(),
        verdict(3, "proof_malformed")
    );
    assert_eq!(
        check(&vkey, &proof, &proof, &[]).only(),
        verdict(3, "public_malformed")
    );
    assert_eq!(
        check(&proof, &proof, &public, &[]).only(),
        verdict(3, "key_malformed")
    );
    assert_eq!(
        check(&vkey, &world.path("none"), &public, &[]).only(),
        verdict(5, "unreadable")
    );
}
