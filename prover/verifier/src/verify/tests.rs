use ark_ff::BigInteger;
use obolus_protocol::field::fr_to_bytes;

use super::*;
use crate::trapdoor::Trapdoor;

#[test]
fn an_honest_proof_holds_and_any_other_input_does_not() {
    let mut trapdoor = Trapdoor::new(4, 5);
    let key = trapdoor.key();
    let inputs = trapdoor.inputs();
    let proof = trapdoor.prove(&inputs);
    assert_eq!(verify(&key, &inputs, &proof), Ok(()));
    for i in 0..inputs.len() {
        let mut changed = inputs.clone();
        changed[i] += Fr::one();
        assert_eq!(verify(&key, &changed, &proof), Err(VerifyError::Refused));
    }
    let mut swapped = inputs.clone();
    swapped.swap(1, 2);
    assert_eq!(verify(&key, &swapped, &proof), Err(VerifyError::Refused));
}

#[test]
fn the_number_of_inputs_is_checked() {
    let mut trapdoor = Trapdoor::new(4, 5);
    let key = trapdoor.key();
    let inputs = trapdoor.inputs();
    let proof = trapdoor.prove(&inputs);
    let count = |given| Err(VerifyError::InputCount { expected: 4, given });
    assert_eq!(verify(&key, &inputs[..3], &proof), count(3));
    assert_eq!(verify(&key, &[], &proof), count(0));
    let more = [inputs.as_slice(), &[Fr::from(0)]].concat();
    assert_eq!(verify(&key, &more, &proof), count(5));
}

#[test]
fn every_byte_of_a_proof_matters() {
    let mut trapdoor = Trapdoor::new(1, 6);
    let key = trapdoor.key();
    let inputs = trapdoor.inputs();
    let bytes = trapdoor.prove(&inputs).encode().unwrap();
    for position in 0..Proof::LEN {
        let mut changed = bytes;
        changed[position] ^= 1;
        let accepted =
            Proof::decode(&changed).is_ok_and(|proof| verify(&key, &inputs, &proof).is_ok());
        assert!(!accepted, "byte {position}");
    }
}

#[test]
fn points_of_a_proof_cannot_trade_places() {
    let mut trapdoor = Trapdoor::new(1, 7);
    let key = trapdoor.key();
    let inputs = trapdoor.inputs();
    let proof = trapdoor.prove(&inputs);
    let swapped = Proof::new(*proof.c(), *proof.b(), *proof.a()).unwrap();
    assert_eq!(verify(&key, &inputs, &swapped), Err(VerifyError::Refused));
    let negated = Proof::new(-*proof.a(), *proof.b(), *proof.c()).unwrap();
    assert_eq!(verify(&key, &inputs, &negated), Err(VerifyError::Refused));
}

#[test]
fn a_proof_holds_under_its_own_key_only() {
    let mut trapdoor = Trapdoor::new(2, 8);
    let inputs = trapdoor.inputs();
    let proof = trapdoor.prove(&inputs);
    let other = Trapdoor::new(2, 9).key();
    assert_eq!(verify(&other, &inputs, &proof), Err(VerifyError::Refused));
}

#[test]
fn inputs_from_the_wire_are_canonical() {
    let values = [Fr::from(3), -Fr::one()];
    let bytes: Vec<_> = values.iter().map(fr_to_bytes).collect();
    assert_eq!(inputs_from_bytes(&bytes), Ok(values.to_vec()));

    let mut modulus_plus_three = Fr::MODULUS;
    modulus_plus_three.add_with_carry(&Fr::from(3).into_bigint());
    let alias = FieldBytes(modulus_plus_three.to_bytes_le().try_into().unwrap());
    assert_eq!(
        inputs_from_bytes(&[bytes[0], alias]),
        Err(VerifyError::NonCanonicalInput(1))
    );
}
