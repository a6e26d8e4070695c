//! Rates: how an amount of one token becomes an amount of another, in whole minor units.
//!
//! The `ratio` statement proves this conversion of two hidden amounts. Quotes, spreads and the
//! currencies' exponents are not here: a rate counts minor units on both sides.

use core::num::NonZeroU64;

use borsh::{BorshDeserialize, BorshSerialize};

use crate::{amount::Amount, field::invalid_data};

/// Why a rate or a conversion was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RateError {
    /// `q` is zero.
    #[error("a rate needs minor units of the first token: set q to 1 or more")]
    ZeroDenominator,
    /// The converted amount is above 2^64 − 1 minor units.
    #[error(
        "the converted amount is too large: split the deal below 18446744073709551616 minor units"
    )]
    TooLarge,
}

/// `p : q`: for `q` minor units of the first token, `p` minor units of the second.
///
/// It need not be in lowest terms. Equal fractions convert every amount alike, so reducing would
/// change nothing but the numbers that the parties agreed on and the contract stores: two rates are
/// equal only if both numbers are. A rate with `p = 0` turns every amount into nothing; whether a
/// deal may have one is for its contract and its parties to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, BorshSerialize)]
pub struct Rate {
    p: u64,
    q: NonZeroU64,
}

impl Rate {
    /// The rate `p : q`.
    ///
    /// # Errors
    /// [`RateError::ZeroDenominator`] when `q` is zero.
    pub const fn new(p: u64, q: u64) -> Result<Self, RateError> {
        match NonZeroU64::new(q) {
            Some(q) => Ok(Self { p, q }),
            None => Err(RateError::ZeroDenominator),
        }
    }

    /// Minor units of the second token.
    pub const fn p(self) -> u64 {
        self.p
    }

    /// Minor units of the first token; never zero.
    pub const fn q(self) -> u64 {
        self.q.get()
    }

    /// `floor(amount · p / q)`: what the second party pays for `amount`. Rounds toward zero, so that
    /// it loses less than one minor unit to the first and never pays more than the rate.
    ///
    /// # Errors
    /// [`RateError::TooLarge`] when the result does not fit into 64 bits.
    pub fn convert(self, amount: Amount) -> Result<Amount, RateError> {
        let scaled = u128::from(amount.get()) * u128::from(self.p);
        u64::try_from(scaled / u128::from(self.q.get()))
            .map(Amount::new)
            .map_err(|_| RateError::TooLarge)
    }
}

impl BorshDeserialize for Rate {
    fn deserialize_reader<R: borsh::io::Read>(reader: &mut R) -> borsh::io::Result<Self> {
        let (p, q) = <(u64, u64)>::deserialize_reader(reader)?;
        Self::new(p, q).map_err(invalid_data)
    }
}

impl core::fmt::Display for Rate {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{}:{}", self.p, self.q)
    }
}

#[cfg(test)]
mod tests;
