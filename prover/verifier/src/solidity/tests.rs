use ark_bn254::{Fq2, G2Affine};
use ark_ec::AffineRepr;
use obolus_abi::{
    BalanceInputs, IssueInputs, RatioInputs, RedeemInputs, RegisterInputs, SupplyInputs,
    TransferInputs, VelocityInputs,
};

use super::*;
use crate::circuit::CircuitName;
use crate::snarkjs::key_to_json;
use crate::trapdoor::Trapdoor;

/// The value of each constant of the contract, in order.
fn constants(text: &str) -> Vec<(&str, &str)> {
    text.lines()
        .filter_map(|line| line.trim().strip_suffix(';')?.split_once(" = "))
        .filter_map(|(left, value)| {
            let (kind, name) = left.rsplit_once(' ')?;
            kind.ends_with("constant").then_some((name, value))
        })
        .collect()
}

fn constant<'a>(text: &'a str, name: &str) -> &'a str {
    let found: Vec<_> = constants(text)
        .into_iter()
        .filter(|(given, _)| *given == name)
        .collect();
    assert_eq!(found.len(), 1, "{name}");
    found[0].1
}

fn renamed(key: &VerifyingKey, name: CircuitName, origin: KeyOrigin) -> VerifyingKey {
    VerifyingKey::new(name, origin, key.public_inputs(), key.points().clone()).unwrap()
}

/// Every number of verification_key.json is in the contract, at its place.
#[test]
fn the_contract_holds_the_key() {
    let key = Trapdoor::new(3, 1).key();
    let text = contract(&key).unwrap();
    let json: serde_json::Value = serde_json::from_str(&key_to_json(&key).unwrap()).unwrap();
    let is = |name: &str, value: &serde_json::Value| assert_eq!(constant(&text, name), value);
    is("ALPHA_X", &json["vk_alpha_1"][0]);
    is("ALPHA_Y", &json["vk_alpha_1"][1]);
    for (name, field) in [
        ("BETA", "vk_beta_2"),
        ("GAMMA", "vk_gamma_2"),
        ("DELTA", "vk_delta_2"),
    ] {
        for (axis, i) in [("X", 0), ("Y", 1)] {
            for half in 0..2 {
                is(&format!("{name}_{axis}{half}"), &json[field][i][half]);
            }
        }
    }
    is("IC0_X", &json["IC"][0][0]);
    is("IC0_Y", &json["IC"][0][1]);
    for i in 1..=3 {
        let ic = &json["IC"][i];
        let offset = 32 * (i - 1);
        let term = format!(
            "answered := and(answered, addTerm(sum, calldataload(add(inputs, {offset:#x})), {}, {}))\n",
            ic[0].as_str().unwrap(),
            ic[1].as_str().unwrap()
        );
        assert_eq!(text.matches(&term).count(), 1, "{term}");
    }
    assert_eq!(text.matches("addTerm(sum, calldataload").count(), 3);
    assert_eq!(constant(&text, "Q"), Fq::MODULUS.to_string());
    assert_eq!(constant(&text, "R"), Fr::MODULUS.to_string());
    assert_eq!(constant(&text, "PUBLIC_INPUTS"), "3");
    assert_eq!(constant(&text, "KEY_ID"), format!("\"{key}\""));
    assert_eq!(constant(&text, "CIRCUIT"), "\"unit_test\"");
    assert_eq!(constant(&text, "ORIGIN"), "\"ceremony key\"");
    assert!(text.contains("\ncontract Verifier_unit_test {\n"));
    assert!(text.starts_with("// SPDX-License-Identifier: Apache-2.0\n"));
    assert!(text.contains("calldata proof, uint256[3] calldata inputs) external view {\n"));
    assert!(!text.contains('$'), "a place was not filled");
}

#[test]
fn the_same_key_gives_the_same_text_and_another_does_not() {
    let text = |seed| contract(&Trapdoor::new(2, seed).key()).unwrap();
    assert_eq!(text(1), text(1));
    assert_ne!(text(1), text(2));
}

#[test]
fn the_origin_is_told() {
    let key = Trapdoor::new(2, 1).key();
    let told = |origin| {
        let text = contract(&renamed(&key, key.circuit().clone(), origin)).unwrap();
        assert_eq!(constant(&text, "ORIGIN"), format!("\"{origin}\""));
        (text.contains("INSECURE"), text.contains("Nobody vouches"))
    };
    assert_eq!(told(KeyOrigin::InsecureDevelopment), (true, false));
    assert_eq!(told(KeyOrigin::Imported), (false, true));
    assert_eq!(told(KeyOrigin::Ceremony), (false, false));
}

#[test]
fn inputs_of_our_circuits_have_names() {
    for (name, names) in [
        (CircuitName::TRANSFER, TransferInputs::<()>::NAMES),
        (CircuitName::ISSUE, IssueInputs::<()>::NAMES),
        (CircuitName::REDEEM, RedeemInputs::<()>::NAMES),
        (CircuitName::REGISTER, RegisterInputs::<()>::NAMES),
        (CircuitName::RATIO, RatioInputs::<()>::NAMES),
        (CircuitName::BALANCE, BalanceInputs::<()>::NAMES),
        (CircuitName::SUPPLY, SupplyInputs::<()>::NAMES),
        (CircuitName::VELOCITY, VelocityInputs::<()>::NAMES),
    ] {
        let key = Trapdoor::new(names.len(), 1).key();
        let text = contract(&renamed(&key, name, KeyOrigin::Ceremony)).unwrap();
        let comments: Vec<_> = text
            .lines()
            .filter_map(|line| line.strip_prefix("    ///   "))
            .collect();
        let expected: Vec<_> = (0..).zip(names).map(|(i, n)| format!("{i}: {n}")).collect();
        assert_eq!(comments, expected);
        let terms = text.lines().filter(|line| line.contains("addTerm(sum"));
        let terms = terms.filter_map(|line| Some(line.split_once("// ")?.1));
        assert!(terms.eq(names.iter().copied()));
    }
    let text = contract(&Trapdoor::new(2, 1).key()).unwrap();
    assert!(!text.contains("    ///   "));
}

/// Solidity has no array of no elements.
#[test]
fn a_key_without_inputs() {
    let text = contract(&Trapdoor::new(0, 1).key()).unwrap();
    assert!(text.contains("function verify(uint256[8] calldata proof) external view {\n"));
    assert!(!text.contains("@param inputs") && !text.contains('$'));
}

#[test]
fn too_many_inputs_are_refused() {
    assert!(contract(&Trapdoor::new(MAX_INPUTS, 1).key()).is_ok());
    let count = MAX_INPUTS + 1;
    let refusal = contract(&Trapdoor::new(count, 1).key());
    assert_eq!(refusal, Err(SolidityError::Inputs(count)));
}

#[test]
fn arguments_have_one_place_for_each_number() {
    let mut trapdoor = Trapdoor::new(2, 1);
    let inputs = trapdoor.inputs();
    let proof = trapdoor.prove(&inputs);
    let words = arguments(&inputs, &proof);
    assert_eq!(words.len(), 32 * 10);
    let word = |i: usize| Fq::from_be_bytes_mod_order(&words[32 * i..32 * (i + 1)]);
    // Reading them back in the order of EIP-197 gives the same points.
    let b = G2Affine::new(Fq2::new(word(3), word(2)), Fq2::new(word(5), word(4)));
    assert!(!b.is_zero());
    let read = Proof::new(
        G1Affine::new(word(0), word(1)),
        b,
        G1Affine::new(word(6), word(7)),
    );
    assert_eq!(read, Ok(proof));
    let scalar = |i: usize| Fr::from_be_bytes_mod_order(&words[32 * i..32 * (i + 1)]);
    assert_eq!([scalar(8), scalar(9)], inputs.as_slice());
}
