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

#[test]
fn name_and_unit_are_printed_as_they_are_and_so_carry_nothing_that_rules_a_terminal() {
    let token = token();
    let long = "x".repeat(65);
    let units = [
        "USD\u{1b}[2K",
        "US\nD",
        "U\u{9b}D",
        "U\u{202e}D",
        "",
        &long[..13],
    ];
    for unit in units {
        let other = Token {
            unit: unit.into(),
            ..token.clone()
        };
        let error = Token::from_toml(&other.to_toml()).unwrap_err();
        assert!(error.starts_with("unit: must be"), "{unit:?}: {error}");
        assert!(!error.chars().any(hidden));
    }
    for name in ["Test\u{7}", "Test\u{2028}", "", &long] {
        let other = Token {
            name: name.into(),
            ..token.clone()
        };
        let error = Token::from_toml(&other.to_toml()).unwrap_err();
        assert!(error.starts_with("name: must be"), "{name:?}: {error}");
    }
    let widest = Token {
        name: long[..64].into(),
        unit: long[..12].into(),
        ..token
    };
    assert_eq!(Token::from_toml(&widest.to_toml()).unwrap(), widest);
}

#[test]
fn a_token_file_is_read_up_to_a_bound() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("token.toml");
    let text = token().to_toml();
    let spaces = |count: u64| " ".repeat(usize::try_from(count).unwrap());
    let fill = spaces(MAX_FILE - text.len() as u64);
    std::fs::write(&path, format!("{text}{fill}")).unwrap();
    Token::read(&path).unwrap();
    std::fs::write(&path, format!("{text}{fill} ")).unwrap();
    for path in [&path, Path::new("/dev/zero")] {
        match Token::read(path) {
            Err(TokenFileError::Form { reason, .. }) => {
                assert!(reason.contains("larger"), "{reason}")
            }
            other => panic!("{other:?}"),
        }
    }
}
