//! Plaintext layout: fixed-width fields, then the text's length and the text padded with zeros.

use obolus_abi::{ContractId, FieldBytes};
use zeroize::Zeroizing;

use super::{MemoError, MemoText};
use crate::amount::Amount;

/// Room for the longer kind of memo, so that the buffer never moves and leaves copies behind.
const CAPACITY: usize = 512;

pub(super) struct Writer(Zeroizing<Vec<u8>>);

impl Writer {
    pub(super) fn new() -> Self {
        Self(Zeroizing::new(Vec::with_capacity(CAPACITY)))
    }

    pub(super) fn bytes(mut self, bytes: &[u8]) -> Self {
        self.0.extend_from_slice(bytes);
        self
    }

    pub(super) fn amount(self, amount: Amount) -> Self {
        self.bytes(&amount.get().to_le_bytes())
    }

    pub(super) fn field(self, field: FieldBytes) -> Self {
        self.bytes(&field.0)
    }

    pub(super) fn text(self, text: &MemoText) -> Self {
        let bytes = text.as_str().as_bytes();
        #[expect(
            clippy::cast_possible_truncation,
            reason = "a memo text has at most 256 bytes"
        )]
        let len = bytes.len() as u16;
        let mut writer = self.bytes(&len.to_le_bytes()).bytes(bytes);
        let padded = writer.0.len() + MemoText::MAX_BYTES - bytes.len();
        writer.0.resize(padded, 0);
        writer
    }

    pub(super) fn finish(self) -> Zeroizing<Vec<u8>> {
        self.0
    }
}

pub(super) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub(super) fn take<const N: usize>(&mut self) -> Result<&'a [u8; N], MemoError> {
        let (head, rest) = self.0.split_first_chunk().ok_or(MemoError::Malformed)?;
        self.0 = rest;
        Ok(head)
    }

    /// The token, which must be the one that the memo was found in.
    pub(super) fn token(&mut self, expected: &ContractId) -> Result<ContractId, MemoError> {
        let token = ContractId(*self.take()?);
        if token == *expected {
            Ok(token)
        } else {
            Err(MemoError::Malformed)
        }
    }

    pub(super) fn amount(&mut self) -> Result<Amount, MemoError> {
        Ok(Amount::new(u64::from_le_bytes(*self.take()?)))
    }

    pub(super) fn field(&mut self) -> Result<FieldBytes, MemoError> {
        Ok(FieldBytes(*self.take()?))
    }

    /// The text, which ends the plaintext; padding must be zero.
    pub(super) fn text(&mut self) -> Result<MemoText, MemoError> {
        let len = usize::from(u16::from_le_bytes(*self.take()?));
        let (text, padding) = self.0.split_at_checked(len).ok_or(MemoError::Malformed)?;
        if text.len() + padding.len() != MemoText::MAX_BYTES || padding.iter().any(|b| *b != 0) {
            return Err(MemoError::Malformed);
        }
        let text = core::str::from_utf8(text).map_err(|_| MemoError::Malformed)?;
        MemoText::new(text)
    }
}
