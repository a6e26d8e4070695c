use proptest::{prop_assert_eq, proptest};

use super::*;

#[test]
fn days_that_do_not_exist_are_refused() {
    for text in [
        "2026-11-29",
        "2024-02-29",
        "2000-02-29",
        "1970-01-01",
        "9999-12-31",
    ] {
        assert_eq!(text.parse::<Date>().unwrap().to_string(), text);
    }
    for text in [
        "",
        "2026-02-29",
        "2100-02-29",
        "2026-13-01",
        "2026-00-01",
        "2026-04-31",
        "2026-1-1",
        "1969-12-31",
        "2026-11-29Z",
        "2026-11-29+01:00",
        "12026-11-29",
        "-2026-11-29",
        "2026/11/29",
        "２０２６-11-29",
        "2026-11-+9",
    ] {
        assert_eq!(text.parse::<Date>(), Err(TimeError::Date), "{text}");
    }
}

#[test]
fn moments_are_read_with_their_offset_and_written_in_utc() {
    for (text, utc) in [
        ("2026-11-29T09:30:00Z", "2026-11-29T09:30:00+00:00"),
        ("2026-11-29T09:30:00+01:00", "2026-11-29T08:30:00+00:00"),
        ("2026-11-29T23:30:00-05:30", "2026-11-30T05:00:00+00:00"),
        (
            "2026-11-29T09:30:00.120-00:00",
            "2026-11-29T09:30:00.12+00:00",
        ),
        ("2024-03-01T00:30:00+14:00", "2024-02-29T10:30:00+00:00"),
        (
            "2026-11-29T09:30:00.000000001Z",
            "2026-11-29T09:30:00.000000001+00:00",
        ),
    ] {
        let moment: Timestamp = text.parse().unwrap();
        assert_eq!(moment.to_string(), utc);
        assert_eq!(utc.parse(), Ok(moment));
    }
    let known: Timestamp = "2001-09-09T01:46:40Z".parse().unwrap();
    assert_eq!(known.unix(), 1_000_000_000);
}

#[test]
fn moments_without_an_offset_are_refused() {
    for text in [
        "",
        "2026-11-29",
        "2026-11-29T09:30:00",
        "2026-11-29T09:30Z",
        "2026-11-29T24:00:00Z",
        "2026-11-29T09:60:00Z",
        "2026-11-29T09:30:60Z",
        "2026-11-29T09:30:00.Z",
        "2026-11-29T09:30:00.1234567890Z",
        "2026-11-29T09:30:00+15:00",
        "2026-11-29T09:30:00+1:00",
        "2026-11-29T09:30:00ZZ",
        "2026-02-30T09:30:00Z",
        "2026-11-29 09:30:00Z",
        "1970-01-01T00:00:00+01:00",
        "9999-12-31T23:59:59-01:00",
        "2026-11-29T09:30:00.+1Z",
    ] {
        assert_eq!(
            text.parse::<Timestamp>(),
            Err(TimeError::Timestamp),
            "{text}"
        );
    }
}

proptest! {
    #[test]
    fn every_second_is_read_back(seconds in 0_u64..253_402_300_800) {
        let moment = Timestamp::from_unix(seconds).unwrap();
        prop_assert_eq!(moment.to_string().parse(), Ok(moment));
        prop_assert_eq!(moment.date().days(), seconds / 86_400);
    }
}

#[test]
fn milliseconds_are_kept() {
    let moment = Timestamp::from_unix_ms(1_764_408_600_250).unwrap();
    assert_eq!(moment.unix(), 1_764_408_600);
    assert!(moment.to_string().ends_with(".25+00:00"));
    assert_eq!(moment.to_string().parse(), Ok(moment));
    assert_eq!(Timestamp::from_unix_ms(u64::MAX), Err(TimeError::Timestamp));
}
