use super::*;

#[test]
fn a_secret_has_one_text_and_its_public_keys_have_one() {
    let secret = ServiceSecret::from_file_text(&"07".repeat(32)).unwrap();
    assert_eq!(*secret.to_file_text(), format!("{}\n", "07".repeat(32)));
    let text = secret.public().to_string();
    assert!(text.starts_with("obolprover1"), "{text}");
    assert_eq!(text.parse::<ServiceKeys>().unwrap(), secret.public());
    assert_ne!(ServiceSecret::generate().unwrap().public(), secret.public());
    for bad in [
        "",
        "07",
        &"0G".repeat(32),
        &"AB".repeat(32),
        &"07".repeat(33),
    ] {
        assert!(matches!(
            ServiceSecret::from_file_text(bad),
            Err(KeyError::Secret)
        ));
    }
}

#[test]
fn other_texts_and_unusable_keys_are_refused() {
    let text = ServiceSecret::generate().unwrap().public().to_string();
    let encode = |hrp: &str, bytes: &[u8]| {
        bech32::encode::<Bech32m>(Hrp::parse(hrp).unwrap(), bytes).unwrap()
    };
    let good = [9; 32];
    for (bad, error) in [
        (String::new(), KeyError::Text),
        (text.to_uppercase(), KeyError::Text),
        (text[..text.len() - 1].to_owned(), KeyError::Text),
        (encode("obolvk", &[9; 64]), KeyError::Text),
        (encode("obolprover", &[9; 63]), KeyError::Text),
        (
            encode("obolprover", &[[0; 32], good].concat()),
            KeyError::Point,
        ),
        (
            encode("obolprover", &[good, [0; 32]].concat()),
            KeyError::Point,
        ),
    ] {
        assert_eq!(bad.parse::<ServiceKeys>(), Err(error), "{bad}");
    }
}
