use super::*;

fn file(unit: &str, exponent: u8) -> String {
    let id = |byte: &str| byte.repeat(32);
    format!(
        "name = \"Deposit\"\nunit = \"{unit}\"\nexponent = {exponent}\nnetwork = \"test\"\nchain = \"{}\"\n\
         token = \"{}\"\nregistry = \"{}\"\nauditor = \"00\"\n",
        id("01"),
        id("02"),
        id("03")
    )
}

#[test]
fn amounts_are_in_the_tokens_unit() {
    let token = TokenFile::parse(&file("USD", 2)).unwrap();
    assert_eq!(token.chain, ChainId([1; 32]));
    assert_eq!(token.registry, ContractId([3; 32]));
    assert_eq!(token.amount("12.34").unwrap(), Amount::new(1234));
    assert!(token.amount("12.345").is_err());
    assert_eq!(token.decimal(123_405), "1234.05 USD");
    let yen = TokenFile::parse(&file("JPY", 0)).unwrap();
    assert_eq!(yen.decimal(7), "7 JPY");
}

#[test]
fn what_is_no_token_file_is_refused() {
    let good = file("USD", 2);
    for bad in [
        good.replace("exponent = 2", "exponent = 19"),
        good.replace("network = \"test\"", "network = \"moon\""),
        good.replace(&"02".repeat(32), "02"),
        good.replace("registry", "register"),
    ] {
        let finding = TokenFile::parse(&bad).unwrap_err();
        assert_eq!(finding.code.0, "token_malformed", "{bad}");
    }
}

#[test]
fn a_file_that_differs_from_the_ledger_is_refused() {
    let token = TokenFile::parse(&file("USD", 2)).unwrap();
    let ledger = |registry, unit: &str, exponent| Settings {
        registry: ContractId([registry; 32]),
        unit: unit.into(),
        exponent,
    };
    assert_eq!(token.check(Some(&ledger(3, "USD", 2))), Ok(()));
    let refused = |settings: Option<Settings>| token.check(settings.as_ref()).unwrap_err();
    for (settings, said) in [
        (
            ledger(3, "USD", 4),
            "with 2 decimal digits, the ledger in \"USD\" with 4",
        ),
        (
            ledger(3, "EUR", 2),
            "counts in \"USD\" with 2 decimal digits, the ledger in \"EUR\"",
        ),
        (ledger(4, "USD", 2), "the registry 0303"),
    ] {
        let finding = refused(Some(settings));
        assert_eq!(
            (finding.fault, finding.code.0),
            (Fault::Refused, "token_differs")
        );
        assert!(finding.message.contains(said), "{}", finding.message);
    }
    assert_eq!(refused(None).code.0, "no_token");
}
