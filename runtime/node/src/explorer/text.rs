//! Values as people read them.

use std::fmt::Display;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// An identifier: short to look at, whole in its tooltip and when copied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Id {
    pub(super) full: String,
    pub(super) short: String,
    pub(super) link: Option<String>,
    /// Whether it is read digit by digit.
    pub(super) code: bool,
}

impl Id {
    pub(super) fn new(id: impl Display) -> Self {
        let full = id.to_string();
        let short = match full.char_indices().nth(22) {
            None => full.clone(),
            Some(_) => {
                let head: String = full.chars().take(10).collect();
                let tail: Vec<char> = full.chars().rev().take(6).collect();
                format!("{head}…{}", tail.into_iter().rev().collect::<String>())
            }
        };
        Self {
            full,
            short,
            link: None,
            code: true,
        }
    }

    /// Words or a number in the place of an identifier.
    pub(super) fn words(text: impl Display) -> Self {
        let text = text.to_string();
        Self {
            full: text.clone(),
            short: text,
            link: None,
            code: false,
        }
    }

    /// The identifier of something that has a page.
    pub(super) fn linked(kind: &str, id: impl Display) -> Self {
        let mut made = Self::new(id);
        made.link = Some(format!("/explorer/{kind}/{}", made.full));
        made
    }
}

/// A name that somebody chose, without characters that control a terminal or turn the direction of the text around it.
pub(super) fn plain(name: &str) -> String {
    let turns = |c: char| matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    name.chars()
        .filter(|c| !c.is_control() && !turns(*c))
        .collect()
}

/// A moment: for machines, and how long ago.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct When {
    pub(super) utc: String,
    pub(super) ago: String,
}

impl When {
    pub(super) fn of(time_ms: u64) -> Self {
        let now = SystemTime::now();
        let moment = UNIX_EPOCH.checked_add(Duration::from_millis(time_ms));
        // Dates after the year 9999 have no RFC 3339 form.
        let last = UNIX_EPOCH + Duration::from_secs(253_402_300_799);
        let moment = moment.unwrap_or(last).min(last);
        let ago = now.duration_since(moment).unwrap_or_default().as_secs();
        Self {
            utc: humantime::format_rfc3339_seconds(moment).to_string(),
            ago: match ago {
                0..60 => format!("{ago} s ago"),
                60..3_600 => format!("{} min ago", ago / 60),
                3_600..172_800 => format!("{} h ago", ago / 3_600),
                _ => format!("{} days ago", ago / 86_400),
            },
        }
    }
}

/// A number with its thousands apart.
pub(super) fn count(number: u64) -> String {
    grouped(u128::from(number))
}

fn grouped(number: u128) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push('\u{202f}');
        }
        text.push(digit);
    }
    text
}

/// A size.
pub(super) fn bytes(size: usize) -> String {
    format!("{} bytes", count(size as u64))
}

/// Minor units as a decimal amount.
pub(super) fn amount(minor: u64, exponent: u8) -> String {
    if minor == u64::MAX {
        return "no limit".to_owned();
    }
    total(u128::from(minor), exponent)
}

/// The same for a sum.
pub(super) fn total(minor: u128, exponent: u8) -> String {
    let scale = 10_u128.checked_pow(exponent.into());
    // No unit has more digits than an amount.
    let Some(scale) = scale.filter(|_| exponent < 20) else {
        return format!("{} × 10⁻{exponent}", grouped(minor));
    };
    if exponent == 0 {
        return grouped(minor);
    }
    let width = usize::from(exponent);
    format!("{}.{:0width$}", grouped(minor / scale), minor % scale)
}

/// A duration in milliseconds.
pub(super) fn millis(duration: Option<Duration>) -> String {
    duration.map_or_else(|| "–".to_owned(), |d| format!("{} ms", d.as_millis()))
}

#[cfg(test)]
mod tests;
