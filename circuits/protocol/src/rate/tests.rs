use proptest::prelude::*;

use super::*;

fn converted(p: u64, q: u64, amount: u64) -> Result<u64, RateError> {
    Rate::new(p, q)?
        .convert(Amount::new(amount))
        .map(Amount::get)
}

#[test]
fn amounts_are_rounded_toward_zero() {
    assert_eq!(converted(3, 2, 10), Ok(15));
    assert_eq!(converted(3, 2, 11), Ok(16));
    assert_eq!(converted(1, 3, 2), Ok(0));
    assert_eq!(converted(108_250, 100_000, 1_000_000), Ok(1_082_500));
    assert_eq!(converted(108_250, 100_000, 1), Ok(1));
    assert_eq!(converted(1, 1, u64::MAX), Ok(u64::MAX));
    assert_eq!(converted(u64::MAX, u64::MAX, u64::MAX), Ok(u64::MAX));
    assert_eq!(
        converted(u64::MAX - 1, u64::MAX, u64::MAX),
        Ok(u64::MAX - 1)
    );
    assert_eq!(converted(1, u64::MAX, u64::MAX - 1), Ok(0));
}

#[test]
fn nothing_for_something_and_something_for_nothing() {
    assert_eq!(converted(0, 1, u64::MAX), Ok(0));
    assert_eq!(converted(5, 7, 0), Ok(0));
    assert_eq!(converted(5, 0, 1), Err(RateError::ZeroDenominator));
    assert_eq!(converted(0, 0, 0), Err(RateError::ZeroDenominator));
}

#[test]
fn results_above_64_bits_are_refused() {
    assert_eq!(converted(2, 1, 1 << 63), Err(RateError::TooLarge));
    assert_eq!(converted(2, 1, (1 << 63) - 1), Ok(u64::MAX - 1));
    assert_eq!(converted(u64::MAX, 1, u64::MAX), Err(RateError::TooLarge));
    assert_eq!(
        converted(u64::MAX, u64::MAX - 1, u64::MAX),
        Err(RateError::TooLarge)
    );
}

#[test]
fn equal_fractions_convert_alike_and_stay_different_rates() {
    let (reduced, quoted) = (Rate::new(3, 2).unwrap(), Rate::new(6, 4).unwrap());
    assert_ne!(reduced, quoted);
    let amount = Amount::new(12_345);
    assert_eq!(reduced.convert(amount), quoted.convert(amount));
    assert_eq!(quoted.to_string(), "6:4");
}

#[test]
fn bytes_with_a_zero_denominator_are_refused() {
    let rate = Rate::new(108_250, 100_000).unwrap();
    let bytes = borsh::to_vec(&rate).unwrap();
    assert_eq!(bytes.len(), 16);
    assert_eq!(Rate::try_from_slice(&bytes).unwrap(), rate);
    let zero = borsh::to_vec(&(7_u64, 0_u64)).unwrap();
    assert!(Rate::try_from_slice(&zero).is_err());
}

proptest! {
    /// `v1·p = v2·q + rem` with `0 <= rem < q`, as the statement has it.
    #[test]
    fn a_conversion_is_the_division_with_remainder(p: u64, q in 1_u64.., v1: u64) {
        let product = u128::from(v1) * u128::from(p);
        match converted(p, q, v1) {
            Ok(v2) => {
                let multiple = u128::from(v2) * u128::from(q);
                prop_assert!(multiple <= product && product - multiple < u128::from(q));
            }
            Err(error) => {
                prop_assert_eq!(error, RateError::TooLarge);
                prop_assert!(product / u128::from(q) > u128::from(u64::MAX));
            }
        }
    }
}
