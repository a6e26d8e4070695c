use super::*;

#[test]
fn texts_are_bounded_in_characters_not_bytes() {
    assert!(Max35::new("é".repeat(35)).is_ok());
    let long = Max35::new("é".repeat(36));
    assert_eq!(
        long,
        Err(TextError::TooLong {
            length: 36,
            max: 35
        })
    );
}

#[test]
fn texts_without_a_visible_character_are_empty() {
    for text in ["", " ", "  \u{3000} "] {
        assert_eq!(Max35::new(text), Err(TextError::Empty), "{text:?}");
    }
}

#[test]
fn control_and_direction_characters_are_refused() {
    for c in [
        '\0', '\n', '\r', '\t', '\u{7f}', '\u{85}', '\u{202e}', '\u{2066}', '\u{feff}', '\u{ffff}',
    ] {
        let text = format!("ab{c}d");
        assert_eq!(Max35::new(text), Err(TextError::Control(3)), "{c:?}");
    }
}

#[test]
fn debug_never_shows_a_text() {
    let text = Max140::new("Muster AG").unwrap();
    assert!(!format!("{text:?}").contains("Muster"));
}

#[test]
fn codes_are_capital_letters_and_digits() {
    assert!(Code::new("SALA").is_ok() && Code::new("G001").is_ok() && Code::new("A").is_ok());
    assert_eq!(Code::new(""), Err(TextError::Empty));
    assert_eq!(
        Code::new("SALAR"),
        Err(TextError::TooLong { length: 5, max: 4 })
    );
    for code in ["sala", "SA L", "SÄLA", "SA-A"] {
        assert_eq!(Code::new(code), Err(TextError::NotCode), "{code}");
    }
}
