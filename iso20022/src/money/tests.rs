use super::*;

fn currency(code: &str) -> Currency {
    Currency::new(code).unwrap()
}

fn read(decimal: &str, code: &str) -> Result<u64, MoneyError> {
    Money::parse(decimal, currency(code)).map(|money| money.units.get())
}

#[test]
fn decimals_become_minor_units() {
    assert_eq!(read("1250.75", "EUR"), Ok(125_075));
    assert_eq!(read("1250.7", "EUR"), Ok(125_070));
    assert_eq!(read("1250", "EUR"), Ok(125_000));
    assert_eq!(read("0001.00", "EUR"), Ok(100));
    assert_eq!(read("0", "JPY"), Ok(0));
    assert_eq!(read("12", "JPY"), Ok(12));
    assert_eq!(read("1.234", "KWD"), Ok(1_234));
    assert_eq!(
        read("9999999999999999.99", "EUR"),
        Ok(999_999_999_999_999_999)
    );
}

#[test]
fn everything_else_is_refused() {
    for text in [
        "", ".", "1.", ".5", "-1", "+1", "1e3", "1E30", "1,5", " 1", "1 ", "1.2.3", "NaN", "INF",
        "0x1", "١",
    ] {
        assert_eq!(read(text, "EUR"), Err(MoneyError::NotDecimal), "{text:?}");
    }
    let precise = |code, digits| {
        Err(MoneyError::TooPrecise {
            currency: currency(code),
            digits,
        })
    };
    assert_eq!(read("1.000", "EUR"), precise("EUR", 2));
    assert_eq!(read("1.0", "JPY"), precise("JPY", 0));
    assert_eq!(read("1.0000", "KWD"), precise("KWD", 3));
    for text in [
        "10000000000000000.00",
        "99999999999999999999999999",
        &"9".repeat(5000),
    ] {
        assert_eq!(
            read(text, "EUR"),
            Err(MoneyError::TooLarge),
            "{}",
            text.len()
        );
    }
}

#[test]
fn currencies_have_minor_units() {
    for (code, exponent) in [("EUR", 2), ("JPY", 0), ("KWD", 3), ("CHF", 2), ("CLF", 4)] {
        assert_eq!(currency(code).exponent(), exponent, "{code}");
        assert_eq!(currency(code).to_string(), code);
    }
    for code in ["", "EU", "eur", "XAU", "XXX", "ABC", "EURO"] {
        assert_eq!(Currency::new(code), Err(MoneyError::Currency), "{code}");
    }
}

#[test]
fn sums_have_one_currency_and_eighteen_digits() {
    let of = |units, code| Money {
        units: MinorUnits::new(units).unwrap(),
        currency: currency(code),
    };
    assert_eq!(
        Money::sum([of(1, "EUR"), of(2, "EUR")], currency("EUR")),
        Ok(of(3, "EUR"))
    );
    assert_eq!(
        Money::sum([], currency("EUR")),
        Ok(Money::zero(currency("EUR")))
    );
    let mixed = Money::sum([of(1, "EUR"), of(2, "USD")], currency("EUR"));
    assert_eq!(
        mixed,
        Err(MoneyError::Mixed(currency("EUR"), currency("USD")))
    );
    let most = of(MinorUnits::MAX.get(), "EUR");
    assert_eq!(
        Money::sum([most, of(1, "EUR")], currency("EUR")),
        Err(MoneyError::TooLarge)
    );
    assert_eq!(
        Money::sum(vec![most; 30], currency("EUR")),
        Err(MoneyError::TooLarge)
    );
    assert_eq!(
        MinorUnits::new(MinorUnits::MAX.get() + 1),
        Err(MoneyError::TooLarge)
    );
}

#[test]
fn debug_never_shows_an_amount() {
    let money = Money::parse("1250.75", currency("EUR")).unwrap();
    assert!(!format!("{money:?}").contains("1250") && !format!("{money:?}").contains("125075"));
}

proptest::proptest! {
    #[test]
    fn what_is_written_is_read(units in 0..=MinorUnits::MAX.get(), which in 0..4_usize) {
        let code = ["EUR", "JPY", "KWD", "CLF"][which];
        let money = Money { units: MinorUnits::new(units).unwrap(), currency: currency(code) };
        proptest::prop_assert_eq!(Money::parse(&money.decimal(), money.currency), Ok(money));
    }
}
