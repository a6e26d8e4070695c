use super::decode;

#[test]
fn the_vectors_of_rfc_4648() {
    let vectors = [
        ("", ""),
        ("Zg==", "f"),
        ("Zm8=", "fo"),
        ("Zm9v", "foo"),
        ("Zm9vYg==", "foob"),
        ("Zm9vYmE=", "fooba"),
        ("Zm9vYmFy", "foobar"),
    ];
    for (text, bytes) in vectors {
        assert_eq!(decode(text.as_bytes()).unwrap(), bytes.as_bytes());
        assert_eq!(
            decode(format!("{text}\n").as_bytes()).unwrap(),
            bytes.as_bytes()
        );
    }
    assert_eq!(decode(b"+/+/").unwrap(), [0xfb, 0xff, 0xbf]);
}

#[test]
fn every_other_text_is_refused() {
    for text in [
        "Zg", "Zg=", "Zg===", "=Zg=", "Zh==", "Zm9=", "Zg==Zg==", "Z g=", "Zm9v\n\n", "Zm9v\r\n",
        "Zm-_", "====", "Z===",
    ] {
        assert_eq!(decode(text.as_bytes()), None, "{text:?}");
    }
}
