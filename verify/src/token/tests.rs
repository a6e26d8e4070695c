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
