//! The free text of a memo.

use zeroize::{Zeroize, ZeroizeOnDrop};

use super::MemoError;

/// At most [`Self::MAX_BYTES`] of UTF-8; wiped on drop, never printed.
#[derive(Clone, Default, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct MemoText(String);

impl MemoText {
    /// Longest text in bytes.
    pub const MAX_BYTES: usize = obolus_abi::token::MEMO_TEXT_LEN;

    /// Takes a text.
    ///
    /// # Errors
    /// [`MemoError::TextTooLong`].
    pub fn new(text: impl Into<String>) -> Result<Self, MemoError> {
        let text = Self(text.into());
        if text.0.len() > Self::MAX_BYTES {
            Err(MemoError::TextTooLong)
        } else {
            Ok(text)
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl core::fmt::Debug for MemoText {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("MemoText(redacted)")
    }
}
