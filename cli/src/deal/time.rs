//! Times as people write them: a duration from now, or RFC 3339.

use std::time::{SystemTime, UNIX_EPOCH};

use super::DealError;

const SECOND: u64 = 1_000;
const DAY: u64 = 86_400 * SECOND;

/// Milliseconds since 1970.
pub fn now_ms() -> u64 {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    u64::try_from(now.as_millis()).unwrap_or(u64::MAX)
}

/// Reads a time: `90s`, `10m`, `2h`, `7d` from `now`, or such as `2026-07-01T12:00:00Z`.
pub fn parse(name: &'static str, text: &str, now: u64) -> Result<u64, DealError> {
    duration(text)
        .map(|duration| now.saturating_add(duration))
        .or_else(|| rfc3339(text))
        .ok_or_else(|| {
            DealError::Argument(
                name,
                format!(
                    "{text} is no time: write a duration such as 10m or 2h, or 2026-07-01T12:00:00Z"
                ),
            )
        })
}

/// `10m` and the like in milliseconds.
fn duration(text: &str) -> Option<u64> {
    let unit = match text.as_bytes().last()? {
        b's' => SECOND,
        b'm' => 60 * SECOND,
        b'h' => 3_600 * SECOND,
        b'd' => DAY,
        _ => return None,
    };
    let number = text.get(..text.len() - 1)?;
    digits(number)?.checked_mul(unit)
}

/// A time of the Gregorian calendar with its offset, in milliseconds since 1970.
fn rfc3339(text: &str) -> Option<u64> {
    let (date, rest) = text.split_once(['T', 't'])?;
    let mut date = date.splitn(3, '-');
    let year = fixed(date.next()?, 4)?;
    let month = fixed(date.next()?, 2)?;
    let day = fixed(date.next()?, 2)?;
    let clock = rest.get(..8)?;
    let mut parts = clock.splitn(3, ':');
    let hour = fixed(parts.next()?, 2)?;
    let minute = fixed(parts.next()?, 2)?;
    let second = fixed(parts.next()?, 2)?;
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let length = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if year < 1970 || day == 0 || day > length || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let (millis, offset) = fraction(rest.get(8..)?)?;
    let local =
        days(year, month, day) * DAY + (hour * 3_600 + minute * 60 + second) * SECOND + millis;
    local.checked_add_signed(-offset)
}

/// What follows the seconds: a fraction, cut to milliseconds, and the offset from UTC in milliseconds.
fn fraction(text: &str) -> Option<(u64, i64)> {
    let (millis, offset) = match text.strip_prefix('.') {
        None => (0, text),
        Some(rest) => {
            let end = rest.find(|c: char| !c.is_ascii_digit())?;
            let (number, offset) = rest.split_at_checked(end)?;
            let millis = format!("{number:0<3}");
            (digits(number).and(digits(millis.get(..3)?))?, offset)
        }
    };
    if matches!(offset, "Z" | "z") {
        return Some((millis, 0));
    }
    let sign = match offset.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let (hours, minutes) = offset.get(1..)?.split_once(':')?;
    let (hours, minutes) = (fixed(hours, 2)?, fixed(minutes, 2)?);
    if hours > 23 || minutes > 59 {
        return None;
    }
    let offset = i64::try_from((hours * 3_600 + minutes * 60) * SECOND).ok()?;
    Some((millis, sign * offset))
}

/// Days from 1970-01-01 to a date that exists.
fn days(year: u64, month: u64, day: u64) -> u64 {
    // Years begin in March here, so that the leap day is the last one.
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let before = year * 365 + year / 4 - year / 100 + year / 400;
    // Up to 1 March 1970: 719,468 days from 1 March of the year 0, less the 31 + 28 of January and February.
    before + (153 * month + 2) / 5 + day - 1 - 719_468
}

/// Writes a time as RFC 3339 in UTC, to the second.
pub fn show(ms: u64) -> String {
    let seconds = ms / SECOND;
    let (mut left, clock) = (seconds / 86_400, seconds % 86_400);
    let mut year = 1970_u64;
    loop {
        let length = days(year + 1, 1, 1) - days(year, 1, 1);
        if left < length || year >= 9_999 {
            break;
        }
        left -= length;
        year += 1;
    }
    let first = days(year, 1, 1);
    let month = (1..=12)
        .rev()
        .find(|month| days(year, *month, 1) - first <= left)
        .unwrap_or(1);
    let day = left + 1 - (days(year, month, 1) - first);
    format!(
        "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z",
        clock / 3_600,
        clock / 60 % 60,
        clock % 60
    )
}

fn fixed(text: &str, length: usize) -> Option<u64> {
    if text.len() == length {
        digits(text)
    } else {
        None
    }
}

fn digits(text: &str) -> Option<u64> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

#[cfg(test)]
mod tests;
