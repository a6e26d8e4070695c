//! Totals: sums of amounts, as supplies and reserves are.

use zeroize::Zeroize;

/// Why a number is no total.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a total has at most 96 bits of minor units: check the number and its unit")]
pub struct TotalError;

/// A sum of amounts in minor units, below 2^96: 2^32 times the largest amount.
///
/// `Debug` hides the number, as that of [`Amount`](super::Amount) does.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Zeroize)]
pub struct Total(u128);

impl Total {
    /// Bits of a total.
    pub const BITS: u32 = 96;
    /// The largest total.
    pub const MAX: Self = Self((1 << Self::BITS) - 1);

    /// Checks the range.
    ///
    /// # Errors
    /// [`TotalError`] above [`Self::MAX`].
    pub const fn new(minor_units: u128) -> Result<Self, TotalError> {
        if minor_units > Self::MAX.0 {
            return Err(TotalError);
        }
        Ok(Self(minor_units))
    }

    /// The number of minor units.
    pub const fn get(self) -> u128 {
        self.0
    }
}

impl core::fmt::Debug for Total {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Total(redacted)")
    }
}
