use borsh::BorshDeserialize;
use proptest::prelude::*;

use super::*;

fn exponent(digits: u8) -> Exponent {
    Exponent::new(digits).unwrap()
}

fn parse(text: &str, digits: u8) -> Result<u64, AmountError> {
    Amount::parse(text, exponent(digits)).map(Amount::get)
}

#[test]
fn decimals_are_read_exactly() {
    assert_eq!(parse("123.45", 2), Ok(12_345));
    assert_eq!(parse("123.4", 2), Ok(12_340));
    assert_eq!(parse("123", 2), Ok(12_300));
    assert_eq!(parse("0.01", 2), Ok(1));
    assert_eq!(parse("0", 2), Ok(0));
    assert_eq!(parse("0012.50", 2), Ok(1_250));
    assert_eq!(parse("1000", 0), Ok(1_000));
    assert_eq!(parse("0.001", 3), Ok(1));
    assert_eq!(parse("0.1", 1), Ok(1));
}

#[test]
fn anything_else_is_refused() {
    for text in [
        "", ".", "1.", ".5", "+1", "-1", "1e3", "1E3", "1,000.00", "1_000", " 1", "1 ", "1.2.3",
        "0x10", "١٢", "1.-5", "NaN", "inf", "12\u{0}", "1.5\n",
    ] {
        assert_eq!(parse(text, 2), Err(AmountError::NotDecimal), "{text:?}");
    }
}

#[test]
fn precision_is_the_units() {
    for (text, digits) in [("1.005", 2), ("1.000", 2), ("1.0", 0), ("1.0001", 3)] {
        assert_eq!(
            parse(text, digits),
            Err(AmountError::TooPrecise(exponent(digits)))
        );
    }
}

#[test]
fn the_range_ends_at_2_to_the_64() {
    assert_eq!(parse("184467440737095516.15", 2), Ok(u64::MAX));
    assert_eq!(parse("18446744073709551615", 0), Ok(u64::MAX));
    assert_eq!(parse("18.446744073709551615", 18), Ok(u64::MAX));
    for (text, digits) in [
        ("184467440737095516.16", 2),
        ("184467440737095517", 2),
        ("18446744073709551616", 0),
        ("19", 18),
        ("99999999999999999999999999", 2),
    ] {
        assert_eq!(parse(text, digits), Err(AmountError::TooLarge), "{text}");
    }
}

#[test]
fn formatting_keeps_every_digit() {
    assert_eq!(Amount::new(12_345).format(exponent(2)), "123.45");
    assert_eq!(Amount::new(5).format(exponent(2)), "0.05");
    assert_eq!(Amount::new(1_000).format(exponent(0)), "1000");
    assert_eq!(Amount::new(1_000).format(exponent(3)), "1.000");
    assert_eq!(Amount::MAX.format(exponent(18)), "18.446744073709551615");
}

#[test]
fn arithmetic_does_not_wrap() {
    let one = Amount::new(1);
    assert_eq!(Amount::MAX.checked_add(one), None);
    assert_eq!(Amount::ZERO.checked_sub(one), None);
    assert_eq!(one.checked_add(one), Some(Amount::new(2)));
    assert_eq!(Amount::MAX.checked_sub(Amount::MAX), Some(Amount::ZERO));
}

#[test]
fn exponents_end_at_18() {
    assert_eq!(Exponent::new(19), Err(AmountError::Exponent(19)));
    assert!(Exponent::try_from_slice(&[19]).is_err());
    assert_eq!(Exponent::try_from_slice(&[18]).unwrap(), exponent(18));
}

#[test]
fn logs_do_not_show_amounts() {
    assert_eq!(format!("{:?}", Amount::new(12_345)), "Amount(redacted)");
}

proptest! {
    #[test]
    fn what_is_written_reads_back(units: u64, digits in 0..=Exponent::MAX) {
        let amount = Amount::new(units);
        let text = amount.format(exponent(digits));
        prop_assert_eq!(Amount::parse(&text, exponent(digits)), Ok(amount));
    }

    #[test]
    fn reading_equals_wide_arithmetic(whole: u64, fraction in 0_u64..100) {
        let expected = u64::try_from(u128::from(whole) * 100 + u128::from(fraction))
            .map_err(|_| AmountError::TooLarge);
        prop_assert_eq!(parse(&format!("{whole}.{fraction:02}"), 2), expected);
    }

    #[test]
    fn no_text_makes_it_panic(text in "\\PC*", digits in 0..=Exponent::MAX) {
        let _verdict = Amount::parse(&text, exponent(digits));
    }

    #[test]
    fn only_digits_and_a_point_pass(text in "[0-9.+eE,_ -]{0,8}", digits in 0..=4_u8) {
        if let Ok(amount) = Amount::parse(&text, exponent(digits)) {
            prop_assert!(text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.'));
            prop_assert_eq!(Amount::parse(&amount.format(exponent(digits)), exponent(digits)), Ok(amount));
        }
    }
}
