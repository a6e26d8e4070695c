//! Names of circuits.

use std::borrow::Cow;
use std::fmt;

use obolus_abi::{
    BalanceInputs, IssueInputs, RatioInputs, RedeemInputs, RegisterInputs, SupplyInputs,
    TransferInputs, VelocityInputs, input_names,
};
use thiserror::Error;

#[cfg(test)]
mod tests;

/// Longest circuit name in bytes.
const MAX_LEN: usize = 32;

/// Why a circuit name was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum CircuitNameError {
    /// Empty or too long.
    #[error("a circuit name has 1 to {MAX_LEN} characters; this one has {0}")]
    Length(usize),
    /// A character outside `a-z`, `0-9` and `_`.
    #[error("a circuit name uses only a-z, 0-9 and _; write it in lower case without spaces")]
    Character,
}

/// Name of a circuit: 1 to 32 characters of `a-z`, `0-9`, `_`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CircuitName(Cow<'static, str>);

impl CircuitName {
    /// Confidential payment, see `docs/spec/transfer.md`.
    pub const TRANSFER: Self = Self(Cow::Borrowed(TransferInputs::<()>::CIRCUIT));
    /// Creation of a note by the issuer, see `docs/spec/issue.md`.
    pub const ISSUE: Self = Self(Cow::Borrowed(IssueInputs::<()>::CIRCUIT));
    /// Withdrawal from the pool, see `docs/spec/redeem.md`.
    pub const REDEEM: Self = Self(Cow::Borrowed(RedeemInputs::<()>::CIRCUIT));
    /// Escrow of a participant's nullifier key, see `docs/spec/register.md`.
    pub const REGISTER: Self = Self(Cow::Borrowed(RegisterInputs::<()>::CIRCUIT));
    /// Two hidden amounts in an agreed rate, see `docs/spec/ratio.md`.
    pub const RATIO: Self = Self(Cow::Borrowed(RatioInputs::<()>::CIRCUIT));
    /// Notes of one holder above a threshold, see `docs/spec/balance.md`.
    pub const BALANCE: Self = Self(Cow::Borrowed(BalanceInputs::<()>::CIRCUIT));
    /// A hidden supply below reserves, see `docs/spec/supply.md`.
    pub const SUPPLY: Self = Self(Cow::Borrowed(SupplyInputs::<()>::CIRCUIT));
    /// A payment within a period's quota, see `docs/spec/velocity.md`.
    pub const VELOCITY: Self = Self(Cow::Borrowed(VelocityInputs::<()>::CIRCUIT));

    /// Checks and takes a name.
    ///
    /// # Errors
    /// [`CircuitNameError`] if the length or a character is not allowed.
    pub fn new(name: &str) -> Result<Self, CircuitNameError> {
        if name.is_empty() || name.len() > MAX_LEN {
            return Err(CircuitNameError::Length(name.len()));
        }
        let allowed = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'_';
        if !name.bytes().all(allowed) {
            return Err(CircuitNameError::Character);
        }
        Ok(Self(Cow::Owned(name.to_owned())))
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Number of public inputs, if this is one of the protocol's own statements.
    pub fn public_inputs(&self) -> Option<usize> {
        input_names(self.as_str()).map(<[_]>::len)
    }
}

impl fmt::Display for CircuitName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
