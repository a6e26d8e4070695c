use super::*;

#[test]
fn names_and_challenges_are_strict() {
    for good in ["B", "Bank of Examples, audit 2026", &"x".repeat(64)] {
        assert_eq!(VerifierName::new(good).unwrap().as_str(), good);
    }
    for bad in ["", " x", "x ", "a\nb", "é", "\u{7f}", &"x".repeat(65)] {
        assert_eq!(VerifierName::new(bad), Err(AudienceError::Name), "{bad:?}");
    }
    let challenge = Challenge([0xa5; 32]);
    assert_eq!(Challenge::parse(&challenge.to_string()), Ok(challenge));
    assert_eq!(Challenge::parse(&"A5".repeat(32)), Ok(challenge));
    for bad in [
        "",
        "a5",
        &"g5".repeat(32),
        &"a5".repeat(33),
        &"é".repeat(32),
    ] {
        assert_eq!(
            Challenge::parse(bad),
            Err(AudienceError::Challenge),
            "{bad:?}"
        );
    }
    let long = borsh::to_vec(&"x ".to_owned()).unwrap();
    assert!(borsh::from_slice::<VerifierName>(&long).is_err());
}
