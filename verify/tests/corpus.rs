//! Bundles that somebody changed: each is refused with its exit status and its reason.

#![allow(clippy::unwrap_used)]

mod common;

use ark_bn254::{Fr, G1Affine, G2Affine};
use ark_ff::Field;
use common::{CHAIN, World, run, text, verdict};
use obolus_abi::ChainId;
use obolus_protocol::tx::Height;
use obolus_verifier::trapdoor::Trapdoor;
use obolus_verifier::trapdoor::g2_outside_subgroup;
use obolus_verifier::{CircuitName, KeyOrigin, UncheckedProof};
use obolus_verify::bundle::{Bundle, Statement};

/// Of a bundle, written in both forms: the verdicts agree.
fn both(world: &World, bundle: &Bundle) -> (i32, String) {
    let json = world.verdict("x.json", bundle.to_json(false).unwrap());
    let compact = world.verdict("x.obp", bundle.to_compact().unwrap());
    assert_eq!(json, compact);
    json
}

#[test]
fn flipped_bits_and_truncations_are_malformed() {
    let mut world = World::new();
    let bundle = world.transfer(1);
    // Every byte is flipped in the unit tests; here the program is run on a sample.
    let forms = [
        bundle.to_json(false).unwrap().into_bytes(),
        bundle.to_compact().unwrap(),
    ];
    for (kind, form) in forms.iter().enumerate() {
        for n in 0..12 {
            let at = n * (form.len() - 1) / 11;
            let mut flipped = form.clone();
            flipped[at] ^= 4;
            world.write(&format!("in{kind}/flip{n:02}.json"), flipped);
            world.write(&format!("in{kind}/cut{n:02}.json"), &form[..at]);
        }
        let folder = world.path(&format!("in{kind}"));
        let ran = world.proof(&["--format", "json", text(&folder)]);
        assert_eq!(ran.status, 3);
        let json = ran.json();
        assert_eq!(json["counts"]["malformed"], 24, "{json}");
    }
}

#[test]
fn inputs_cannot_be_changed_swapped_or_repeated() {
    let mut world = World::new();
    let good = world.transfer(1);
    assert_eq!(both(&world, &good), verdict(0, "valid"));
    let change = |change: &dyn Fn(&mut Vec<Fr>)| {
        let mut bundle = good.clone();
        change(&mut bundle.inputs);
        both(&world, &bundle)
    };
    // With its statement the arguments betray it, without it the proof does.
    assert_eq!(change(&|i| i.swap(3, 4)), verdict(1, "argument_mismatch"));
    assert_eq!(change(&|i| i[4] = i[3]), verdict(1, "argument_mismatch"));
    assert_eq!(
        change(&|i| i[9] += Fr::ONE),
        verdict(1, "proof_refused"),
        "the auditor's key"
    );
    assert_eq!(change(&|i| i.swap(15, 0)), verdict(1, "context_mismatch"));
    let mut unbound = good.clone();
    unbound.statement = None;
    assert_eq!(both(&world, &unbound), verdict(0, "valid"));
    unbound.inputs.swap(3, 4);
    assert_eq!(both(&world, &unbound), verdict(1, "proof_refused"));
    for count in [15, 17, 0] {
        let mut bundle = good.clone();
        bundle.labels = None;
        bundle.inputs.resize(count, Fr::ONE);
        assert_eq!(both(&world, &bundle), verdict(1, "input_count"));
    }
}

#[test]
fn another_circuit_key_chain_or_call_is_refused() {
    let mut world = World::new();
    let good = world.transfer(1);
    let mut circuit = good.clone();
    circuit.circuit = CircuitName::REDEEM;
    circuit.labels = None;
    assert_eq!(both(&world, &circuit), verdict(4, "key_circuit"));

    let other = Trapdoor::new(16, 9).key_of(CircuitName::TRANSFER, KeyOrigin::Ceremony);
    let mut key = good.clone();
    key.key_id = other.id();
    key.key = Some(other.encode().unwrap());
    assert_eq!(both(&world, &key), verdict(4, "key_not_allowed"));
    let mut key = good.clone();
    key.key = Some(other.encode().unwrap());
    assert_eq!(both(&world, &key), verdict(4, "key_other"));
    // Both keys accepted: a proof of one is none of the other.
    let mut key = good.clone();
    key.key_id = other.id();
    key.key = Some(other.encode().unwrap());
    let file = world.write("other.json", key.to_json(true).unwrap());
    let (first, second) = (world.pin(), other.to_string());
    let pins = [
        "proof",
        "--key-id",
        &first,
        "--key-id",
        &second,
        "--format",
        "json",
        text(&file),
    ];
    assert_eq!(run(&pins, b"").only(), verdict(1, "proof_refused"));

    let call = |change: &dyn Fn(&mut Statement)| {
        let mut bundle = good.clone();
        change(bundle.statement.as_mut().unwrap());
        both(&world, &bundle)
    };
    let changed = verdict(1, "context_mismatch");
    assert_eq!(call(&|s| s.body.chain = ChainId([1; 32])), changed);
    assert_eq!(call(&|s| s.body.expiry = Height(77)), changed);
    assert_eq!(call(&|s| s.body.memos[0][7] ^= 1), changed);
    assert_eq!(call(&|s| s.token.0[0] ^= 1), verdict(1, "call_mismatch"));

    // An honest proof for another chain does not pass for ours.
    let elsewhere = world.transfer_on(1, ChainId([1; 32]));
    let file = world.write("elsewhere.json", elsewhere.to_json(true).unwrap());
    let chain = CHAIN.to_string();
    let ran = world.proof(&["--format", "json", "--chain", &chain, text(&file)]);
    assert_eq!(ran.only(), verdict(4, "other_chain"));
}

/// (r·A, B/r, C): as valid as the proof that it was made of, by anybody.
fn malleated(proof: &UncheckedProof) -> UncheckedProof {
    let r = Fr::from(7_u64);
    let a: G1Affine = (*proof.a() * r).into();
    let b: G2Affine = (*proof.b() * r.inverse().unwrap()).into();
    UncheckedProof::new(a, b, *proof.c()).unwrap()
}

#[test]
fn a_malleated_proof_has_another_name_and_does_not_count_twice() {
    let mut world = World::new();
    let good = world.transfer(1);
    let mut copy = good.clone();
    copy.proof = malleated(&good.proof);
    // Under the old name it is a changed bundle.
    let honest = good.to_compact().unwrap();
    let mut renamed = copy.to_compact().unwrap();
    let fields = renamed.len() - 32;
    renamed[fields..].copy_from_slice(&honest[fields..]);
    assert_eq!(
        world.verdict("renamed.obp", renamed),
        verdict(3, "bundle_id")
    );
    let json = copy.to_json(true).unwrap();
    let (old, new) = (
        good.id().unwrap().to_string(),
        copy.id().unwrap().to_string(),
    );
    let renamed = json.replace(&new, &old);
    assert_ne!(renamed, json);
    assert_eq!(
        world.verdict("renamed.json", renamed),
        verdict(3, "bundle_id")
    );
    // Under its own name it proves the same statement, once.
    let (one, two) = (world.path("1.json"), world.path("2.json"));
    world.write("1.json", good.to_json(true).unwrap());
    world.write("2.json", json);
    let files = [text(&one), text(&two)];
    let ran = world.proof(&["--format", "json", "--minimum", "2", files[0], files[1]]);
    assert_eq!(ran.status, 4);
    let report = ran.json();
    assert_eq!(report["items"][0]["verdict"], "valid");
    assert_eq!(report["items"][1]["code"], "repeated");
    assert_eq!(report["findings"][0]["code"], "too_few");
    let ran = world.proof(&["--allow-repeats", files[0], files[1]]);
    assert_eq!(ran.status, 0);
}

#[test]
fn other_spellings_lengths_and_depths_are_malformed() {
    let mut world = World::new();
    let good = world.transfer(1);
    let json = good.to_json(true).unwrap();
    let changed = |from: &str, to: &str| {
        let text = json.replacen(from, to, 1);
        assert_ne!(text, json);
        world.verdict("x.json", text)
    };
    let r = "21888242871839275222246405745257275088548364400416034343698204186575808495617";
    let plus = "21888242871839275222246405745257275088548364400416034343698204186575808495718";
    assert_eq!(
        changed("\"public\":[\"101\"", &format!("\"public\":[\"{r}\"")),
        verdict(3, "bundle_numbers")
    );
    assert_eq!(
        changed("\"public\":[\"101\"", &format!("\"public\":[\"{plus}\"")),
        verdict(3, "bundle_numbers")
    );
    assert_eq!(
        changed("\"public\":[\"101\"", "\"public\":[\"0101\""),
        verdict(3, "bundle_numbers")
    );
    assert_eq!(
        changed("\"public\":[\"101\"", "\"public\":[101"),
        verdict(3, "bundle_numbers")
    );
    assert_eq!(
        changed("\"public\":[\"101\"", "\"public\":[\"0x65\""),
        verdict(3, "bundle_numbers")
    );
    assert_eq!(
        changed("\"name\":\"nf1\"", "\"name\":\"nf2\""),
        verdict(3, "bundle_labels")
    );
    assert_eq!(
        changed("\"made_at\":", "\"made_at\":0"),
        verdict(3, "bundle_json")
    );
    assert_eq!(
        changed("\"circuit\":", "\"circuit\":\"transfer\",\"circuit\":"),
        verdict(3, "bundle_json")
    );
    let deep = format!("{{\"proof\":{}", "[".repeat(200_000));
    assert_eq!(world.verdict("deep.json", deep), verdict(3, "bundle_json"));
    let compact = good.to_compact().unwrap();
    let mut gigabyte = compact.clone();
    let length = 8 + 1 + "transfer".len() + 32 + 1;
    gigabyte[length..length + 4].copy_from_slice(&(1_u32 << 30).to_le_bytes());
    assert_eq!(
        world.verdict("gigabyte.obp", gigabyte),
        verdict(3, "bundle_truncated")
    );
    let mut trailing = compact;
    trailing.push(0);
    assert_eq!(world.verdict("trailing.obp", trailing).0, 3);
    // A file of a gigabyte, most of it a hole, is refused by its length.
    let path = world.write("hole.json", "{");
    let file = std::fs::OpenOptions::new().write(true).open(&path).unwrap();
    file.set_len(1 << 30).unwrap();
    let ran = world.proof(&["--format", "json", text(&path)]);
    assert_eq!(ran.only(), verdict(3, "too_long"));
}

#[test]
fn points_off_the_curve_or_outside_the_subgroup_are_malformed() {
    let mut world = World::new();
    let json = world.transfer(1).to_json(true).unwrap();
    let value: serde_json::Value = serde_json::from_str(&json).unwrap();
    let set = |change: &dyn Fn(&mut serde_json::Value)| {
        let mut value = value.clone();
        change(&mut value["proof"]);
        world.verdict("x.json", value.to_string())
    };
    assert_eq!(set(&|_| ()), verdict(0, "valid"));
    assert_eq!(
        set(&|p| p["pi_a"][0] = "1".into()),
        verdict(3, "bundle_numbers")
    );
    assert_eq!(
        set(&|p| p["pi_a"][2] = "0".into()),
        verdict(3, "bundle_numbers")
    );
    // On the curve and under its right name, so that only the verification itself can tell.
    let mut outside = world.transfer(1);
    let b = (*outside.proof.b() + g2_outside_subgroup()).into();
    outside.proof = UncheckedProof::new(*outside.proof.a(), b, *outside.proof.c()).unwrap();
    assert_eq!(
        world.verdict("x.json", outside.to_json(true).unwrap()),
        verdict(3, "bundle_proof")
    );
    assert_eq!(
        world.verdict("x.obp", outside.to_compact().unwrap()),
        verdict(3, "bundle_proof")
    );
}
