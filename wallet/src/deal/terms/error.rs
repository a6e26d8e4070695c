//! Why terms are refused.

use obolus_protocol::keys::KeyError;
use obolus_protocol::rate::RateError;

/// Why terms cannot be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TermsError {
    /// Wrong number of legs for the kind.
    #[error(
        "the deal has the wrong number of legs: a pair has two, a condition one, a schedule one for each time"
    )]
    Legs,
    /// Tokens that do not fit the kind.
    #[error("the legs' tokens do not fit the deal: two different ones in a pair, else one")]
    Tokens,
    /// An amount of zero.
    #[error("a leg's amount is zero: lock at least one minor unit")]
    ZeroAmount,
    /// A deal with oneself.
    #[error("both parties are the same: name another counterparty")]
    SameParty,
    /// Times out of order.
    #[error("the times are not in ascending order, or the condition's time is after the expiry")]
    Times,
    /// The amounts do not stand in the rate.
    #[error(
        "the second amount is not the first at the agreed rate, rounded down: {expected} minor units would be"
    )]
    Rate {
        /// What the rate gives, in minor units.
        expected: u64,
    },
    /// A rate of zero.
    #[error("the rate must not be zero")]
    ZeroRate,
    /// The converted amount is too large.
    #[error(transparent)]
    Conversion(#[from] RateError),
    /// Approvers that are no role.
    #[error("the approvers are no role: ascending keys, and a threshold of one to all of them")]
    Approvers,
    /// A text that is too long.
    #[error("the text is too long to be sent with the terms: shorten it")]
    Text,
    /// Bytes that are no terms.
    #[error("the terms do not decode: ask the counterparty to open the deal again")]
    Malformed,
    /// A leg's key is unusable.
    #[error("the deal's keys are unusable: {0}")]
    Key(#[from] KeyError),
    /// A number that names no leg.
    #[error("the deal has no leg {0}: legs count from 0")]
    NoSuchLeg(u8),
}
