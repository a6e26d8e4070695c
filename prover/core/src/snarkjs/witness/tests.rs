use ark_ff::{BigInteger, PrimeField};
use proptest::prelude::*;

use super::*;

/// Where the values start.
const AT: usize = 12 + 12 + HEADER_LEN + 12;

fn values() -> Vec<Fr> {
    vec![Fr::one(), Fr::from(7), -Fr::one(), Fr::from(0)]
}

fn bytes() -> Vec<u8> {
    Witness::new(values()).unwrap().encode().to_vec()
}

fn refusal(bytes: &[u8]) -> WitnessError {
    Witness::read(bytes).map(|_| ()).unwrap_err()
}

#[test]
fn round_trip() {
    assert_eq!(bytes().len(), AT + 4 * FIELD);
    assert_eq!(Witness::read(&bytes()).unwrap().values(), values());
}

#[test]
fn every_truncation_is_refused() {
    for length in 0..bytes().len() {
        assert!(Witness::read(&bytes()[..length]).is_err(), "{length}");
    }
    let trailing = [bytes(), vec![0]].concat();
    assert_eq!(refusal(&trailing), ContainerError::Trailing(1).into());
}

/// Values may change into other values; all else is refused.
#[test]
fn flipped_bytes_change_values_at_most() {
    for position in 0..bytes().len() {
        let mut changed = bytes();
        changed[position] ^= 1 << (position % 8);
        match Witness::read(&changed) {
            Ok(witness) => {
                assert!(position >= AT + FIELD, "{position}");
                assert_eq!(*witness.encode(), changed);
            }
            Err(error) if position >= AT + FIELD => {
                let index = (position - AT) / FIELD;
                assert_eq!(error, WitnessError::Value(index));
            }
            Err(_) => {}
        }
    }
}

#[test]
fn values_are_canonical_and_start_with_one() {
    let mut modulus = bytes();
    modulus[AT + FIELD..AT + 2 * FIELD].copy_from_slice(&Fr::MODULUS.to_bytes_le());
    assert_eq!(refusal(&modulus), WitnessError::Value(1));
    let mut two = bytes();
    two[AT] = 2;
    assert_eq!(refusal(&two), WitnessError::One);
    assert!(Witness::new(Vec::new()).is_err());
    let mut field = bytes();
    field[28] ^= 1;
    assert_eq!(refusal(&field), WitnessError::Field);
}

#[test]
fn claims_of_gigabytes_are_refused() {
    let mut table = bytes();
    table[AT - 8..AT].copy_from_slice(&(1_u64 << 30).to_le_bytes());
    assert_eq!(refusal(&table), ContainerError::Truncated.into());
    let mut count = bytes();
    count[AT - 16..AT - 12].copy_from_slice(&(1_u32 << 25).to_le_bytes());
    let expected = ContainerError::Length {
        section: VALUES,
        expected: 1 << 30,
        given: 128,
    };
    assert_eq!(refusal(&count), expected.into());
}

proptest! {
    #[test]
    fn noise_never_panics(tail in prop::collection::vec(any::<u8>(), 0..200)) {
        let mut noise = b"wtns\x02\0\0\0".to_vec();
        noise.extend(tail);
        prop_assert!(Witness::read(&noise).is_err());
    }
}
