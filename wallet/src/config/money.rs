//! What a token file says that amounts are, held against what the ledger says: the same minor units under another exponent are
//! another amount.

use std::fmt;

use obolus_runtime_api::TokenView;

use super::Token;

/// What people call a token, and how they write its amounts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Money {
    /// Display name.
    pub name: String,
    /// Currency or instrument code.
    pub unit: String,
    /// Decimal digits of the minor unit.
    pub exponent: u8,
}

/// A token file that is not the issuer's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the token file says {file}, the ledger {ledger}: do not use this file, get it from the issuer again"
)]
pub struct OtherMoney {
    /// What the file says.
    pub file: Money,
    /// What the node's ledger says.
    pub ledger: Money,
}

/// Texts of others: what terminals would obey is escaped.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            name,
            unit,
            exponent,
        } = self;
        write!(f, "{name:?} in {unit:?} with {exponent} decimal digits")
    }
}

impl From<&Token> for Money {
    fn from(token: &Token) -> Self {
        Self {
            name: token.name.clone(),
            unit: token.unit.clone(),
            exponent: token.exponent,
        }
    }
}

impl From<&TokenView> for Money {
    fn from(token: &TokenView) -> Self {
        Self {
            name: token.name.clone(),
            unit: token.unit.clone(),
            exponent: token.exponent,
        }
    }
}

impl Money {
    /// Whether the ledger says the same of the file's token.
    ///
    /// # Errors
    /// [`OtherMoney`].
    pub fn check(&self, ledger: &TokenView) -> Result<(), OtherMoney> {
        let ledger = Self::from(ledger);
        if *self == ledger {
            return Ok(());
        }
        Err(OtherMoney {
            file: self.clone(),
            ledger,
        })
    }
}
