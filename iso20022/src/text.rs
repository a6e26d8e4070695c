//! Bounded text, as the schemas' `Max35Text`, `Max140Text` and codes have it.

use core::fmt;
use core::hash::{Hash, Hasher};
use core::str::FromStr;

use zeroize::Zeroizing;

/// Why a text was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// No characters, or spaces alone.
    #[error("empty: leave the element out, or write something")]
    Empty,
    /// More characters than the element may have.
    #[error("{length} characters: shorten it to {max}")]
    TooLong {
        /// Characters that were given.
        length: usize,
        /// Characters that fit.
        max: usize,
    },
    /// A control character, a line break, a mark that turns the direction of writing, or what XML cannot hold.
    #[error("character {0} is a control character: remove it")]
    Control(usize),
    /// A code with other characters than A–Z and 0–9.
    #[error("not a code: write capital letters and digits")]
    NotCode,
    /// More lines than the element may have.
    #[error("more than {0} lines: shorten it")]
    TooManyLines(usize),
}

/// A text of 1 to `MAX` characters in one line.
///
/// Wiped on drop. `Debug` hides it, since it tells who pays whom for what; [`Self::as_str`] shows it.
#[derive(Clone, PartialEq, Eq)]
pub struct Text<const MAX: usize>(Zeroizing<String>);

/// An identification, as of messages, instructions and transactions.
pub type Max35 = Text<35>;
/// A name, or a line of remittance information.
pub type Max140 = Text<140>;

impl<const MAX: usize> Text<MAX> {
    /// Takes a text.
    ///
    /// # Errors
    /// [`TextError`] says what does not fit.
    pub fn new(text: impl Into<String>) -> Result<Self, TextError> {
        let text = Zeroizing::new(text.into());
        let length = text.chars().count();
        if length > MAX {
            return Err(TextError::TooLong { length, max: MAX });
        }
        if let Some(place) = text.chars().position(is_refused) {
            return Err(TextError::Control(place + 1));
        }
        if text.chars().all(char::is_whitespace) {
            return Err(TextError::Empty);
        }
        Ok(Self(text))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What is invisible and changes how the rest reads, or is no character of XML.
fn is_refused(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

impl<const MAX: usize> FromStr for Text<MAX> {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        Self::new(text)
    }
}

impl<const MAX: usize> Hash for Text<MAX> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl<const MAX: usize> fmt::Debug for Text<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Text(redacted)")
    }
}

/// A code of ISO's external lists: 1 to 4 capital letters and digits, such as the purpose `SALA`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(String);

impl Code {
    /// Takes a code. Whether it is listed is not looked up.
    ///
    /// # Errors
    /// [`TextError::Empty`], [`TextError::TooLong`], [`TextError::NotCode`].
    pub fn new(code: impl Into<String>) -> Result<Self, TextError> {
        let code = code.into();
        match code.chars().count() {
            0 => Err(TextError::Empty),
            length @ 5.. => Err(TextError::TooLong { length, max: 4 }),
            _ if code.bytes().all(is_capital_or_digit) => Ok(Self(code)),
            _ => Err(TextError::NotCode),
        }
    }

    /// The code.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Code {
    type Err = TextError;

    fn from_str(code: &str) -> Result<Self, TextError> {
        Self::new(code)
    }
}

pub(crate) fn is_capital_or_digit(byte: u8) -> bool {
    byte.is_ascii_uppercase() || byte.is_ascii_digit()
}

#[cfg(test)]
mod tests;
