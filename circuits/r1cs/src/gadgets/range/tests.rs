use ark_ff::{One, Zero};

use super::{super::testing::run, *};

fn outcome(value: Fr) -> super::super::testing::Outcome<Vec<Fr>> {
    run(|cs| {
        let value = cs.input("value", value);
        range64(cs, &value).iter().map(Lc::value).collect()
    })
}

#[test]
fn the_ends_of_the_range_pass() {
    for value in [0, 1, u64::MAX - 1, u64::MAX] {
        let outcome = outcome(Fr::from(value));
        assert_eq!(outcome.constraints, 65);
        let bits = outcome.satisfied();
        for (i, bit) in bits.iter().enumerate() {
            assert_eq!(*bit, Fr::from(value >> i & 1));
        }
    }
}

#[test]
fn every_width_has_its_own_ends() {
    for bits in [1, 16, 67, 96] {
        let end = (0..bits).fold(Fr::one(), |power, _| power + power);
        let outcome = |value: Fr| {
            run(move |cs| {
                let value = cs.input("value", value);
                Lc::from_bits(&range(cs, &value, bits)).value()
            })
        };
        for value in [Fr::zero(), Fr::one(), end - Fr::one()] {
            let outcome = outcome(value);
            assert_eq!(outcome.constraints, bits as usize + 1);
            assert_eq!(outcome.satisfied(), value);
        }
        for value in [end, end + Fr::one(), -Fr::one(), -end] {
            assert!(outcome(value).is_refused());
        }
    }
}

/// An integer that is made of bits has no other value than theirs.
#[test]
fn integers_are_their_bits() {
    for value in [0_u64, 1, 77, 65_535, 65_536, 1 << 40] {
        let outcome = run(move |cs| Lc::from_bits(&integer(cs, Fr::from(value), 16)).value());
        assert_eq!(outcome.constraints, 16);
        assert_eq!(outcome.satisfied(), Fr::from(value & 0xffff));
    }
}

#[test]
fn outside_the_range_fails() {
    let end = Fr::from(u64::MAX) + Fr::one();
    for value in [end, end + Fr::one(), -Fr::one(), Fr::zero() - end] {
        assert!(outcome(value).is_refused());
    }
}
