use super::*;

#[test]
fn long_identifiers_are_shortened_and_kept_whole() {
    let id = Id::linked("transactions", "0123456789abcdef0123456789abcdef");
    assert_eq!(id.short, "0123456789…abcdef");
    assert_eq!(id.full, "0123456789abcdef0123456789abcdef");
    assert_eq!(
        id.link.as_deref(),
        Some("/explorer/transactions/0123456789abcdef0123456789abcdef")
    );
    assert_eq!(Id::new("short").short, "short");
    // Cut between characters, not between bytes.
    assert_eq!(Id::new("ä".repeat(40)).short.chars().count(), 17);
}

#[test]
fn numbers_have_their_thousands_apart() {
    assert_eq!(count(0), "0");
    assert_eq!(count(999), "999");
    assert_eq!(count(1_234_567), "1\u{202f}234\u{202f}567");
}

#[test]
fn amounts_have_the_places_of_their_unit() {
    assert_eq!(amount(5, 2), "0.05");
    assert_eq!(amount(123_456, 2), "1\u{202f}234.56");
    assert_eq!(amount(7, 0), "7");
    assert_eq!(amount(u64::MAX, 2), "no limit");
    assert_eq!(amount(3, 200), "3 × 10⁻200");
}

#[test]
fn every_time_has_a_form() {
    assert_eq!(When::of(0).utc, "1970-01-01T00:00:00Z");
    assert_eq!(When::of(u64::MAX).utc, "9999-12-31T23:59:59Z");
    assert_eq!(When::of(u64::MAX).ago, "0 s ago");
}

#[test]
fn names_do_not_turn_the_text_around_them() {
    assert_eq!(plain("Euro\u{202e} 1,000\u{2066}\u{7}"), "Euro 1,000");
    assert_eq!(plain("دينار בנק €"), "دينار בנק €");
}

#[test]
fn sums_are_shown_whole() {
    assert_eq!(
        total(u128::from(u64::MAX), 0),
        "18\u{202f}446\u{202f}744\u{202f}073\u{202f}709\u{202f}551\u{202f}615"
    );
    assert_eq!(total(123_456, 2), amount(123_456, 2));
    let all = total((1 << 96) - 1, 18);
    assert_eq!(
        all,
        "79\u{202f}228\u{202f}162\u{202f}514.264337593543950335"
    );
}
