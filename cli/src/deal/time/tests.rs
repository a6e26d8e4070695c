//! Times are read exactly or not at all.

use super::*;

fn read(text: &str) -> Option<u64> {
    parse("expires", text, 1_000).ok()
}

#[test]
fn durations_count_from_now() {
    assert_eq!(read("90s"), Some(91_000));
    assert_eq!(read("10m"), Some(601_000));
    assert_eq!(read("2h"), Some(7_201_000));
    assert_eq!(read("7d"), Some(7 * DAY + 1_000));
}

#[test]
fn times_of_the_calendar_are_read_and_written() {
    let known = [
        ("1970-01-01T00:00:00Z", 0),
        ("1970-03-01T00:00:00Z", 59 * DAY),
        ("2000-02-29T12:00:00Z", 951_825_600_000),
        ("2024-02-29T23:59:59Z", 1_709_251_199_000),
        ("2026-07-01T12:00:00Z", 1_782_907_200_000),
        ("2100-03-01T00:00:00Z", 4_107_542_400_000),
    ];
    for (text, ms) in known {
        assert_eq!(read(text), Some(ms), "{text}");
        assert_eq!(show(ms), text);
    }
    assert_eq!(read("2026-07-01T14:00:00+02:00"), Some(1_782_907_200_000));
    assert_eq!(read("2026-07-01T06:30:00-05:30"), Some(1_782_907_200_000));
    assert_eq!(read("2026-07-01T12:00:00.2569Z"), Some(1_782_907_200_256));
    // Every day of two centuries comes back.
    for day in 0..73_000 {
        let ms = day * DAY + 43_200_000;
        assert_eq!(rfc3339(&show(ms)), Some(ms), "day {day}");
    }
}

#[test]
fn anything_else_is_refused() {
    for text in [
        "",
        "m",
        "10",
        "-1m",
        "1.5h",
        "10 m",
        "99999999999999999999s",
        "2026-07-01",
        "2026-13-01T00:00:00Z",
        "2026-02-29T00:00:00Z",
        "2026-07-01T24:00:00Z",
        "2026-07-01T12:00:60Z",
        "2026-07-01T12:00:00",
        "2026-07-01T12:00:00+2",
        "1969-12-31T23:59:59Z",
        "2026-7-1T12:00:00Z",
        "2026-07-01T12:00:00.Z",
    ] {
        assert_eq!(read(text), None, "{text:?}");
    }
}
