//! What the token emits.

use super::{
    Backing, IssueMsg, MigrateMsg, RedeemMsg, SetPinMsg, SetSwitchMsg, SetVelocityMsg, TransferMsg,
    VelocityPlace,
};
use crate::{ContractId, PointBytes};

crate::schema_types! {
    /// What the token emits. Positions are leaf indices in the note tree.
    #[expect(
        clippy::large_enum_variant,
        reason = "events are built, encoded and dropped, never kept in bulk"
    )]
    pub enum TokenEvent {
        /// A note was issued.
        Issued {
            /// Position of `cm1`.
            position: u64,
            /// The message, with the audit ciphertext.
            msg: IssueMsg,
        },
        /// A confidential payment.
        Transferred {
            /// Position of `cm1`; `cm2` follows it.
            position: u64,
            /// The message, with the audit ciphertext.
            msg: TransferMsg,
        },
        /// A redemption.
        Redeemed {
            /// Position of `cm2`.
            position: u64,
            /// Its number, from 0: cleared once the state's `cleared` is higher.
            number: u64,
            /// The message, with the audit ciphertext.
            msg: RedeemMsg,
        },
        /// A frozen participant's notes were paid to another, by order.
        Seized {
            /// Position of `cm1`; `cm2`, the owner's change, follows it.
            position: u64,
            /// The payment, with the audit ciphertext.
            msg: TransferMsg,
            /// Hash of the order.
            case: [u8; 32],
        },
        /// Reserves were attested, and proved to cover the supply.
        Attested {
            /// Sum of issues that was covered.
            issued: PointBytes,
            /// What was attested.
            backing: Backing,
        },
        /// Paused or resumed.
        Paused {
            /// The new state.
            paused: bool,
        },
        /// A circuit was switched.
        Switched(SetSwitchMsg),
        /// A circuit was re-pinned.
        Pinned(SetPinMsg),
        /// The payment or redemption that follows took this place of its payer's quota.
        PlaceUsed(VelocityPlace),
        /// Another velocity rule, or none.
        VelocitySet(SetVelocityMsg),
        /// Notes may move to this token from now on.
        SuccessorSet {
            /// The successor.
            contract: ContractId,
        },
        /// A note's value moved to the successor.
        MigratedOut {
            /// Position of `cm2`, the change.
            position: u64,
            /// Its number among the redemptions.
            number: u64,
            /// The message, with the audit ciphertext.
            msg: RedeemMsg,
        },
        /// A note's value moved in from the predecessor.
        MigratedIn {
            /// Position of `cm1`.
            position: u64,
            /// The message, with the audit ciphertexts of both sides.
            msg: MigrateMsg,
        },
    }
}
