//! Tickets: how often somebody may pay in a period, without showing who pays.
//!
//! A payment uses up one of the period's `quota` tickets and shows its tag; a contract refuses a tag that it has seen. See
//! `docs/velocity.md`. What is proved of a tag is the statement [`velocity`](crate::statement::velocity).

use obolus_abi::ContractId;

use crate::{
    field::{Fr, public_field},
    keys::NullifierKey,
    poseidon2::hash3,
    tags,
};

/// Why a number is no quota.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a quota is 1 to 65536 payments: take the token's")]
pub struct QuotaError;

/// Payments per payer and period: 1 to [`Quota::MAX`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Quota(u32);

impl Quota {
    /// The largest quota: tickets have 16 bits.
    pub const MAX: u32 = 1 << 16;

    /// Checks the range.
    ///
    /// # Errors
    /// [`QuotaError`] for zero and above [`Self::MAX`].
    pub const fn new(payments: u32) -> Result<Self, QuotaError> {
        if payments == 0 || payments > Self::MAX {
            return Err(QuotaError);
        }
        Ok(Self(payments))
    }

    /// The number of payments.
    pub const fn get(self) -> u32 {
        self.0
    }

    /// Every ticket of a period, in order.
    pub fn tickets(self) -> impl Iterator<Item = Ticket> {
        (0..=u16::MAX)
            .map(Ticket)
            .take_while(move |ticket| self.admits(*ticket))
    }

    /// Whether the ticket is one of the quota's.
    pub const fn admits(self, ticket: Ticket) -> bool {
        (ticket.0 as u32) < self.0
    }
}

/// Number of a ticket, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, zeroize::Zeroize)]
pub struct Ticket(u16);

impl Ticket {
    /// Takes a number.
    pub const fn new(number: u16) -> Self {
        Self(number)
    }

    /// The number.
    pub const fn get(self) -> u16 {
        self.0
    }
}

/// Number of a period, as the token counts them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PeriodNumber(pub u64);

public_field! {
    /// A period of one token. Different for each token, so that the tags of one holder in two tokens are unrelated.
    Period
}

impl Period {
    /// `H_period(id₀, id₁, number)`, with the token's id as two little-endian integers of 128 bits.
    pub fn of(token: &ContractId, number: PeriodNumber) -> Self {
        let (mut low, mut high) = ([0; 16], [0; 16]);
        low.copy_from_slice(&token.0[..16]);
        high.copy_from_slice(&token.0[16..]);
        let half = |bytes| Fr::from(u128::from_le_bytes(bytes));
        let number = Fr::from(number.0);
        Self::new(hash3(tags::VELOCITY_PERIOD, half(low), half(high), number))
    }
}

public_field! {
    /// Tag of a ticket: says that it is used up, not whose it is.
    VelocityTag
}

impl VelocityTag {
    /// `H_vel(nk, period, k)`.
    pub fn derive(nk: &NullifierKey, period: Period, ticket: Ticket) -> Self {
        let number = Fr::from(u64::from(ticket.0));
        Self::new(hash3(tags::VELOCITY, nk.get(), period.get(), number))
    }
}

#[cfg(test)]
mod tests;
