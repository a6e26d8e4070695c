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
fn outside_the_range_fails() {
    let end = Fr::from(u64::MAX) + Fr::one();
    for value in [end, end + Fr::one(), -Fr::one(), Fr::zero() - end] {
        assert!(outcome(value).is_refused());
    }
}
