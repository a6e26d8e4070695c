use super::*;

#[test]
fn totals_are_read_as_they_are_written() {
    let cents = Exponent::new(2).unwrap();
    for (text, units) in [("0", 0), ("12", 1200), ("12.3", 1230), ("0012.34", 1234)] {
        assert_eq!(total(text, cents).unwrap().get(), units, "{text}");
    }
    let all = decimal(Total::MAX.get(), cents);
    assert_eq!(total(&all, cents), Ok(Total::MAX));
    let yen = Exponent::new(0).unwrap();
    assert!(total(&(Total::MAX.get() + 1).to_string(), yen).is_err());
    for bad in ["", ".5", "5.", "1.234", "-1", "1e3", "1 000", "1.2.3", "+1"] {
        assert!(total(bad, cents).is_err(), "{bad:?}");
    }
    assert!(total(&"9".repeat(60), cents).is_err());
}
