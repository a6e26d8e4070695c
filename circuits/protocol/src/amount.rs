//! Amounts: whole minor units in 64 bits, exact decimals in and out, never a floating-point number.

mod total;

pub use total::{Total, TotalError};

use borsh::{BorshDeserialize, BorshSerialize};
use zeroize::Zeroize;

use crate::field::invalid_data;

/// Why an amount was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AmountError {
    /// Not digits with at most one point between them.
    #[error("not a decimal amount: write digits and at most one point, as in 1250.75")]
    NotDecimal,
    /// More precise than the unit.
    #[error("too many fraction digits: this unit has {0}")]
    TooPrecise(Exponent),
    /// Above 2^64 − 1 minor units.
    #[error("the amount is too large: split it below 18446744073709551616 minor units")]
    TooLarge,
    /// Exponent above [`Exponent::MAX`].
    #[error("exponent {0} is not supported: use the unit's ISO 4217 exponent, at most 18")]
    Exponent(u8),
}

/// A number of minor units (cents of a dollar, yen, fils of a dinar).
///
/// `Debug` hides the number, since amounts are what the ledger hides and `Debug` ends up in logs;
/// [`Amount::format`] shows it to whoever may see it.
#[derive(
    Clone,
    Copy,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    BorshSerialize,
    BorshDeserialize,
    Zeroize,
)]
pub struct Amount(u64);

impl Amount {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// The largest amount.
    pub const MAX: Self = Self(u64::MAX);

    /// Wraps a number of minor units.
    pub const fn new(minor_units: u64) -> Self {
        Self(minor_units)
    }

    /// The number of minor units.
    pub const fn get(self) -> u64 {
        self.0
    }

    /// Sum, or none on overflow.
    pub const fn checked_add(self, other: Self) -> Option<Self> {
        match self.0.checked_add(other.0) {
            Some(sum) => Some(Self(sum)),
            None => None,
        }
    }

    /// Difference, or none when `other` is larger.
    pub const fn checked_sub(self, other: Self) -> Option<Self> {
        match self.0.checked_sub(other.0) {
            Some(difference) => Some(Self(difference)),
            None => None,
        }
    }

    /// Reads a decimal number of major units: ASCII digits, optionally a point and at least one
    /// more digit, no more of them than the unit has. Leading zeros are read over (ISO 20022 allows
    /// them); signs, separators, spaces and powers of ten are refused.
    ///
    /// # Errors
    /// [`AmountError`] says what is wrong with the text.
    pub fn parse(text: &str, exponent: Exponent) -> Result<Self, AmountError> {
        let (whole, fraction) = match text.split_once('.') {
            Some((_, "")) => return Err(AmountError::NotDecimal),
            Some(parts) => parts,
            None => (text, ""),
        };
        if whole.is_empty() {
            return Err(AmountError::NotDecimal);
        }
        let mut digits = whole.bytes().chain(fraction.bytes());
        if !digits.all(|byte| byte.is_ascii_digit()) {
            return Err(AmountError::NotDecimal);
        }
        let places = usize::from(exponent.get());
        let missing = places
            .checked_sub(fraction.len())
            .ok_or(AmountError::TooPrecise(exponent))?;
        let digits = whole.bytes().chain(fraction.bytes());
        let padded = digits.chain(std::iter::repeat_n(b'0', missing));
        let mut units = 0_u64;
        for digit in padded {
            units = units
                .checked_mul(10)
                .and_then(|units| units.checked_add(u64::from(digit - b'0')))
                .ok_or(AmountError::TooLarge)?;
        }
        Ok(Self(units))
    }

    /// Writes the amount in major units with all the unit's fraction digits; [`Self::parse`] reads
    /// it back.
    pub fn format(self, exponent: Exponent) -> String {
        let scale = 10_u64.pow(u32::from(exponent.get()));
        let (whole, fraction) = (self.0 / scale, self.0 % scale);
        match usize::from(exponent.get()) {
            0 => whole.to_string(),
            places => format!("{whole}.{fraction:0places$}"),
        }
    }
}

impl core::fmt::Debug for Amount {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Amount(redacted)")
    }
}

/// How many decimal digits of a major unit the minor unit is: 2 for USD, 0 for JPY, 3 for KWD.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, BorshSerialize)]
pub struct Exponent(u8);

impl Exponent {
    /// The largest exponent: 10^18 is the largest power of ten that leaves a digit before the point.
    pub const MAX: u8 = 18;

    /// Checks the range.
    ///
    /// # Errors
    /// [`AmountError::Exponent`] above [`Self::MAX`].
    pub const fn new(digits: u8) -> Result<Self, AmountError> {
        if digits > Self::MAX {
            return Err(AmountError::Exponent(digits));
        }
        Ok(Self(digits))
    }

    /// Number of decimal digits.
    pub const fn get(self) -> u8 {
        self.0
    }
}

impl core::fmt::Display for Exponent {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        self.0.fmt(f)
    }
}

impl BorshDeserialize for Exponent {
    fn deserialize_reader<R: borsh::io::Read>(reader: &mut R) -> borsh::io::Result<Self> {
        Self::new(u8::deserialize_reader(reader)?).map_err(invalid_data)
    }
}

#[cfg(test)]
mod tests;
