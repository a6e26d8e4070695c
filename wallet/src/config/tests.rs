use obolus_protocol::audit::AuditorSecret;
use rand::rngs::OsRng;

use super::*;

fn token() -> Token {
    Token {
        config: TokenConfig {
            chain: ChainId([1; 32]),
            token: ContractId([2; 32]),
            registry: ContractId([3; 32]),
            auditor: AuditorSecret::random(&mut OsRng).public(),
        },
        network: Network::Test,
        name: "US dollar \"deposit\" token".into(),
        unit: "USD".into(),
        exponent: 2,
    }
}

#[test]
fn a_token_file_comes_back_and_faults_are_named() {
    let token = token();
    let text = token.to_toml();
    assert_eq!(Token::from_toml(&text).unwrap(), token);
    for (from, to, name) in [
        ("01010101", "0101010", "chain"),
        ("exponent = 2", "exponent = 19", "exponent"),
        ("network = \"test\"", "network = \"other\"", "network"),
        ("unit", "units", "unit"),
    ] {
        let error = Token::from_toml(&text.replacen(from, to, 1)).unwrap_err();
        assert!(error.contains(name), "{error}");
    }
    let auditor = text
        .lines()
        .find(|line| line.starts_with("auditor"))
        .unwrap();
    let identity = format!("auditor = \"{}01{}\"", "00".repeat(32), "00".repeat(31));
    let error = Token::from_toml(&text.replace(auditor, &identity)).unwrap_err();
    assert!(error.starts_with("auditor"), "{error}");
}
