//! The shielded token: messages, events, errors.

mod circuit;
mod error;
mod event;
mod issue;
mod migrate;
mod operate;
mod redeem;
mod reserves;
mod state;
mod transfer;
mod velocity;

use alloc::string::String;

pub use error::TokenError;
pub use event::TokenEvent;
pub use issue::IssueMsg;
pub use migrate::{MigrateMsg, SetSuccessorMsg};
pub use operate::{SetPausedMsg, SetPinMsg, SetSwitchMsg, SetVelocityMsg};
pub use redeem::RedeemMsg;
pub use reserves::{AttestMsg, Backing, MAX_RESERVES, ReservesRule, supply_inputs};
pub use state::{MAX_VERSIONS_PAGE, TokenState, Version, VersionsMsg};
pub use transfer::{SeizeMsg, TransferDealMsg, TransferMsg};
pub use velocity::{
    RedeemLimitedMsg, TransferLimitedMsg, VELOCITY_PERIOD_TAG, VelocityError, VelocityPlace,
    VelocityRule, velocity_period,
};

use crate::{ContractId, KeyId, RoleSet};

/// Number of 4-ary levels of the note tree.
pub const NOTE_TREE_DEPTH: u8 = 17;
/// Accumulator number of the note tree in the token's storage.
pub const NOTE_TREE: u32 = 0;

/// Longest text in a memo, in bytes; shorter texts are padded so that sizes tell nothing.
pub const MEMO_TEXT_LEN: usize = 256;
/// What HPKE adds to a memo: the encapsulated X25519 key (32) and the Poly1305 tag (16).
pub const MEMO_OVERHEAD: usize = 32 + 16;
/// Bytes of the recipient's memo ciphertext: token id, value, where the note's randomness comes from (kind, 32 bytes), the
/// payer's re-randomiser (kind, 32 bytes), text length, text.
pub const RECIPIENT_MEMO_LEN: usize = 32 + 8 + 33 + 33 + 2 + MEMO_TEXT_LEN + MEMO_OVERHEAD;
/// Bytes of the sender's own memo ciphertext: token id, change value, change randomness, paid
/// amount, recipient's owner hash, where the recipient's randomness comes from and the re-randomiser (kind and 32 bytes
/// each), text length, text.
pub const SELF_MEMO_LEN: usize = 32 + 8 + 32 + 8 + 32 + 33 + 33 + 2 + MEMO_TEXT_LEN + MEMO_OVERHEAD;

crate::schema_types! {
    /// Verifying keys pinned per entry.
    #[derive(Copy)]
    pub struct CircuitPins {
        /// For every payment: `transfer`, its other forms, and `seize`.
        pub transfer: KeyId,
        /// For `issue`, `issue_backed` and `migrate_in`.
        pub issue: KeyId,
        /// For `redeem`, `redeem_limited` and `migrate_out`.
        pub redeem: KeyId,
        /// For `attest` and `issue_backed`; a token whose reserves are attested has one.
        pub supply: Option<KeyId>,
        /// For `transfer_limited` and `redeem_limited`; a token with a velocity rule has one.
        pub velocity: Option<KeyId>,
    }
    /// A circuit that the operator can switch off.
    #[derive(Copy)]
    pub enum Circuit {
        /// `transfer`.
        Transfer,
        /// `issue`.
        Issue,
        /// `redeem`.
        Redeem,
        /// `supply`.
        Supply,
        /// `velocity`.
        Velocity,
    }
    /// Arguments of `init`.
    pub struct TokenInit {
        /// Display name, at most 64 bytes.
        pub name: String,
        /// Unit: an ISO 4217 code or an instrument code, at most 12 bytes.
        pub unit: String,
        /// Decimal digits of the minor unit.
        pub exponent: u8,
        /// The token's registry.
        pub registry: ContractId,
        /// Who issues.
        pub issuer: RoleSet,
        /// Who pauses, and switches or re-pins circuits.
        pub operator: RoleSet,
        /// Verifying keys in force.
        pub pins: CircuitPins,
        /// Who attests the reserves; none for a token without any, such as a security.
        pub reserves: Option<ReservesRule>,
        /// How often a holder may pay; none for as often as it likes.
        pub velocity: Option<VelocityRule>,
        /// The token whose notes may move into this one; none for the first of its kind.
        pub predecessor: Option<ContractId>,
    }
}

impl Circuit {
    /// Every circuit, in the order of [`TokenState::enabled`].
    pub const ALL: [Self; 5] = [
        Self::Transfer,
        Self::Issue,
        Self::Redeem,
        Self::Supply,
        Self::Velocity,
    ];
}

#[cfg(test)]
mod tests;
