use super::*;

#[test]
fn bytes_survive_and_other_spellings_are_refused() {
    let all: Vec<u8> = (0..=255).collect();
    assert_eq!(decode(&encode(&all)), Some(all));
    assert_eq!(decode_array::<2>("0aff"), Some([10, 255]));
    for text in ["0", "0A", "0x", " 00", "0g", "é0"] {
        assert_eq!(decode(text), None, "{text}");
    }
    assert_eq!(decode_array::<2>("0aff00"), None);
    assert_eq!(decode_array::<2>("0a"), None);
}
