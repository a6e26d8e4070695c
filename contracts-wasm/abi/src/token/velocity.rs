//! How often a holder may pay: a quota of payments in each period, without linking them.

use super::{RedeemMsg, TransferMsg};
use crate::{ContractId, FieldBytes, VelocityInputs};

/// Domain tag of the hash that makes one field element of a token and the number of a period.
pub const VELOCITY_PERIOD_TAG: &str = "obolus.period.v1";

/// Bits of a period's number below the rule's serial.
const INDEX_BITS: u32 = 40;

crate::schema_types! {
    /// At most `quota` payments and redemptions of one holder in each period.
    #[derive(Copy)]
    pub struct VelocityRule {
        /// Payments of one holder in one period; 1 to 65,536.
        pub quota: u32,
        /// Length of a period, in seconds of the ledger's time.
        pub period_seconds: u32,
        /// For how long a payment of the period before is still taken, in seconds; at most a period. It counts towards
        /// that period's quota, so this allows no more payments.
        pub grace_seconds: u32,
    }
    /// A payment's place in its payer's quota.
    #[derive(Copy)]
    pub struct VelocityPlace {
        /// The period's number, see [`VelocityRule::period`].
        pub period: u64,
        /// Tag of the place; the same place of the same payer has the same tag.
        pub tag: FieldBytes,
    }
    /// Arguments of `transfer_limited`: a payment while a velocity rule is in force; memos as in `transfer`. Both proofs
    /// have the same context.
    pub struct TransferLimitedMsg {
        /// The payment.
        pub transfer: TransferMsg,
        /// Its place.
        pub place: VelocityPlace,
    }
    /// Arguments of `redeem_limited`: a redemption while a velocity rule is in force; memo as in `redeem`. Both proofs
    /// have the same context.
    pub struct RedeemLimitedMsg {
        /// The redemption.
        pub redeem: RedeemMsg,
        /// Its place.
        pub place: VelocityPlace,
    }
}

/// Why a velocity rule, or a payment under it, is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VelocityError {
    /// No quota, one above the statement's range, no period, or a longer grace than period.
    BadRule,
    /// Neither the current period nor, during the grace, the one before.
    WrongPeriod,
}

impl VelocityRule {
    /// Largest quota: the statement's range.
    pub const MAX_QUOTA: u32 = 1 << 16;
    /// Highest serial: what is left of a number's 64 bits.
    pub const MAX_SERIAL: u32 = (1 << (64 - INDEX_BITS)) - 1;

    /// Whether the rule is well formed.
    ///
    /// # Errors
    /// [`VelocityError::BadRule`].
    pub const fn validate(&self) -> Result<(), VelocityError> {
        let quota = 1 <= self.quota && self.quota <= Self::MAX_QUOTA;
        if quota && self.period_seconds > 0 && self.grace_seconds <= self.period_seconds {
            Ok(())
        } else {
            Err(VelocityError::BadRule)
        }
    }

    /// Number of the period of a block at this time, in milliseconds since 1970: the rule's serial, then how many periods
    /// had passed. So no number returns under a later rule, and later periods have higher numbers.
    pub const fn period(&self, serial: u32, time_ms: u64) -> u64 {
        let index = time_ms / 1000 / self.period_seconds as u64;
        ((serial as u64) << INDEX_BITS) | (index & ((1 << INDEX_BITS) - 1))
    }

    /// The oldest period whose payments a block at this time takes.
    pub const fn oldest_period(&self, serial: u32, time_ms: u64) -> u64 {
        let current = self.period(serial, time_ms);
        let first = self.period(serial, 0);
        let into = time_ms / 1000 % self.period_seconds as u64;
        if into < self.grace_seconds as u64 && current > first {
            current - 1
        } else {
            current
        }
    }

    /// Whether a block at this time takes payments of the period.
    ///
    /// # Errors
    /// [`VelocityError::WrongPeriod`].
    pub const fn check_period(
        &self,
        serial: u32,
        time_ms: u64,
        period: u64,
    ) -> Result<(), VelocityError> {
        if self.oldest_period(serial, time_ms) <= period && period <= self.period(serial, time_ms) {
            Ok(())
        } else {
            Err(VelocityError::WrongPeriod)
        }
    }
}

/// What is hashed under [`VELOCITY_PERIOD_TAG`]: the token's id as two integers of 128 bits, little-endian, then the
/// period's number.
pub fn velocity_period(token: &ContractId, period: u64) -> [FieldBytes; 3] {
    let (mut low, mut high) = (FieldBytes::ZERO, FieldBytes::ZERO);
    low.0[..16].copy_from_slice(&token.0[..16]);
    high.0[..16].copy_from_slice(&token.0[16..]);
    [low, high, FieldBytes::from_u64(period)]
}

impl VelocityPlace {
    /// The public inputs of the statement that accompanies a payment: `nf1` is the payment's, `period` the element of
    /// token and period.
    pub fn inputs(
        &self,
        nf1: FieldBytes,
        period: FieldBytes,
        quota: u32,
        context: FieldBytes,
    ) -> VelocityInputs<FieldBytes> {
        VelocityInputs {
            nf1,
            tag: self.tag,
            period,
            quota: FieldBytes::from_u64(u64::from(quota)),
            context,
        }
    }
}

#[cfg(test)]
mod tests;
