//! Amounts: whole minor units in 64 bits, exact decimals in and out, never a floating-point number.

use borsh::{BorshDeserialize, BorshSerialize};

/// A number of minor units (cents of a dollar, yen, fils of a dinar).
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    BorshSerialize,
    BorshDeserialize,
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
}

#[cfg(test)]
mod tests;
