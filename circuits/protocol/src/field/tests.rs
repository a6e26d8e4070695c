use ark_ff::{AdditiveGroup, Field, PrimeField, UniformRand};
use borsh::BorshDeserialize;
use proptest::prelude::*;
use rand::SeedableRng;

use super::*;
use crate::note::Commitment;

fn modulus_bytes<F: PrimeField<BigInt = ark_ff::BigInt<4>>>() -> [u8; 32] {
    le_bytes(F::MODULUS)
}

#[test]
fn field_edges_round_trip() {
    for value in [Fr::ZERO, Fr::ONE, -Fr::ONE] {
        assert_eq!(fr_from_bytes(&fr_to_bytes(&value)), Ok(value));
    }
    assert_eq!(fr_to_bytes(&Fr::from(0x0102_u64)).0[..3], [2, 1, 0]);
}

#[test]
fn the_modulus_and_above_are_refused() {
    let mut bytes = modulus_bytes::<Fr>();
    assert_eq!(
        fr_from_bytes(&FieldBytes(bytes)),
        Err(FieldError::NonCanonicalField)
    );
    assert_eq!(
        fr_from_bytes(&FieldBytes([0xff; 32])),
        Err(FieldError::NonCanonicalField)
    );
    bytes[0] -= 1;
    assert_eq!(fr_from_bytes(&FieldBytes(bytes)), Ok(-Fr::ONE));

    let mut bytes = modulus_bytes::<Scalar>();
    assert_eq!(
        scalar_from_bytes(&bytes),
        Err(FieldError::NonCanonicalScalar)
    );
    bytes[0] -= 1;
    assert_eq!(scalar_from_bytes(&bytes), Ok(-Scalar::ONE));
}

#[test]
fn a_scalar_embeds_as_the_same_integer() {
    let value = -Scalar::ONE;
    assert_eq!(
        fr_to_bytes(&scalar_to_fr(&value)).0,
        scalar_to_bytes(&value)
    );
}

#[test]
fn wide_reduction_is_the_integer_modulo_the_prime() {
    // 2^256 · 1 + 5, computed by repeated doubling.
    let mut wide = [0; 64];
    wide[32] = 1;
    wide[0] = 5;
    let expected = (0..256).fold(Fr::ONE, |acc, _| acc.double()) + Fr::from(5_u64);
    assert_eq!(fr_from_wide(&wide), expected);
    let expected = (0..256).fold(Scalar::ONE, |acc, _| acc.double()) + Scalar::from(5_u64);
    assert_eq!(scalar_from_wide(&wide), expected);
}

#[test]
fn a_newtype_refuses_bad_trailing_and_missing_bytes() {
    let value = Commitment::new(Fr::from(7_u64));
    let mut bytes = borsh::to_vec(&value).unwrap();
    assert_eq!(Commitment::try_from_slice(&bytes).unwrap(), value);
    assert!(Commitment::try_from_slice(&bytes[..31]).is_err());
    bytes.push(0);
    assert!(Commitment::try_from_slice(&bytes).is_err());
    assert!(Commitment::try_from_slice(&modulus_bytes::<Fr>()).is_err());
}

proptest! {
    #[test]
    fn bytes_round_trip(seed: u64) {
        let mut rng = rand::rngs::StdRng::seed_from_u64(seed);
        let value = Fr::rand(&mut rng);
        prop_assert_eq!(fr_from_bytes(&fr_to_bytes(&value)), Ok(value));
        let value = Scalar::rand(&mut rng);
        prop_assert_eq!(scalar_from_bytes(&scalar_to_bytes(&value)), Ok(value));
    }

    #[test]
    fn what_decodes_encodes_to_the_same_bytes(bytes: [u8; 32]) {
        if let Ok(value) = fr_from_bytes(&FieldBytes(bytes)) {
            prop_assert_eq!(fr_to_bytes(&value).0, bytes);
        }
    }
}
