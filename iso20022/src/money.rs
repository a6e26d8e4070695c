//! Amounts: exact decimals on the wire, whole minor units here, never a floating-point number.

use core::fmt;
use core::str::FromStr;

/// Why an amount or a currency was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Not digits with at most one point between them.
    #[error("not an amount: write digits and at most one point, as in 1250.75")]
    NotDecimal,
    /// More fraction digits than the currency has.
    #[error("too many fraction digits: {currency} has {digits}")]
    TooPrecise {
        /// The amount's currency.
        currency: Currency,
        /// Its ISO 4217 exponent.
        digits: u8,
    },
    /// More digits than ISO 20022 has room for.
    #[error("too large: an amount has at most 18 digits")]
    TooLarge,
    /// Not a currency of ISO 4217 in which anything is paid.
    #[error("not a currency with minor units: write a code of ISO 4217, as in EUR")]
    Currency,
    /// Two amounts that belong together have two currencies.
    #[error("{0} and {1}: amounts that are added or compared have one currency")]
    Mixed(Currency, Currency),
}

/// A number of minor units (cents of a euro, yen, fils of a dinar), at most 18 digits.
///
/// `Debug` hides the number; amounts are what the ledger hides.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MinorUnits(u64);

impl MinorUnits {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// The largest amount of a message: 18 digits.
    pub const MAX: Self = Self(999_999_999_999_999_999);

    /// Takes a number of minor units.
    ///
    /// # Errors
    /// [`MoneyError::TooLarge`] above [`Self::MAX`].
    pub const fn new(units: u64) -> Result<Self, MoneyError> {
        if units > Self::MAX.0 {
            return Err(MoneyError::TooLarge);
        }
        Ok(Self(units))
    }

    /// The number.
    pub const fn get(self) -> u64 {
        self.0
    }
}

impl fmt::Debug for MinorUnits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MinorUnits(redacted)")
    }
}

/// A currency of ISO 4217 that has minor units (with an exponent of 0 to 5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Currency(iso_currency::Currency);

impl Currency {
    /// Takes a three-letter code.
    ///
    /// # Errors
    /// [`MoneyError::Currency`] for what is no currency, or has no minor units, such as gold.
    pub fn new(code: &str) -> Result<Self, MoneyError> {
        // The list reads codes in any case; the schemas do not.
        let known = iso_currency::Currency::from_code(code).filter(|found| found.code() == code);
        let usable = known.filter(|found| matches!(found.exponent(), Some(0..=5)));
        usable.map(Self).ok_or(MoneyError::Currency)
    }

    /// The three letters.
    pub fn code(self) -> &'static str {
        self.0.code()
    }

    /// How many decimal digits of a major unit the minor unit is: 2 for EUR, 0 for JPY, 3 for KWD.
    pub fn exponent(self) -> u8 {
        let digits = self.0.exponent().unwrap_or_default();
        u8::try_from(digits).unwrap_or_default()
    }
}

impl FromStr for Currency {
    type Err = MoneyError;

    fn from_str(code: &str) -> Result<Self, MoneyError> {
        Self::new(code)
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// An amount in a currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Money {
    /// How much.
    pub units: MinorUnits,
    /// Of what.
    pub currency: Currency,
}

impl Money {
    /// Reads a decimal number of major units: digits, optionally a point and at least one more digit, no more of them
    /// than the currency has. Signs, powers of ten, separators and spaces are refused.
    ///
    /// # Errors
    /// [`MoneyError::NotDecimal`], [`MoneyError::TooPrecise`], [`MoneyError::TooLarge`].
    pub fn parse(decimal: &str, currency: Currency) -> Result<Self, MoneyError> {
        let (whole, fraction) = match decimal.split_once('.') {
            Some((_, "")) => return Err(MoneyError::NotDecimal),
            Some(parts) => parts,
            None => (decimal, ""),
        };
        let digits = || whole.bytes().chain(fraction.bytes());
        if whole.is_empty() || !digits().all(|byte| byte.is_ascii_digit()) {
            return Err(MoneyError::NotDecimal);
        }
        let places = currency.exponent();
        let missing = usize::from(places).checked_sub(fraction.len());
        let missing = missing.ok_or(MoneyError::TooPrecise {
            currency,
            digits: places,
        })?;
        let mut units = 0_u64;
        for digit in digits().chain(std::iter::repeat_n(b'0', missing)) {
            units = units
                .checked_mul(10)
                .and_then(|units| units.checked_add(u64::from(digit - b'0')))
                .ok_or(MoneyError::TooLarge)?;
        }
        let units = MinorUnits::new(units)?;
        Ok(Self { units, currency })
    }

    /// The decimal number of major units with all fraction digits of the currency; [`Self::parse`] reads it back.
    pub fn decimal(self) -> String {
        let places = self.currency.exponent();
        let scale = 10_u64.pow(u32::from(places));
        let (whole, fraction) = (self.units.0 / scale, self.units.0 % scale);
        match usize::from(places) {
            0 => whole.to_string(),
            places => format!("{whole}.{fraction:0places$}"),
        }
    }

    /// Nothing of a currency.
    pub fn zero(currency: Currency) -> Self {
        Self {
            units: MinorUnits::ZERO,
            currency,
        }
    }

    /// The sum of amounts of one currency.
    ///
    /// # Errors
    /// [`MoneyError::Mixed`] if one has another, [`MoneyError::TooLarge`] above 18 digits.
    pub fn sum(
        amounts: impl IntoIterator<Item = Self>,
        currency: Currency,
    ) -> Result<Self, MoneyError> {
        let mut units = 0_u64;
        for amount in amounts {
            if amount.currency != currency {
                return Err(MoneyError::Mixed(currency, amount.currency));
            }
            units = units
                .checked_add(amount.units.0)
                .ok_or(MoneyError::TooLarge)?;
        }
        let units = MinorUnits::new(units)?;
        Ok(Self { units, currency })
    }
}

#[cfg(test)]
mod tests;
