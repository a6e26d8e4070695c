use ark_bn254::Fr;
use ark_ff::{One, PrimeField};
use obolus_verifier::snarkjs::*;
use obolus_verifier::{KeyError, KeyOrigin, Proof, VerifyingKey};
use proptest::prelude::*;
use rand::rngs::OsRng;
use serde_json::{Value, json};

use crate::kernel::prove;
use crate::relation::tests::cubes;
use crate::setup::tests::{name, shared_key};

fn proof() -> Proof {
    let (relation, z) = cubes(20);
    prove(shared_key(), &relation, &z, &mut OsRng).unwrap()
}

fn proof_value() -> Value {
    serde_json::from_str(&proof_to_json(&proof()).unwrap()).unwrap()
}

fn read_proof(value: &Value) -> Result<Proof, JsonError> {
    proof_from_json(value.to_string().as_bytes())
}

fn key_value() -> Value {
    let text = key_to_json(shared_key().verifying_key()).unwrap();
    serde_json::from_str(&text).unwrap()
}

fn read_key(value: &Value) -> Result<VerifyingKey, JsonError> {
    key_from_json(&name(), value.to_string().as_bytes())
}

#[test]
fn the_curve_is_left_out_or_named() {
    let mut value = proof_value();
    let read = read_proof(&value).unwrap();
    value["curve"] = Value::Null;
    assert!(matches!(read_proof(&value), Err(JsonError::Form(_))));
    value.as_object_mut().unwrap().remove("curve");
    assert_eq!(read_proof(&value).unwrap(), read);
}

#[test]
fn round_trips() {
    let proof = proof();
    let text = proof_to_json(&proof).unwrap();
    assert_eq!(proof_from_json(text.as_bytes()).unwrap(), proof);

    let inputs = vec![Fr::from(0), Fr::from(10), -Fr::one()];
    let text = inputs_to_json(&inputs).unwrap();
    assert_eq!(inputs_from_json(text.as_bytes()).unwrap(), inputs);
    assert_eq!(inputs_from_json(b"[]").unwrap(), []);

    let key = shared_key().verifying_key();
    let text = key_to_json(key).unwrap();
    let read = key_from_json(&name(), text.as_bytes()).unwrap();
    assert_eq!(read.points(), key.points());
    assert_eq!(read.origin(), KeyOrigin::Imported);
}

#[test]
fn rapidsnark_leaves_the_curve_out() {
    let mut value = proof_value();
    value.as_object_mut().unwrap().remove("curve");
    assert!(read_proof(&value).is_ok());
}

#[test]
fn fields_must_be_exactly_those_of_the_format() {
    for field in ["pi_a", "pi_b", "pi_c", "protocol"] {
        let mut value = proof_value();
        value.as_object_mut().unwrap().remove(field);
        assert!(
            matches!(read_proof(&value), Err(JsonError::Form(_))),
            "{field}"
        );
    }
    let mut more = proof_value();
    more["more"] = json!(1);
    assert!(matches!(read_proof(&more), Err(JsonError::Form(_))));
    let text = proof_value().to_string();
    let twice = text.replacen('{', r#"{"protocol":"groth16","#, 1);
    assert!(matches!(
        proof_from_json(twice.as_bytes()),
        Err(JsonError::Form(_))
    ));
    let trailing = text.clone() + "{}";
    assert!(matches!(
        proof_from_json(trailing.as_bytes()),
        Err(JsonError::Form(_))
    ));
    // An array of the fields' values, which serde would take.
    let fields = ["pi_a", "pi_b", "pi_c", "protocol", "curve"];
    let array: Vec<_> = fields
        .iter()
        .map(|field| proof_value()[field].clone())
        .collect();
    assert!(matches!(
        read_proof(&json!(array)),
        Err(JsonError::Start('{'))
    ));

    for (field, bad) in [("protocol", "plonk"), ("curve", "bls12381")] {
        let mut value = proof_value();
        value[field] = json!(bad);
        assert!(matches!(read_proof(&value), Err(JsonError::Field { .. })));
        let mut value = key_value();
        value[field] = json!(bad);
        assert!(matches!(read_key(&value), Err(JsonError::Field { .. })));
    }
    for field in key_value().as_object().unwrap().keys() {
        let mut value = key_value();
        value.as_object_mut().unwrap().remove(field);
        assert!(
            matches!(read_key(&value), Err(JsonError::Form(_))),
            "{field}"
        );
    }
}

#[test]
fn coordinates_must_be_affine_and_canonical() {
    let with = |place: &str, new: &str| {
        let mut value = proof_value();
        *value.pointer_mut(place).unwrap() = json!(new);
        read_proof(&value)
    };
    for place in ["/pi_a/2", "/pi_b/2/0", "/pi_b/2/1", "/pi_c/2"] {
        assert!(
            matches!(with(place, "2"), Err(JsonError::NotAffine(_))),
            "{place}"
        );
    }
    let modulus = ark_bn254::Fq::MODULUS.to_string();
    let bad = [
        "", "00", "01", "-1", "+1", " 1", "1 ", "0x1", "1e3", "1.0", "١",
    ];
    for bad in bad
        .into_iter()
        .chain([modulus.as_str(), &"9".repeat(78), &"1".repeat(79)])
    {
        for place in ["/pi_a/0", "/pi_b/0/1", "/pi_b/1/0", "/pi_c/1"] {
            assert!(
                matches!(with(place, bad), Err(JsonError::Number(_))),
                "{place} {bad}"
            );
        }
        let public = json!([bad]).to_string();
        let read = inputs_from_json(public.as_bytes());
        let accepted = bad == modulus && read.is_ok();
        assert!(!accepted, "q is above r");
        assert!(matches!(read, Err(JsonError::Number(_))), "{bad}");
    }
    assert!(matches!(with("/pi_a/0", "0"), Err(JsonError::Proof(_))));
    assert!(matches!(inputs_from_json(b"[1]"), Err(JsonError::Form(_))));
    let last = (-Fr::one()).to_string();
    assert!(inputs_from_json(json!([last]).to_string().as_bytes()).is_ok());
}

#[test]
fn keys_are_linted_and_consistent() {
    let mut count = key_value();
    count["nPublic"] = json!(19);
    assert!(matches!(
        read_key(&count),
        Err(JsonError::Key(KeyError::IcLength { .. }))
    ));
    let mut degenerate = key_value();
    degenerate["vk_delta_2"] = degenerate["vk_gamma_2"].clone();
    assert!(matches!(
        read_key(&degenerate),
        Err(JsonError::Key(KeyError::DeltaIsGamma))
    ));
    let mut pairing = key_value();
    pairing["vk_alphabeta_12"][0][0][0] = json!("1");
    assert!(matches!(read_key(&pairing), Err(JsonError::AlphaBeta)));
}

#[test]
fn deep_and_huge_texts_are_refused() {
    let deep = "[".repeat(MAX_PUBLIC);
    assert!(matches!(
        inputs_from_json(deep.as_bytes()),
        Err(JsonError::Form(_))
    ));
    let deep = format!(r#"{{"pi_a":{}"#, "[".repeat(MAX_PROOF - 16));
    assert!(matches!(
        proof_from_json(deep.as_bytes()),
        Err(JsonError::Form(_))
    ));
    let long = format!("{}{}", " ".repeat(MAX_PROOF), proof_value());
    assert!(matches!(
        proof_from_json(long.as_bytes()),
        Err(JsonError::TooLong { .. })
    ));
    let many = format!("[{}\"0\"]", "\"0\",".repeat(MAX_INPUTS));
    assert!(matches!(
        inputs_from_json(many.as_bytes()),
        Err(JsonError::Inputs(given)) if given == MAX_INPUTS + 1
    ));
}

proptest! {
    #[test]
    fn damaged_text_never_panics(at in any::<prop::sample::Index>(), new in any::<u8>()) {
        let mut text = key_value().to_string().into_bytes();
        let at = at.index(text.len());
        let old = std::mem::replace(&mut text[at], new);
        let read = key_from_json(&name(), &text);
        prop_assert!(read.is_err() || old == new || new.is_ascii_whitespace());
    }
}
