use ark_ff::{Field, UniformRand};
use num_bigint::BigUint;

use super::{
    super::testing::{rng, run, scalar},
    *,
};

fn big(value: BigInt<4>) -> BigUint {
    BigUint::from_bytes_le(&value.to_bytes_le())
}

fn order() -> BigUint {
    big(Scalar::MODULUS)
}

fn two(exponent: u32) -> BigUint {
    BigUint::from(2_u32).pow(exponent)
}

/// Inequality (a) of docs/spec/curve.md, and what it is said to give.
#[test]
fn the_order_is_in_the_range_of_the_proofs() {
    let order = order();
    assert!(two(249) * 3_u32 < order && order < two(251));
    assert!(two(250) * 3_u32 < &order * 2_u32);
    assert!(two(251) * 3_u32 < &order * 4_u32);
    assert!(BigUint::from(8_u32).pow(83) < order);
    assert!(Scalar::MODULUS.is_odd());
    assert_eq!(big(LARGEST), two(251) - 1_u32);
}

fn interesting() -> Vec<Scalar> {
    let mut rng = rng();
    let mut scalars: Vec<Scalar> = (0..20).map(|_| Scalar::rand(&mut rng)).collect();
    scalars.extend((-5..=5).map(scalar));
    for exponent in [64, 128, 247, 248, 249, 250, 251] {
        let power = scalar(2).pow([exponent]);
        scalars.extend([power - scalar(1), power, power + scalar(1), -power]);
    }
    scalars
}

/// The integer is the odd one of s and s − ℓ: what ciphertexts carry.
#[test]
fn digits_add_up_to_the_odd_representative() {
    for s in interesting() {
        let outcome = run(|cs| {
            Digits::allocate(cs, &DigitValues::new(&s))
                .integer()
                .value()
        });
        assert_eq!(outcome.constraints, DIGITS);
        let blinding = obolus_protocol::pedersen::Blinding::new(s);
        let integer = outcome.satisfied();
        assert_eq!(integer, blinding.odd_representative());
        // And modulo ℓ it is s, read back as the auditor does.
        let read = obolus_protocol::pedersen::Blinding::from_representative(&integer);
        assert_eq!(*read.expect("in range").scalar(), s);
    }
}

#[test]
fn a_digit_must_be_a_sign() {
    let mut bits = vec![Fr::from(1_u64); DIGITS];
    bits[77] = Fr::from(3_u64);
    let outcome = run(|cs| {
        Digits::allocate(cs, &DigitValues::from_bits(bits.clone()))
            .as_slice()
            .len()
    });
    assert!(outcome.is_refused());
}
