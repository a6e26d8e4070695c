use super::*;

const TEXT: &str = "obolvk1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq";

#[test]
fn round_trip() {
    let id = KeyIdText(KeyId([0x5a; 32]));
    let text = id.to_string();
    assert!(text.starts_with("obolvk1"), "{text}");
    assert_eq!(text.parse(), Ok(id));
    assert!(KeyIdText(KeyId([0; 32])).to_string().starts_with(TEXT));
}

#[test]
fn refuses_other_texts() {
    let text = KeyIdText(KeyId([0x5a; 32])).to_string();
    let mut changed = text.clone();
    changed.replace_range(
        10..11,
        if text.as_bytes()[10] == b'q' {
            "p"
        } else {
            "q"
        },
    );
    assert_eq!(changed.parse::<KeyIdText>(), Err(KeyIdTextError::Checksum));
    assert_eq!(
        text.to_uppercase().parse::<KeyIdText>(),
        Err(KeyIdTextError::Checksum)
    );
    let other = bech32::encode::<Bech32m>(Hrp::parse("obol").unwrap(), &[1; 32]).unwrap();
    assert_eq!(other.parse::<KeyIdText>(), Err(KeyIdTextError::Prefix));
    let short = bech32::encode::<Bech32m>(HRP, &[1; 31]).unwrap();
    assert_eq!(short.parse::<KeyIdText>(), Err(KeyIdTextError::Length));
}
