//! Days and moments of the Gregorian calendar, as `ISODate` and `ISODateTime` write them.

use core::fmt;
use core::str::FromStr;

/// Why a date or time was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TimeError {
    /// Not a day from 1970 to 9999.
    #[error("not a date: write YYYY-MM-DD without a zone")]
    Date,
    /// Not a moment with its offset.
    #[error("not a date and time with an offset from UTC: write 2026-11-29T09:30:00+01:00")]
    Timestamp,
}

/// A day from 1970 to 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    /// Takes a day.
    ///
    /// # Errors
    /// [`TimeError::Date`] if there is no such day.
    pub const fn new(year: u16, month: u8, day: u8) -> Result<Self, TimeError> {
        let leap =
            year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
        let last = match month {
            2 if leap => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
            _ => 0,
        };
        if year < 1970 || year > 9999 || day == 0 || day > last {
            return Err(TimeError::Date);
        }
        Ok(Self { year, month, day })
    }

    /// Days since 1970-01-01, with years that begin in March, so that the leap day is their last.
    fn days(self) -> u64 {
        let (year, month) = match self.month {
            1 | 2 => (u64::from(self.year) - 1, u64::from(self.month) + 9),
            _ => (u64::from(self.year), u64::from(self.month) - 3),
        };
        let before_month = (153 * month + 2) / 5;
        let of_years = year * 365 + year / 4 - year / 100 + year / 400;
        // 719468 days lie between 0000-03-01 and 1970-01-01.
        (of_years + before_month + u64::from(self.day)).saturating_sub(719_469)
    }

    fn from_days(days: u64) -> Result<Self, TimeError> {
        let days = days.checked_add(719_468).ok_or(TimeError::Date)?;
        let (era, day) = (days / 146_097, days % 146_097);
        let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
        let day = day - (year * 365 + year / 4 - year / 100);
        let month = (5 * day + 2) / 153;
        let day = day - (153 * month + 2) / 5 + 1;
        let (month, carry) = if month < 10 {
            (month + 3, 0)
        } else {
            (month - 9, 1)
        };
        let narrow = |number: u64| u16::try_from(number).map_err(|_| TimeError::Date);
        let small = |number: u64| u8::try_from(number).map_err(|_| TimeError::Date);
        Self::new(
            narrow(era * 400 + year + carry)?,
            small(month)?,
            small(day)?,
        )
    }
}

impl FromStr for Date {
    type Err = TimeError;

    fn from_str(text: &str) -> Result<Self, TimeError> {
        let [year, month, day] = numbers(text, [4, 2, 2], "--").ok_or(TimeError::Date)?;
        let narrow = |number: u32| u8::try_from(number).map_err(|_| TimeError::Date);
        let year = u16::try_from(year).map_err(|_| TimeError::Date)?;
        Self::new(year, narrow(month)?, narrow(day)?)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

/// Numbers of fixed widths with one separator between each two; nothing before, between or after them.
fn numbers<const N: usize>(text: &str, widths: [usize; N], separators: &str) -> Option<[u32; N]> {
    let mut rest = text;
    let mut separators = separators.chars();
    let mut read = [0; N];
    for (place, (number, width)) in read.iter_mut().zip(widths).enumerate() {
        if place > 0 {
            rest = rest.strip_prefix(separators.next()?)?;
        }
        let (digits, after) = rest.split_at_checked(width)?;
        if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        *number = digits.parse().ok()?;
        rest = after;
    }
    rest.is_empty().then_some(read)
}

/// A moment from 1970 to 9999, to the nanosecond, without a place: it is written in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp {
    seconds: u64,
    nanoseconds: u32,
}

impl Timestamp {
    /// Takes seconds since 1970-01-01T00:00:00Z.
    ///
    /// # Errors
    /// [`TimeError::Timestamp`] after the year 9999.
    pub fn from_unix(seconds: u64) -> Result<Self, TimeError> {
        Date::from_days(seconds / 86_400).map_err(|_| TimeError::Timestamp)?;
        Ok(Self {
            seconds,
            nanoseconds: 0,
        })
    }

    /// Takes milliseconds since 1970-01-01T00:00:00Z.
    ///
    /// # Errors
    /// [`TimeError::Timestamp`] after the year 9999.
    pub fn from_unix_ms(milliseconds: u64) -> Result<Self, TimeError> {
        let whole = Self::from_unix(milliseconds / 1_000)?;
        let fraction = u32::try_from(milliseconds % 1_000).map_err(|_| TimeError::Timestamp)?;
        Ok(Self {
            nanoseconds: fraction * 1_000_000,
            ..whole
        })
    }

    /// Seconds since 1970-01-01T00:00:00Z, rounded down.
    pub fn unix(self) -> u64 {
        self.seconds
    }

    /// The day in UTC.
    pub fn date(self) -> Date {
        // Every constructor has looked at the day.
        Date::from_days(self.seconds / 86_400).unwrap_or(Date {
            year: 9999,
            month: 12,
            day: 31,
        })
    }
}

impl FromStr for Timestamp {
    type Err = TimeError;

    /// Reads a date and time with an offset or `Z`. Without either the moment would depend on the reader.
    fn from_str(text: &str) -> Result<Self, TimeError> {
        parse(text).ok_or(TimeError::Timestamp)
    }
}

fn parse(text: &str) -> Option<Timestamp> {
    let (date, time) = text.split_once('T')?;
    let day: Date = date.parse().ok()?;
    let at = time.find(['Z', '+', '-'])?;
    let (clock, zone) = time.split_at_checked(at)?;
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
    let [hour, minute, second] = numbers(clock, [2, 2, 2], "::")?;
    let digits = fraction.bytes().all(|byte| byte.is_ascii_digit());
    if hour > 23 || minute > 59 || second > 59 || !digits || !matches!(fraction.len(), 1..=9) {
        return None;
    }
    let scale = 10_u32.pow(9 - u32::try_from(fraction.len()).ok()?);
    let nanoseconds = fraction.parse::<u32>().ok()?.checked_mul(scale)?;
    let local = day.days() * 86_400 + u64::from(hour * 3_600 + minute * 60 + second);
    let seconds = match zone.split_at_checked(1)? {
        ("Z", "") => local,
        ("+", offset) => local.checked_sub(seconds_of_offset(offset)?)?,
        ("-", offset) => local.checked_add(seconds_of_offset(offset)?)?,
        _ => return None,
    };
    let whole = Timestamp::from_unix(seconds).ok()?;
    Some(Timestamp {
        nanoseconds,
        ..whole
    })
}

fn seconds_of_offset(offset: &str) -> Option<u64> {
    let [hours, minutes] = numbers(offset, [2, 2], ":")?;
    let known = hours < 14 && minutes < 60 || hours == 14 && minutes == 0;
    known.then(|| u64::from(hours * 3_600 + minutes * 60))
}

impl fmt::Display for Timestamp {
    /// With the offset `+00:00`, which CBPR+ wants instead of `Z`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let clock = self.seconds % 86_400;
        let (hour, minute, second) = (clock / 3_600, clock / 60 % 60, clock % 60);
        write!(f, "{}T{hour:02}:{minute:02}:{second:02}", self.date())?;
        if self.nanoseconds > 0 {
            let fraction = format!("{:09}", self.nanoseconds);
            write!(f, ".{}", fraction.trim_end_matches('0'))?;
        }
        f.write_str("+00:00")
    }
}

#[cfg(test)]
mod tests;
