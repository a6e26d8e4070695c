//! Transactions as the oracle sees them, and what keeps wallets from making some.

use obolus_abi::FieldBytes;
use obolus_abi::token::{Circuit, VelocityPlace, VelocityRule};
use obolus_wallet::deal::TermsError;
use obolus_wallet::directory::DirectoryError;
use obolus_wallet::{AssembleError, Entering};

use super::deals::DealDeed;
use super::registry::Slots;
use super::reserves::Attested;

/// What a proof was made for; other things may be in force when it arrives.
#[derive(Clone)]
pub struct Basis {
    /// Who was active.
    pub active: Slots,
    /// Number of the auditor's key.
    pub key: usize,
}

/// What goes out of somebody's notes.
pub struct Spend {
    pub from: usize,
    pub amount: u64,
    pub nullifiers: [FieldBytes; 2],
    /// By whom the notes belong to.
    pub signed: bool,
    /// Its place in the payer's quota, if it shows one.
    pub place: Option<VelocityPlace>,
    pub basis: Basis,
}

/// A transaction.
pub enum Deed {
    Issue {
        to: usize,
        amount: u64,
        nonce: u64,
        basis: Basis,
    },
    Pay {
        to: usize,
        spend: Spend,
    },
    Redeem(Spend),
    /// Out of the token's predecessor.
    Move {
        to: usize,
        spend: Spend,
    },
    Seize {
        to: usize,
        spend: Spend,
        frozen: Slots,
    },
    Freeze(usize),
    Unfreeze(usize),
    Limit(usize, u64),
    Pause(bool),
    Switch(Circuit, bool),
    Pin(Circuit, bool),
    Rule(Option<VelocityRule>),
    Succeed,
    Enter {
        entering: Entering,
        limit: u64,
        basis: Basis,
    },
    Epoch {
        key: usize,
        window: u64,
    },
    Deal(DealDeed),
    Attest(Attested),
}

/// Why a wallet must not assemble something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unable {
    PaysItself,
    Superseded,
    OverLimit,
    Frozen,
    QuotaUsed,
    MovesClosed,
    LegState,
    OtherParty,
    OffRate,
    NotCovered,
    NotSeizable,
    NotFrozen,
}

impl Unable {
    /// Whether that is what the wallet said.
    pub const fn is(self, error: &AssembleError) -> bool {
        matches!(
            (self, error),
            (Self::PaysItself, AssembleError::SelfPayment)
                | (Self::Superseded, AssembleError::Superseded(_))
                | (Self::OverLimit, AssembleError::OverLimit)
                | (
                    Self::Frozen,
                    AssembleError::Directory(DirectoryError::Frozen)
                )
                | (Self::QuotaUsed, AssembleError::QuotaUsed(_))
                | (Self::MovesClosed, AssembleError::MovesClosed)
                | (Self::LegState, AssembleError::LegState)
                | (Self::OtherParty, AssembleError::NotPayer)
                | (Self::OffRate, AssembleError::Terms(TermsError::Rate { .. }))
                | (Self::NotCovered, AssembleError::NotCovered)
                | (Self::NotSeizable, AssembleError::NotSeizable)
                | (
                    Self::NotFrozen,
                    AssembleError::Directory(DirectoryError::NotFrozen(_))
                )
        )
    }
}
