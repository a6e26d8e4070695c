//! Degenerate keys. In 2026 two pools lost their deposits to a verifying key with delta = gamma: no contribution to
//! the second phase had been made. The forgery that such a key allows is made here, checked against the bare pairing
//! equation, and the key is refused.

#![allow(clippy::unwrap_used)]

mod common;

use ark_bn254::{Bn254, Fr, G1Affine, G2Affine};
use ark_ec::pairing::Pairing;
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::One;
use common::{World, run, text, verdict};
use obolus_verifier::trapdoor::{Trapdoor, g2, g2_outside_subgroup};
use obolus_verifier::{KeyOrigin, KeyPoints, UncheckedProof, VerifyingKey};
use serde_json::{Value, json};

fn g1_json(point: &G1Affine) -> Value {
    json!([point.x.to_string(), point.y.to_string(), "1"])
}

fn pair(value: &ark_bn254::Fq2) -> Value {
    json!([value.c0.to_string(), value.c1.to_string()])
}

fn g2_json(point: &G2Affine) -> Value {
    json!([pair(&point.x), pair(&point.y), ["1", "0"]])
}

/// `verification_key.json` of any points: what a toolchain without a lint would write.
fn key_json(points: &KeyPoints) -> Value {
    let pairing = Bn254::pairing(points.alpha_g1, points.beta_g2).0;
    let half = |c: &ark_bn254::Fq6| json!([pair(&c.c0), pair(&c.c1), pair(&c.c2)]);
    json!({
        "protocol": "groth16",
        "curve": "bn128",
        "nPublic": points.ic.len() - 1,
        "vk_alpha_1": g1_json(&points.alpha_g1),
        "vk_beta_2": g2_json(&points.beta_g2),
        "vk_gamma_2": g2_json(&points.gamma_g2),
        "vk_delta_2": g2_json(&points.delta_g2),
        "vk_alphabeta_12": [half(&pairing.c0), half(&pairing.c1)],
        "IC": points.ic.iter().map(g1_json).collect::<Vec<_>>(),
    })
}

struct Forged {
    a: G1Affine,
    b: G2Affine,
    c: G1Affine,
}

/// From public values only: A = α, B = β, C = −Σ xⱼ·ICⱼ.
fn forge(points: &KeyPoints, inputs: &[Fr]) -> Forged {
    let scalars = std::iter::once(Fr::one()).chain(inputs.iter().copied());
    let sum: ark_bn254::G1Projective = points.ic.iter().zip(scalars).map(|(p, x)| *p * x).sum();
    Forged {
        a: points.alpha_g1,
        b: points.beta_g2,
        c: (-sum).into_affine(),
    }
}

/// e(A, B) = e(α, β) · e(Σ xⱼ·ICⱼ, γ) · e(C, δ), term by term.
fn equation_holds(points: &KeyPoints, inputs: &[Fr], proof: &Forged) -> bool {
    let scalars = std::iter::once(Fr::one()).chain(inputs.iter().copied());
    let sum: ark_bn254::G1Projective = points.ic.iter().zip(scalars).map(|(p, x)| *p * x).sum();
    Bn254::pairing(proof.a, proof.b)
        == Bn254::pairing(points.alpha_g1, points.beta_g2)
            + Bn254::pairing(sum.into_affine(), points.gamma_g2)
            + Bn254::pairing(proof.c, points.delta_g2)
}

fn proof_json(proof: &Forged) -> Value {
    json!({
        "pi_a": g1_json(&proof.a),
        "pi_b": g2_json(&proof.b),
        "pi_c": g1_json(&proof.c),
        "protocol": "groth16",
        "curve": "bn128",
    })
}

/// `verify snarkjs` of a key, a proof and inputs.
fn snarkjs(world: &World, points: &KeyPoints, proof: &Forged, inputs: &[Fr]) -> (i32, String) {
    let vkey = world.write("vkey.json", key_json(points).to_string());
    let proof = world.write("proof.json", proof_json(proof).to_string());
    let public: Vec<String> = inputs.iter().map(Fr::to_string).collect();
    let public = world.write("public.json", json!(public).to_string());
    let files = [text(&vkey), text(&proof), text(&public)];
    run(
        &["snarkjs", "--format", "json", files[0], files[1], files[2]],
        b"",
    )
    .only()
}

/// The canonical encoding of any points, as `VerifyingKey::encode` lays them out for a linted key.
fn encoded(good: &VerifyingKey, delta: &G2Affine) -> Vec<u8> {
    use ark_serialize::CanonicalSerialize;
    let mut bytes = good.encode().unwrap();
    let at = 3 + good.circuit().as_str().len() + 2 + 32 + 64 + 64;
    delta.serialize_compressed(&mut bytes[at..at + 64]).unwrap();
    bytes
}

#[test]
fn a_key_with_delta_equal_to_gamma_accepts_anything_and_is_refused() {
    let world = World::new();
    let mut trapdoor = Trapdoor::new(4, 3);
    let inputs = trapdoor.inputs();
    for gamma in [Fr::one(), Fr::from(5_u64)] {
        trapdoor.gamma = gamma;
        trapdoor.delta = gamma;
        let points = trapdoor.points();
        let forged = forge(&points, &inputs);
        assert!(equation_holds(&points, &inputs, &forged));
        // Any other statement is as easy.
        let others = trapdoor.inputs();
        assert!(equation_holds(&points, &others, &forge(&points, &others)));
        assert_eq!(
            snarkjs(&world, &points, &forged, &inputs),
            verdict(4, "key_degenerate")
        );
    }
    // The same forgery under a sound key is only a bad proof.
    let sound = Trapdoor::new(4, 4).points();
    let forged = forge(&sound, &inputs);
    assert!(!equation_holds(&sound, &inputs, &forged));
    assert_eq!(
        snarkjs(&world, &sound, &forged, &inputs),
        verdict(1, "proof_refused")
    );
}

#[test]
fn a_bundle_that_brings_such_a_key_is_refused_although_the_key_is_pinned() {
    let mut world = World::new();
    let good = world.key.clone();
    let gamma = good.points().gamma_g2;
    let bytes = encoded(&good, &gamma);
    let id = obolus_abi::KeyId(blake3::derive_key("obolus 2026 verifying key v1", &bytes));
    // The domain is the verifier's: it gives the good key's id.
    let check = blake3::derive_key("obolus 2026 verifying key v1", &good.encode().unwrap());
    assert_eq!(obolus_abi::KeyId(check), good.id());
    let mut bundle = world.transfer(1);
    let mut points = good.points().clone();
    points.delta_g2 = gamma;
    let forged = forge(&points, &bundle.inputs);
    assert!(equation_holds(&points, &bundle.inputs, &forged));
    bundle.proof = UncheckedProof::new(forged.a, forged.b, forged.c).unwrap();
    bundle.key_id = id;
    bundle.key = Some(bytes.clone());
    let file = world.write("forged.json", bundle.to_json(true).unwrap());
    let pin = obolus_verifier::KeyIdText(id).to_string();
    let ran = run(
        &["proof", "--key-id", &pin, "--format", "json", text(&file)],
        b"",
    );
    assert_eq!(ran.only(), verdict(4, "key_degenerate"));
    let key = world.write("degenerate.vk", bytes);
    let ran = run(
        &[
            "proof",
            "--key-id",
            &pin,
            "--key",
            text(&key),
            "--format",
            "json",
            text(&file),
        ],
        b"",
    );
    assert_eq!(ran.finding(), verdict(4, "key_degenerate"));
    assert!(ran.out.contains("delta is plus or minus gamma"));
}

#[test]
fn every_other_bad_key_is_refused_too() {
    let world = World::new();
    let mut trapdoor = Trapdoor::new(4, 3);
    let inputs = trapdoor.inputs();
    let honest = trapdoor.points();
    let forged = forge(&honest, &inputs);
    type Change = fn(&mut KeyPoints);
    let degenerate: [Change; 5] = [
        |p| p.delta_g2 = G2Affine::generator(),
        |p| p.delta_g2 = -p.gamma_g2,
        |p| p.beta_g2 = p.delta_g2,
        |p| p.beta_g2 = p.gamma_g2,
        |p| p.ic[1] = p.ic[2],
    ];
    for change in degenerate {
        let mut points = trapdoor.points();
        points.gamma_g2 = g2(Fr::from(3_u64));
        change(&mut points);
        assert_eq!(
            snarkjs(&world, &points, &forged, &inputs),
            verdict(4, "key_degenerate")
        );
    }
    let mut outside = trapdoor.points();
    outside.delta_g2 = g2_outside_subgroup();
    assert_eq!(
        snarkjs(&world, &outside, &forged, &inputs),
        verdict(4, "key_point")
    );
    let mut off = trapdoor.points();
    off.ic[2].x += ark_bn254::Fq::one();
    assert_eq!(
        snarkjs(&world, &off, &forged, &inputs),
        verdict(4, "key_point")
    );

    // The identity has no affine form; snarkjs writes it as (0, 1, 0).
    let mut identity = key_json(&honest);
    identity["IC"][3] = json!(["0", "1", "0"]);
    let vkey = world.write("identity.json", identity.to_string());
    let (proof, public) = (world.path("proof.json"), world.path("public.json"));
    let ran = run(
        &[
            "snarkjs",
            "--format",
            "json",
            text(&vkey),
            text(&proof),
            text(&public),
        ],
        b"",
    );
    assert_eq!(ran.only(), verdict(4, "key_point"));

    let mut short = key_json(&honest);
    short["IC"].as_array_mut().unwrap().pop();
    let vkey = world.write("short.json", short.to_string());
    let ran = run(
        &[
            "snarkjs",
            "--format",
            "json",
            text(&vkey),
            text(&proof),
            text(&public),
        ],
        b"",
    );
    assert_eq!(ran.only(), verdict(4, "key_ic_length"));
    let mut alpha = key_json(&honest);
    alpha["vk_alphabeta_12"][0][0][0] = "1".into();
    let vkey = world.write("alpha.json", alpha.to_string());
    let ran = run(
        &[
            "snarkjs",
            "--format",
            "json",
            text(&vkey),
            text(&proof),
            text(&public),
        ],
        b"",
    );
    assert_eq!(ran.only(), verdict(4, "key_alpha_beta"));
    assert_eq!(trapdoor.key().origin(), KeyOrigin::Ceremony);
}
